"""A SQLite installation copied into an empty PostgreSQL database: all of it, or nothing.

The rows keep their numbers, so that sealed sign-ins and everything that was exported stay true.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, text

from syncd.contract import StoreError, SyncdError
from syncd.store import copying
from syncd.store import tables as t
from syncd.store.backup_file import Progress
from syncd.store.failures import explained_file
from syncd.store.locks_of_server import lock_out_others
from syncd.store.sql import Store
from syncd.store.table_sums import TableSum, sums_of_file, sums_of_store


@dataclass(frozen=True, slots=True)
class Moved:
    """What is in both databases now: rows by table."""

    source: str
    target: str
    rows: Mapping[str, int]


def move(source: Store, target: Store, progress: Progress) -> Moved:
    """Copy every row of ``source`` into ``target`` in one transaction, and compare both.

    Nothing is changed in ``source``; nobody else may have it open. Raises ``SyncdError`` for a
    target that holds data, ``StoreError`` where the copy is not what the source holds; nothing is
    in the target then.
    """
    source.alone()
    with target.write(durable=True) as tx:
        lock_out_others(tx, target.place)
        if tx.execute(select(t.person.c.id).limit(1)).first() is not None:
            raise SyncdError(
                f"{target.place} holds data already. Name an empty database; nothing was changed."
            )
        with explained_file(Path(source.place)), closing(_opened(source.place)) as db:
            sums = _copied(tx, db, progress)
    return Moved(source.place, target.place, {name: one.rows for name, one in sums.items()})


def _copied(tx: Connection, db: sqlite3.Connection, progress: Progress) -> Mapping[str, TableSum]:
    """Copy all rows of one snapshot; return their sums, which are the same on both sides."""
    db.execute("BEGIN")
    before = sums_of_file(db)
    _make_empty(tx)
    copying.fill_store(tx, db, progress)
    copying.set_serials_of_store(tx, copying.serials_of_file(db))
    after = sums_of_store(tx)
    different = [name for name in t.metadata.tables if before.get(name) != after.get(name)]
    if different:
        raise StoreError(
            f"What arrived is not what was sent ({min(different)}); a disk or the network fails."
            " Nothing was changed."
        )
    return after


def _make_empty(tx: Connection) -> None:
    """Take away what a new schema brings along; there is nobody in it."""
    names = ", ".join(f'"{table.name}"' for table in t.metadata.sorted_tables)
    tx.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))


def _opened(place: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"{Path(place).as_uri()}?mode=ro", uri=True, isolation_level=None)
    db.execute("PRAGMA query_only = ON")
    return db
