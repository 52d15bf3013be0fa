"""From stored rows to a history that the walking rules can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from syncd.contract import OffsetRun, Series, SourceKind
from syncd.service.tenures import rank_at, spoken, tenures
from syncd.service.wearing import told
from syncd.store import accounts, journal, people, series, series_days, sources, totals, workouts
from syncd.store.columns import Columns
from syncd.store.instants import to_unix
from syncd.store.intervals import disjoint
from syncd.walks.by_hand import ByHand
from syncd.walks.counters import differenced
from syncd.walks.day import History, Outing
from syncd.walks.knobs import rules_of
from syncd.walks.minutes import from_bytes
from syncd.walks.model import (
    DAY_MIN,
    IMPLAUSIBLE_ABOVE,
    MINUTE_S,
    UNSEEN,
    Bucket,
    Mark,
    Minutes,
    Rules,
    SourceView,
    Target,
)
from syncd.walks.offsets import (
    DAY_S,
    Evidence,
    Timeline,
    held,
    timeline,
    whole_day,
    zone_evidence,
)
from syncd.walks.reexports import originals

NAMES = {
    SourceKind.WATCH: "the watch",
    SourceKind.HUB: "the watch",
    SourceKind.PHONE: "the phone",
    SourceKind.MANUAL: "the diary",
    SourceKind.FILE: "the file",
}
COUNTER_REACH_S = 3 * DAY_S
"""How far around a stretch its local days reach, with a day to spare."""
DEFAULT_TARGET = Target(0, None, Rules())


def targets_of(cx: Connection, person_id: int) -> tuple[Target, ...]:
    """Return a person's targets, the built-in one first."""
    told = journal.targets(cx, person_id)
    return (DEFAULT_TARGET, *(Target(t.id, t.first_day, rules_of(t.knobs)) for t in told))


def target_on(targets: Sequence[Target], day: date) -> Target:
    """Return the one of a person's targets that holds on a day."""
    return [t for t in targets if t.first_day is None or t.first_day <= day][-1]


def load(cx: Connection, person_id: int, first_day: int, last_day: int) -> History:
    """Return the person's history over UTC days ``first_day``..``last_day``, both included."""
    first, end = first_day * DAY_MIN, (last_day + 1) * DAY_MIN
    rows = sorted(sources.of_person(cx, person_id), key=lambda s: (s.rank, s.key, s.account_id))
    packed = series_days.load(cx, person_id, Series.STEPS, first_day, last_day)
    grids: dict[int, Grid] = {row.id: Grid(first, end - first) for row in rows}
    for day in packed:
        if day.source_id in grids:
            grids[day.source_id].lay(day)
    _lay_counters(cx, person_id, grids, first * 60, end * 60)
    by_id = {row.id: row for row in rows}
    daily = totals.load_daily(cx, person_id, first_day - 1, last_day + 1)
    zones = [(z.from_day, z.zone) for z in people.zones(cx, person_id)]
    held = tenures(cx, person_id, rows, zones)
    outings = originals(
        [
            Outing(workout=w.workout, source_id=w.source_id, source_key=s.key, rank=rank)
            for w in workouts.load(cx, person_id, first * 60, end * 60)
            if (s := by_id.get(w.source_id)) is not None
            if (rank := rank_at(held.get(s.id), s.rank, to_unix(w.workout.start))) is not None
        ]
    )
    wear = told(cx, person_id, Series.WEAR, first_day, last_day)
    asleep = told(cx, person_id, Series.SLEEP, first_day, last_day)
    files = accounts.find_files_account(cx, person_id)
    line = _timeline(zones, [grids[row.id] for row in reversed(rows)], outings, first, end)
    return History(
        first=first,
        end=end,
        line=line,
        sources=spoken(
            [
                replace(
                    _view(
                        row,
                        grids[row.id],
                        daily.get(row.id, {}),
                        wear.get(row.id),
                        asleep.get(row.id),
                    ),
                    snapshot=files is not None and _is_snapshot(row, files.id),
                )
                for row in rows
            ],
            held,
        ),
        outings=outings,
        targets=targets_of(cx, person_id),
        marks=_marks(cx, person_id),
        by_hand=_by_hand(cx, person_id, first, end),
    )


