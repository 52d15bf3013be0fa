"""Buckets on the ground: which of their minutes they speak for, and what is left in those.

A bucket is never spread over its minutes (walking-rules 2.3 b). On the merged minutes it leaves
``UNSEEN``; what it says is asked for by stretches of time.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from syncd.walks.coarse import Part
from syncd.walks.model import IMPLAUSIBLE_ABOVE, MINUTE_S, Bucket

_FREE_RUN = re.compile(b"\x01+")
COVERED, FREE, TAKEN = 0, 1, 2
"""A minute of a bucket: another speaks, only the bucket does, or its steps are not to be judged."""
SHAPE_DIFFERS = 0.2
"""Two trackers counted the same walk when their steps differ by no more than this share."""


def footprint(start: int, seconds: int) -> tuple[int, int]:
    """Return the Unix minutes [first, end) nearest to the ends of an interval, one at least."""
    first = (start + MINUTE_S // 2) // MINUTE_S
    return first, max(first + 1, (start + seconds + MINUTE_S // 2) // MINUTE_S)


@dataclass(frozen=True, slots=True)
class Block:
    """A bucket laid on Unix minutes from ``first`` on, ``marks`` a byte for each of them.

    ``owner`` is the index of its source; ``moving_s`` is known of a recorded walk. Of its steps
    ``recorded`` belong to walks recorded in it and ``elsewhere`` to minutes of another tracker.
    ``shape`` is what a finer tracker counted in each minute, scaled to the bucket's steps.
    """

    first: int
    seconds: int
    steps: int
    owner: int
    marks: bytes
    recorded: int = 0
    elsewhere: int = 0
    moving_s: int | None = None
    shape: bytes | None = field(default=None, repr=False)
    spoken_min: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "spoken_min", len(self.marks) - self.marks.count(COVERED))

    @property
    def end(self) -> int:
        """Return the Unix minute after the last."""
        return self.first + len(self.marks)

    @property
    def rest(self) -> int:
        """Return the steps that nobody else told."""
        return max(0, self.steps - self.recorded - self.elsewhere)

    @property
    def is_whole(self) -> bool:
        """Tell whether it alone speaks for all of its minutes."""
        return self.marks.count(FREE) == len(self.marks)

    def spoken(self, start: int, end: int) -> int:
        """Return the minutes inside [``start``, ``end``) that it speaks for."""
        if start <= self.first and self.first + len(self.marks) <= end:
            return self.spoken_min
        a, b = self._inside(start, end)
        return b - a - self.marks.count(COVERED, a, b)

    def counted(self, start: int, end: int) -> int:
        """Return its share of steps in [``start``, ``end``); the shares of all parts add up."""
        if not self.steps:
            return 0
        whole = self.spoken_min
        before = self.spoken(self.first, start)
        return self.rest * (before + self.spoken(start, end)) // whole - self.rest * before // whole

    def part(self, start: int, end: int, threshold: int) -> Part | None:
        """Return what is to be judged of it in [``start``, ``end``); ``None`` if nothing can count.

        Where it is cut, no step of the rest is sure to be here or there: 220 a minute may be
        elsewhere, and all of them may be here.
        """
        if self.steps < threshold:
            return None
        a, b = self._inside(start, end)
        here = self.marks.count(FREE, a, b)
        if not here:
            return None
        away = len(self.marks) - here
        most = max(0, self.steps - self.recorded)
        fewest = min(most, max(0, self.steps - IMPLAUSIBLE_ABOVE * away))
        likely = min(most, max(fewest, self.rest * here / self.spoken_min))
        seconds = MINUTE_S * here if away else self.seconds
        shape = None
        if self.shape is not None and not away:
            shape = sum(steps >= threshold for steps in self.shape)
        moving = self.moving_s if not away else None
        return Part(seconds, fewest, likely, most, shape, moving)

    def _inside(self, start: int, end: int) -> tuple[int, int]:
        a = min(len(self.marks), max(0, start - self.first))
        return a, max(a, min(len(self.marks), end - self.first))


@dataclass(frozen=True, slots=True)
class Blocks:
    """All blocks of a stretch of life, by start; false when there are none."""

    all: tuple[Block, ...] = ()
    starts: tuple[int, ...] = field(default=(), repr=False)
    longest: int = 0

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> Blocks:
        """Return blocks in order."""
        ordered = sorted(blocks, key=lambda block: (block.first, block.end, block.owner))
        return cls(
            tuple(ordered),
            tuple(block.first for block in ordered),
            max((len(block.marks) for block in ordered), default=0),
        )

    def __bool__(self) -> bool:
        return bool(self.all)

    def over(self, start: int, end: int) -> Iterator[Block]:
        """Yield the blocks that speak for any of the Unix minutes [``start``, ``end``)."""
        first, last = bisect_left(self.starts, start - self.longest), bisect_left(self.starts, end)
        for block in self.all[first:last]:
            if block.spoken(start, end):
                yield block

    def runs(self, start: int, end: int) -> Iterator[tuple[int, int, Block]]:
        """Yield (first minute, end, block) of stretches in which nothing but a block speaks."""
        for block in self.over(start, end):
            a, b = max(start, block.first) - block.first, min(end, block.end) - block.first
            for run in _FREE_RUN.finditer(block.marks, a, b):
                yield block.first + run.start(), block.first + run.end(), block

    def counted(self, start: int, end: int) -> int | None:
        """Return the steps of all blocks in [``start``, ``end``); ``None`` when there are none."""
        found = [block.counted(start, end) for block in self.over(start, end)]
        return sum(found) if found else None

    def raised(self, steps: bytes, start: int, least: int = 0) -> bytes:
        """Return ``steps`` from ``start`` on with spoken minutes as 1, or 0 where nobody stepped.

        Blocks of fewer than ``least`` steps are taken as nobody's.
        """
        out = bytearray(steps)
        for block in self.over(start, start + len(steps)):
            value = int(0 < block.steps >= least)
            at = block.first - start
            if block.is_whole and 0 <= at <= len(out) - len(block.marks):
                out[at : at + len(block.marks)] = bytes([value]) * len(block.marks)
                continue
            for i, mark in enumerate(block.marks, start=block.first - start):
                if mark != COVERED and 0 <= i < len(out):
                    out[i] = value
        return bytes(out)


def touches(buckets: Sequence[Bucket], start: int, end: int) -> bool:
    """Tell whether sorted, disjoint buckets touch the Unix minutes [``start``, ``end``)."""
    at = bisect_left(buckets, (end * MINUTE_S,))
    return at > 0 and buckets[at - 1].start + buckets[at - 1].seconds > start * MINUTE_S


def steps_in(buckets: Sequence[Bucket], start: int, end: int) -> int:
    """Return the steps of the buckets that start in the Unix minutes [``start``, ``end``)."""
    first = bisect_left(buckets, (start * MINUTE_S,))
    return sum(b.steps for b in buckets[first : bisect_left(buckets, (end * MINUTE_S,))])
