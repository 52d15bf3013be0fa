"""Intervals as columns, and where a UTC day cuts them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from syncd.contract import OffsetRun, StepSeries
from syncd.store.instants import DAY_S


@dataclass(frozen=True, slots=True)
class Columns:
    """Intervals as columns: Unix seconds, seconds, value (see ``StepSeries``), offset runs."""

    start: Sequence[int]
    duration: Sequence[int]
    value: Sequence[float | None]
    offsets: tuple[OffsetRun, ...] = ()


def split_days(series: StepSeries | Columns) -> Iterator[tuple[int, Columns]]:
    """Yield (UTC day since 1970, its columns), by the START of the intervals."""
    start, runs = series.start, series.offsets
    changes = [run.start for run in runs]
    low = 0
    while low < len(start):
        day = start[low] // DAY_S
        high = bisect_left(start, (day + 1) * DAY_S, low)
        last_end = start[high - 1] + series.duration[high - 1]
        here = slice(max(bisect_right(changes, start[low]) - 1, 0), bisect_left(changes, last_end))
        yield (
            day,
            Columns(start[low:high], series.duration[low:high], series.value[low:high], runs[here]),
        )
        low = high
