"""The whole loop closes: a life -> Fitbit over sockets -> the real package -> verdicts."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.service.syncing import Wish, sync_account
from syncd.store import Store, due, open_store
from tests.adapters.fitbit.home import FitbitLoop, fitbit_loop
from tests.properties.test_whole_loop import found, wrong_days
from tests.properties.whole_loop import a_life

SEED, HOUR = 400, timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    yield opened
    opened.close()


def without_flights(number: int, days: int):
    """Return a life at home: Fitbit's times have no offset, so that journeys are lost on it."""
    return replace(a_life(number, days, SEED), flights=())


def check(one: FitbitLoop, days: int, from_day: int, every: timedelta) -> None:
    one.lives(from_day, every)
    wrong, (recall, precision) = wrong_days(one), found(one)
    data = [line for line in one.vendor.server.log if line.path.startswith("/1/")]
    sys.stdout.write(
        f"{one.life.home}: {len(one.days())} days, {len(wrong)} wrong, recall"
        f" {recall[0]}/{recall[1]}, precision {precision[0]}/{precision[1]}, {len(data)} questions,"
        f" {len(one.waits)} waits, {one.vendor.sign_in.refreshes} renewals\n"
    )
    assert wrong == []
    assert recall[1] > days // 10
    assert recall[0] >= 0.95 * recall[1]
    assert precision[0] >= 0.95 * precision[1]
    assert one.vendor.hours.refused == 0
    assert one.vendor.sign_in.refreshes >= 2
    assert one.account().state == due.ACTIVE


def test_eight_days_are_told_as_they_were(store: Store, tmp_path: Path):
    with fitbit_loop(store, tmp_path, without_flights(0, 8)) as one:
        check(one, 8, from_day=7, every=timedelta(hours=15))


@pytest.mark.soak
@pytest.mark.parametrize("number", range(6))
def test_ninety_days_are_told_as_they_were_within_the_hours_questions(
    store: Store, tmp_path: Path, number: int
):
    with fitbit_loop(store, tmp_path, without_flights(number, 100)) as one:
        check(one, 100, from_day=90, every=timedelta(hours=11))
        assert one.waits  # ninety days take more than an hour's questions
        assert max(one.waits) <= HOUR


def test_a_backfill_stays_in_the_hours_questions_and_waits_for_the_next_hour_across_restarts(
    store: Store, tmp_path: Path
):
    with fitbit_loop(store, tmp_path, without_flights(1, 12)) as one:
        one.vendor.quirks.limit = 30
        one.clock.at = one.instant(11)
        one.vendor.server.forget()
        report = sync_account(one.engine, one.account_id, Wish(since=one.instant(0)))
        account = one.account()
        assert (account.state, report.busy) == (due.HELD_OFF, False)
        assert account.waiting_until == one.clock.at.replace(minute=0, second=0) + HOUR
        assert "used up" in (account.why or "")
        with store.write() as tx:
            assert due.claim(tx, now=one.clock.at + HOUR / 2, most=9, hold=HOUR) == []
            assert due.claim(tx, now=account.waiting_until, most=9, hold=HOUR) == [one.account_id]
        assert len([line for line in one.vendor.server.log if line.path.startswith("/1/")]) == 30


def test_a_service_that_is_switched_off_is_told_once_and_keeps_the_days(
    store: Store, tmp_path: Path
):
    with fitbit_loop(store, tmp_path, without_flights(2, 6)) as one:
        one.clock.at = one.instant(5)
        one.sync(Wish(slices_most=0))
        before = one.days()
        assert before
        one.vendor.quirks.retired = True
        for _ in range(3):
            one.clock.at += 9 * HOUR  # the token is over: the renewal hears it first
            report = sync_account(one.engine, one.account_id, Wish(slices_most=0))
            assert "410" in str(report.error)
        assert one.account().state == due.RETIRED
        [told] = one.notices()
        assert "syncd account migrate fitbit --to google-health" in told
        assert one.days() == before
