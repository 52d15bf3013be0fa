"""The graded plan: its schedule, repeated weeks, flares (walking rules 4.1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.plan import (
    GOAL_DAYS,
    GOAL_MIN,
    LEAST_MIN,
    Flare,
    Kind,
    Step,
    first_step,
    flare_over,
    has_stood,
    last_completed,
    monday_from,
    step_after,
    step_after_flare,
    usual_walk_min,
)

MONDAY = date(2026, 3, 2)


def walked(start_min: float, weeks: int, days: int = 3) -> list[Step]:
    """Return the steps of a plan whose every week is walked."""
    told = [first_step(start_min / 0.8, days, MONDAY)]
    for _ in range(weeks):
        told.append(step_after(told, told[-1].week_min, held=False))
    return told


@pytest.mark.parametrize(
    ("week", "walk_min", "days", "week_min"),
    [(0, 10, 3, 30), (4, 13.3, 4, 53), (9, 19.5, 5, 97), (12, 26, 5, 130), (14, 30, 5, 150)],
)
def test_the_schedule_has_the_anchors_of_the_rules(
    week: int, walk_min: float, days: int, week_min: int
) -> None:
    step = walked(10, 14)[week]
    assert step.walk_min == pytest.approx(walk_min, abs=0.07)
    assert (step.days, round(step.week_min)) == (days, week_min)
    assert step.week == MONDAY + timedelta(weeks=week)


def test_walks_grow_first_and_days_are_added_in_weeks_four_and_nine() -> None:
    told = walked(10, 14)
    assert [step.days for step in told] == [3] * 4 + [4] * 5 + [5] * 6
    assert [step.day_min for step in told] == [
        *(10, 11, 12, 13, 13, 15, 16, 18, 19, 19, 21, 24, 26, 29, 30)
    ]


@given(st.floats(1, 200), st.integers(3, 5), st.lists(st.booleans(), max_size=60))
def test_no_step_is_above_a_third_and_each_changes_one_thing(
    baseline: float, days: int, enough: list[bool]
) -> None:
    told = [first_step(baseline, days, MONDAY)]
    for reached in enough:
        told.append(step_after(told, told[-1].week_min * (0.7 if reached else 0.69), held=False))
        before, after = told[-2:]
        assert after.week_min <= before.week_min * 4 / 3 + 1e-9
        assert after.walk_min == before.walk_min or after.days == before.days
        assert (after.week_min > before.week_min) <= reached
        assert LEAST_MIN <= after.walk_min <= GOAL_MIN
        assert after.days <= GOAL_DAYS


@given(st.floats(1, 200), st.integers(3, 5))
def test_every_plan_that_is_walked_comes_to_thirty_minutes_on_five_days(
    baseline: float, days: int
) -> None:
    told = [first_step(baseline, days, MONDAY)]
    while not has_stood(told):
        told.append(step_after(told, told[-1].week_min, held=False))
        assert len(told) < 30
    assert (told[-1].walk_min, told[-1].days) == (GOAL_MIN, GOAL_DAYS)


def test_a_week_under_seventy_percent_is_repeated_and_not_failed() -> None:
    told = walked(10, 2)
    assert step_after(told, told[-1].week_min * 0.699, held=False).kind is Kind.REPEATED
    assert step_after(told, told[-1].week_min * 0.7, held=False).kind is Kind.LONGER
    again = step_after(told, 0, held=False)
    assert (again.walk_min, again.days) == (told[-1].walk_min, told[-1].days)


def test_a_held_week_is_repeated_however_much_was_walked() -> None:
    told = walked(10, 2)
    held = step_after(told, 999, held=True)
    assert (held.kind, held.walk_min, held.days) == (Kind.HELD, told[-1].walk_min, 3)
    assert step_after([*told, held], 999, held=False).kind is Kind.LONGER


def test_after_a_flare_the_plan_resumes_at_seventy_percent_of_the_last_completed_week() -> None:
    told = walked(10, 5)
    unfinished = step_after(told, 0, held=False)
    step = step_after_flare([*told, unfinished], date(2026, 4, 15))
    assert last_completed([*told, unfinished]) == told[4]
    assert step.walk_min == pytest.approx(0.7 * told[4].walk_min)
    assert step.days == told[4].days
    assert (step.first_day, step.week) == (date(2026, 4, 16), date(2026, 4, 20))


def test_a_flare_in_the_first_week_resumes_at_seventy_percent_of_it_but_no_less_than_five() -> None:
    assert step_after_flare(walked(10, 0), MONDAY).walk_min == pytest.approx(7)
    assert step_after_flare(walked(6, 0), MONDAY).walk_min == LEAST_MIN


def test_a_flare_touches_the_week_it_lies_in_and_no_other() -> None:
    step = walked(10, 1)[1]
    inside = Flare(step.week + timedelta(6), None)
    assert flare_over(step, [Flare(step.week + timedelta(7), None), inside]) == inside
    assert flare_over(step, [Flare(MONDAY, step.week - timedelta(1))]) is None


def test_a_plan_that_begins_inside_a_week_has_its_first_week_whole() -> None:
    step = first_step(12.5, 3, date(2026, 3, 4))
    assert (step.first_day, step.week) == (date(2026, 3, 4), date(2026, 3, 9))
    assert monday_from(MONDAY) == MONDAY


def test_the_usual_walk_is_the_middle_one_of_at_least_three() -> None:
    assert usual_walk_min([9, 30, 12]) == 12
    assert usual_walk_min([9, 30, 12, 14]) == 13
    assert usual_walk_min([9, 30]) is None
