"""The daemon from inside: a clock that goes back, a database that refuses, a sign of life."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from queue import SimpleQueue

import pytest
from sqlalchemy import text

from syncd.contract import StoreError
from syncd.daemon_settings import DaemonSettings
from syncd.service import daemon as module
from syncd.service.claimed import Done
from syncd.service.daemon import Daemon, Word
from syncd.service.housekeeping import Housekeeping
from syncd.service.supervisor import Supervisor
from syncd.service.syncing import Engine
from syncd.store import Store, accounts, derived, dirty, due, people
from syncd.store.daemon_lock import DaemonLock, Taken, holder
from tests.integration.engine.made_up_vendor import DAY, Vendor

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
PATIENCE_S = 30


class Told(Supervisor):
    """Remembers what systemd would have heard."""

    def __init__(self, watchdog_s: float | None = None) -> None:
        super().__init__({})
        self.watchdog_s = watchdog_s
        self.heard: list[str] = []
        self.signs, self.pulse = threading.Semaphore(0), threading.Semaphore(0)

    def status(self, status: str) -> None:
        super().status(status)
        self.pulse.release()

    def pulses(self, count: int) -> None:
        """Wait for so many pulses that begin from now on."""
        while self.pulse.acquire(blocking=False):
            pass
        for _ in range(count):
            assert self.pulse.acquire(timeout=PATIENCE_S)

    def _say(self, *lines: str) -> None:
        self.heard += lines
        self.signs.release()

    def wait_for(self, part: str) -> str:
        while True:
            for line in list(self.heard):
                if part in line:
                    return line
            assert self.signs.acquire(timeout=PATIENCE_S), self.heard


@dataclass
class Seen:
    """Every sync that ended."""

    done: SimpleQueue[Done] = field(default_factory=SimpleQueue)

    def synced(self, done: Done) -> None:
        self.done.put(done)

    def reload(self, settings: DaemonSettings) -> None:
        pass

    def close(self) -> None:
        pass


class House:
    """A daemon in a thread, a vendor, and a clock that tests turn."""

    def __init__(self, store: Store, now: datetime = NOW) -> None:
        self.store, self.now = store, now
        self.vendor = Vendor(synced=now, history=3 * DAY)
        self.vendor.live(now - 3 * DAY, now)
        with store.write() as tx:
            self.person = people.add(tx, "me", now=now).id
            people.set_zone(tx, self.person, "Europe/Paris", None)
            self.account = accounts.add(tx, self.person, "made-up", "a", settings={}, now=now).id
            due.starts(tx, self.account, now=now)
        adapter = self.vendor.adapter()
        self.engine = Engine(
            store=store,
            clock=lambda: self.now,
            open=lambda _account, _adapter: self.vendor.connected(),
            rng=random.Random(1),
            find=lambda _name: adapter,
        )
        self.told, self.seen, self.words = Told(watchdog_s=0.15), Seen(), SimpleQueue()

    def due_now(self) -> None:
        with self.store.write() as tx:
            due.scheduled(tx, self.account, self.now)

    @contextmanager
    def running(self, **more: object) -> Iterator[Daemon]:
        daemon = Daemon(
            engine=self.engine,
            settings=DaemonSettings(),
            reload=DaemonSettings,
            supervisor=self.told,
            observe=lambda: self.seen,
            tick_s=0.05,
            **more,
        )
        ended: list[bool] = []
        thread = threading.Thread(target=lambda: ended.append(daemon.run(self.words)), daemon=True)
        thread.start()
        try:
            yield daemon
        finally:
            self.words.put(Word.STOP)
            thread.join(PATIENCE_S)
        assert ended == [True]


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def test_o1_a_computer_that_wakes_in_the_past_waits_for_its_clock(house: House):
    with house.running():
        house.seen.done.get(timeout=PATIENCE_S)
    house.now = NOW - timedelta(days=400)
    house.due_now()
    asked = len(house.vendor.asked)
    with house.running():
        said = house.told.wait_for("Waiting for the clock")
        assert "2024" not in said
        assert "2025-02-13" in said
        assert house.seen.done.empty()
        assert len(house.vendor.asked) == asked
        house.now = NOW + timedelta(hours=2)
        house.seen.done.get(timeout=PATIENCE_S)
    assert len(house.vendor.asked) > asked


def test_a_clock_set_back_by_a_minute_is_only_being_corrected(house: House):
    with house.running():
        house.seen.done.get(timeout=PATIENCE_S)
        house.now = NOW - timedelta(minutes=1)
        house.due_now()
        house.seen.done.get(timeout=PATIENCE_S)


def test_with_a_trusted_clock_nothing_waits(house: House):
    with house.running():
        house.seen.done.get(timeout=PATIENCE_S)
    house.now = NOW - timedelta(days=30)
    house.due_now()
    with house.running(trust_clock=True):
        house.seen.done.get(timeout=PATIENCE_S)


def test_o1_a_database_that_refuses_is_a_clear_state_and_ends_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog
):
    real, refusing = due.claim, threading.Event()
    refusing.set()

    def claim(*args: object, **more: object) -> list[int]:
        if refusing.is_set():
            raise StoreError("The disk is full: nothing more can be stored.")
        return real(*args, **more)

    monkeypatch.setattr(due, "claim", claim)
    with house.running():
        house.told.wait_for("The disk is full")
        house.told.heard.clear()
        house.told.wait_for("WATCHDOG=1")  # it answers, so the process is well
        refusing.clear()
        house.seen.done.get(timeout=PATIENCE_S)
    assert caplog.text.count("in trouble") == 1


def test_without_an_answer_of_the_database_the_watchdog_is_not_fed(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    away = threading.Event()
    real = module.last_written

    def last_written(cx: object) -> datetime | None:
        if away.is_set():
            raise StoreError("The database does not answer.")
        return real(cx)

    monkeypatch.setattr(module, "last_written", last_written)
    real_s = [0.0]
    with house.running(monotonic=lambda: real_s[0]):
        house.told.wait_for("WATCHDOG=1")
        away.set()
        house.told.wait_for("does not answer")
        real_s[0] += 100
        house.told.pulses(2)
        house.told.heard.clear()
        house.told.pulses(5)
        assert "WATCHDOG=1" not in house.told.heard
        away.clear()
        house.told.wait_for("WATCHDOG=1")


def test_a_place_that_postgresql_let_go_of_is_taken_again_unless_another_was_faster(store: Store):
    if store.dialect != "postgresql":
        pytest.skip("a file's lock is not let go of while the process lives")
    lock = DaemonLock(store, now=NOW)
    mine = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    with store.write() as tx:
        tx.execute(mine)
    lock.check()
    assert holder(store).pid == os.getpid()
    with pytest.raises(Taken, match=f"process {os.getpid()} on"):
        DaemonLock(store, now=NOW)
    with store.write() as tx:
        tx.execute(mine)
    faster = DaemonLock(store, now=NOW)
    with pytest.raises(Taken):
        lock.check()
    faster.end()
    lock.check()
    lock.end()
    assert holder(store) is None


def test_an_account_that_another_syncs_comes_back_when_their_lease_ends(house: House):
    with house.store.write() as tx:
        accounts.take_lease(tx, house.account, now=house.now)
        until = accounts.get(tx, house.account).lease_until
    with house.running():
        assert house.seen.done.get(timeout=PATIENCE_S).report.busy
    with house.store.read() as cx:
        found = accounts.get(cx, house.account)
    assert found.queued_until == until
    assert found.next_sync_at <= house.now


def test_t6_a_daemon_that_runs_through_a_clock_change_judges_each_day_by_its_own_offset(
    store: Store,
):
    saturday = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23:00 in Paris, an hour before the day
    house = House(store, saturday)
    with house.running():
        house.seen.done.get(timeout=PATIENCE_S)
        house.now = house.vendor.synced = saturday + timedelta(hours=26)
        house.vendor.live(saturday, house.now)
        house.due_now()
        house.seen.done.get(timeout=PATIENCE_S)
    with store.read() as cx:
        days = {row.day.day: row.day for row in derived.iter_days(cx, [house.person])}
    sunday = days[date(2026, 3, 29)]
    assert (sunday.utc_offset_start_min, sunday.utc_offset_end_min) == (60, 120)
    assert sunday.length_h == 23
    assert days[date(2026, 3, 28)].length_h == 24
    assert date(2026, 3, 30) in days  # 00:00 of Monday in Paris is 22:00 UTC


def test_a_day_that_is_over_is_judged_by_housekeeping_and_not_in_the_middle_of_a_sync(
    house: House,
):
    with house.running():
        house.seen.done.get(timeout=PATIENCE_S)
    house.now = NOW + 3 * DAY
    keeping = Housekeeping(
        store=house.store,
        clock=lambda: house.now,
        find=house.engine.find,
        archive_days=lambda: 90,
        stopping=lambda: False,
    )

    def states() -> dict[date, str]:
        with house.store.read() as cx:
            return {r.day.day: r.day.state.value for r in derived.iter_days(cx, [house.person])}

    with house.store.write() as tx:
        epoch = accounts.take_lease(tx, house.account, now=house.now)
        dirty.mark(tx, house.person, [20_532])
    before = states()
    keeping()
    assert states() == before
    with house.store.read() as cx:
        assert dirty.people_with_marks(cx) == [house.person]
    with house.store.write() as tx:
        accounts.release_lease(tx, house.account, epoch)
    keeping()
    assert states() != before
    with house.store.read() as cx:
        assert dirty.people_with_marks(cx) == []
