"""Intervals as columns: in order, none over another, with the offsets that came with them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from syncd.contract import OffsetRun, Series, Source, StepSeries


@dataclass(frozen=True, slots=True)
class Row:
    """One interval: Unix second, seconds, value in our unit, local minus UTC in seconds."""

    start: int
    duration: int
    value: float
    offset: int | None


def series_of(source: Source, series: Series, rows: Iterable[Row]) -> Iterator[StepSeries]:
    """Yield rows of any order as one record; none where there are no rows."""
    ordered = disjoint(rows)
    if ordered:
        yield StepSeries(
            source=source,
            series=series,
            start=tuple(row.start for row in ordered),
            duration=tuple(row.duration for row in ordered),
            value=tuple(row.value for row in ordered),
            offsets=_runs(ordered),
        )


def disjoint(rows: Iterable[Row]) -> list[Row]:
    """Return rows in order, of which no two overlap.

    Of two for one span the larger value stands (pages may come twice, a minute may have been cut
    by a sync); of two that overlap otherwise the finer one, then the earlier: nothing counts twice.
    """
    best: dict[tuple[int, int], Row] = {}
    for row in rows:
        span = row.start, row.duration
        if span not in best or row.value > best[span].value:
            best[span] = row
    ordered = sorted(best.values(), key=lambda row: row.start)
    if all(a.start + a.duration <= b.start for a, b in pairwise(ordered)):
        return ordered
    kept: list[Row] = []
    for row in sorted(ordered, key=lambda row: (row.duration, row.start)):
        at = bisect_left(kept, row.start, key=lambda one: one.start)
        before = kept[at - 1].start + kept[at - 1].duration if at else row.start
        after = kept[at].start if at < len(kept) else row.start + row.duration
        if before <= row.start and row.start + row.duration <= after:
            kept.insert(at, row)
    return kept


def _runs(rows: Sequence[Row]) -> tuple[OffsetRun, ...]:
    """Return local time where it changes; nothing unless every interval tells it."""
    runs: list[OffsetRun] = []
    for row in rows:
        if row.offset is None:
            return ()
        if not runs or runs[-1].offset_s != row.offset:
            runs.append(OffsetRun(start=row.start, offset_s=row.offset))
    return tuple(runs)
