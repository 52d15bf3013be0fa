"""Intervals of one day as rows: which of two stands, and which stand side by side."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from syncd.contract import OffsetRun

Row = tuple[int, int, int]
"""Start (Unix seconds), duration (s), value in the series' smallest units."""

Told = tuple[()] | tuple[int, str]
"""What a row says of local time: nothing, or offset in seconds and zone (empty: not said)."""

Run = tuple[int, Told]
"""From here (Unix seconds) on rows say this. A row's offset is the one at its start."""


def disjoint(rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows, sorted, of which no two overlap: the finer one stands, then the earlier."""
    if all(a[0] + a[1] <= b[0] for a, b in pairwise(rows)):
        return rows
    kept: list[Row] = []
    for row in sorted(rows, key=lambda row: (row[1], row[0])):
        at = bisect_left(kept, row)
        before_ends = kept[at - 1][0] + kept[at - 1][1] if at else row[0]
        after_starts = kept[at][0] if at < len(kept) else row[0] + row[1]
        if before_ends <= row[0] and row[0] + row[1] <= after_starts:
            kept.insert(at, row)
    return kept


def runs_of(offsets: Sequence[OffsetRun]) -> tuple[Run, ...]:
    """Return a source's own runs as ours."""
    return tuple((run.start, (run.offset_s, run.zone or "")) for run in offsets)


def offsets_of(runs: Sequence[Run]) -> tuple[OffsetRun, ...]:
    """Return runs as those who read them know them; where nobody said, the last word holds."""
    return tuple(
        OffsetRun.model_construct(start=start, offset_s=told[0], zone=told[1] or None)
        for start, told in runs
        if told
    )


def canonical(starts: Sequence[int], runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs that rows with these starts are in, each from its first row on."""
    kept: list[Run] = []
    for begin, told in runs:
        at = bisect_left(starts, begin)
        if at == len(starts):
            break
        if kept and kept[-1][0] == starts[at]:
            kept.pop()
        if told != (kept[-1][1] if kept else ()):
            kept.append((starts[at], told))
    return tuple(kept)


def union(
    a: Sequence[Row], a_runs: Sequence[Run], b: Sequence[Row], b_runs: Sequence[Run]
) -> tuple[list[Row], tuple[Run, ...]]:
    """Return every row of both, of equal intervals the larger value, of offsets the larger one.

    Nothing is left out, overlapping or not, so that the order of imports cannot matter.
    """
    values: dict[tuple[int, int], int] = {}
    told: dict[int, Told] = {}
    for rows, runs in ((a, a_runs), (b, b_runs)):
        for (start, duration, value), said in zip(rows, _said(rows, runs), strict=True):
            values[start, duration] = max(values.get((start, duration), -1), value)
            told[start] = max(told.get(start, ()), said)
    return _joined(values, told)


def newest(
    old: Sequence[Row],
    old_runs: Sequence[Run],
    new: Sequence[Row],
    new_runs: Sequence[Run],
    spans: Sequence[tuple[int, int]],
) -> tuple[list[Row], tuple[Run, ...]]:
    """Return the new rows, and the old ones that overlap none of ``spans``.

    ``spans`` are the (start, end) of everything the newer pull said, sorted and disjoint.
    """
    values: dict[tuple[int, int], int] = {}
    told: dict[int, Told] = {}
    begins = [span[0] for span in spans]
    for (start, duration, value), said in zip(old, _said(old, old_runs), strict=True):
        at = bisect_left(begins, start + duration)
        if not at or spans[at - 1][1] <= start:
            values[start, duration] = value
            told[start] = said
    for (start, duration, value), said in zip(new, _said(new, new_runs), strict=True):
        values[start, duration] = value
        told[start] = said
    return _joined(values, told)


def _said(rows: Sequence[Row], runs: Sequence[Run]) -> list[Told]:
    begins = [run[0] for run in runs]
    places = (bisect_right(begins, row[0]) for row in rows)
    return [runs[at - 1][1] if at else () for at in places]


def _joined(
    values: dict[tuple[int, int], int], told: dict[int, Told]
) -> tuple[list[Row], tuple[Run, ...]]:
    rows = [(start, duration, value) for (start, duration), value in sorted(values.items())]
    starts = sorted(told)
    return rows, canonical(starts, [(start, told[start]) for start in starts])
