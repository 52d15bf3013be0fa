"""Cut what one file holds into batches: an archive of gigabytes is stored as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from syncd.contract import RawPayload

MOST_BYTES: Final = 2 << 20
MOST_PAYLOADS: Final = 200


def batches(payloads: Iterable[RawPayload]) -> Iterator[list[RawPayload]]:
    """Yield payloads in lists that are parsed and stored together, each in one transaction.

    The same file is cut in the same places every time, so that a second import finds its batches
    known. Rows of a table that names people stay together until the table ends: only then is it
    clear that they are one person's.
    """
    held: list[RawPayload] = []
    size, names_people = 0, False
    for payload in payloads:
        names_people = names_people or "subject" in payload.facts
        if held and not names_people and _is_full(size + len(payload.body), len(held)):
            yield held
            held, size = [], 0
        held.append(payload)
        size += len(payload.body)
    if held:
        yield held


def _is_full(size: int, count: int) -> bool:
    return size > MOST_BYTES or count >= MOST_PAYLOADS
