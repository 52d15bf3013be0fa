"""What is never derived: ledger of walks, revisions of days, targets, marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from syncd.store import tables as t
from syncd.store.instants import from_unix, to_unix
from syncd.store.upserts import upsert
from syncd.walks.model import Mark, Outcome, State

_AT_ONCE = 500
"""Values in one list of a query."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """Knobs in force from ``first_day`` on (``None``: always); ids count from 1 in a person."""

    id: int
    person_id: int
    first_day: date | None
    knobs: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A published walk: its id for ever, its last edges in Unix seconds."""

    id: str
    person_id: int
    recorded_key: str | None
    kind: str
    start: int
    end: int
    revision: int
    changed_at: datetime
    retired_at: datetime | None
    hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DayRevision:
    """What a day read, once."""

    day: date
    revision: int
    changed_at: datetime
    outcome: Outcome | None
    brisk_min: int | None
    state: State
    target_id: int
    rules: int
    hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A flare or an excuse over days, both ends included; ``last_day=None`` still runs."""

    id: int
    person_id: int
    kind: Mark
    first_day: date
    last_day: date | None
    why: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ManualWalk:
    """A walk typed by hand, on whole minutes; ``why`` is a person's own words."""

    id: str
    person_id: int
    start_at: datetime
    end_at: datetime
    utc_offset_s: int
    brisk_min: int | None
    why: str
    created_at: datetime


def targets(cx: Connection, person_id: int) -> list[TargetRow]:
    """Return a person's targets by (first_day, id), those without a first day first."""
    here = t.target.c
    query = select(here.id, here.person_id, here.first_day, here.knobs, here.created_at)
    rows = [
        TargetRow(number, person, first_day, json.loads(knobs), created_at)
        for number, person, first_day, knobs, created_at in cx.execute(
            query.where(here.person_id == person_id)
        )
    ]
    return sorted(rows, key=lambda row: (row.first_day or date.min, row.id))


def set_target(
    tx: Connection,
    person_id: int,
    knobs: Mapping[str, Any],
    first_day: date | None,
    now: datetime,
) -> int:
    """Add a target and return its id; saying the same again returns the same id."""
    told = targets(tx, person_id)
    same_day = [row for row in told if row.first_day == first_day]
    if same_day and dict(same_day[-1].knobs) == dict(knobs):
        return same_day[-1].id
    number = max((row.id for row in told), default=0) + 1
    values = {
        "person_id": person_id,
        "id": number,
        "first_day": first_day,
        "knobs": json.dumps(dict(knobs), sort_keys=True),
        "created_at": now,
    }
    tx.execute(insert(t.target).values(values))
    return number


def ledger(cx: Connection, person_id: int, start: int, end: int) -> list[LedgerRow]:
    """Return entries, retired ones too, whose last edges overlap [start, end) Unix seconds."""
    here = t.walk_ledger.c
    overlap = (here.end_at >= from_unix(start)) & (here.start_at < from_unix(end))
    return _ledger(cx, (here.person_id == person_id) & overlap)


def ledger_by_key(
    cx: Connection, person_id: int, recorded_keys: Iterable[str]
) -> dict[str, LedgerRow]:
    """Return the entries of recorded workouts by key."""
    keys = sorted(set(recorded_keys))
    here = t.walk_ledger.c
    found: dict[str, LedgerRow] = {}
    for low in range(0, len(keys), _AT_ONCE):
        some = here.recorded_key.in_(keys[low : low + _AT_ONCE])
        for row in _ledger(cx, (here.person_id == person_id) & some):
            if row.recorded_key is not None:
                found[row.recorded_key] = row
    return found


def put_ledger(tx: Connection, rows: Sequence[LedgerRow]) -> int:
    """Write entries by id and return how many really changed."""
    return upsert(
        tx,
        t.walk_ledger,
        [
            {
                "person_id": row.person_id,
                "id": row.id,
                "recorded_key": row.recorded_key,
                "kind": row.kind,
                "start_at": from_unix(row.start),
                "end_at": from_unix(row.end),
                "revision": row.revision,
                "changed_at": row.changed_at,
                "retired_at": row.retired_at,
                "hash": row.hash,
            }
            for row in rows
        ],
    )


def history(
    cx: Connection, person_id: int, first: date, last: date
) -> dict[date, list[DayRevision]]:
    """Return all revisions of each day, both ends included, oldest first."""
    here = t.day_revision.c
    days: dict[date, list[DayRevision]] = {}
    mine = (here.person_id == person_id) & (here.day >= first) & (here.day <= last)
    for row in _revisions(cx, mine):
        days.setdefault(row.day, []).append(row)
    return days


def last_revisions(
    cx: Connection, person_id: int, first: date, last: date
) -> dict[date, DayRevision]:
    """Return the newest revision of each day, both ends included."""
    return {day: told[-1] for day, told in history(cx, person_id, first, last).items()}


def days_revised(cx: Connection, person_id: int, since: datetime) -> list[date]:
    """Return the days that read anew at ``since`` or later, in order."""
    here = t.day_revision.c
    mine = (here.person_id == person_id) & (here.changed_at >= since)
    return list(cx.execute(select(here.day).where(mine).distinct().order_by(here.day)).scalars())


