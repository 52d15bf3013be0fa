"""A row in every table there is, for whoever must not forget one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    Integer,
    LargeBinary,
    Table,
    insert,
)

from syncd.store import tables as t
from syncd.store.instants import Instant

AT = datetime(2026, 3, 1, 6, 30, 11, tzinfo=UTC)
PLAIN = {"settings": "{}", "state": "active", "problems": "[]"}


def fill(tx: Connection, word: str, number: int) -> int:
    """Put one row of a person into every table, with ``word`` in each text; return the person."""
    ids: dict[str, int] = {}
    for table in t.metadata.sorted_tables:
        row = {
            column.name: _value(table, column, ids, word, number)
            for column in table.columns
            if column.identity is None
        }
        key = next((c for c in table.columns if c.identity is not None), None)
        made = insert(table).values(row)
        if key is None:
            tx.execute(made)
        else:
            ids[table.name] = tx.execute(made.returning(key)).scalar_one()
    return ids["person"]


def _value(table: Table, column: Column[Any], ids: dict[str, int], word: str, number: int) -> Any:
    if column.foreign_keys:
        [owner] = {
            key.column.table.name for key in column.foreign_keys if key.column.name == "id"
        } or ["account"]
        return ids[owner]
    if column.name in PLAIN:
        return PLAIN[column.name]
    said = f"{word} of {table.name}.{column.name}"
    for kind, value in (
        (Instant, AT),
        (Date, date(2026, 3, number)),
        (LargeBinary, f"{said}\0\xff".encode("latin-1")),
        (Boolean, number % 2 == 0),
        (Double, number + 0.1),
        (Integer, number),
    ):
        if isinstance(column.type, kind):
            return value
    return said
