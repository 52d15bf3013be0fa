"""A PostgreSQL database had alone: for whoever replaces or fills all of it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from syncd.contract import StoreError
from syncd.store import tables as t

_LOCK_WAIT = "5s"


def lock_out_others(tx: Connection, place: str) -> None:
    """Wait for nobody: refuse where another syncd is connected, and let none in until the end."""
    others = tx.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name LIKE 'syncd%' AND pid <> pg_backend_pid()"
        )
    ).scalar_one()
    if others:
        raise StoreError(
            f"Another syncd is connected to {place} ({others} connections). "
            "Stop it, then try again."
        )
    tx.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'"))
    names = ", ".join(f'"{table.name}"' for table in t.metadata.sorted_tables)
    tx.execute(text(f"LOCK TABLE alembic_version, {names} IN ACCESS EXCLUSIVE MODE"))
