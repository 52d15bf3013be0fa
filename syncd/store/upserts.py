"""Writes that leave alone what would not change: an unguarded upsert doubles a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

_Processor = Callable[[Any], Any]


def upsert(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert or update whole rows by primary key and return how many were really written.

    A column that a row leaves out is set to nothing.
    """
    if not rows:
        return 0
    prepared = _prepared(table, tx.dialect)
    return tx.exec_driver_sql(prepared.sql, [prepared.values(row) for row in rows]).rowcount


@dataclass(frozen=True, slots=True)
class _Upsert:
    """One statement, and how the driver wants each value."""

    sql: str
    columns: tuple[tuple[str, _Processor | None], ...]

    def values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the values of a row in the statement's order."""
        return tuple(
            [convert(row.get(name)) if convert else row.get(name) for name, convert in self.columns]
        )


@lru_cache(maxsize=64)
def _prepared(table: Table, dialect: Dialect) -> _Upsert:
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]
    others = [name for name in names if name not in keys]
    sqlite = dialect.name == "sqlite"
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changes = ", ".join(f"{name} = excluded.{name}" for name in others)
    guard = " OR ".join(f"excluded.{name} {differs} {table.name}.{name}" for name in others)
    sql = (
        f"INSERT INTO {table.name} ({', '.join(names)})"
        f" VALUES ({', '.join(['?' if sqlite else '%s'] * len(names))})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes} WHERE {guard}"
    )
    return _Upsert(
        sql, tuple((c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in table.c)
    )
