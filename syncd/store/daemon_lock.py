"""One daemon a database: who holds that place, and how it is taken.

On SQLite a lock on a file beside the database, on PostgreSQL an advisory lock of a connection that
stays open. The system lets go of either when the process dies, however it dies.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from syncd.contract import StoreError
from syncd.store.sql import Store

_KEY: Final = 0x73796E636452  # "syncdR"; an advisory lock, so any number will do
_CALLED: Final = "syncd run"
_TRIES: Final = 5
_PAUSE_S: Final = 0.05
"""Whoever only looks holds the file's lock for a moment; a daemon does not fail over that."""

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_LET_GO = text("SELECT pg_advisory_unlock(:key)")
_HOLDER = text(
    "SELECT a.application_name, a.backend_start FROM pg_locks l "
    "JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND ((l.classid::bigint << 32) | l.objid::bigint) = :key"
)


@dataclass(frozen=True, slots=True)
class Holder:
    """The daemon that runs: its process, its machine, and since when."""

    pid: int
    host: str
    since: datetime


class Taken(StoreError):
    """Another daemon has the place."""


class DaemonLock:
    """The place of the one daemon, held until ``end``."""

    def __init__(self, store: Store, *, now: datetime) -> None:
        """Take the place; raises ``Taken``, with who has it, when it is taken."""
        self._store = store
        self._kept = ExitStack()
        self._session: Connection | None = None
        if store.dialect == "sqlite":
            self._kept.callback(os.close, _locked(lock_file(store), now))
        else:
            self._session = self._take()

    def check(self) -> None:
        """Take the place again where a PostgreSQL that went away has let go of it.

        Raises ``Taken`` when another daemon was faster, ``StoreError`` when it does not answer.
        """
        if self._store.dialect == "sqlite":
            return
        if self._session is not None:
            try:
                self._session.execute(text("SELECT 1"))
            except SQLAlchemyError:
                self._session = None
                with suppress(SQLAlchemyError):
                    self._kept.close()
            else:
                return
        self._session = self._take()

    def end(self) -> None:
        """Leave the place."""
        self._kept.close()

    def _take(self) -> Connection:
        session = self._kept.enter_context(self._store.session())
        called = f"{_CALLED} {os.getpid()} {socket.gethostname()}"[:63]
        session.execute(
            text("SELECT set_config('application_name', :called, false)"), {"called": called}
        )
        if not session.execute(_TAKE, {"key": _KEY}).scalar():
            self._kept.close()
            raise _refusal(holder(self._store))
        self._kept.callback(_let_go, session)
        return session


def _let_go(session: Connection) -> None:
    """Let go at once: a closed connection's server needs a moment to do so by itself."""
    with suppress(SQLAlchemyError):
        session.execute(_LET_GO, {"key": _KEY})


def lock_file(store: Store) -> Path:
    """Return the file beside a SQLite database that its daemon locks and writes its name into."""
    place = Path(store.place)
    return place.with_name(f"{place.name}-daemon")


def holder(store: Store) -> Holder | None:
    """Return the daemon that runs on this database, ``None`` when there is none."""
    if store.dialect == "sqlite":
        return _file_holder(lock_file(store))
    with store.read() as cx:
        found = cx.execute(_HOLDER, {"key": _KEY}).first()
    if found is None:
        return None
    pid, _, host = found.application_name.removeprefix(f"{_CALLED} ").partition(" ")
    return Holder(int(pid), host, found.backend_start) if pid.isdecimal() else None


def _locked(file: Path, now: datetime) -> int:
    """Return the handle of the locked file, with this process's name in it."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        for left in reversed(range(_TRIES)):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not left:
                    raise _refusal(_written(handle)) from None
                time.sleep(_PAUSE_S)
        said = {"pid": os.getpid(), "host": socket.gethostname(), "since": now.isoformat()}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(said).encode(), 0)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _file_holder(file: Path) -> Holder | None:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written(handle)
    finally:
        os.close(handle)
    return None


def _written(handle: int) -> Holder | None:
    with suppress(ValueError, KeyError, TypeError):
        said = json.loads(os.pread(handle, 4096, 0))
        return Holder(int(said["pid"]), str(said["host"]), datetime.fromisoformat(said["since"]))
    return None


def _refusal(found: Holder | None) -> Taken:
    who = (
        f" (process {found.pid} on {found.host}, since {found.since:%Y-%m-%d %H:%M} UTC)"
        if found
        else ""
    )
    return Taken(
        f"A syncd service is running on this database already{who}. One is enough: use it, or"
        " stop it first."
    )
