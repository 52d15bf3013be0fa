"""From a database on one machine to a server: everything, once, and checked."""

from __future__ import annotations

from syncd.contract import ConfigError, StoreError
from syncd.store import moving, open_store
from syncd.store.backup_file import Progress
from syncd.store.daemon_lock import holder
from syncd.store.moving import Moved


def move(source_url: str, target_url: str, progress: Progress) -> Moved:
    """Copy a SQLite installation to an empty PostgreSQL database.

    Raises ``ConfigError`` for addresses of another kind, ``SyncdError`` where anybody uses either
    database or the target holds data. The source is never changed.
    """
    _refuse_other_kinds(source_url, target_url)
    source = open_store(source_url)
    try:
        found = holder(source)
        if found is not None:
            raise StoreError(
                f"The service runs on {source.place} (process {found.pid}). Stop it, then try"
                " again: what it wrote meanwhile would be lost."
            )
        target = open_store(target_url)
        try:
            return moving.move(source, target, progress)
        finally:
            target.close()
    finally:
        source.close()


def _refuse_other_kinds(source_url: str, target_url: str) -> None:
    if not source_url.startswith("sqlite"):
        raise ConfigError("The data is on a server already. syncd move is for a SQLite file.")
    if not target_url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise ConfigError("--to must be an address like postgresql://USER@HOST/NAME.")
