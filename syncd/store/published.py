"""Reading what was published: days and walks by person and time, streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from syncd.store import tables as t
from syncd.store.driver import Statement
from syncd.store.instants import from_unix, to_unix
from syncd.walks.model import Activity, Day, Mark, Outcome, Resolution, State, WalkSession, Why

DAY_FIELDS = tuple(field.name for field in fields(Day))
WALK_FIELDS = tuple(field.name for field in fields(WalkSession))
STORED_AS = {"start": "start_at", "end": "end_at"}
DAY_ENUMS = {
    "outcome": Outcome,
    "state": State,
    "mark": Mark,
    "why": Why,
    "resolution": Resolution,
}
_DAY_FLAGS = ("flagged", "close_call")
_AT_ONCE = 500
"""People in one query."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """A judged day as published."""

    person_id: int
    person: str
    day: Day
    revision: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class WalkRow:
    """A walk as published; ``id`` comes from the ledger."""

    id: str
    person_id: int
    person: str
    session: WalkSession
    revision: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RetiredWalk:
    """A walk that was published once and is no more."""

    id: str
    person: str


# The person is the outer loop: by the index on names, no sorting of what may be a million rows.
_BY_START = "r.start_at, r.id"
_FROM = (
    "SELECT r.person_id, p.name, r.revision, r.changed_at, {columns}"
    " FROM person p CROSS JOIN {table} r WHERE r.person_id = p.id"
)


def iter_days(
    cx: Connection,
    person_ids: Sequence[int] | None,
    *,
    first: date | None = None,
    last: date | None = None,
    changed_since: datetime | None = None,
    flagged: bool | None = None,
) -> Iterator[DayRow]:
    """Yield days by (person name, day), streamed; ``changed_since`` is included."""
    conditions = {
        "r.day >= :first": first,
        "r.day <= :last": last,
        "r.changed_at >= :changed_since": changed_since,
        "r.flagged = :flagged": flagged,
    }
    for row in _streamed(cx, person_ids, "day", DAY_FIELDS, conditions=conditions, order="r.day"):
        yield _day_row(row)


def iter_walks(
    cx: Connection,
    person_ids: Sequence[int] | None,
    *,
    first: date | None = None,
    last: date | None = None,
    changed_since: datetime | None = None,
) -> Iterator[WalkRow]:
    """Yield walks by (person name, start), streamed; days are local days of the START."""
    for row in _walk_rows(cx, person_ids, first, last, changed_since):
        yield _walk_row(row)


def _walk_rows(
    cx: Connection,
    person_ids: Sequence[int] | None,
    first: date | None,
    last: date | None,
    changed_since: datetime | None,
) -> Iterator[Sequence[Any]]:
    conditions = {
        "r.day >= :first": first,
        "r.day <= :last": last,
        # A local day lies within a UTC day and a half of itself: what the index can use.
        "r.start_at >= :earliest": _noon(first, -2),
        "r.start_at <= :latest": _noon(last, 2),
        "r.changed_at >= :changed_since": changed_since,
    }
    return _streamed(cx, person_ids, "walk", _WALK_COLUMNS, conditions=conditions, order=_BY_START)


class FlatWalk(tuple[Any, ...]):
    """A published walk as one flat row: a million of them cost no more than their columns.

    Person id, name, revision, ``changed_at``, id, then ``WALK_FIELDS`` in their order. Instants
    are Unix seconds, ``sources`` is JSON.
    """

    __slots__ = ()


def iter_flat_walks(
    cx: Connection,
    person_ids: Sequence[int] | None,
    *,
    first: date | None = None,
    last: date | None = None,
    changed_since: datetime | None = None,
) -> Iterator[FlatWalk]:
    """Yield what ``iter_walks`` does, a flat row each."""
    rows = _walk_rows(cx, person_ids, first, last, changed_since)
    if cx.dialect.name == "sqlite":
        yield from map(FlatWalk, rows)
        return
    for row in rows:
        yield FlatWalk(to_unix(one) if isinstance(one, datetime) else one for one in row)


def retired(
    cx: Connection, person_ids: Sequence[int] | None, *, changed_since: datetime
) -> Iterator[RetiredWalk]:
    """Yield walks retired since then, by (person name, start)."""
    conditions = {"r.retired_at >= :changed_since": changed_since}
    columns = ("id",)
    for row in _streamed(
        cx, person_ids, "walk_ledger", columns, conditions=conditions, order=_BY_START
    ):
        yield RetiredWalk(id=row[4], person=row[1])


def walk_by_id(cx: Connection, prefix: str) -> list[WalkRow]:
    """Return up to five walks whose id starts with ``prefix``."""
    start = prefix.strip().lower()
    if not start:
        return []
    sql = _selection("walk", _WALK_COLUMNS) + " AND r.id >= :start AND r.id < :beyond"
    beyond = start[:-1] + chr(ord(start[-1]) + 1)
    rows = _statement(sql + " ORDER BY r.id LIMIT 5").rows(cx, {"start": start, "beyond": beyond})
    return [_walk_row(row) for row in rows]


_WALK_COLUMNS = ("id", *(STORED_AS.get(name, name) for name in WALK_FIELDS))


def _streamed(
    cx: Connection,
    person_ids: Sequence[int] | None,
    table: str,
    columns: Sequence[str],
    *,
    conditions: Mapping[str, date | bool | None],
    order: str,
) -> Iterator[Sequence[Any]]:
    asked = {sql: value for sql, value in conditions.items() if value is not None}
    told = {sql.rpartition(":")[2]: _bound(cx, value) for sql, value in asked.items()}
    sql = " AND ".join((_selection(table, columns), *asked))
    for some in _batches(cx, person_ids):
        ids = {f"p{i}": person_id for i, person_id in enumerate(some or ())}
        among = f" AND p.id IN ({', '.join(f':{name}' for name in ids)})" if ids else ""
        ordered = _statement(f"{sql}{among} ORDER BY p.name, {order}")
        yield from ordered.stream(cx, {**told, **ids})


def _selection(table: str, columns: Sequence[str]) -> str:
    return _FROM.format(table=table, columns=", ".join(f"r.{name}" for name in columns))


@lru_cache(maxsize=64)
def _statement(sql: str) -> Statement:
    return Statement(sql)


def _batches(cx: Connection, person_ids: Sequence[int] | None) -> Iterator[Sequence[int] | None]:
    if person_ids is None:
        yield None
    elif len(person_ids) <= _AT_ONCE:
        yield from (person_ids,) if person_ids else ()
    else:
        wanted = set(person_ids)
        order = cx.execute(select(t.person.c.id).order_by(t.person.c.name)).scalars()
        ids = [person_id for person_id in order if person_id in wanted]
        yield from (ids[low : low + _AT_ONCE] for low in range(0, len(ids), _AT_ONCE))


def _noon(day: date | None, ahead: int) -> datetime | None:
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=ahead)


def _bound(cx: Connection, value: date | bool) -> date | bool | int | str:  # noqa: FBT001
    """Return a value as the driver of this database takes it."""
    if cx.dialect.name != "sqlite" or isinstance(value, bool):
        return value
    return to_unix(value) if isinstance(value, datetime) else value.isoformat()


def _day_row(row: Sequence[Any]) -> DayRow:
    person_id, person, revision, changed_at, *values = row
    content = dict(zip(DAY_FIELDS, values, strict=True))
    if isinstance(content["day"], str):
        content["day"] = date.fromisoformat(content["day"])
    for name in _DAY_FLAGS:
        content[name] = bool(content[name])
    for name, kind in DAY_ENUMS.items():
        if content[name] is not None:
            content[name] = kind(content[name])
    return DayRow(person_id, person, Day(**content), revision, _instant(changed_at))


def _walk_row(row: Sequence[Any]) -> WalkRow:
    person_id, person, revision, changed_at, walk_id, *values = row
    content = dict(zip(WALK_FIELDS, values, strict=True))
    if not isinstance(changed_at, int):
        content["start"] = to_unix(content["start"])
        content["end"] = to_unix(content["end"])
    content["activity"] = _ACTIVITIES[content["activity"]]
    content["sources"] = _sources(content["sources"])
    session = WalkSession(**content)
    return WalkRow(walk_id, person_id, person, session, revision, _instant(changed_at))


_ACTIVITIES = {activity.value: activity for activity in Activity}


def _instant(value: int | datetime) -> datetime:
    return from_unix(value) if isinstance(value, int) else value.astimezone(UTC)


@lru_cache(maxsize=256)
def _sources(told: str) -> tuple[str, ...]:
    return tuple(json.loads(told))
