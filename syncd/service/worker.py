"""A worker: one of many processes that sync what is due out of one PostgreSQL database.

Every worker ticks, and takes jobs; one of them, as long as no ``syncd run`` is there, also keeps
house and sends messages. Any of them may die at any moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final

from syncd.contract import StoreError
from syncd.service import logs
from syncd.service.budgets import Budgets
from syncd.service.claimed import Done, sync_claimed
from syncd.service.daemon import PULSE_S, SILENT_MOST_S, Observed, Word
from syncd.service.engine import LoopThread
from syncd.service.handing_out import HandingOut
from syncd.service.schedule import TICK_S, Schedule
from syncd.service.shares import Shares
from syncd.service.supervisor import Supervisor
from syncd.service.syncing import Engine, SyncReport, Wish
from syncd.store import Store, accounts, due, job_queue, queue_schema
from syncd.store.daemon_lock import holder
from syncd.store.store_clock import StoreClock
from syncd.store.worker_place import WorkerPlace
from syncd.worker_settings import WorkerSettings

log = logs.of(__name__)

END_WITHIN_S: Final = 7.0
"""How long a stop waits for what is under way; what is left then runs again elsewhere."""


@dataclass(kw_only=True)
class Worker:
    """One worker. ``keep_house`` and ``send`` are what only one process of all does."""

    engine: Engine
    clock: StoreClock
    settings: WorkerSettings
    threads: int
    supervisor: Supervisor
    observe: Callable[[], Observed]
    keep_house: Callable[[Callable[[], bool]], object]
    send: Callable[[], object]
    tick_s: float = TICK_S
    monotonic: Callable[[], float] = monotonic
    _ending: threading.Event = field(default_factory=threading.Event, init=False)
    _trouble: str | None = field(default=None, init=False)
    _answered: float = field(default=0.0, init=False)

    def run(self, words: SimpleQueue[Word]) -> bool:
        """Work until told to stop; ``False`` when something was still under way at the end.

        Raises ``ConfigError`` and ``StoreError`` for a database that workers cannot share.
        """
        self._answered = self.monotonic()
        queue_schema.install(self._store)
        with ExitStack() as kept:
            self._place = WorkerPlace(self._store)
            kept.callback(self._place.end)
            self._observed = self.observe()
            kept.callback(self._observed.close)
            self._set_up()
            schedule = Schedule(
                self._tick,
                lambda: self._if_leading(lambda: self.keep_house(self._ending.is_set)),
                minutely=lambda: self._if_leading(self.send),
                tick_s=self.tick_s,
            )
            self._jobs.start()
            schedule.__enter__()
            self.supervisor.ready(self._status())
            log.info("ready", threads=self.threads)
            self._serve(schedule, words)
            return self._end(schedule)

    @property
    def _store(self) -> Store:
        return self.engine.store

    def _set_up(self) -> None:
        limits = self.settings
        budgets = Budgets(
            store=self._store,
            clock=self.clock,
            a_minute=limits.requests_a_minute,
            opened=self.engine.open,
        )
        self._syncing = replace(self.engine, open=budgets.open, stopping=self._ending.is_set)
        self._handing_out = HandingOut(
            engine=self.engine,
            side_by_side=limits.side_by_side,
            a_minute=limits.requests_a_minute,
        )
        self._shares = Shares(self.threads, lambda: self._handing_out.vendors)
        self._jobs = LoopThread(
            self._store.address(), threads=self.threads, work=self._work, shares=self._shares
        )

    def _serve(self, schedule: Schedule, words: SimpleQueue[Word]) -> None:
        """Heed words, and give a sign of life as long as all is well."""
        pulse_s = min(PULSE_S, (self.supervisor.watchdog_s or PULSE_S) / 3)
        while True:
            try:
                if words.get(timeout=pulse_s) is Word.STOP:
                    return
                log.info("settings are read at the next start")
            except Empty:
                pass
            answered = self.monotonic() - self._answered < SILENT_MOST_S
            if answered and schedule.silent_s < SILENT_MOST_S:
                self.supervisor.alive()
            self.supervisor.status(self._status())

    def _tick(self) -> None:
        """Hand out what is due; a database that is away is a state, and no end."""
        try:
            self._place.check()
            self.clock.read()
            if not self._ending.is_set():
                self._handing_out.tick()
        except StoreError as error:
            if self._trouble is None:
                log.warning("in trouble", why=str(error))
            self._trouble = str(error)
            return
        if self._trouble is not None:
            log.info("all is well again")
        self._trouble, self._answered = None, self.monotonic()

    def _if_leading(self, work: Callable[[], object]) -> None:
        """Do what one process does for all, where this is the one and no daemon is."""
        try:
            mine = self._place.leads() and holder(self._store) is None
        except StoreError:
            return  # the tick says so
        if mine and not self._ending.is_set():
            work()

    def _work(self, account_id: int, vendor: str) -> None:
        """Do one job: sync the account, unless somebody else has meanwhile.

        Raises ``StoreError`` when the database is away: the job runs again then.
        """
        with self._store.read() as cx:
            wanted = job_queue.still_claimed(cx, account_id)
        if wanted and not self._ending.is_set():
            done = sync_claimed(self._syncing, account_id, Wish())
            self._synced(done, vendor)
        else:
            with self._store.write() as tx:
                job_queue.let_go(tx, account_id)
        if not self._ending.is_set():
            self._handing_out.refill(vendor)

    def _synced(self, done: Done, vendor: str) -> None:
        """Note a sync that ended; one that met another's lease comes back when that ends."""
        report = done.report
        if report is not None and report.busy:
            with self._store.write() as tx:
                until = accounts.get(tx, done.account_id).lease_until
                due.claimed_until(tx, done.account_id, until)
        self._observed.synced(done)
        if report is None or report.pulls or report.step or report.busy:
            _log_sync(done, report, vendor)

    def _status(self) -> str:
        return self._trouble or f"{self._shares.running} syncing."

    def _end(self, schedule: Schedule) -> bool:
        """Stop within seconds: take no more jobs, end syncs at their next window."""
        log.info("stopping", syncing=self._shares.running)
        self.supervisor.stopping()
        until = self.monotonic() + END_WITHIN_S
        self._ending.set()
        closer = threading.Thread(
            target=schedule.__exit__, args=(None, None, None), name="closing", daemon=True
        )
        closer.start()
        in_time = self._jobs.stop(END_WITHIN_S)
        closer.join(max(0.0, until - self.monotonic()))
        done = in_time and not closer.is_alive()
        log.info("stopped", cut_off=not done)
        return done


def _log_sync(done: Done, report: SyncReport | None, vendor: str) -> None:
    """Say what a sync came to; one that found nothing new is not worth a line at 300 a second."""
    if report is None:
        log.error("sync ended by a fault", account=done.account_id, vendor=vendor)
        return
    log.info(
        "synced",
        account=report.account,
        vendor=vendor,
        pulls=report.pulls,
        days=len(report.days),
        busy=report.busy,
        more=report.more,
        ended=type(report.step).__name__ if report.step else "well",
    )
