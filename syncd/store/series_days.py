"""Days of series: what a pull does to the minutes that were held before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from syncd.contract import OnConflict, Series, StepSeries, Window, Write
from syncd.store import tables as t
from syncd.store import totals
from syncd.store.driver import Statement
from syncd.store.instants import DAY_S, Instant, seconds_of, to_unix, utc_day
from syncd.store.merging import Held, Span, merged
from syncd.store.series import Columns, PackedDay, digest, pack_day, split_days

_REACH_DAYS = 3
"""An interval lasts 50 hours at most."""

_HELD = Statement(
    "SELECT utc_day, body, hash FROM series_day WHERE account_id = :account_id"
    " AND source_id = :source_id AND series = :series AND utc_day BETWEEN :first AND :last"
    " ORDER BY utc_day"
)
_PUT = Statement(
    "INSERT INTO series_day (account_id, source_id, series, utc_day, body, hash)"
    " VALUES (:account_id, :source_id, :series, :utc_day, :body, :hash)"
    " ON CONFLICT (account_id, source_id, series, utc_day)"
    " DO UPDATE SET body = excluded.body, hash = excluded.hash"
    " WHERE excluded.hash IS DISTINCT FROM series_day.hash"
)
_DELETE = Statement(
    "DELETE FROM series_day WHERE account_id = :account_id AND source_id = :source_id"
    " AND series = :series AND utc_day = :utc_day"
)
_LOAD = Statement(
    "SELECT d.source_id, d.utc_day, d.body FROM source s JOIN series_day d"
    " ON d.account_id = s.account_id AND d.source_id = s.id"
    " WHERE s.person_id = :person_id AND d.series = :series"
    " AND d.utc_day BETWEEN :first AND :last ORDER BY d.utc_day, d.source_id"
)

_SPAN = Statement(
    "SELECT min(d.utc_day), max(d.utc_day) FROM source s JOIN series_day d"
    " ON d.account_id = s.account_id AND d.source_id = s.id WHERE s.person_id = :person_id"
)


@dataclass(frozen=True, slots=True)
class SeriesDay:
    """One packed UTC day of one source."""

    source_id: int
    utc_day: int
    body: bytes = field(repr=False)


def packed_days(series: Series, columns: StepSeries | Columns) -> list[PackedDay]:
    """Return columns of any length as packed days; needs no database."""
    return [pack_day(series, day, part) for day, part in split_days(columns)]


def put_series(
    tx: Connection,
    account_id: int,
    source_id: int,
    series: StepSeries,
    *,
    mode: Write = Write.UPSERT,
    covers: Window | None = None,
    on_conflict: OnConflict = OnConflict.NEWEST,
) -> set[int]:
    """Store one series of a source and return the UTC days that really changed."""
    days = packed_days(series.series, series)
    cut = seconds_of(covers) if covers and mode is Write.REPLACE else None
    richest = mode is Write.UPSERT and on_conflict is OnConflict.RICHEST
    return put_days(tx, account_id, source_id, series.series, days, cut=cut, richest=richest)


def put_days(
    tx: Connection,
    account_id: int,
    source_id: int,
    series: Series,
    days: Sequence[PackedDay],
    *,
    cut: Span | None = None,
    richest: bool = False,
) -> set[int]:
    """Store packed days of a source and return the UTC days that really changed.

    What was held with its START in ``cut`` goes. A day equal to what is held is not written.
    """
    touched = [day.utc_day for day in days]
    if cut and cut[0] < cut[1]:
        touched += [cut[0] // DAY_S, (cut[1] - 1) // DAY_S]
    if not touched:
        return set()
    whose = {"account_id": account_id, "source_id": source_id, "series": series.value}
    reach = 0 if richest else _REACH_DAYS
    span = {"first": min(touched) - reach, "last": max(touched) + reach}
    held = {day: Held(body, name) for day, body, name in _HELD.rows(tx, {**whose, **span})}
    named = {day.body: day.hash for day in days}
    changed: dict[int, tuple[bytes, bytes]] = {}
    for day, body in sorted(merged(held, days, richest=richest, cut=cut).items()):
        before = held.get(day)
        if body != (before.body if before else b""):
            name = named.get(body) or digest(body)
            if before is None or name != before.hash:
                changed[day] = body, name
    _PUT.many(
        tx,
        [
            {**whose, "utc_day": day, "body": body, "hash": name}
            for day, (body, name) in changed.items()
            if body
        ],
    )
    _DELETE.many(tx, [{**whose, "utc_day": day} for day, (body, _) in changed.items() if not body])
    return _reached(changed, days)


def _reached(changed: Iterable[int], days: Sequence[PackedDay]) -> set[int]:
    """Return changed days and those that their last interval runs into."""
    ends = {day.utc_day: day.end for day in days}
    return {
        day
        for first in changed
        for day in range(first, max(first, (ends.get(first, 0) - 1) // DAY_S) + 1)
    }


def load(
    cx: Connection, person_id: int, series: Series, first_day: int, last_day: int
) -> list[SeriesDay]:
    """Return a person's packed days, both ends included, by (utc_day, source_id)."""
    asked = {"person_id": person_id, "series": series.value, "first": first_day, "last": last_day}
    return [SeriesDay(*row) for row in _LOAD.rows(cx, asked)]


def days_span(cx: Connection, person_id: int) -> tuple[int, int] | None:
    """Return the first and last UTC day with a series, counter, total, workout or typed walk.

    Retired and dropped ones are left out.
    """
    [(first, last)] = _SPAN.rows(cx, {"person_id": person_id})
    outing, source = t.workout.c, t.source.c
    mine = (source.person_id == person_id) & outing.retired_at.is_(None)
    start, end = cx.execute(
        select(func.min(outing.start_at, type_=Instant), func.max(outing.end_at, type_=Instant))
        .join_from(t.workout, t.source, outing.source_id == source.id)
        .where(mine)
    ).one()
    days = [first, last] if first is not None else []
    days += totals.days_span(cx, person_id) or ()
    days += [utc_day(to_unix(start)), utc_day(to_unix(end))] if start is not None else []
    typed = t.manual_walk.c
    start, end = cx.execute(
        select(
            func.min(typed.start_at, type_=Instant), func.max(typed.end_at, type_=Instant)
        ).where(typed.person_id == person_id, typed.dropped_at.is_(None))
    ).one()
    days += [utc_day(to_unix(start)), utc_day(to_unix(end))] if start is not None else []
    return (min(days), max(days)) if days else None
