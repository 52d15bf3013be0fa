"""Restoring a backup to the database in force, whichever kind it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from syncd.store.backup_file import Progress
from syncd.store.restoring import Restored, restore_file, restore_server
from syncd.store.store_lock import StoreLock

_SQLITE = "sqlite:///"


def restore(
    url: str,
    backup: Path,
    *,
    folder: Path,
    replace: bool,
    lock: StoreLock | None,
    clock: Callable[[], datetime],
    progress: Progress = lambda _done, _total: None,
) -> Restored:
    """Put a backup in the place of the database at ``url``; ``folder`` is the state folder.

    Sign-ins that ``lock`` does not open are left out and named. Raises ``SyncdError`` where
    anything is wrong; the database is then as it was.
    """
    if url.startswith(_SQLITE):
        database = Path(make_url(url).database or "").absolute()
        return restore_file(
            database, backup, replace=replace, lock=lock, now=clock(), progress=progress
        )
    return restore_server(
        url,
        backup,
        folder=folder,
        replace=replace,
        lock=lock,
        now=clock(),
        progress=progress,
    )
