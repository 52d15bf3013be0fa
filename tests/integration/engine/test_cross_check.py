"""The vendor's own totals of days against the minutes it gave, as ``doctor`` tells it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from syncd.contract import Stream
from syncd.ingest import registry
from syncd.service.cross_check import cross_check
from syncd.service.doctor import NOTE, OK, Check, Doctor
from syncd.service.syncing import Wish
from syncd.settings import Settings
from syncd.store import derived, sources, streams, totals
from syncd.store import tables as t
from tests.integration.engine.google import NOW, GoogleHome, google_home

DAY = timedelta(days=1)


class Checked:
    """A home whose account has brought a week and more, and what ``doctor`` says of its totals."""

    def __init__(self, home: GoogleHome) -> None:
        self.home = home
        self.id = home.adds()
        home.signs_in(self.id)
        home.now = NOW + 8 * DAY
        assert home.sync(self.id, Wish(slices_most=1)).step is None

    def compared(self):
        with self.home.store.read() as cx:
            return cross_check(cx, self.home.account(self.id), self.home.now)

    def check(self) -> Check | None:
        doctor = Doctor(
            store=self.home.store,
            settings=Settings(),
            env={},
            clock=lambda: self.home.now,
            find=registry.find,
            open=self.home.roads.open,
        )
        found = {check.name: check for check in doctor.checks()}
        return found.get("google-health totals")

    def add_to_total(self, day: date, share: float) -> tuple[int, int]:
        """Let the vendor's total of a day be larger, and return (steps before, steps after)."""
        with self.home.store.write() as tx:
            (source,) = [s.id for s in sources.of_account(tx, self.id) if s.key == "reconciled"]
            number = (day - date(1970, 1, 1)).days
            before = totals.load_daily(tx, self.home.person_id, number, number)[source][day]
            after = round(before * (1 + share))
            here = t.daily_total.c
            mine = (here.source_id == source) & (here.day == day)
            tx.execute(update(t.daily_total).where(mine).values(steps=after))
        return before, after


@pytest.fixture
def checked(store, tmp_path):
    with google_home(store, tmp_path) as home:
        yield Checked(home)


def test_totals_that_agree_with_the_minutes_are_well(checked):
    compared = checked.compared()
    assert len(compared) >= 7
    assert all(one.by_minutes == one.by_total > 0 for one in compared)
    check = checked.check()
    assert (check.level, check.words) == (
        OK, f"Agree with the minutes on {len(compared)} settled days.",
    )  # fmt: skip


def test_a_total_that_differs_by_more_than_two_in_a_hundred_is_told_with_what_it_means(checked):
    busy = sorted(checked.compared(), key=lambda one: one.by_total)[-2:]
    for one, share in zip(busy, (0.015, 0.03), strict=True):
        checked.add_to_total(one.day, share)
    (differs,) = [one for one in checked.compared() if one.differs]
    assert differs.day == busy[1].day
    check = checked.check()
    assert check.level == NOTE
    assert f"{differs.day} ({differs.by_minutes:,} in minutes, {differs.by_total:,}" in check.words
    assert "Look at such a day in the vendor's app" in check.words
    assert str(busy[0].day) not in check.words


def test_a_total_that_was_read_before_the_watch_had_told_all_is_not_compared(checked):
    newest = checked.compared()[-1].day
    with checked.home.store.write() as tx:
        rows = streams.gaps(tx, checked.id, Stream.DAILY)
        streams.put_gaps(tx, checked.id, Stream.DAILY, [r for r in rows if r.state != "final"])
    assert checked.compared() == []
    assert checked.check() is None
    with checked.home.store.read() as cx:
        assert any(r.day.day == newest for r in derived.iter_days(cx, [checked.home.person_id]))


def test_days_of_more_than_four_weeks_ago_are_let_be(checked):
    last = checked.compared()[-1].day
    checked.home.now = NOW + 40 * DAY
    assert checked.compared() == []
    assert last < checked.home.now.date() - 28 * DAY
