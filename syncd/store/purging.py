"""Removing a person: every row that leads to them, and what is left of it in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from syncd.contract import StoreError
from syncd.store import sqlite_files
from syncd.store import tables as t
from syncd.store.failures import explained_file
from syncd.store.locks import lock_person
from syncd.store.sql import Store


def rows_of(cx: Connection, person_id: int) -> dict[str, int]:
    """Return how many rows each table has of a person."""
    return {
        table.name: cx.execute(
            select(func.count()).select_from(table).where(belongs_to(table, person_id))
        ).scalar_one()
        for table in t.metadata.sorted_tables
    }


def belongs_to(table: Table, person_id: int) -> ColumnElement[bool]:
    """Return the condition for a person's rows in a table of ours."""
    if table is t.person:
        return t.person.c.id == person_id
    if "person_id" in table.c:
        return table.c.person_id == person_id
    accounts = select(t.account.c.id).where(t.account.c.person_id == person_id)
    return table.c.account_id.in_(accounts)


def remove(tx: Connection, person_id: int) -> Mapping[str, int]:
    """Delete a person with everything known of them; return how many rows went, by table."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("PRAGMA secure_delete = ON")
    lock_person(tx, person_id)
    gone = rows_of(tx, person_id)
    accounts = [row.id for row in tx.execute(select(t.account.c.id).where(_of(person_id)))]
    tx.execute(delete(t.person).where(t.person.c.id == person_id))
    _refuse_leftovers(tx, person_id, accounts)
    return gone


def sweep(store: Store) -> None:
    """Clear a SQLite file of what was deleted; raise ``StoreError`` while others have it open."""
    if store.dialect != "sqlite":
        return
    place = Path(store.place)
    with explained_file(place), closing(_alone(place)) as db:
        _empty_the_log(db, place)
        db.execute("VACUUM")
        _empty_the_log(db, place)


def refuse_company(store: Store) -> None:
    """Raise ``StoreError`` where another program would keep deleted bytes in a SQLite file."""
    if store.dialect == "sqlite":
        place = Path(store.place)
        with explained_file(place), closing(_alone(place)) as db:
            _empty_the_log(db, place)


def _alone(place: Path) -> sqlite3.Connection:
    db = sqlite3.connect(place, timeout=sqlite_files.BUSY_S, isolation_level=None)
    db.execute("PRAGMA secure_delete = ON")
    return db


def _empty_the_log(db: sqlite3.Connection, place: Path) -> None:
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreError(f"Another program has {place} open. Close it, then try again.")


def _of(person_id: int) -> ColumnElement[bool]:
    return t.account.c.person_id == person_id


def _refuse_leftovers(tx: Connection, person_id: int, accounts: list[int]) -> None:
    """Raise, and so undo everything, where a row was forgotten."""
    for table in t.metadata.sorted_tables:
        column = table.c.get("person_id")
        owners, ids = (column, [person_id]) if column is not None else (None, accounts)
        if owners is None:
            owners = table.c.get("account_id")
        if (
            owners is not None
            and tx.execute(select(owners).where(owners.in_(ids)).limit(1)).first()
        ):
            raise RuntimeError(f"a purge forgets rows in {table.name}")
