"""Sources: the stream of record that a value came from, stable for years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy import insert as sql_insert

from syncd.contract import OnConflict, Source, SourceKind, StoreError
from syncd.store import tables as t

DEFAULT_RANK = {
    SourceKind.WATCH: 20,
    SourceKind.HUB: 20,
    SourceKind.FILE: 20,
    SourceKind.PHONE: 40,
    SourceKind.MANUAL: 60,
}
"""A lower number speaks first; recorded workouts outrank all, in ``walks``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source as stored; ``rank`` may be the person's own choice."""

    id: int
    account_id: int
    person_id: int
    key: str
    kind: SourceKind
    whole_day: bool
    origin: str | None
    device: str | None
    rank: int
    last_sync: datetime | None
    retired_at: datetime | None


_COLUMNS = tuple(t.source.c[name] for name in SourceRow.__dataclass_fields__)


def put(
    tx: Connection, account_id: int, source: Source, *, on_conflict: OnConflict = OnConflict.NEWEST
) -> SourceRow:
    """Register a source; an unchanged one is not written. ``RICHEST`` makes order irrelevant."""
    mine = (t.source.c.account_id == account_id) & (t.source.c.key == source.key)
    held = next(iter(_select(tx, mine)), None)
    if held is None:
        return _insert(tx, account_id, source)
    wanted = _richer(held, source) if on_conflict is OnConflict.RICHEST else _newer(held, source)
    if wanted != {name: getattr(held, name) for name in wanted}:
        tx.execute(update(t.source).where(t.source.c.id == held.id).values(wanted))
        return _select(tx, t.source.c.id == held.id)[0]
    return held


def of_person(cx: Connection, person_id: int) -> list[SourceRow]:
    """Return all sources of a person by (rank, key, id)."""
    return _select(cx, t.source.c.person_id == person_id)


def of_account(cx: Connection, account_id: int) -> list[SourceRow]:
    """Return the sources of one account by (rank, key, id)."""
    return _select(cx, t.source.c.account_id == account_id)


def set_last_sync(tx: Connection, source_id: int, at: datetime) -> bool:
    """Move the moment until which the past is complete, never backwards; say whether it moved."""
    here = t.source.c
    earlier = here.last_sync.is_(None) | (here.last_sync < at)
    moved = update(t.source).where(here.id == source_id, earlier).values(last_sync=at)
    return tx.execute(moved).rowcount == 1


def retire(tx: Connection, account_id: int, at: datetime) -> None:
    """Let all sources of an account end: nobody waits for them then; what they said stays."""
    mine = t.source.c.account_id == account_id
    tx.execute(update(t.source).where(mine).values(retired_at=at))


def _insert(tx: Connection, account_id: int, source: Source) -> SourceRow:
    owner = select(t.account.c.person_id).where(t.account.c.id == account_id)
    person_id = tx.execute(owner).scalar()
    if person_id is None:
        raise StoreError(f"There is no account number {account_id} any more: it was removed.")
    values = {
        "account_id": account_id,
        "person_id": person_id,
        "key": source.key,
        "kind": source.kind.value,
        "whole_day": source.whole_day,
        "origin": source.origin,
        "device": source.device,
        "rank": DEFAULT_RANK[source.kind],
    }
    made = tx.execute(sql_insert(t.source).values(values).returning(t.source.c.id)).scalar_one()
    return _select(tx, t.source.c.id == made)[0]


def better_known(a: SourceKind, b: SourceKind) -> SourceKind:
    """Return the one of two kinds that says more: a device that is known beats its files."""
    return min({a, b} - {SourceKind.FILE}, default=SourceKind.FILE)


def _newer(held: SourceRow, source: Source) -> dict[str, str | bool | None]:
    return {
        "kind": source.kind.value,
        "whole_day": source.whole_day,
        "origin": source.origin or held.origin,
        "device": source.device or held.device,
    }


def _richer(held: SourceRow, source: Source) -> dict[str, str | bool | None]:
    return {
        "kind": better_known(held.kind, source.kind).value,
        "whole_day": held.whole_day or source.whole_day,
        "origin": max(held.origin or "", source.origin or "") or None,
        "device": max(held.device or "", source.device or "") or None,
    }


def _select(cx: Connection, condition: ColumnElement[bool]) -> list[SourceRow]:
    rows = cx.execute(select(*_COLUMNS).where(condition)).mappings()
    found = [SourceRow(**{**row, "kind": SourceKind(row["kind"])}) for row in rows]
    return sorted(found, key=lambda row: (row.rank, row.key, row.id))
