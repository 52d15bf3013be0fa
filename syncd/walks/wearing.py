"""What sources say of being worn, carried and asleep, on the minutes of a stretch of life.

A watch tells when it is worn; a phone is with its owner in the hours in which it counts steps and
in gaps of up to three hours between them (walking rules 0.2, a choice of ours). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from syncd.walks.minutes import cut
from syncd.walks.model import UNSEEN, Minutes, SourceView

HOUR_MIN = 60
CARRIED_GAP_MIN = 180
_STILL = re.compile(b"\x00+")
_STEPS = re.compile(rb"[^\x00\xff]")
_IS_ONE = bytes(int(value == 1) for value in range(256))


@dataclass(frozen=True, slots=True)
class Wearing:
    """Masks over [``first``, ``end``), a byte a minute; each is empty where nobody said anything.

    ``worn``: 1 where a source says that it is on its owner. ``idle``: 1 where the phone that
    speaks lies about. ``asleep``: 1 where the owner sleeps.
    """

    worn: bytes = field(default=b"", repr=False)
    idle: bytes = field(default=b"", repr=False)
    asleep: bytes = field(default=b"", repr=False)


def while_worn(source: SourceView, minutes: Minutes) -> Minutes:
    """Return the minutes of a source without the still ones during which it was off."""
    if source.wear is None or 0 not in source.wear.steps:
        return minutes
    off = cut(source.wear, minutes.first, minutes.end).steps
    steps = bytearray(minutes.steps)
    for run in _STILL.finditer(off):
        a, b = run.span()
        steps[a:b] = steps[a:b].replace(b"\x00", bytes([UNSEEN]))
    return Minutes(minutes.first, bytes(steps), minutes.over)


def wearing(sources: Sequence[SourceView], owner: bytes, first: int, end: int) -> Wearing:
    """Return what the sources, in the order of rank, say; ``owner`` tells who speaks."""
    worn, asleep = bytearray(end - first), bytearray(end - first)
    idle = bytearray()
    for i, source in enumerate(sources):
        if source.wear is not None:
            _add(worn, cut(source.wear, first, end).steps.translate(_IS_ONE))
        if source.asleep is not None:
            _add(asleep, cut(source.asleep, first, end).steps.translate(_IS_ONE))
        if source.carried and source.minutes is not None:
            with_owner = carried(cut(source.minutes, first, end))
            _add(worn, with_owner)
            idle = idle or bytearray(end - first)
            speaks = owner.translate(bytes(int(value == i + 1) for value in range(256)))
            _add(idle, bytes(s & (1 - c) for s, c in zip(speaks, with_owner, strict=True)))
    return Wearing(_told(worn), _told(idle), _told(asleep))


def carried(minutes: Minutes) -> bytes:
    """Return 1 for the minutes in which a phone is with its owner.

    Those are the clock hours with a step in them, and the time between two of them if it is no
    longer than three hours.
    """
    mask = bytearray(len(minutes.steps))
    last = None
    start = -minutes.first % HOUR_MIN - HOUR_MIN  # the hour that the first minute lies in
    for at in range(start, len(minutes.steps), HOUR_MIN):
        a, b = max(0, at), min(len(mask), at + HOUR_MIN)
        if a >= b or _STEPS.search(minutes.steps, a, b) is None:
            continue
        begin = last if last is not None and a - last <= CARRIED_GAP_MIN else a
        mask[begin:b] = b"\x01" * (b - begin)
        last = b
    return bytes(mask)


def _add(mask: bytearray, more: bytes) -> None:
    number = int.from_bytes(mask, "big") | int.from_bytes(more, "big")
    mask[:] = number.to_bytes(len(mask), "big")


def _told(mask: bytearray) -> bytes:
    return bytes(mask) if 1 in mask else b""
