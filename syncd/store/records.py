"""The one door through which records of a complete pull enter the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, Table, delete

from syncd.contract import (
    CanonicalRecord,
    DailyTotal,
    DeviceSync,
    OffsetRun,
    OnConflict,
    Profile,
    Series,
    Source,
    StepCounter,
    StepInterval,
    StepSeries,
    Stream,
    Window,
    Workout,
    Write,
)
from syncd.store import profiles, series_days, sources, totals, workouts
from syncd.store import tables as t
from syncd.store.accounts import Account
from syncd.store.columns import Columns
from syncd.store.instants import days_between, seconds_of, to_unix
from syncd.store.series import PackedDay
from syncd.store.workouts import PackedWorkout

_SYNC_REACH_DAYS = 3
"""How far back a source's first sync settles days that waited for it."""


@dataclass(slots=True)
class _OfSource:
    """All that one pull says of one source."""

    source: Source
    days: dict[Series, list[PackedDay]] = field(default_factory=lambda: defaultdict(list))
    intervals: dict[Series, list[StepInterval]] = field(default_factory=lambda: defaultdict(list))
    workouts: list[PackedWorkout] = field(default_factory=list)
    daily: list[DailyTotal] = field(default_factory=list)
    counters: list[StepCounter] = field(default_factory=list)
    synced: datetime | None = None
    profiles: list[Profile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Records sorted, packed and compressed; made outside any transaction."""

    by_source: Mapping[str, _OfSource]


def prepare(records: Iterable[CanonicalRecord]) -> Prepared:
    """Do all work that needs no database; what is left is SQL."""
    found: dict[str, _OfSource] = {}
    for record in records:
        part = found.get(record.source.key)
        if part is None:
            part = found[record.source.key] = _OfSource(record.source)
        elif part.source != record.source:
            part.source = _joined(part.source, record.source)
        _sort_in(part, record)
    for part in found.values():
        for series, intervals in part.intervals.items():
            for columns in _layers(intervals):
                part.days[series] += series_days.packed_days(series, columns)
        part.intervals.clear()
        part.daily = totals.joined(part.daily)
    return Prepared(dict(sorted(found.items())))


def prepared_with(
    prepared: Prepared, series: Series, days: Mapping[tuple[str, int], tuple[Source, PackedDay]]
) -> Prepared:
    """Return records with other packed ``days`` (source key, UTC day) in place of their own."""
    parts = dict(prepared.by_source)
    for (key, day), (source, packed) in days.items():
        part = parts.get(key) or _OfSource(source)
        others = [own for own in part.days.get(series, []) if own.utc_day != day]
        parts[key] = replace(part, days=defaultdict(list, {**part.days, series: [*others, packed]}))
    return Prepared(dict(sorted(parts.items())))


def put_records(
    tx: Connection,
    account: Account,
    records: Iterable[CanonicalRecord] | Prepared,
    *,
    write: Write,
    on_conflict: OnConflict,
    covers: Window | None,
    now: datetime,
    stream: Stream | None = None,
) -> set[int]:
    """Store the records of one complete pull and return the UTC days that changed.

    Under ``REPLACE`` with ``stream`` given, every source of the account loses what it held in
    ``covers``; without it only the (source, series) pairs that the pull speaks of do.
    """
    prepared = records if isinstance(records, Prepared) else prepare(records)
    cut = seconds_of(covers) if covers and write is Write.REPLACE else None
    if cut is not None:
        on_conflict = OnConflict.NEWEST
    changed: set[int] = set()
    known: dict[int, _OfSource] = {}
    for part in prepared.by_source.values():
        row = sources.put(tx, account.id, part.source, on_conflict=on_conflict)
        known[row.id] = part
        changed |= _store(tx, account.id, row.id, part, cut=cut, on_conflict=on_conflict)
        changed |= _sync(tx, row, part)
        changed |= profiles.put_profiles(tx, account, part.profiles)
    if cut is not None:
        changed |= _retire(tx, account.id, known, stream=stream, cut=cut, now=now)
    return changed


def wipe(tx: Connection, account_id: int) -> None:
    """Delete everything a replay of the archive brings back; sources keep their ids."""
    whose: tuple[Table, ...] = (t.series_day, t.track, t.workout, t.daily_total, t.step_counter)
    for table in whose:
        tx.execute(delete(table).where(table.c.account_id == account_id))


def _sort_in(part: _OfSource, record: CanonicalRecord) -> None:
    match record:
        case StepSeries():
            part.days[record.series] += series_days.packed_days(record.series, record)
        case StepInterval():
            part.intervals[record.series].append(record)
        case Workout():
            part.workouts.append(workouts.pack_workout(record))
        case DailyTotal():
            part.daily.append(record)
        case StepCounter():
            part.counters.append(record)
        case DeviceSync():
            part.synced = max(record.at, part.synced or record.at)
        case Profile():
            part.profiles.append(record)


def _joined(a: Source, b: Source) -> Source:
    """Return one source of two accounts of it in one pull, whatever their order."""
    return Source(
        key=a.key,
        kind=sources.better_known(a.kind, b.kind),
        whole_day=a.whole_day or b.whole_day,
        origin=max(a.origin or "", b.origin or "") or None,
        device=max(a.device or "", b.device or "") or None,
    )


def _layers(intervals: Iterable[StepInterval]) -> Iterable[Columns]:
    """Yield sparse intervals as columns; one that overlaps an earlier one goes a layer on."""
    left = sorted(intervals, key=lambda interval: interval.start)
    while left:
        layer: list[StepInterval] = []
        later: list[StepInterval] = []
        end = None
        for interval in left:
            start = to_unix(interval.start)
            (later if end is not None and start < end else layer).append(interval)
            if layer[-1] is interval:
                end = start + interval.duration_s
        yield _columns(layer)
        left = later


def _columns(layer: list[StepInterval]) -> Columns:
    starts = tuple(to_unix(interval.start) for interval in layer)
    runs: list[OffsetRun] = []
    for start, interval in zip(starts, layer, strict=True):
        offset = interval.utc_offset_s
        if offset is not None and (not runs or runs[-1].offset_s != offset):
            runs.append(OffsetRun(start=start, offset_s=offset))
    return Columns(
        starts,
        tuple(interval.duration_s for interval in layer),
        tuple(interval.value for interval in layer),
        tuple(runs),
    )


def _store(
    tx: Connection,
    account_id: int,
    source_id: int,
    part: _OfSource,
    *,
    cut: tuple[int, int] | None,
    on_conflict: OnConflict,
) -> set[int]:
    changed: set[int] = set()
    richest = on_conflict is OnConflict.RICHEST
    for series, days in sorted(part.days.items()):
        changed |= series_days.put_days(
            tx, account_id, source_id, series, days, cut=cut, richest=richest
        )
    whose = (tx, account_id, source_id)
    changed |= workouts.put_packed(*whose, part.workouts, on_conflict=on_conflict)
    changed |= totals.put_daily(*whose, part.daily, on_conflict=on_conflict)
    changed |= totals.put_counters(*whose, part.counters, on_conflict=on_conflict)
    return changed


def _sync(tx: Connection, row: sources.SourceRow, part: _OfSource) -> set[int]:
    """Take note of a device's sync; the days between the last one and this are judged again."""
    if part.synced is None or not sources.set_last_sync(tx, row.id, part.synced):
        return set()
    at = to_unix(part.synced)
    days = days_between(to_unix(row.last_sync) if row.last_sync else at, at)
    first = days[0] if row.last_sync else days[0] - _SYNC_REACH_DAYS
    return set(range(first, days[-1] + 1))


def _retire(
    tx: Connection,
    account_id: int,
    known: Mapping[int, _OfSource],
    *,
    stream: Stream | None,
    cut: tuple[int, int],
    now: datetime,
) -> set[int]:
    """Take away what the pull speaks for and does not hold any more."""
    changed: set[int] = set()
    everyone = {row.id for row in sources.of_account(tx, account_id)} if stream else set(known)
    for source_id in sorted(everyone):
        part = known.get(source_id)
        if stream is Stream.STEPS:
            for series in sorted(set(Series) - set(part.days if part else ())):
                changed |= series_days.put_days(tx, account_id, source_id, series, (), cut=cut)
        if stream is Stream.WORKOUTS or (stream is None and part and part.workouts):
            changed |= workouts.retire_missing(
                tx,
                account_id,
                source_id,
                [packed.key for packed in part.workouts] if part else (),
                span=cut,
                now=now,
            )
    return changed