def add_revisions(tx: Connection, person_id: int, revisions: Sequence[DayRevision]) -> None:
    """Append revisions of days."""
    if not revisions:
        return
    rows = [
        {
            "person_id": person_id,
            "day": row.day,
            "revision": row.revision,
            "changed_at": row.changed_at,
            "outcome": row.outcome and row.outcome.value,
            "brisk_min": row.brisk_min,
            "state": row.state.value,
            "target_id": row.target_id,
            "rules": row.rules,
            "hash": row.hash,
        }
        for row in revisions
    ]
    tx.execute(insert(t.day_revision), rows)


def revisions(cx: Connection, person_id: int, day: date) -> list[DayRevision]:
    """Return all revisions of a day, oldest first."""
    here = t.day_revision.c
    return _revisions(cx, (here.person_id == person_id) & (here.day == day))


def marks(cx: Connection, person_id: int) -> list[MarkRow]:
    """Return flares and excuses that were not dropped, by (first_day, id)."""
    here = t.mark.c
    names = [here[name] for name in MarkRow.__dataclass_fields__]
    mine = (here.person_id == person_id) & here.dropped_at.is_(None)
    rows = cx.execute(select(*names).where(mine).order_by(here.first_day, here.id)).mappings()
    return [MarkRow(**{**row, "kind": Mark(row["kind"])}) for row in rows]


def add_mark(
    tx: Connection,
    person_id: int,
    kind: Mark,
    first_day: date,
    last_day: date | None,
    *,
    why: str | None = None,
    now: datetime,
) -> MarkRow:
    """Add a flare or an excuse; ``last_day=None`` runs until it is ended."""
    here = t.mark.c
    said = tx.execute(select(func.max(here.id)).where(here.person_id == person_id)).scalar_one()
    row = MarkRow((said or 0) + 1, person_id, kind, first_day, last_day, why, now)
    tx.execute(insert(t.mark).values({**asdict(row), "kind": kind.value}))
    return row


def end_mark(tx: Connection, person_id: int, mark_id: int, last_day: date) -> None:
    """Say which day is a mark's last one."""
    here = t.mark.c
    mine = (here.person_id == person_id) & (here.id == mark_id)
    tx.execute(update(t.mark).where(mine).values(last_day=last_day))


def drop_mark(tx: Connection, person_id: int, mark_id: int, now: datetime) -> None:
    """Take a mark back; it stays in the journal and is not read any more."""
    here = t.mark.c
    mine = (here.person_id == person_id) & (here.id == mark_id)
    tx.execute(update(t.mark).where(mine).values(dropped_at=now))


def manual_walks(cx: Connection, person_id: int) -> list[ManualWalk]:
    """Return the walks typed by hand that were not dropped, by start."""
    here = t.manual_walk.c
    names = [here[name] for name in ManualWalk.__dataclass_fields__]
    mine = (here.person_id == person_id) & here.dropped_at.is_(None)
    rows = cx.execute(select(*names).where(mine).order_by(here.start_at, here.id)).mappings()
    return [ManualWalk(**row) for row in rows]


def days_by_hand(cx: Connection, person_id: int) -> set[date]:
    """Return the civil days that walks typed by hand touch or touched, dropped ones too."""
    here = t.manual_walk.c
    query = select(here.start_at, here.end_at, here.utc_offset_s)
    return {
        (edge + timedelta(seconds=offset_s)).date()
        for start, end, offset_s in cx.execute(query.where(here.person_id == person_id))
        for edge in (start, end - timedelta(minutes=1))
    }


def people_with_walks_by_hand(cx: Connection) -> list[int]:
    """Return the people who typed walks that were not dropped, in order."""
    here = t.manual_walk.c
    query = select(here.person_id).where(here.dropped_at.is_(None)).distinct()
    return list(cx.execute(query.order_by(here.person_id)).scalars())


def add_manual_walk(tx: Connection, walk: ManualWalk) -> None:
    """Add a walk typed by hand."""
    tx.execute(insert(t.manual_walk).values(asdict(walk)))


def drop_manual_walk(tx: Connection, person_id: int, walk_id: str, now: datetime) -> None:
    """Take a typed walk back; it stays in the journal and is not read any more."""
    here = t.manual_walk.c
    mine = (here.person_id == person_id) & (here.id == walk_id)
    tx.execute(update(t.manual_walk).where(mine).values(dropped_at=now))


def _ledger(cx: Connection, condition: ColumnElement[bool]) -> list[LedgerRow]:
    here = t.walk_ledger.c
    rows = cx.execute(select(t.walk_ledger).where(condition).order_by(here.start_at, here.id))
    return [
        LedgerRow(
            id=row["id"],
            person_id=row["person_id"],
            recorded_key=row["recorded_key"],
            kind=row["kind"],
            start=to_unix(row["start_at"]),
            end=to_unix(row["end_at"]),
            revision=row["revision"],
            changed_at=row["changed_at"],
            retired_at=row["retired_at"],
            hash=bytes(row["hash"]),
        )
        for row in rows.mappings()
    ]


def _revisions(cx: Connection, condition: ColumnElement[bool]) -> list[DayRevision]:
    here = t.day_revision.c
    names = [here[name] for name in DayRevision.__dataclass_fields__]
    rows = cx.execute(select(*names).where(condition).order_by(here.day, here.revision)).mappings()
    return [
        DayRevision(
            **{
                **row,
                "outcome": row["outcome"] and Outcome(row["outcome"]),
                "state": State(row["state"]),
                "hash": bytes(row["hash"]),
            }
        )
        for row in rows
    ]
