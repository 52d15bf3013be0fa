"""Due accounts handed to a bounded pool of threads: what one tick does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

from syncd.contract import StoreError
from syncd.service.claimed import Done, sync_claimed
from syncd.service.syncing import Engine, Wish
from syncd.store import due

log = logging.getLogger(__name__)

HOLD = timedelta(minutes=5)
"""A claim that nobody came back from is free again after this: a worker died with it."""


class Dispatcher:
    """Claims due accounts, as many as there are free threads, and syncs them side by side."""

    def __init__(
        self,
        engine: Engine,
        *,
        threads: int,
        wish: Wish | None = None,
        told: Callable[[Done], None] = lambda _done: None,
    ) -> None:
        self._stop = threading.Event()
        self._engine = replace(engine, stopping=self._stop.is_set)
        self._threads, self._wish, self._told = threads, wish or Wish(), told
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sync")
        self._running: dict[int, Future[None]] = {}
        self._guard = threading.Lock()

    @property
    def running(self) -> int:
        """Return how many syncs are under way."""
        with self._guard:
            return len(self._running)

    def tick(self) -> int:
        """Claim what is due, hand it to the pool, and return how many accounts that were."""
        if self._stop.is_set():
            return 0
        free = self._threads - self.running
        if free <= 0:
            return 0
        with self._engine.store.write() as tx:
            ids = due.claim(tx, now=self._engine.clock(), most=free, hold=HOLD)
        for account_id in ids:
            with self._guard:
                self._running[account_id] = self._pool.submit(self._sync, account_id)
        return len(ids)

    def stop(self, within_s: float) -> bool:
        """Claim nothing more, let syncs end at their next window; ``False`` if one did not."""
        self._stop.set()
        with self._guard:
            left = list(self._running.values())
        _, late = wait(left, timeout=within_s)
        self._pool.shutdown(wait=not late, cancel_futures=True)
        return not late

    def _sync(self, account_id: int) -> None:
        try:
            done = sync_claimed(self._engine, account_id, self._wish)
        except StoreError as error:  # the claim ends by itself
            log.warning("sync broken off account=%d: %s", account_id, error)
            done = Done(account_id, None, error)
        finally:
            with self._guard:
                self._running.pop(account_id, None)
        self._told(done)
