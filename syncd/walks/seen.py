"""Seen time: the waking minutes in which a tracker spoke (walking-rules 0.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time

from syncd.walks.model import DAY_MIN, UNSEEN, Rules
from syncd.walks.offsets import Piece

_UNSEEN_RUN = re.compile(rb"\xff+")


@dataclass(frozen=True, slots=True)
class Seen:
    """Seen and wakeful minutes of a day, and its longest unseen stretch.

    ``hole`` is (from, to) in local time, ``None`` at an end where the stretch reaches the end of
    the waking hours; ``holes`` counts the stretches longer than an hour and a half.
    """

    seen_min: int
    waking_min: int
    longest_unseen_min: int
    hole: tuple[time | None, time | None]
    holes: int


LONG_HOLE_MIN = 90


def waking(piece: Piece, rules: Rules) -> tuple[int, int]:
    """Return the Unix minutes [start, end) of a piece inside the waking hours; may be empty."""
    midnight = piece.start - ((piece.start * 60 + piece.offset_s) // 60) % DAY_MIN
    start = max(piece.start, midnight + rules.waking_from_h * 60)
    end = min(piece.end, midnight + rules.waking_to_h * 60)
    return start, max(start, end)


def seen_time(pieces: Sequence[Piece], steps: Callable[[int, int], bytes], rules: Rules) -> Seen:
    """Return the seen time of a day; ``steps(start, end)`` gives its minutes.

    Nothing tells here whether a tracker that reports zeros is worn, so zeros for more than
    ``unseen_run_min`` waking minutes in a row are unseen, as minutes without a value are.
    """
    spans = [waking(piece, rules) for piece in pieces]
    day = b"".join(steps(a, b) for a, b in spans if a < b)
    marked = without_long_stillness(day, rules.unseen_run_min)
    runs = [m.span() for m in _UNSEEN_RUN.finditer(marked)] if UNSEEN in marked else []
    longest = max(runs, key=lambda r: r[1] - r[0], default=(0, 0))
    clock = _clock(pieces, spans)
    return Seen(
        seen_min=len(marked) - marked.count(UNSEEN),
        waking_min=len(marked),
        longest_unseen_min=longest[1] - longest[0],
        hole=(
            clock(longest[0]) if longest[0] > 0 else None,
            clock(longest[1]) if longest[1] < len(marked) else None,
        ),
        holes=sum(b - a > LONG_HOLE_MIN for a, b in runs),
    )


def without_long_stillness(day: bytes, most: int) -> bytes:
    """Return the day with runs of more than ``most`` zeros turned into unseen."""
    too_long = bytes(most + 1)
    at = day.find(too_long)
    if at < 0:
        return day
    out = bytearray(day)
    while at >= 0:
        end = at + most + 1
        while end < len(day) and day[end] == 0:
            end += 1
        out[at:end] = bytes([UNSEEN]) * (end - at)
        at = day.find(too_long, end)
    return bytes(out)


def _clock(pieces: Sequence[Piece], spans: Sequence[tuple[int, int]]) -> Callable[[int], time]:
    def local(index: int) -> time:
        for piece, (a, b) in zip(pieces, spans, strict=True):
            if index < b - a:
                minute = ((a + index) * 60 + piece.offset_s) // 60 % DAY_MIN
                return time(minute // 60, minute % 60)
            index -= b - a
        return time(0, 0)

    return local
