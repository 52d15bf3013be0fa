"""Minutes as bytes: caps, thresholds, counts and runs, all in the standard library's C loops."""

from __future__ import annotations

import re
from functools import lru_cache
from math import ceil

from syncd.walks.model import IMPLAUSIBLE_ABOVE, UNSEEN, Minutes

_CAP = bytes(min(v, IMPLAUSIBLE_ABOVE) if v != UNSEEN else UNSEEN for v in range(256))
_OVER = re.compile(rb"[\xdd-\xfe]")
_SEEN = re.compile(rb"[^\xff]")


@lru_cache(maxsize=64)
def at_least(threshold: int) -> bytes:
    """Return the translation table: 1 where steps >= ``threshold``, else 0; unseen is 0."""
    return bytes(1 if threshold <= v != UNSEEN else 0 for v in range(256))


@lru_cache(maxsize=64)
def below(threshold: int) -> bytes:
    """Return the byte values under ``threshold``, and unseen, for deletion by ``translate``."""
    return bytes(v for v in range(256) if v < threshold or v == UNSEEN)


@lru_cache(maxsize=256)
def owner_table(index: int) -> bytes:
    """Return the table that turns each seen minute into ``index`` and keeps unseen."""
    return bytes([index]) * UNSEEN + bytes([UNSEEN])


def whole(threshold: float) -> int:
    """Return the least whole number of steps that reaches ``threshold``."""
    return ceil(threshold)


def from_bytes(first: int, raw: bytes) -> Minutes:
    """Return minutes from raw bytes 0..254 (255 unseen), capped at what a person can step."""
    steps = raw.translate(_CAP)
    if steps == raw:
        return Minutes(first, raw)
    return Minutes(first, steps, {m.start(): raw[m.start()] for m in _OVER.finditer(raw)})


def from_values(first: int, values: list[int | None]) -> Minutes:
    """Return minutes from one count a minute, ``None`` where unseen."""
    steps = bytes(UNSEEN if v is None else min(v, IMPLAUSIBLE_ABOVE) for v in values)
    over = {i: v for i, v in enumerate(values) if v is not None and v > IMPLAUSIBLE_ABOVE}
    return Minutes(first, steps, over)


def cut(minutes: Minutes, start: int, end: int) -> Minutes:
    """Return the minutes of [``start``, ``end``), Unix minutes, padded with unseen."""
    a, b = max(start, minutes.first), min(end, minutes.end)
    if a >= b:
        return Minutes(start, bytes([UNSEEN]) * (end - start))
    body = minutes.steps[a - minutes.first : b - minutes.first]
    steps = bytes([UNSEEN]) * (a - start) + body + bytes([UNSEEN]) * (end - b)
    shift = minutes.first - start
    over = (
        {i + shift: v for i, v in minutes.over.items() if a <= i + minutes.first < b}
        if minutes.over
        else {}
    )
    return Minutes(start, steps, over)


def speaks(minutes: Minutes, start: int, end: int) -> bool:
    """Tell whether any of the Unix minutes [``start``, ``end``) is seen, zero steps or more."""
    first, last = max(0, start - minutes.first), max(0, end - minutes.first)
    return _SEEN.search(minutes.steps, first, last) is not None
