"""Who uses a SQLite file: every open store shares it, and whoever replaces it wants it alone.

A lock on a small file beside the database, because closing any handle of the database itself would
let go of SQLite's own locks, and because the database may be replaced. The system lets go of it
when a process dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from syncd.contract import StoreError

_PATH_OF_LOCKS = Path("/proc/locks")


class Use:
    """A place among those who use a database file; shared at first."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._file = lock_file(database)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._handle = os.open(self._file, flags, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise StoreError(
                f"{self._database} is being replaced or cleaned{self._by()}. "
                "Try again when that is done."
            ) from None

    def alone(self) -> None:
        """Keep everybody else out until the end; raise ``StoreError`` when somebody is there."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Asking for more has let go of what was held: take that again.
            others = self._by()
            with suppress(BlockingIOError):
                fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            raise StoreError(
                f"Another syncd is using {self._database}{others}. Stop it, then try again."
            ) from None

    def end(self) -> None:
        """Leave."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _by(self) -> str:
        """Return who else holds the lock, where the system tells."""
        pids = sorted(_holders(self._file) - {os.getpid()})
        return f" (process {', '.join(map(str, pids))})" if pids else ""


def lock_file(database: Path) -> Path:
    """Return the file that stands for the use of a database; it is always empty."""
    return database.with_name(f"{database.name}-lock")


def _holders(file: Path) -> set[int]:
    try:
        inode = str(file.stat().st_ino)
        rows = [line.split() for line in _PATH_OF_LOCKS.read_text().splitlines()]
    except OSError:
        return set()
    return {
        int(row[4])
        for row in rows
        if len(row) > 5 and row[1] == "FLOCK" and row[5].rpartition(":")[2] == inode
    }
