"""The two derived tables, walk and day: droppable, rebuilt bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    func,
    select,
    text,
    true,
)

from syncd.store import tables as t
from syncd.store import views
from syncd.store.instants import from_unix, to_unix
from syncd.store.upserts import upsert
from syncd.walks.model import (
    Activity,
    Day,
    Mark,
    Outcome,
    Resolution,
    State,
    WalkSession,
    Why,
)

_AT_ONCE = 500
"""People in one query; rows fetched at a time."""
_DAY_FIELDS = tuple(field.name for field in fields(Day))
_WALK_FIELDS = tuple(field.name for field in fields(WalkSession))
_STORED_AS = {"start": "start_at", "end": "end_at"}
_DAY_ENUMS = {
    "outcome": Outcome,
    "state": State,
    "mark": Mark,
    "why": Why,
    "resolution": Resolution,
}


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


def day_hash(day: Day) -> bytes:
    """Return 16 bytes that name the published content of a day."""
    return _hash({name: getattr(day, name) for name in _DAY_FIELDS})


def walk_hash(session: WalkSession) -> bytes:
    """Return 16 bytes that name the published content of a walk."""
    return _hash({name: getattr(session, name) for name in _WALK_FIELDS})


def _hash(content: Mapping[str, Any]) -> bytes:
    said = json.dumps(content, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.blake2b(said.encode(), digest_size=16).digest()


def replace_days(
    tx: Connection, person_id: int, first: date, last: date, rows: Sequence[DayRow]
) -> int:
    """Make ``rows`` the person's days from ``first`` to ``last``; return rows written."""
    here = t.day.c
    inside = (here.person_id == person_id) & (here.day >= first) & (here.day <= last)
    held = {
        day: (bytes(name), revision)
        for day, name, revision in tx.execute(
            select(here.day, here.hash, here.revision).where(inside)
        )
    }
    gone = held.keys() - {row.day.day for row in rows}
    for day in sorted(gone):
        tx.execute(delete(t.day).where(here.person_id == person_id, here.day == day))
    named = [(row, day_hash(row.day)) for row in rows]
    fresh = [
        _day_values(row, name)
        for row, name in named
        if held.get(row.day.day) != (name, row.revision)
    ]
    return len(gone) + upsert(tx, t.day, fresh)


def replace_walks(
    tx: Connection, person_id: int, start: int, end: int, rows: Sequence[WalkRow]
) -> int:
    """Make ``rows`` the walks that START in [start, end) Unix seconds; return rows written."""
    here = t.walk.c
    inside = and_(
        here.person_id == person_id,
        here.start_at >= from_unix(start),
        here.start_at < from_unix(end),
    )
    held = {
        walk_id: (bytes(name), revision)
        for walk_id, name, revision in tx.execute(
            select(here.id, here.hash, here.revision).where(inside)
        )
    }
    gone = held.keys() - {row.id for row in rows}
    for walk_id in sorted(gone):
        tx.execute(delete(t.walk).where(here.person_id == person_id, here.id == walk_id))
    named = [(row, walk_hash(row.session)) for row in rows]
    fresh = [
        _walk_values(row, name) for row, name in named if held.get(row.id) != (name, row.revision)
    ]
    return len(gone) + upsert(tx, t.walk, fresh)


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
    here = t.day.c
    conditions = [
        *([here.day >= first] if first else ()),
        *([here.day <= last] if last else ()),
        *([here.changed_at >= changed_since] if changed_since else ()),
        *([here.flagged.is_(flagged)] if flagged is not None else ()),
    ]
    query = _of_people(t.day, [here[name] for name in _DAY_FIELDS], here.day).where(*conditions)
    for row in _streamed(cx, query, person_ids):
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
    here = t.walk.c
    conditions = [
        # A local day lies within a UTC day and a half of itself: what the index can use.
        *([here.day >= first, here.start_at >= _noon(first, -2)] if first else ()),
        *([here.day <= last, here.start_at <= _noon(last, 2)] if last else ()),
        *([here.changed_at >= changed_since] if changed_since else ()),
    ]
    for row in _streamed(cx, _walks().where(*conditions), person_ids):
        yield _walk_row(row)


def retired(
    cx: Connection, person_ids: Sequence[int] | None, *, changed_since: datetime
) -> Iterator[RetiredWalk]:
    """Yield walks retired since then, by (person name, start)."""
    here = t.walk_ledger.c
    query = _of_people(t.walk_ledger, [here.id], here.start_at, here.id)
    for row in _streamed(cx, query.where(here.retired_at >= changed_since), person_ids):
        yield RetiredWalk(id=row[4], person=row[1])


def walk_by_id(cx: Connection, prefix: str) -> list[WalkRow]:
    """Return up to five walks whose id starts with ``prefix``."""
    start = prefix.strip().lower()
    if not start:
        return []
    here = t.walk.c
    beyond = start[:-1] + chr(ord(start[-1]) + 1)
    query = _walks().where(here.id >= start, here.id < beyond).limit(5)
    return [_walk_row(row) for row in cx.execute(query)]


def unsettled(cx: Connection) -> list[tuple[int, date]]:
    """Return (person, day) of the days that are still open or waiting, in order."""
    here = t.day.c
    query = select(here.person_id, here.day).where(
        here.state.in_([State.OPEN.value, State.WAITING.value])
    )
    return [
        (person_id, day) for person_id, day in cx.execute(query.order_by(here.person_id, here.day))
    ]