def _lay_counters(
    cx: Connection, person_id: int, grids: Mapping[int, Grid], first_s: int, end_s: int
) -> None:
    """Lay what step counters add up to; a local day is differenced whole, wherever it is cut."""
    found = totals.readings(cx, person_id, first_s - COUNTER_REACH_S, end_s + COUNTER_REACH_S)
    for source_id, readings in found.items():
        inside = [
            s for s in differenced(readings) if first_s <= s.start and s.start + s.duration <= end_s
        ]
        if not inside or source_id not in grids:
            continue
        runs: list[OffsetRun] = []
        for s in inside:
            if s.utc_offset_s is not None and (not runs or runs[-1].offset_s != s.utc_offset_s):
                runs.append(OffsetRun(start=s.start, offset_s=s.utc_offset_s))
        start, duration, steps, _ = zip(*inside, strict=True)
        grids[source_id].lay_columns(Columns(start, duration, steps, tuple(runs)))


def _view(
    row: sources.SourceRow,
    grid: Grid,
    daily: Mapping[date, int],
    wear: Minutes | None,
    asleep: Minutes | None,
) -> SourceView:
    return SourceView(
        id=row.id,
        name=NAMES[row.kind],
        rank=row.rank,
        whole_day=row.whole_day,
        minutes=grid.minutes(),
        last_sync=row.last_sync,
        key=row.key,
        buckets=tuple(Bucket(*one) for one in disjoint(sorted(grid.buckets))),
        totals=daily,
        wear=wear,
        asleep=asleep,
        carried=row.kind is SourceKind.PHONE,
        retired_at=row.retired_at,
    )


def _is_snapshot(row: sources.SourceRow, files_account: int) -> bool:
    """Tell an export or a table; a watch whose own files are imported will come again."""
    return row.account_id == files_account and row.kind is not SourceKind.WATCH


@dataclass
class Grid:
    """One source's minutes and buckets while they are laid, with what it says of local time."""

    first: int
    length: int
    steps: bytearray | None = None
    over: dict[int, int] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    buckets: list[Bucket] = field(default_factory=list)

    def lay(self, day: series_days.SeriesDay) -> None:
        """Lay one packed UTC day."""
        grid = series.minute_grid(day.body)
        if grid is None:
            self.lay_columns(series.unpack(Series.STEPS, day.utc_day, day.body))
            return
        slot, values, offsets = grid
        minute = day.utc_day * DAY_MIN + slot
        self._put(minute - self.first, values)
        self.evidence.extend(_evidence(offsets, (minute + len(values)) * MINUTE_S))

    def lay_columns(self, columns: Columns) -> None:
        """Lay intervals of any length (Unix seconds), sorted by start and disjoint."""
        minute, values = _from_intervals(columns)
        if values:
            self._put(minute - self.first, values)
        self.buckets += _buckets(columns)
        told = [
            start + seconds
            for start, seconds, value in zip(
                columns.start, columns.duration, columns.value, strict=True
            )
            if value is not None and (values or seconds > MINUTE_S)
        ]
        if told:
            self.evidence.extend(_evidence(columns.offsets, told[-1]))

    def _put(self, at: int, values: bytes | Sequence[int | None]) -> None:
        if self.steps is None:
            self.steps = bytearray([UNSEEN]) * self.length
        inside = values[max(0, -at) : self.length - at]
        at = max(0, at)
        if isinstance(inside, bytes):
            self.steps[at : at + len(inside)] = inside
            return
        for i, value in enumerate(inside, start=at):
            if value is None or value >= _EMPTY:
                continue
            self.steps[i] = min(value, IMPLAUSIBLE_ABOVE)
            if value > IMPLAUSIBLE_ABOVE:
                self.over[i] = value

    def minutes(self) -> Minutes | None:
        """Return what was laid, or ``None`` if nothing was."""
        if self.steps is None:
            return None
        found = from_bytes(self.first, bytes(self.steps))
        return (
            Minutes(found.first, found.steps, {**found.over, **self.over}) if self.over else found
        )


