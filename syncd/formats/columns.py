"""Columns of samples: what is out of bounds, out of order or not measured becomes ``None``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

DISTANCE_M: Final = (0.0, 1e8)
ALTITUDE_M: Final = (-1000.0, 20_000.0)
SPEED_MPS: Final = (0.0, 1000.0)
CADENCE_SPM: Final = (0.0, 1000.0)
"""Beyond these a register was broken; an unlikely speed within them is measured, and is kept."""

Column = tuple[float | None, ...]


def never_falling(values: Sequence[float | None]) -> Column:
    """Return cumulative values without those that contradict the most others.

    A total never falls, so the longest run of values in which none does stands and the rest become
    ``None``: one wild value costs itself, not everything after it.
    """
    known = [(i, v) for i, v in enumerate(values) if v is not None]
    if all(a[1] <= b[1] for a, b in pairwise(known)):
        return tuple(values)
    tails: list[float] = []  # the smallest last value of a run of each length
    holders: list[int] = []
    before: dict[int, int | None] = {}
    for i, value in known:
        length = bisect_right(tails, value)
        before[i] = holders[length - 1] if length else None
        tails[length : length + 1] = [value]
        holders[length : length + 1] = [i]
    stands: set[int] = set()
    link: int | None = holders[-1]
    while link is not None:
        stands.add(link)
        link = before[link]
    return tuple(v if i in stands else None for i, v in enumerate(values))


def within(values: Iterable[float | None], limits: tuple[float, float]) -> Column:
    """Return the column with ``None`` for what lies outside the limits."""
    low, high = limits
    return tuple(v if v is not None and low <= v <= high else None for v in values)


def measured(values: Iterable[float | None]) -> Column:
    """Return the column, empty when nothing in it was measured."""
    column = tuple(values)
    return column if any(v is not None for v in column) else ()
