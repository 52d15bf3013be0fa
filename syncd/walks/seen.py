"""Seen time: the waking minutes in which a tracker spoke (walking-rules 0.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time

from syncd.walks.model import DAY_MIN, UNSEEN, Rules
from syncd.walks.offsets import Piece

_UNSEEN_RUN = re.compile(rb"\xff+")
_ONES = re.compile(b"\x01+")
_SEEN = bytes(int(value != UNSEEN) for value in range(256))


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
NIGHT_MIN = 180
"""Less sleep than this in a day is a nap: the nights of that day are not told."""


def waking(piece: Piece, rules: Rules) -> tuple[int, int]:
    """Return the Unix minutes [start, end) of a piece inside the waking hours; may be empty."""
    midnight = piece.start - ((piece.start * 60 + piece.offset_s) // 60) % DAY_MIN
    start = max(piece.start, midnight + rules.waking_from_h * 60)
    end = min(piece.end, midnight + rules.waking_to_h * 60)
    return start, max(start, end)


def seen_time(
    pieces: Sequence[Piece],
    steps: Callable[[int, int], bytes],
    rules: Rules,
    asleep: Callable[[int, int], bytes] = lambda *_: b"",
) -> Seen:
    """Return the seen time of a day; ``steps(start, end)`` gives its minutes, 1 where worn.

    Zeros are minutes of which nobody says whether the tracker was worn: more than
    ``unseen_run_min`` waking ones in a row are unseen, as minutes without a value are. ``asleep``
    gives 1 for minutes asleep; where a night is told, waking hours are the rest of the day.
    """
    spans = _awake(pieces, steps, rules, asleep)
    day = b"".join(steps(a, b) for _, a, b in spans if a < b)
    marked = without_long_stillness(day, rules.unseen_run_min)
    runs = [m.span() for m in _UNSEEN_RUN.finditer(marked)] if UNSEEN in marked else []
    longest = max(runs, key=lambda r: r[1] - r[0], default=(0, 0))
    clock = _clock(spans)
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


def _awake(
    pieces: Sequence[Piece],
    steps: Callable[[int, int], bytes],
    rules: Rules,
    asleep: Callable[[int, int], bytes],
) -> list[tuple[Piece, int, int]]:
    """Return the waking stretches of a day, each with the piece it lies in.

    A minute at night of which nothing is known is not held against the day even where sleep is
    told: the tracker may have been off while its owner fell asleep.
    """
    told = [asleep(piece.start, piece.end) for piece in pieces]
    night = sum(part.count(1) for part in told) >= NIGHT_MIN
    found: list[tuple[Piece, int, int]] = []
    for piece, sleep in zip(pieces, told, strict=True):
        a, b = waking(piece, rules)
        if 1 not in sleep:
            found.append((piece, a, b))
            continue
        awake = bytearray(1 - value for value in sleep)
        for start, end in ((piece.start, a), (b, piece.end)):
            dark = without_long_stillness(steps(start, end), rules.unseen_run_min)
            seen = dark.translate(_SEEN) if night else bytes(len(dark))
            for i, value in enumerate(seen, start=start - piece.start):
                awake[i] &= value
        found += [
            (piece, piece.start + m.start(), piece.start + m.end()) for m in _ONES.finditer(awake)
        ]
    return found


def _clock(spans: Sequence[tuple[Piece, int, int]]) -> Callable[[int], time]:
    def local(index: int) -> time:
        for piece, a, b in spans:
            if index < b - a:
                minute = ((a + index) * 60 + piece.offset_s) // 60 % DAY_MIN
                return time(minute // 60, minute % 60)
            index -= b - a
        return time(0, 0)

    return local
