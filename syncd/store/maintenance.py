"""What keeps a SQLite file small and quick; PostgreSQL does it by itself (autovacuum)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from syncd.store import sqlite_files
from syncd.store.failures import explained_file
from syncd.store.sql import Store

PAGES_AT_ONCE = 2000
"""Free pages given back to the disk at once, where the file is one that can give back."""


def maintain(store: Store) -> None:
    """Let SQLite look over its statistics, give back free pages and shorten its log."""
    if store.dialect != "sqlite":
        return
    place = Path(store.place)
    with explained_file(place), closing(_opened(place)) as db:
        db.execute("PRAGMA optimize")
        db.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()
        db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def _opened(place: Path) -> sqlite3.Connection:
    return sqlite3.connect(place, timeout=sqlite_files.BUSY_S, isolation_level=None)