def days_range(cx: Connection, person_id: int) -> tuple[date, date] | None:
    """Return the first and last day of a person that has a row."""
    here = t.day.c
    query = select(func.min(here.day), func.max(here.day)).where(here.person_id == person_id)
    first, last = cx.execute(query).one()
    return (first, last) if first is not None else None


def counts(cx: Connection, person_ids: Sequence[int] | None = None) -> tuple[int, int]:
    """Return how many walks are stored, and how many days that have any data."""
    kinds = ((t.walk, true()), (t.day, t.day.c.why.is_distinct_from(Why.NO_DATA.value)))
    walks, days = (
        sum(
            cx.execute(
                select(func.count()).select_from(table).where(_among(table, some), wanted)
            ).scalar_one()
            for some in _batches(person_ids)
        )
        for table, wanted in kinds
    )
    return walks, days


def drop(tx: Connection) -> None:
    """Drop and create again the derived tables and their views."""
    for statement in views.drop():
        tx.exec_driver_sql(statement)
    for table in t.DERIVED:
        table.drop(tx, checkfirst=True)
    for table in t.DERIVED:
        table.create(tx)
    for statement in views.create(tx.dialect.name):
        tx.execute(text(statement.replace(":", "\\:")))


def _noon(day: date, ahead: int) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=ahead)


def _of_people(table: Table, columns: Sequence[Column[Any]], *order: Column[Any]) -> Select[Any]:
    head = [table.c.person_id, t.person.c.name, table.c.revision, table.c.changed_at]
    joined = select(*head, *columns).join_from(t.person, table, table.c.person_id == t.person.c.id)
    return joined.order_by(t.person.c.name, *order)


def _walks() -> Select[Any]:
    here = t.walk.c
    columns = [here[_STORED_AS.get(name, name)] for name in _WALK_FIELDS]
    return _of_people(t.walk, [here.id, *columns], here.start_at, here.id)


def _streamed(
    cx: Connection, query: Select[Any], person_ids: Sequence[int] | None
) -> Iterator[Sequence[Any]]:
    options = {"stream_results": True, "yield_per": _AT_ONCE}
    for some in _batches(_by_name(cx, person_ids)):
        mine = query if some is None else query.where(t.person.c.id.in_(some))
        with cx.execute(mine, execution_options=options) as rows:  # closed when nobody reads on
            yield from rows


def _by_name(cx: Connection, person_ids: Sequence[int] | None) -> list[int] | None:
    if person_ids is None or len(person_ids) <= _AT_ONCE:
        return None if person_ids is None else list(person_ids)
    order = cx.execute(select(t.person.c.id).order_by(t.person.c.name)).scalars()
    wanted = set(person_ids)
    return [person_id for person_id in order if person_id in wanted]


def _batches(person_ids: Sequence[int] | None) -> Iterator[Sequence[int] | None]:
    if person_ids is None:
        yield None
        return
    for low in range(0, len(person_ids), _AT_ONCE):
        yield person_ids[low : low + _AT_ONCE]


def _among(table: Table, person_ids: Sequence[int] | None) -> ColumnElement[bool]:
    if person_ids is None:
        return table.c.person_id.is_not(None)
    return table.c.person_id.in_(person_ids)


def _day_row(row: Sequence[Any]) -> DayRow:
    person_id, person, revision, changed_at, *values = row
    content = dict(zip(_DAY_FIELDS, values, strict=True))
    for name, kind in _DAY_ENUMS.items():
        if content[name] is not None:
            content[name] = kind(content[name])
    return DayRow(person_id, person, Day(**content), revision, changed_at)


def _walk_row(row: Sequence[Any]) -> WalkRow:
    person_id, person, revision, changed_at, walk_id, *values = row
    content = dict(zip(_WALK_FIELDS, values, strict=True))
    content["start"] = to_unix(content["start"])
    content["end"] = to_unix(content["end"])
    content["activity"] = Activity(content["activity"])
    content["sources"] = _sources(content["sources"])
    return WalkRow(walk_id, person_id, person, WalkSession(**content), revision, changed_at)


@lru_cache(maxsize=256)
def _sources(told: str) -> tuple[str, ...]:
    return tuple(json.loads(told))


def _day_values(row: DayRow, name: bytes) -> dict[str, Any]:
    values = {field: getattr(row.day, field) for field in _DAY_FIELDS}
    return {
        **values,
        **{field: values[field] and values[field].value for field in _DAY_ENUMS},
        "person_id": row.person_id,
        "revision": row.revision,
        "changed_at": row.changed_at,
        "hash": name,
    }


def _walk_values(row: WalkRow, name: bytes) -> dict[str, Any]:
    walk = row.session
    values = {_STORED_AS.get(field, field): getattr(walk, field) for field in _WALK_FIELDS}
    return {
        **values,
        "person_id": row.person_id,
        "id": row.id,
        "day": from_unix(walk.start + walk.utc_offset_start_s).date(),
        "start_at": from_unix(walk.start),
        "end_at": from_unix(walk.end),
        "activity": walk.activity.value,
        "sources": json.dumps(walk.sources, ensure_ascii=False),
        "revision": row.revision,
        "changed_at": row.changed_at,
        "hash": name,
    }
