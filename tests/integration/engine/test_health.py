"""How accounts stand, and what doctor and status say of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import Forbidden, Stream
from syncd.service.doctor import NOTE, OK, PROBLEM, Check, Doctor, is_well
from syncd.service.health import AccountHealth, health
from syncd.service.syncing import Engine, Wish, sync_account
from syncd.settings import Settings
from syncd.store import Store, accounts, due, people, streams
from tests.integration.engine.made_up_vendor import DAY, Vendor

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Home:
    """One account at a vendor that tests make ill."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        with store.write() as tx:
            person = people.add(tx, "me", now=NOW)
            people.set_zone(tx, person.id, "UTC", None)
            self.id = accounts.add(tx, person.id, "made-up", "watch", settings={}, now=NOW).id
            due.starts(tx, self.id, now=NOW)
        self.vendor = Vendor(synced=NOW, history=2 * DAY)
        self.vendor.live(NOW - 2 * DAY, NOW)
        self.adapter = self.vendor.adapter()

    def open(self, _account: object, _adapter: object):
        return self.vendor.connected()

    def sync(self) -> None:
        engine = Engine(
            store=self.store,
            clock=lambda: self.now,
            open=self.open,
            rng=random.Random(1),
            find=lambda _name: self.adapter,
        )
        sync_account(engine, self.id, Wish(slices_most=None))

    def one(self) -> AccountHealth:
        with self.store.read() as cx:
            (found,) = health(cx, self.now, find=lambda _n: self.adapter, nothing_written_days=3)
        return found

    def steps(self):
        return next(s for s in self.one().streams if s.stream is Stream.STEPS)

    def change(self, write: Callable[..., object], **said: object) -> None:
        with self.store.write() as tx:
            write(tx, self.id, **said)

    def checks(self, *, online: bool = False) -> dict[str, Check]:
        doctor = Doctor(
            store=self.store,
            settings=Settings(),
            env={},
            clock=lambda: self.now,
            find=lambda _name: self.adapter,
            open=self.open,
            online=online,
        )
        return {check.name: check for check in doctor.checks()}


@pytest.fixture
def home(store: Store) -> Home:
    home = Home(store)
    home.sync()
    return home


def test_an_account_that_was_just_synced_is_well(home: Home):
    one = home.one()
    assert not any([one.late, one.stale, one.not_in_use, one.needs_person, one.in_run])
    assert (one.newest, one.lag) == (NOW, timedelta())
    assert home.steps().missing_days == 0
    checks = home.checks(online=True)
    assert is_well(list(checks.values()))
    assert checks["watch"].level == OK
    assert checks["watch online"].words == "The vendor answers."


def test_what_an_adapter_says_of_its_library_is_told_as_a_note(home: Home):
    assert "watch library" not in home.checks()
    home.adapter = replace(home.adapter, note=lambda: "garden 1.2; 1.3 needs Python 3.12.")
    check = home.checks()["watch library"]
    assert (check.level, check.words) == (NOTE, "garden 1.2; 1.3 needs Python 3.12.")


def test_o6_syncs_that_run_well_and_write_nothing_for_days_are_told(home: Home):
    home.vendor.minutes.clear()  # the vendor goes on answering, with nothing in it
    for day in range(1, 5):
        home.now = home.vendor.synced = NOW + day * DAY
        home.sync()
        assert home.one().account.synced_ok_at == home.now
        assert home.steps().hollow == (day >= 3)
    check = home.checks()["watch steps"]
    assert check.level == PROBLEM
    assert "yet nothing was written since 2026-03-20 12:00 UTC" in check.words


def test_o6_a_tracker_that_was_silent_itself_brings_nothing_and_is_not_told_of(home: Home):
    for day in range(1, 5):
        home.now = NOW + day * DAY
        home.sync()
    assert not home.steps().hollow


def test_no_data_for_two_days_is_stale_and_for_a_week_not_in_use(home: Home):
    seen = {}
    for hours in (47, 49, 24 * 7 - 1, 24 * 7 + 1):
        home.now = NOW + hours * HOUR
        home.change(due.scheduled, at=home.now + HOUR)
        seen[hours] = (home.one().stale, home.one().not_in_use, home.checks()["watch"].level)
    assert seen == {
        47: (False, False, OK),
        49: (True, False, PROBLEM),
        167: (True, False, PROBLEM),
        169: (False, True, NOTE),
    }


def test_what_is_due_and_not_synced_is_late_unless_it_is_in_a_run_or_paused(home: Home):
    home.change(due.scheduled, at=NOW)
    home.now = NOW + timedelta(minutes=16)
    assert home.one().late
    assert "is syncd running?" in home.checks()["watch"].words
    if home.store.dialect == "sqlite":  # PostgreSQL's leases go by its own clock
        with home.store.write() as tx:
            epoch = accounts.take_lease(tx, home.id, now=home.now)
        assert home.one().in_run
        assert not home.one().late
        home.change(accounts.release_lease, epoch=epoch)
    home.change(due.pause, now=home.now)
    assert not home.one().late
    assert home.checks()["watch"].level == NOTE


def test_a_sign_in_that_is_needed_comes_with_the_command(home: Home):
    home.change(due.stops, state=due.NEEDS_SIGN_IN, why="The sign-in was taken back.")
    assert home.one().needs_person
    check = home.checks()["watch"]
    assert check.level == PROBLEM
    assert check.words.endswith("Sign in again: syncd account login watch")


def test_a_stream_that_is_not_allowed_is_a_note_and_one_not_understood_a_problem(home: Home):
    home.vendor.faulty[Stream.STEPS] = Forbidden("The scope is missing.")
    home.now = home.vendor.synced = NOW + 2 * HOUR
    home.sync()
    assert home.steps().state == streams.FORBIDDEN
    assert home.checks()["watch steps"].level == NOTE
    home.vendor.faulty.clear()
    home.vendor.garbled = True
    home.now = home.vendor.synced = NOW + 4 * HOUR
    home.sync()
    assert home.checks()["watch steps"].level == PROBLEM


def test_a_day_that_came_back_with_less_is_named(home: Home):
    home.vendor.minutes = {m: s for m, s in home.vendor.minutes.items() if m % 3 == 0}
    home.now = home.vendor.synced = NOW + 2 * HOUR
    home.sync()
    shrunk = [c for c in home.checks().values() if "older steps stay" in c.words]
    assert [c.level for c in shrunk] == [NOTE]
    assert "2026-03-20" in shrunk[0].words


def test_a_clock_behind_what_was_written_is_a_problem(home: Home):
    home.now = NOW - DAY
    check = home.checks()["clock"]
    assert check.level == PROBLEM
    assert "2026-03-20 12:00" in check.words
