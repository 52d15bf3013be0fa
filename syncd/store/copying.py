"""Copies of a whole database: its pages or its rows into a file, and a file's rows into it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from syncd.store import sqlite_files
from syncd.store import tables as t
from syncd.store.backup_file import PAGES_A_STEP, Progress
from syncd.store.bulk import copy_in
from syncd.store.migrations import to_head
from syncd.store.table_sums import (
    Stored,
    TableSum,
    columns_of,
    stored_rows,
    sum_of,
    sums_of_file,
)

_SQLITE = sqlite.dialect()


def copy_pages(database: Path, target: Path, progress: Progress) -> dict[str, TableSum]:
    """Copy a SQLite database that others may be writing to; return the sums of what was copied.

    One read transaction holds the snapshot, so that no writer makes the copy start again.
    """
    with closing(_raw(database)) as source, closing(_raw(target)) as copy:
        source.execute("PRAGMA query_only = ON")
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the snapshot begins here
        source.backup(
            copy,
            pages=PAGES_A_STEP,
            progress=lambda _, left, pages: progress(pages - left, pages),
        )
        return sums_of_file(source)


def copy_rows(cx: Connection, target: Path, progress: Progress) -> dict[str, TableSum]:
    """Copy a snapshot of any database into a new file; return the sums of what was read."""
    make_empty(target)
    sums: dict[str, TableSum] = {}
    tables = t.metadata.sorted_tables
    with closing(_raw(target)) as copy:
        copy.execute("PRAGMA synchronous = OFF")  # a file in the making: synced when it is whole
        copy.execute("BEGIN")
        for number, table in enumerate(tables):
            progress(number, len(tables))
            sums[table.name] = sum_of(_copied(cx, table, copy))
        copy.execute("COMMIT")
    return sums


def make_empty(path: Path) -> None:
    """Make a SQLite database with our tables and nothing in them, or bring one up to date."""
    path.touch(mode=0o600)
    engine = sqlite_files.engine(str(path))
    try:
        with engine.connect() as tx:
            tx.execution_options(**{sqlite_files.WRITES: True})
            with tx.begin():
                to_head(tx)
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise error.orig from error  # as everything else that is done to this file
        raise
    finally:
        engine.dispose()


@contextmanager
def finishing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a new file for its last words; at the end it is one file, and on the disk."""
    with closing(_raw(path)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        yield db
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fill_file(target: Path, source: Path) -> None:
    """Copy all rows of a file at our schema into an empty one at our schema."""
    with closing(_raw(target)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("ATTACH ? AS backup", (str(source),))
        db.execute("BEGIN")
        for table in t.metadata.sorted_tables:
            names = ", ".join(f'"{name}"' for name in columns_of(table))
            into = f'INSERT INTO main."{table.name}" ({names})'
            db.execute(f'{into} SELECT {names} FROM backup."{table.name}"')
        db.execute("COMMIT")


def fill_store(tx: Connection, source: sqlite3.Connection, progress: Progress) -> None:
    """Copy all rows of a file at our schema into empty tables of PostgreSQL."""
    tables = t.metadata.sorted_tables
    for number, table in enumerate(tables):
        progress(number, len(tables))
        names = columns_of(table)
        readers = [_reader(table, name) for name in names]
        listed = ", ".join(f'"{name}"' for name in names)
        rows = source.execute(f'SELECT {listed} FROM "{table.name}"')
        read = ([r(v) if r else v for r, v in zip(readers, row, strict=True)] for row in rows)
        copy_in(tx, f'"{table.name}" ({listed})', read)


def serials_of_file(db: sqlite3.Connection) -> dict[str, int]:
    """Return the highest id ever given out in each table of a file that counts them."""
    return {
        name: int(number) for name, number in db.execute("SELECT name, seq FROM sqlite_sequence")
    }


def serials_of_store(cx: Connection) -> dict[str, int]:
    """Return the highest id that PostgreSQL has given out, by table."""
    found = {}
    for table, column in _serials():
        sequence = _sequence(cx, table, column)
        last, called = cx.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
        found[table] = int(last) if called else 0
    return found


def set_serials_of_file(path: Path, serials: Mapping[str, int]) -> None:
    """Go on counting ids where the saved database stood, so that none is given out twice."""
    with closing(_raw(path)) as db:
        for table in {name for name, _ in _serials()} & {n for n, last in serials.items() if last}:
            db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, serials[table]))


def set_serials_of_store(tx: Connection, serials: Mapping[str, int]) -> None:
    """Go on counting ids where the saved database stood."""
    for table, column in _serials():
        last = serials.get(table, 0)
        values = {
            "sequence": _sequence(tx, table, column),
            "last": max(last, 1),
            "called": last > 0,
        }
        tx.execute(text("SELECT setval(CAST(:sequence AS regclass), :last, :called)"), values)


def _copied(cx: Connection, table: Table, copy: sqlite3.Connection) -> Iterator[tuple[Stored, ...]]:
    names = columns_of(table)
    listed = ", ".join(f'"{name}"' for name in names)
    into = f'INSERT INTO "{table.name}" ({listed}) VALUES ({", ".join("?" * len(names))})'
    for rows in stored_rows(cx, table):
        copy.executemany(into, rows)
        yield from rows


def _reader(table: Table, name: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own shape
    """Return what turns a value as SQLite keeps it into one of Python."""
    return table.c[name].type.dialect_impl(_SQLITE).result_processor(_SQLITE, None)


def _serials() -> list[tuple[str, str]]:
    return [
        (table.name, column.name)
        for table in t.metadata.sorted_tables
        for column in table.columns
        if column.identity is not None
    ]


def _sequence(cx: Connection, table: str, column: str) -> str:
    values = {"table": table, "column": column}
    asked = text("SELECT pg_get_serial_sequence(:table, :column)")
    return str(cx.execute(asked, values).scalar_one())


def _raw(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=sqlite_files.BUSY_S, isolation_level=None)
    db.execute("PRAGMA trusted_schema = OFF")
    return db
