"""What a newer or another import does to the days of one series that are held: pure, no SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from syncd.store import grids, intervals
from syncd.store.instants import DAY_S
from syncd.store.intervals import Row, Run
from syncd.store.series import PackedDay, pack_grid, pack_rows, read_grid, read_rows

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A stored day."""

    body: bytes = field(repr=False)
    hash: bytes = field(repr=False)


def merged(
    held: Mapping[int, Held],
    new: Sequence[PackedDay],
    *,
    richest: bool,
    cut: Span | None = None,
) -> dict[int, bytes]:
    """Return the new body of each UTC day that may have changed; an empty one is to be deleted.

    ``cut`` is the span that the new days speak for: what was held in it goes. ``held`` must reach
    three days beyond the new ones, for intervals that cross midnight.
    """
    layers: dict[int, list[PackedDay]] = defaultdict(list)
    for day in new:
        layers[day.utc_day].append(day)
    if not richest and _crosses_midnight(held, new):
        return _across_midnight(held, layers, cut)
    touched = {*layers, *_cut_days(held, cut)}
    return {
        day: _one_day(day, held.get(day), layers.get(day, ()), cut, richest=richest)
        for day in touched
    }


def _one_day(
    day: int, held: Held | None, new: Sequence[PackedDay], cut: Span | None, *, richest: bool
) -> bytes:
    if held is not None and [packed.hash for packed in new] == [held.hash]:
        return held.body
    body = held.body if held else b""
    if cut and body:
        body = _without(day, body, cut)
    for packed in new:
        body = _richest(day, body, packed.body) if richest else _newest(day, body, packed)
    return body


def _richest(day: int, a: bytes, b: bytes) -> bytes:
    if not a or not b or a == b:
        return a or b
    one, other = read_grid(a), read_grid(b)
    if one and other and grids.joinable(one, other):
        return pack_grid(day, grids.richest(one, other))
    return pack_rows(day, *intervals.union(*read_rows(day, a), *read_rows(day, b)))


def _newest(day: int, old: bytes, packed: PackedDay) -> bytes:
    if not old:
        return packed.body
    one, other = read_grid(old), read_grid(packed.body)
    if one and other and not packed.holes and grids.joinable(one, other):
        return pack_grid(day, grids.overlay(one, other))
    rows, runs = read_rows(day, packed.body)
    spans = _spans(rows, packed.holes)
    return pack_rows(day, *intervals.newest(*read_rows(day, old), rows, runs, spans))


def _without(day: int, body: bytes, cut: Span) -> bytes:
    low, high = cut[0] - day * DAY_S, cut[1] - day * DAY_S
    if low <= 0 and high >= DAY_S:
        return b""
    grid = read_grid(body)
    if grid:
        return pack_grid(day, grids.without(grid, low, high))
    rows, runs = read_rows(day, body)
    return pack_rows(day, [row for row in rows if not cut[0] <= row[0] < cut[1]], runs)


def _cut_days(held: Iterable[int], cut: Span | None) -> list[int]:
    if cut is None or cut[0] >= cut[1]:
        return []
    return [day for day in held if cut[0] // DAY_S <= day <= (cut[1] - 1) // DAY_S]


def _spans(rows: Iterable[Row], holes: Iterable[Span]) -> list[Span]:
    """Return the spans of rows and holes, sorted, overlapping ones as one."""
    joined: list[Span] = []
    for start, end in sorted([*((row[0], row[0] + row[1]) for row in rows), *holes]):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _crosses_midnight(held: Mapping[int, Held], new: Iterable[PackedDay]) -> bool:
    return any(day.end > (day.utc_day + 1) * DAY_S for day in new) or any(
        _end(day, packed.body) > (day + 1) * DAY_S for day, packed in held.items()
    )


def _end(day: int, body: bytes) -> int:
    grid = read_grid(body)
    if grid:
        return day * DAY_S + grid.end
    return max(row[0] + row[1] for row in read_rows(day, body)[0])


def _across_midnight(
    held: Mapping[int, Held], layers: Mapping[int, Sequence[PackedDay]], cut: Span | None
) -> dict[int, bytes]:
    """Merge all days as one stretch, so that an interval pushes out what it overlaps."""
    rows, runs = _unrolled((day, held[day].body) for day in sorted(held))
    if cut:
        rows = [row for row in rows if not cut[0] <= row[0] < cut[1]]
    for depth in range(max((len(days) for days in layers.values()), default=0)):
        layer = [layers[day][depth] for day in sorted(layers) if depth < len(layers[day])]
        new, new_runs = _unrolled((packed.utc_day, packed.body) for packed in layer)
        spans = _spans(new, (hole for packed in layer for hole in packed.holes))
        rows, joined = intervals.newest(rows, runs, new, new_runs, spans)
        runs = list(joined)
    by_day: dict[int, list[Row]] = {day: [] for day in (*held, *layers)}
    for row in rows:
        by_day[row[0] // DAY_S].append(row)
    return {day: pack_rows(day, inside, runs) for day, inside in by_day.items()}


def _unrolled(days: Iterable[tuple[int, bytes]]) -> tuple[list[Row], list[Run]]:
    rows: list[Row] = []
    runs: list[Run] = []
    for day, body in days:
        inside, told = read_rows(day, body)
        rows += inside
        runs += ((day * DAY_S, ()), *told)  # what the day before said ends here
    return rows, runs
