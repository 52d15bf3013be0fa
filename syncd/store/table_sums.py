"""How much is in each table, and a sum over all of it: what a copy is compared by.

The sum adds up one digest a row, so that the order of rows does not matter: two databases order
text differently. Values are taken as SQLite keeps them, columns by name.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import sqlite

from syncd.store import tables as t

Stored = None | int | float | str | bytes
"""What SQLite keeps."""
_BATCH = 200
_WRAP = 1 << 256
_SQLITE = sqlite.dialect()
APART = frozenset({"alembic_version", "syncd_backup"})
"""Tables of a file that are about the file."""


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and the sum of their digests in hex."""

    rows: int
    checksum: str


def sum_of(rows: Iterable[Sequence[Stored]]) -> TableSum:
    """Return count and sum of rows, whatever their order."""
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(blake2b(_encoded(row), digest_size=32).digest(), "big")
    return TableSum(count, f"{total % _WRAP:064x}")


def sums_of_file(db: sqlite3.Connection) -> dict[str, TableSum]:
    """Return the sums of all tables that a SQLite file has; its own schema says which."""
    return {name: sum_of(_rows_of_file(db, name)) for name in tables_of_file(db)}


def sums_of_store(cx: Connection) -> dict[str, TableSum]:
    """Return the sums of all our tables in an open database of either kind."""
    return {
        table.name: sum_of(row for rows in stored_rows(cx, table) for row in rows)
        for table in t.metadata.sorted_tables
    }


def tables_of_file(db: sqlite3.Connection) -> list[str]:
    """Return the names of the tables in a SQLite file but those about the file."""
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    names = [name for (name,) in found]
    return [name for name in names if name not in APART and not name.startswith("sqlite_")]


def columns_of(table: Table) -> list[str]:
    """Return the columns in the order in which they are summed."""
    return sorted(column.name for column in table.columns)


def stored_rows(cx: Connection, table: Table) -> Iterator[list[tuple[Stored, ...]]]:
    """Yield a table in batches, each value as SQLite would keep it, columns by name."""
    names = columns_of(table)
    keepers = _keepers(table)
    options = {"stream_results": True, "yield_per": _BATCH}
    chosen = select(*(table.c[name] for name in names))
    with cx.execute(chosen, execution_options=options) as rows:
        for part in rows.partitions(_BATCH):
            yield [
                tuple(
                    [
                        keep(value) if keep else value
                        for keep, value in zip(keepers, row, strict=True)
                    ]
                )
                for row in part
            ]


@lru_cache(maxsize=64)
def _keepers(table: Table) -> tuple[Any, ...]:
    """Return what turns each value into what SQLite keeps; ``None`` where it is that already."""
    return tuple(
        table.c[name].type.dialect_impl(_SQLITE).bind_processor(_SQLITE)
        for name in columns_of(table)
    )


def _rows_of_file(db: sqlite3.Connection, name: str) -> Iterator[Sequence[Stored]]:
    described = db.execute(f'PRAGMA table_info("{name}")')
    columns = sorted(row[1] for row in described)
    listed = ", ".join(f'"{column}"' for column in columns)
    return iter(db.execute(f'SELECT {listed} FROM "{name}"'))


def _encoded(row: Sequence[Stored]) -> bytes:
    parts = bytearray()
    for value in row:
        sign, body = _value(value)
        parts += b"%c%d:" % (sign, len(body))
        parts += body
    return bytes(parts)


def _value(value: Stored | memoryview) -> tuple[bytes, bytes]:
    if value is None:
        return b"n", b""
    if isinstance(value, int):  # a truth value too: SQLite keeps it as 0 or 1
        return b"i", b"%d" % value
    if isinstance(value, float):
        return b"f", struct.pack(">d", value)
    if isinstance(value, str):
        return b"t", value.encode()
    return b"b", bytes(value)
