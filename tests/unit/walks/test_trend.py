"""Consistency over weeks: walking rules 0.3, 2.1 (peak) and 4.2."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks import trend
from syncd.walks.devices import device_changes
from syncd.walks.model import Activity, Resolution, State
from syncd.walks.report import figures
from tests.unit.walks.reports import MONDAY, days, report, walk, weeks

REACHED, MISSED, UNKNOWN, FLARE = "mmmmmxx", "mmmmxxx", "mmm????", "fffffff"
LATER = date(2027, 1, 1)


def row(*said: str) -> trend.Streak:
    return trend.streak(weeks(days("".join(said))))


def test_a_streak_counts_the_weeks_in_a_row_that_reached_their_need():
    assert row(REACHED, REACHED, REACHED) == trend.Streak(3, probably=False)
    assert row(REACHED, MISSED, REACHED) == trend.Streak(1, probably=False)
    assert row(REACHED, REACHED, MISSED) == trend.Streak(0, probably=False)


def test_a_week_of_flare_or_that_nobody_can_tell_neither_extends_nor_breaks_a_streak():
    assert row(REACHED, UNKNOWN, REACHED, FLARE) == trend.Streak(2, probably=False)


def test_a_week_that_only_leans_to_reached_makes_the_streak_probable():
    assert row(REACHED, "mmmMMxx") == trend.Streak(2, probably=True)
    assert row("mmmMMxx", MISSED, REACHED) == trend.Streak(1, probably=False)


@given(st.lists(st.sampled_from([REACHED, MISSED, UNKNOWN, FLARE]), min_size=1, max_size=12))
def test_weeks_without_a_verdict_can_be_left_out_of_a_streak(said):
    decided = [week for week in said if week in (REACHED, MISSED)]
    assert row(*said).weeks == (row(*decided).weeks if decided else 0)


def test_a_met_rate_is_over_the_days_that_could_be_decided():
    held = days("m" * 14 + "x" * 8 + "?" * 6)
    rate = trend.met_rate(held, held[-1].day)
    assert (rate.met, rate.decidable, rate.unknown, rate.marked) == (14, 22, 6, 0)
    assert (rate.last - rate.first).days == 27


def test_marked_and_waiting_days_are_in_no_rate_and_a_date_without_a_row_is_unknown():
    held = days("mmff e xw".replace(" ", ""))
    rate = trend.met_rate(held[1:], held[-1].day, length=8)
    assert (rate.met, rate.decidable, rate.marked) == (1, 2, 3)
    assert rate.unknown == 2, "the first of the eight and the one before have no row"


def test_only_the_last_28_days_count():
    held = days("x" * 10 + "m" * 28)
    assert trend.met_rate(held, held[-1].day).decidable == 28
    assert trend.met_rate(held, held[-1].day).met == 28


def test_the_share_of_judged_days_ignores_marks_and_days_that_are_not_over():
    held = days("mx?few")
    open_day = replace(held[0], day=held[-1].day + timedelta(days=1), state=State.OPEN)
    assert trend.judged_share([*held, open_day]) == (4, 5)


def test_the_best_effort_needs_minutes_and_ten_hours_seen():
    held = days("mmmm")
    rare = [
        replace(held[0], peak30_spm=125.0, seen_h=9.9),
        replace(held[1], peak30_spm=124.0, resolution=Resolution.QUARTER),
        replace(held[2], peak30_spm=110.0),
        replace(held[3], peak30_spm=None),
    ]
    assert trend.best_effort(rare) == trend.BestEffort(held[2].day, 110.0)
    assert trend.best_effort(rare[:2]) is None


def test_the_longest_walk_is_on_foot_and_without_its_pauses():
    paused = walk(MONDAY, 90, moving_time_s=1800.0)
    plain = walk(MONDAY, 40)
    ride = walk(MONDAY, 200, activity=Activity.OTHER)
    assert trend.longest_walk([paused, plain, ride]) == plain
    assert trend.longest_walk([ride]) is None


def test_eight_whole_weeks_compare_four_with_four():
    held = days("m" * 28) + days("m" * 28, MONDAY + timedelta(days=28), brisk=40)
    assert trend.compare(weeks(held), [], LATER) == trend.Comparison(280, 4, 210, 4)
    assert trend.compare(weeks(held[7:]), [], LATER) == trend.Comparison(280, 4, None, 0)


def test_thin_and_running_weeks_are_not_compared():
    held = days("m" * 7 + "mmmm???" + "mmmfffm" + "m" * 7)
    last = held[-1].day
    assert trend.compare(weeks(held), [], LATER) == trend.Comparison(210, 2, None, 0)
    assert trend.compare(weeks(held), [], last) == trend.Comparison(210, 1, None, 0)
    assert trend.compare(weeks(days("mmm")), [], LATER) is None


def test_minutes_are_never_compared_across_a_change_of_tracker():
    held = days("m" * 28) + days("m" * 28, MONDAY + timedelta(days=28), brisk=40)
    on_monday = [(MONDAY + timedelta(days=28), "a", "b")]
    assert trend.compare(weeks(held), on_monday, LATER) == trend.Comparison(280, 4, None, 0)
    on_thursday = [(MONDAY + timedelta(days=31), "a", "b")]
    found = trend.compare(weeks(held), on_thursday, LATER)
    assert found == trend.Comparison(280, 3, None, 0), "the week of the change is of two trackers"
    parts = trend.same_device(weeks(held), on_thursday)
    assert [len(part) for part in parts] == [4, 4]


def test_a_borrowed_tracker_is_no_change_and_one_worn_for_more_than_a_week_is():
    def spoke(runs):
        names = [name for name, length in runs for _ in range(length)]
        return [(MONDAY + timedelta(days=i), name) for i, name in enumerate(names)]

    assert device_changes(spoke([("a", 10), ("b", 7), ("a", 10)])) == []
    assert device_changes(spoke([("a", 10), ("b", 8)])) == [(MONDAY + timedelta(days=10), "a", "b")]
    assert device_changes([]) == []


@pytest.mark.parametrize(("later", "ends"), [(1, 0), (6, 5), (7, 6), (8, 0)])
def test_the_rate_ends_yesterday_or_where_old_data_end(later, ends):
    held = days("m" * 28)
    newest = held[-1].day
    rate = figures(report(held, today=newest + timedelta(days=later))).rate
    assert rate.last == newest + timedelta(days=ends)
    assert (rate.unknown, rate.decidable) == (ends, 28 - ends)
