"""Writes that leave alone what would not change: an unguarded upsert doubles a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert


def upsert(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert or update rows by primary key and return how many were really written."""
    if not rows:
        return 0
    statement = _statement(tx.dialect.name, table)
    done = tx.execute(
        statement, [dict(row) for row in rows], execution_options={"preserve_rowcount": True}
    )
    return done.rowcount


@lru_cache(maxsize=64)
def _statement(dialect: str, table: Table) -> Insert:
    keys = list(table.primary_key.columns)
    values = [column for column in table.columns if not column.primary_key]
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    fresh = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=keys,
        set_={column.name: fresh[column.name] for column in values},
        where=or_(*(column.is_distinct_from(fresh[column.name]) for column in values)),
    )
