"""The daemon: one process that syncs what is due, keeps house, and ends when it is told to.

It never plans or judges before the last thing that was written: a small computer that wakes in the
past waits until its clock is right (house rule).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final, Protocol

from syncd.contract import StoreError, SyncdError
from syncd.daemon_settings import DaemonSettings
from syncd.service import logs
from syncd.service.claimed import Done
from syncd.service.dispatch import Dispatcher
from syncd.service.housekeeping import Housekeeping
from syncd.service.schedule import Schedule
from syncd.service.supervisor import Supervisor
from syncd.service.syncing import Engine, SyncReport
from syncd.store import Store, accounts, due
from syncd.store.daemon_lock import DaemonLock, Taken
from syncd.store.last_written import last_written

log = logs.of(__name__)

END_WITHIN_S: Final = 6.0
"""How long a stop waits for what is under way; what is left then is undone by the database."""
SILENT_MOST_S: Final = 60.0
"""Without a tick for so long the process is not well, and its watchdog is not fed."""
PULSE_S: Final = 5.0
SLACK: Final = timedelta(minutes=2)
"""A clock that is set back by less is only being corrected."""


class Word(Enum):
    """What a daemon can be told."""

    STOP = "stop"
    RELOAD = "reload"


class Observed(Protocol):
    """Who wants to know about every sync that ended."""

    def synced(self, done: Done) -> None:
        """Count a sync."""

    def reload(self, settings: DaemonSettings) -> None:
        """Go by other settings from now on."""

    def close(self) -> None:
        """Answer no more."""


@dataclass(kw_only=True)
class Daemon:
    """One daemon on one database.

    ``reload`` reads the settings again and raises ``ConfigError`` where they are wrong; ``send``
    sends the messages that are due, once a minute. With
    ``trust_clock`` something written later than now is no reason to wait.
    """

    engine: Engine
    settings: DaemonSettings
    reload: Callable[[], DaemonSettings]
    supervisor: Supervisor
    observe: Callable[[], Observed]
    send: Callable[[], object] = lambda: None
    trust_clock: bool = False
    tick_s: float = 2.0
    monotonic: Callable[[], float] = monotonic
    _ending: threading.Event = field(default_factory=threading.Event, init=False)
    _newest: datetime | None = field(default=None, init=False)
    _trouble: str | None = field(default=None, init=False)
    _told_trouble: str | None = field(default=None, init=False)
    _next_due: datetime | None = field(default=None, init=False)
    _answered: float = field(default=0.0, init=False)

    def run(self, words: SimpleQueue[Word]) -> bool:
        """Work until told to stop; ``False`` when something was still under way at the end.

        Raises ``StoreError`` when another daemon has this database.
        """
        self._words, self._answered = words, self.monotonic()
        with ExitStack() as kept:
            self._lock = DaemonLock(self._store, now=self.engine.clock())
            kept.callback(self._lock.end)
            self._begin()
            self._observed = self.observe()
            kept.callback(self._observed.close)
            self._dispatcher = Dispatcher(
                self.engine, threads=self.settings.threads, told=self._synced
            )
            house = Housekeeping(
                store=self._store,
                clock=self.engine.clock,
                find=self.engine.find,
                archive_days=lambda: self.settings.archive_days,
                stopping=self._ending.is_set,
            )
            schedule = Schedule(
                self._tick,
                lambda: self._if_the_clock_is_right(house),
                minutely=lambda: self._if_the_clock_is_right(self.send),
                tick_s=self.tick_s,
            )
            schedule.__enter__()
            self.supervisor.ready(self._status())
            log.info("ready", threads=self.settings.threads)
            self._serve(schedule)
            return self._end(schedule)

    @property
    def _store(self) -> Store:
        return self.engine.store

    def _begin(self) -> None:
        """Let go of what a daemon that died had claimed, and see when it last wrote."""
        with self._store.write() as tx:
            left = due.unclaimed(tx)
            self._newest = last_written(tx)
        if left:
            log.info("claims of an earlier run let go", accounts=left)

    def _serve(self, schedule: Schedule) -> None:
        """Heed words, and give a sign of life as long as all is well."""
        pulse_s = min(PULSE_S, (self.supervisor.watchdog_s or PULSE_S) / 3)
        while True:
            try:
                word = self._words.get(timeout=pulse_s)
            except Empty:
                self._pulse(schedule)
                continue
            if word is Word.STOP:
                return
            self._read_again()

    def _pulse(self, schedule: Schedule) -> None:
        """Feed the watchdog only where ticks run and the database answered."""
        answered = self.monotonic() - self._answered < SILENT_MOST_S
        if answered and schedule.silent_s < SILENT_MOST_S:
            self.supervisor.alive()
        self.supervisor.status(self._status())

    def _tick(self) -> None:
        """Hand out what is due, and note that the database answers; trouble is a state, no end."""
        try:
            self._lock.check()
            ready = self._clock_is_right()
        except Taken as error:
            log.error("stopping", why=str(error))  # noqa: TRY400 - no bug of ours
            self._words.put(Word.STOP)
            return
        except StoreError as error:
            self._is_in_trouble(str(error))
            return
        self._answered = self.monotonic()
        if ready:
            self._hand_out()

    def _hand_out(self) -> None:
        try:
            self._dispatcher.tick()
            trouble = None
        except StoreError as error:  # it answers, and refuses: a full disk, a file made read-only
            trouble = str(error)
        self._is_in_trouble(trouble)
        with self._store.read() as cx:
            self._next_due = due.next_due(cx)

    def _clock_is_right(self) -> bool:
        """Tell whether it is not earlier than something that was written."""
        now = self.engine.clock()
        with self._store.read() as cx:
            written = last_written(cx)
        newest = max((at for at in (written, self._newest) if at is not None), default=now)
        if not self.trust_clock and now < newest - SLACK:
            self._is_in_trouble(
                f"The clock says {now:%Y-%m-%d %H:%M} UTC, but something was written at"
                f" {newest:%Y-%m-%d %H:%M}. Waiting for the clock."
            )
            return False
        self._newest = max(newest, now) if not self.trust_clock else now
        return True

    def _is_in_trouble(self, trouble: str | None) -> None:
        """Say trouble once when it comes, and once when it is over."""
        self._trouble = trouble
        if trouble == self._told_trouble:
            return
        if trouble is not None and (self._told_trouble is None or trouble[:9] != "The clock"):
            log.warning("in trouble", why=trouble)
        if trouble is None:
            log.info("all is well again")
        self._told_trouble = trouble

    def _if_the_clock_is_right(self, work: Callable[[], object]) -> None:
        try:
            ready = self._clock_is_right()
        except StoreError:
            return  # the tick says so, and calls again when the database answers
        if ready and not self._ending.is_set():
            work()

    def _synced(self, done: Done) -> None:
        """Note a sync that ended; one that met another's lease comes back when that ends."""
        try:
            self._observed.synced(done)
            if done.report is not None and done.report.busy:
                with self._store.write() as tx:
                    until = accounts.get(tx, done.account_id).lease_until
                    due.claimed_until(tx, done.account_id, until)
        except StoreError as error:  # removed meanwhile, or a database that refuses
            log.warning("sync not noted", account=done.account_id, why=str(error))
        if done.report is not None:
            _log_report(done.report)

    def _read_again(self) -> None:
        """Take on new settings; those that are wrong change nothing."""
        self.supervisor.reloading()
        try:
            fresh = self.reload()
            self._observed.reload(fresh)
        except SyncdError as error:
            log.error("settings not taken on", why=str(error))  # noqa: TRY400 - no bug of ours
        else:
            later = fresh.threads != self.settings.threads
            self.settings = fresh
            log.info("settings read again", threads="from the next start on" if later else "same")
        self.supervisor.ready(self._status())

    def _status(self) -> str:
        if self._trouble:
            return self._trouble
        running = self._dispatcher.running
        said = f"{running} syncing" if running else "Idle"
        return f"{said}, next at {self._next_due:%H:%M} UTC." if self._next_due else f"{said}."

    def _end(self, schedule: Schedule) -> bool:
        """Stop within seconds: claim nothing more, end syncs at their next window."""
        log.info("stopping", syncing=self._dispatcher.running)
        self.supervisor.stopping()
        until = self.monotonic() + END_WITHIN_S
        self._ending.set()
        closer = threading.Thread(
            target=schedule.__exit__, args=(None, None, None), name="closing", daemon=True
        )
        closer.start()
        in_time = self._dispatcher.stop(END_WITHIN_S)
        closer.join(max(0.0, until - self.monotonic()))
        done = in_time and not closer.is_alive()
        log.info("stopped", cut_off=not done)
        return done


def _log_report(report: SyncReport) -> None:
    log.info(
        "synced",
        account=report.account,
        pulls=report.pulls,
        days=len(report.days),
        busy=report.busy,
        more=report.more,
        ended=type(report.step).__name__ if report.step else "well",
    )
