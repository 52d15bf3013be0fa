"""Requests a minute at a vendor, shared by all workers: who has none left waits for the minute."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from syncd.contract import Adapter, Connection, Cursor, RateLimited, RawPayload, Stream, Window
from syncd.service.syncing import Opener
from syncd.store import Store, job_queue
from syncd.store.accounts import Account

PARTS = 20
"""A worker draws a twentieth of a minute's requests at once: the database is asked seldom."""
_MINUTE = timedelta(minutes=1)
_WITHOUT_END = 2**31 - 1


@dataclass(slots=True)
class _Drawn:
    """What this worker still has of a minute."""

    minute: datetime
    left: int


@dataclass(kw_only=True)
class Budgets:
    """Opens roads that ask no more than ``a_minute`` says, each vendor for all workers together.

    A payload counts as a request, whatever library made it. Only the first of a fetch is refused:
    one that is under way is counted and goes on, so that no pull is broken off in the middle.
    """

    store: Store
    clock: Callable[[], datetime]
    a_minute: Mapping[str, int]
    opened: Opener
    _drawn: dict[str, _Drawn] = field(default_factory=dict, init=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, init=False)

    @contextmanager
    def open(self, account: Account, adapter: Adapter[Any]) -> Iterator[Connection]:
        """Yield a road to the account's vendor that keeps to the vendor's budget."""
        with self.opened(account, adapter) as road:
            yield _Counted(road, account.vendor, self.draw)

    def draw(self, vendor: str, *, under_way: bool = False) -> None:
        """Take one request; raise ``RateLimited`` until the next minute where none is left."""
        most = self.a_minute.get(vendor)
        if most is None:
            return
        with self._guard:
            now = self.clock()
            minute = now.replace(second=0, microsecond=0)
            held = self._drawn.get(vendor)
            if held is None or held.minute != minute or held.left == 0:
                held = self._drawn[vendor] = _Drawn(minute, self._more(vendor, most, under_way))
            if held.left == 0:
                until = (minute + _MINUTE - now) + timedelta(seconds=1)
                raise RateLimited(
                    f"All {most:,} requests of this minute that {vendor} may be asked are used.",
                    retry_after=until,
                )
            held.left -= 1

    def _more(self, vendor: str, most: int, under_way: bool) -> int:  # noqa: FBT001 - inside
        """Return how many requests the database gave, a part or the last single ones."""
        with self.store.write() as tx:
            for want in sorted({max(1, most // PARTS), 1}, reverse=True):
                if job_queue.draw(tx, vendor, want=want, most=most):
                    return want
            if under_way:
                job_queue.draw(tx, vendor, want=1, most=_WITHOUT_END)
        return int(under_way)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A road on which every payload is paid for before it is asked for."""

    road: Connection
    vendor: str
    draw: Callable[..., None]

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield the vendor's answers."""
        self.draw(self.vendor)
        for number, answer in enumerate(self.road.fetch(stream, window, cursor)):
            if number:
                self.draw(self.vendor, under_way=True)
            yield answer