_EMPTY = 0xFFFF


def _from_intervals(columns: Columns) -> tuple[int, list[int | None]]:
    """Return the first Unix minute and the minutes from intervals a minute or shorter.

    Those count that together fill a clock minute.
    """
    filled: dict[int, int] = {}
    total: dict[int, float] = {}
    for start, duration, value in zip(columns.start, columns.duration, columns.value, strict=True):
        minute = start // 60
        if value is None or start + duration > 60 * (minute + 1):
            continue
        filled[minute] = filled.get(minute, 0) + duration
        total[minute] = total.get(minute, 0.0) + value
    whole = {m: round(total[m]) for m, seconds in filled.items() if seconds == 60}
    if not whole:
        return columns.start[0] // 60, []
    low, high = min(whole), max(whole)
    return low, [whole.get(m) for m in range(low, high + 1)]


def _buckets(columns: Columns) -> list[Bucket]:
    """Return the intervals longer than a minute: no minute data, and never made into such."""
    rows = zip(columns.start, columns.duration, columns.value, strict=True)
    return [Bucket(a, s, round(v)) for a, s, v in rows if v is not None and s > MINUTE_S]


def _evidence(offsets: Sequence[OffsetRun], end: int) -> Iterable[Evidence]:
    for i, run in enumerate(offsets):
        until = offsets[i + 1].start if i + 1 < len(offsets) else end
        if run.start < until:
            yield Evidence(run.start, until, run.offset_s, run.zone, "series")


def _timeline(
    zones: Sequence[tuple[date | None, str]],
    grids: Sequence[Grid],
    outings: Sequence[Outing],
    first: int,
    end: int,
) -> Timeline:
    """Paint a person's offset timeline, the least trusted evidence first."""
    base = zone_evidence(zones or [(None, "UTC")], first * 60, end * 60)
    told = [e for o in outings if (e := _told(o)) is not None]
    usual = timeline([base])
    abroad = [whole_day(e) for e in told if usual.at(e.start).offset_s != e.offset_s]
    layers = [base, abroad, *(held(g.evidence) for g in grids), told]
    return timeline([_clipped(layer, first * 60, end * 60) for layer in layers])


def _told(outing: Outing) -> Evidence | None:
    w = outing.workout
    if w.utc_offset_s is None:
        return None
    start, end = int(w.start.timestamp()), int(w.end.timestamp())
    return Evidence(start, max(end, start + 60), w.utc_offset_s, w.zone, "workout")


def _clipped(layer: Iterable[Evidence], start: int, end: int) -> list[Evidence]:
    return [
        Evidence(max(e.start, start), min(e.end, end), e.offset_s, e.zone, e.source)
        for e in layer
        if e.start < end and e.end > start
    ]


def _by_hand(cx: Connection, person_id: int, first: int, end: int) -> tuple[ByHand, ...]:
    """Return the walks typed by hand that touch the Unix minutes [``first``, ``end``)."""
    typed = (
        ByHand(w.id, to_unix(w.start_at) // 60, to_unix(w.end_at) // 60, w.brisk_min or 0)
        for w in journal.manual_walks(cx, person_id)
    )
    return tuple(w for w in typed if w.start < end and w.end > first)


def _marks(cx: Connection, person_id: int) -> dict[date, Mark]:
    """Return a person's word on each marked day; an open flare runs for at most a year."""
    found: dict[date, Mark] = {}
    for mark in journal.marks(cx, person_id):
        last = mark.last_day or mark.first_day + timedelta(days=365)
        for n in range((last - mark.first_day).days + 1):
            found[mark.first_day + timedelta(days=n)] = mark.kind
    return found


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def day_of(number: int) -> date:
    """Return the date that is ``number`` days after 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=number)


def utc_days(start_s: int, end_s: int) -> range:
    """Return the UTC days that Unix seconds [start, end) touch."""
    return range(start_s // DAY_S, -(-end_s // DAY_S))
