"""The one-walk test: could neighbouring buckets be a walk for the target? (walking-rules 2.3 e).

The tables were learned on people who do not walk for a target, and would call a deliberate walk
on a quiet day a probable miss. So a run of full buckets is read as one walk that began in the
bucket before and ended in the one after. Only upwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from syncd.walks.buckets import Block
from syncd.walks.model import MINUTE_S

LESS_MIN = 1.0
"""What a walk loses to the minutes that it begins and ends in."""


class Fit(NamedTuple):
    """A walk that buckets fit: its length in minutes, its start in Unix seconds."""

    minutes: float
    start: int


def fitting_walks(blocks: Sequence[Block], start: int, end: int, threshold: int) -> list[Fit]:
    """Return the walks that whole buckets in the Unix minutes [``start``, ``end``) fit.

    A bucket is full with ``threshold`` steps a minute. With c their mean steps a minute, each
    neighbour lends S / c minutes, at most its own, and to one walk only.
    """
    whole = [b for b in blocks if start <= b.first and b.end <= end]
    found: list[Fit] = []
    lent = -1
    i = 0
    while i < len(whole):
        if not _full(whole[i], threshold):
            i += 1
            continue
        last = i
        while last + 1 < len(whole) and _full(whole[last + 1], threshold):
            if whole[last + 1].first != whole[last].end:
                break
            last += 1
        run = whole[i : last + 1]
        minutes = sum(b.seconds for b in run) / MINUTE_S
        spm = sum(b.rest for b in run) / minutes
        before = _lent(whole, i - 1, whole[i].first, spm) if i - 1 > lent else 0.0
        after = _lent(whole, last + 1, whole[last].end, spm)
        began = (whole[i].first - round(before)) * MINUTE_S
        found.append(Fit(minutes + before + after - LESS_MIN, began))
        lent, i = last + 1, last + 1
    return found


def _full(block: Block, threshold: int) -> bool:
    return block.rest * MINUTE_S >= block.seconds * threshold and block.is_whole


def _lent(blocks: Sequence[Block], i: int, edge: int, spm: float) -> float:
    """Return the minutes that block ``i`` lends to a walk over its ``edge``, if it lies there."""
    if not 0 <= i < len(blocks) or edge not in {blocks[i].first, blocks[i].end}:
        return 0.0
    return min(len(blocks[i].marks), blocks[i].rest / spm)
