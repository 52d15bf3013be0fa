"""Writes that leave alone what would not change: an unguarded upsert doubles a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

from syncd.store.bulk import copy_in

_Processor = Callable[[Any], Any]
COPY_FROM = 1000
"""So many rows in one call go to PostgreSQL by COPY: measured, with fewer it costs more."""


def upsert(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert or update whole rows by primary key and return how many were really written.

    A column that a row leaves out is set to nothing.
    """
    if not rows:
        return 0
    prepared = _prepared(table, tx.dialect)
    if tx.dialect.name == "postgresql" and len(rows) >= COPY_FROM:
        return _merged(tx, table, prepared, rows)
    return tx.exec_driver_sql(prepared.sql, [prepared.values(row) for row in rows]).rowcount


_COPIED = "copied"


def _merged(
    tx: Connection, table: Table, prepared: _Upsert, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Copy rows beside the table and merge them under the same guard; the last of a key stands."""
    keys = [column.name for column in table.primary_key.columns]
    last = {tuple(row[key] for key in keys): row for row in rows}
    names = ", ".join(name for name, _ in prepared.columns)
    beside = f"CREATE TEMPORARY TABLE {_COPIED} ON COMMIT DROP AS SELECT {names} FROM {table.name}"
    tx.exec_driver_sql(f"{beside} WITH NO DATA")
    copy_in(tx, f"{_COPIED} ({names})", (prepared.values(row) for row in last.values()))
    written = tx.exec_driver_sql(prepared.merge).rowcount
    tx.exec_driver_sql(f"DROP TABLE {_COPIED}")
    return written


@dataclass(frozen=True, slots=True)
class _Upsert:
    """One statement, and how the driver wants each value."""

    sql: str
    merge: str
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
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    values = f" VALUES ({', '.join(['?' if sqlite else '%s'] * len(names))})"
    guarded = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes} WHERE {guard}"
    return _Upsert(
        into + values + guarded,
        f"{into} SELECT {', '.join(names)} FROM {_COPIED}{guarded}",
        tuple((c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in table.c),
    )
