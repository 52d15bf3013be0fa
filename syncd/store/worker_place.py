"""Workers of a PostgreSQL database: each is a connection that says who it is, while it lives.

The server lets go of it when the process dies, however it dies; nothing is left to be cleared up.
"""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from syncd.store.daemon_lock import Holder
from syncd.store.sql import Store

_LEADER: Final = 0x73796E63644C  # "syncdL"; an advisory lock, so any number will do
_CALLED: Final = "syncd worker"
_LISTED = text(
    "SELECT application_name, backend_start FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE :called ORDER BY 2, 1"
)


class WorkerPlace:
    """A worker's connection, open until ``end``; one worker at a time leads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = ExitStack()
        self._session: Connection | None = None
        self._leads = False
        self.check()

    def check(self) -> None:
        """Take the place again where a server that went away has let go of it."""
        if self._session is not None:
            try:
                self._session.execute(text("SELECT 1"))
            except SQLAlchemyError:
                self.end()
            else:
                return
        session = self._kept.enter_context(self._store.session())
        called = f"{_CALLED} {os.getpid()} {socket.gethostname()}"[:63]
        session.execute(
            text("SELECT set_config('application_name', :called, false)"), {"called": called}
        )
        self._session = session

    def leads(self) -> bool:
        """Tell whether this worker does what one of them must; another takes over when it ends."""
        if not self._leads and self._session is not None:
            try:
                taken = text("SELECT pg_try_advisory_lock(:key)")
                self._leads = bool(self._session.execute(taken, {"key": _LEADER}).scalar())
            except SQLAlchemyError:
                return False
        return self._leads

    def end(self) -> None:
        """Leave the place."""
        self._session, self._leads = None, False
        with suppress(SQLAlchemyError):
            self._kept.close()


def workers(store: Store) -> list[Holder]:
    """Return the workers that run on this database, longest first; none on SQLite."""
    if store.dialect != "postgresql":
        return []
    with store.read() as cx:
        rows = cx.execute(_LISTED, {"called": f"{_CALLED} %"}).all()
    return [found for row in rows if (found := _holder(*row)) is not None]


def _holder(called: str, since: datetime) -> Holder | None:
    pid, _, host = called.removeprefix(f"{_CALLED} ").partition(" ")
    return Holder(int(pid), host, since) if pid.isdecimal() else None
