"""The database's clock, for processes that share one: machines need not agree on the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from syncd.store.sql import Store


class StoreClock:
    """Tells the PostgreSQL server's time: read now and then, counted in between."""

    def __init__(self, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store, self._monotonic = store, monotonic
        self._read: tuple[datetime, float]
        self.read()

    def read(self) -> None:
        """Ask the server again."""
        with self._store.read() as cx:
            before = self._monotonic()
            at: datetime = cx.execute(text("SELECT clock_timestamp()")).scalar_one()
            self._read = at.astimezone(UTC), (before + self._monotonic()) / 2

    def __call__(self) -> datetime:
        """Return the instant it is, in UTC."""
        at, then = self._read
        return at + timedelta(seconds=self._monotonic() - then)
