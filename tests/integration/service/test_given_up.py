"""A tracker whose account was removed: nobody waits for it any more, and its days stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.service.enrolling import remove_account
from syncd.store import Store, accounts, derived, sources
from syncd.walks.model import Day, Outcome, State
from tests.integration.engine.made_up_vendor import DAY, Vendor
from tests.integration.service.home import Home

NOW = datetime(2026, 3, 18, 20, tzinfo=UTC)
TODAY = date(2026, 3, 18)


@pytest.fixture
def wearer(store: Store) -> Home:
    """Return a wearer whose watch last synced at eight this evening."""
    home = Home.begun(store, NOW - 3 * DAY)
    home.vendor.walk(NOW - DAY - timedelta(hours=4), 34)
    home.sync_at(NOW)
    return home


def days(home: Home) -> dict[date, Day]:
    with home.store.read() as cx:
        return {r.day.day: r.day for r in derived.iter_days(cx, [home.person_id])}


def judged(home: Home) -> dict[date, Day]:
    home.judge_again()
    return days(home)


def test_a_day_that_waits_for_a_removed_accounts_tracker_is_judged_at_once_and_never_missed(
    wearer: Home,
):
    wearer.now = NOW + timedelta(hours=10)  # the next morning, and nothing has come
    before = judged(wearer)
    assert before[TODAY].state is State.WAITING
    remove_account(wearer.store, wearer.account_id, clock=lambda: wearer.now)
    after = days(wearer)
    assert (after[TODAY].state, after[TODAY].outcome) == (State.JUDGED, Outcome.UNKNOWN)
    yesterday = date(2026, 3, 17)
    assert after[yesterday] == before[yesterday]
    assert after[yesterday].outcome is Outcome.MET


def test_later_days_are_judged_by_another_tracker_without_waiting_for_the_removed_one(
    wearer: Home,
):
    remove_account(wearer.store, wearer.account_id, clock=lambda: wearer.now)
    other = second_account(wearer)
    wearer.account_id = other
    wearer.vendor.walk(NOW + DAY - timedelta(hours=4), 31)
    wearer.sync_at(NOW + 2 * DAY)
    found = days(wearer)
    assert found[date(2026, 3, 19)].outcome is Outcome.MET
    assert found[date(2026, 3, 19)].state is State.FINAL
    # The day after is over in the evening's eyes only when midnight has passed.
    wearer.sync_at(NOW + 3 * DAY)
    quiet = days(wearer)[date(2026, 3, 20)]
    assert (quiet.outcome, quiet.state) == (Outcome.MISSED, State.FINAL)


def test_an_account_that_comes_back_is_waited_for_again(wearer: Home):
    remove_account(wearer.store, wearer.account_id, clock=lambda: wearer.now)
    with wearer.store.write() as tx:
        assert all(row.retired_at == NOW for row in sources.of_account(tx, wearer.account_id))
        sources.take_back(tx, wearer.account_id)
    wearer.now = NOW + timedelta(hours=10)
    assert judged(wearer)[TODAY].state is State.WAITING


def second_account(home: Home) -> int:
    """Add an account of the same person at the same kind of vendor, with a watch of its own."""
    home.vendor = Vendor(synced=home.now, minutes=dict(home.vendor.minutes))
    with home.store.write() as tx:
        return accounts.add(tx, home.person_id, "made-up", "other", settings={}, now=home.now).id
