"""When a vendor suddenly says much less of a day than before: doubt it once. Pure.

A day that comes back with half its steps or none is more often a vendor's trouble than a truth,
so the old stays until a second complete pull, hours later and after a newer device sync, says the
same (house rule).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SHARE = 0.5
"""A day that keeps no more than this share of its steps has shrunk."""
AGAIN_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A day that came back smaller before; ``synced`` is the device sync that answer rested on."""

    source_key: str
    utc_day: int
    came: int
    seen_at: datetime
    synced: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Steps of one source on one UTC day: held until now, and in the answer that came."""

    source_key: str
    utc_day: int
    held: int
    came: int

    @property
    def shrinks(self) -> bool:
        """Tell whether the day lost half of its steps or more."""
        return self.held > 0 and self.came <= SHARE * self.held


def doubted(
    answers: Iterable[Answer],
    before: Sequence[Doubt],
    *,
    now: datetime,
    synced: datetime | None,
) -> list[Answer]:
    """Return the answers that are not believed yet; all others are stored as they came."""
    known = {(doubt.source_key, doubt.utc_day): doubt for doubt in before}
    return [
        answer
        for answer in answers
        if answer.shrinks
        and not _confirmed(answer, known.get((answer.source_key, answer.utc_day)), now, synced)
    ]


def _confirmed(answer: Answer, doubt: Doubt | None, now: datetime, synced: datetime | None) -> bool:
    if doubt is None or doubt.came != answer.came or now - doubt.seen_at < AGAIN_AFTER:
        return False
    newer = synced is not None and (doubt.synced is None or synced > doubt.synced)
    return newer or (synced is None and doubt.synced is None)
