"""The tick: accounts side by side, one failure alone, a clock that goes back, a stop in order."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import Transient
from syncd.service.claimed import Done
from syncd.service.dispatch import Dispatcher
from syncd.service.schedule import Schedule
from syncd.service.syncing import Engine, Wish
from syncd.store import Store, accounts, due, people
from tests.integration.engine.made_up_vendor import DAY, Vendor

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
PATIENCE_S = 30


class Clinic:
    """Several people with an account each; every vendor is one of its own."""

    def __init__(self, store: Store, names: str) -> None:
        self.store, self.vendors = store, {}
        self.done: list[Done] = []
        self.finished = threading.Semaphore(0)
        with store.write() as tx:
            for name in names:
                person = people.add(tx, name, now=NOW)
                account = accounts.add(tx, person.id, "made-up", name, settings={}, now=NOW)
                due.starts(tx, account.id, now=NOW)
                vendor = self.vendors[name] = Vendor(synced=NOW, history=2 * DAY)
                vendor.live(NOW - DAY, NOW)
        adapter = vendor.adapter()
        self.engine = Engine(
            store=store,
            clock=lambda: NOW,
            open=lambda account, _adapter: self.vendors[account.name].connected(),
            rng=random.Random(1),
            find=lambda _name: adapter,
        )

    def dispatcher(self, threads: int) -> Dispatcher:
        def told(done: Done) -> None:
            self.done.append(done)
            self.finished.release()

        return Dispatcher(self.engine, threads=threads, wish=Wish(), told=told)

    def wait_for(self, syncs: int) -> None:
        for _ in range(syncs):
            assert self.finished.acquire(timeout=PATIENCE_S)

    def states(self) -> dict[str, str]:
        with self.store.read() as cx:
            everyone = [a for p in people.listing(cx) for a in accounts.of_person(cx, p.id)]
        return {account.name: account.state for account in everyone}


def test_a_tick_takes_no_more_accounts_than_there_are_threads(store: Store):
    clinic = Clinic(store, "abcde")
    gate = threading.Event()
    for vendor in clinic.vendors.values():
        vendor.on_request = lambda _n: gate.wait(PATIENCE_S)
    dispatcher = clinic.dispatcher(2)
    assert dispatcher.tick() == 2
    assert dispatcher.tick() == 0
    gate.set()
    clinic.wait_for(2)
    found = 2
    while found < 5:
        found += (taken := dispatcher.tick())
        clinic.wait_for(taken)
    assert dispatcher.stop(PATIENCE_S)
    assert {done.report.account for done in clinic.done} == set("abcde")


def test_o2_a_bug_in_one_account_is_loud_and_stops_no_other(store: Store, caplog):
    clinic = Clinic(store, "abc")
    clinic.vendors["b"].faults = [ZeroDivisionError("a bug of ours")]
    clinic.vendors["c"].faults = [Transient("down")]
    dispatcher = clinic.dispatcher(3)
    assert dispatcher.tick() == 3
    clinic.wait_for(3)
    dispatcher.stop(PATIENCE_S)
    assert clinic.states() == {"a": "active", "b": "waiting", "c": "waiting"}
    assert [type(done.bug) for done in clinic.done if done.bug] == [ZeroDivisionError]
    assert "sync failed" in caplog.text


def test_a_stop_ends_syncs_at_their_next_window_and_leaves_them_due(store: Store):
    clinic = Clinic(store, "a")
    begun, gate = threading.Event(), threading.Event()

    def first_request(_number: int) -> None:
        begun.set()
        gate.wait(PATIENCE_S)

    clinic.vendors["a"].on_request = first_request
    dispatcher = clinic.dispatcher(1)
    dispatcher.tick()
    assert begun.wait(PATIENCE_S)
    stopper = threading.Thread(target=dispatcher.stop, args=(PATIENCE_S,))
    stopper.start()
    gate.set()
    stopper.join(PATIENCE_S)
    assert len(clinic.vendors["a"].asked) == 1
    assert dispatcher.tick() == 0
    with store.write() as tx:
        assert len(due.claim(tx, now=NOW, most=9, hold=timedelta(hours=1))) == 1


def test_a_failing_tick_does_not_end_the_ticking(caplog):
    ticks = threading.Semaphore(0)

    def tick() -> None:
        ticks.release()
        raise RuntimeError("the database is away")

    with Schedule(tick, lambda: None, tick_s=0.05) as schedule:
        for _ in range(3):
            assert ticks.acquire(timeout=PATIENCE_S)
        assert schedule.silent_s > 0
    assert "tick failed" in caplog.text


def test_o1_ticks_go_on_after_the_clock_was_set_back_an_hour():
    ticks = threading.Semaphore(0)
    with Schedule(ticks.release, lambda: None, tick_s=0.05) as schedule:
        assert ticks.acquire(timeout=PATIENCE_S)
        # An hour back on the wall: to the scheduler its next run is an hour away.
        away = datetime.now(UTC) + timedelta(hours=1)
        schedule._scheduler.modify_job("tick", next_run_time=away)
        while ticks.acquire(blocking=False):
            pass
        assert ticks.acquire(timeout=PATIENCE_S)
        assert ticks.acquire(timeout=PATIENCE_S)


@pytest.mark.parametrize("late", [True, False])
def test_housekeeping_that_fails_is_said_and_tried_again(caplog, late):
    runs = threading.Semaphore(0)

    def house() -> None:
        runs.release()
        if late:
            raise OSError("disk full")

    with Schedule(lambda: None, house, tick_s=0.05, housekeeping_s=0.05):
        assert runs.acquire(timeout=PATIENCE_S)
        assert runs.acquire(timeout=PATIENCE_S)
    assert ("housekeeping failed" in caplog.text) == late
