"""SQLite as a file of one user: who may open it, how it is opened, one writer at a time."""

from __future__ import annotations

import os
import pwd
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from syncd.contract import StoreError
from syncd.store.sqlite_use import Use

WRITES = "syncd_writes"
"""The execution option of a connection whose transactions write."""

DURABLE = "syncd_durable"
"""The execution option of a connection whose commits outlast a power cut."""

BUSY_S = 30
_WAL_TRIES = 200
_WAL_PAUSE_S = 0.05


class WriterLock:
    """The right to write to one file in this process; the file's own lock is for the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None

    @contextmanager
    def held(self, place: str) -> Iterator[None]:
        """Hold the lock; raise ``StoreError`` when nobody lets go of it."""
        if self._owner == threading.get_ident():
            raise RuntimeError("a write transaction inside a write transaction")
        if not self._lock.acquire(timeout=2 * BUSY_S):
            raise StoreError(f"Another task has been writing to {place} for too long. Try again.")
        self._owner = threading.get_ident()
        try:
            yield
        finally:
            self._owner = None
            self._lock.release()


_locks: dict[str, WriterLock] = {}
_locks_guard = threading.Lock()


def writer_lock(place: str) -> WriterLock:
    """Return the one lock of a file in this process."""
    with _locks_guard:
        return _locks.setdefault(str(Path(place).resolve()), WriterLock())


def claim(path: Path, *, create: bool) -> Use:
    """Make the folder (0700) and the file (0600), and take a place among those who use it.

    Raises ``StoreError`` for what belongs to another user or is just being replaced.
    """
    try:
        return _claim(path, create=create)
    except OSError as error:
        raise StoreError(f"Cannot open {path}: {error.strerror or error}.") from error


def _claim(path: Path, *, create: bool) -> Use:
    if not create and not path.exists():
        raise StoreError(f"There is no database at {path} yet: syncd import FILE makes one.")
    if not path.parent.exists():
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
    _refuse_foreign(path.parent)
    use = Use(path)  # first, so that the file below is not the one just being replaced
    try:
        _make_or_close(path)
    except BaseException:
        use.end()
        raise
    return use


def _make_or_close(path: Path) -> None:
    """Make the file where there is none, and close it to others."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _refuse_foreign(path)
        if stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def _refuse_foreign(path: Path) -> None:
    owner = path.stat().st_uid
    if owner != os.geteuid():
        raise StoreError(
            f"{path} belongs to {_user(owner)}, and you are {_user(os.geteuid())}. "
            f"Run this as {_user(owner)}, or set database.url to a folder of your own."
        )


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def engine(place: str) -> Engine:
    """Return an engine whose connections wait for each other instead of failing."""
    made = create_engine(
        f"sqlite:///{place}",
        hide_parameters=True,
        # Its own transactions are switched off: it would begin them late, and not at all for DDL.
        connect_args={"timeout": BUSY_S, "isolation_level": None, "cached_statements": 256},
    )
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    _use_wal(connection)
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; the switch, done once a file, heeds no busy timeout."""
    for left in reversed(range(_WAL_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or not left:
                raise
            time.sleep(_WAL_PAUSE_S)
        else:
            return


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    writes = options.get(WRITES, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {0 if writes else 1}")
    durable = options.get(DURABLE, False)
    connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    # A deferred transaction that turns into a writer fails at once, busy timeout or not.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
