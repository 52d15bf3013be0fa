"""The two derived tables, walk and day: droppable, rebuilt bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
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
from syncd.store.instants import from_unix
from syncd.store.published import (
    DAY_ENUMS,
    DAY_FIELDS,
    STORED_AS,
    WALK_FIELDS,
    DayRow,
    RetiredWalk,
    WalkRow,
    iter_days,
    iter_walks,
    retired,
    walk_by_id,
)
from syncd.store.upserts import upsert
from syncd.walks.model import Day, State, WalkSession, Why

__all__ = [
    "DayRow",
    "RetiredWalk",
    "WalkRow",
    "counts",
    "data_span",
    "day_hash",
    "days_range",
    "drop",
    "iter_days",
    "iter_walks",
    "replace_days",
    "replace_walks",
    "retired",
    "unsettled",
    "walk_by_id",
    "walk_hash",
]

_DAY_CONTENT = attrgetter(*sorted(DAY_FIELDS))
_WALK_CONTENT = attrgetter(*sorted(WALK_FIELDS))
_SAY = json.JSONEncoder(default=str, separators=(",", ":")).encode
_AT_ONCE = 500
"""People in one query."""
_UNSETTLED = text("state IN ('open', 'waiting')")  # word for word what the partial index says


def day_hash(day: Day) -> bytes:
    """Return 16 bytes that name the published content of a day."""
    return _hash(_DAY_CONTENT(day))


def walk_hash(session: WalkSession) -> bytes:
    """Return 16 bytes that name the published content of a walk."""
    return _hash(_WALK_CONTENT(session))


def _hash(content: Sequence[object]) -> bytes:
    return hashlib.blake2b(_SAY(content).encode(), digest_size=16).digest()


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


def unsettled(cx: Connection) -> list[tuple[int, date, State, int]]:
    """Return (person, day, state, offset in minutes) of days still open or waiting, in order."""
    here = t.day.c
    query = select(here.person_id, here.day, here.state, here.utc_offset_end_min).where(_UNSETTLED)
    return [
        (person_id, day, State(state), offset_min)
        for person_id, day, state, offset_min in cx.execute(
            query.order_by(here.person_id, here.day)
        )
    ]


def days_range(cx: Connection, person_id: int) -> tuple[date, date] | None:
    """Return the first and last day of a person that has a row."""
    here = t.day.c
    query = select(func.min(here.day), func.max(here.day)).where(here.person_id == person_id)
    first, last = cx.execute(query).one()
    return (first, last) if first is not None else None


def data_span(cx: Connection, person_ids: Sequence[int]) -> tuple[date, date] | None:
    """Return the first and last day of these people of which any tracker said anything."""
    here = t.day.c
    said = here.why.is_distinct_from(Why.NO_DATA.value)
    ends: list[date] = []
    for some in _batches(person_ids):
        query = select(func.min(here.day), func.max(here.day)).where(_among(t.day, some), said)
        ends += [day for day in cx.execute(query).one() if day is not None]
    return (min(ends), max(ends)) if ends else None


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
    from syncd.store.tables.partial import DAY_UNSETTLED  # noqa: PLC0415 - it loads a dialect

    for statement in views.drop():
        tx.exec_driver_sql(statement)
    for table in t.DERIVED:
        table.drop(tx, checkfirst=True)
    for table in t.DERIVED:
        table.create(tx)
    DAY_UNSETTLED.create(tx, checkfirst=True)
    for statement in views.create(tx.dialect.name):
        tx.execute(text(statement.replace(":", "\\:")))


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


def _day_values(row: DayRow, name: bytes) -> dict[str, Any]:
    values = {field: getattr(row.day, field) for field in DAY_FIELDS}
    return {
        **values,
        **{field: values[field] and values[field].value for field in DAY_ENUMS},
        "person_id": row.person_id,
        "revision": row.revision,
        "changed_at": row.changed_at,
        "hash": name,
    }


def _walk_values(row: WalkRow, name: bytes) -> dict[str, Any]:
    walk = row.session
    values = {STORED_AS.get(field, field): getattr(walk, field) for field in WALK_FIELDS}
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
