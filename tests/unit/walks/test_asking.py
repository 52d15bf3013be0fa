"""What is asked and hinted: flares, first targets, walks longer than usual."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.flares import flare_question
from syncd.walks.hints import first_target
from syncd.walks.longer import (
    Usual,
    WeekBefore,
    longer_than_usual,
    week_longer_than_usual,
)
from syncd.walks.model import Outcome

FIRST = date(2026, 3, 2)
MET, MISSED = Outcome.MET, Outcome.MISSED


@pytest.mark.parametrize(
    ("number", "said"),
    [
        *[(1, None), (3, None), (4, "Over?"), (5, None), (8, "Over?"), (9, None), (14, None)],
        *[(15, "please let a doctor or physiotherapist look at it. Over?"), (40, "doctor")],
    ],
)
def test_a_flare_is_asked_about_on_day_four_and_eight_and_goes_to_a_doctor_from_day_fifteen(
    number: int, said: str | None
) -> None:
    question = flare_question(FIRST, FIRST + timedelta(number - 1), [MISSED, MET])
    assert (question is None) if said is None else (said in (question or ""))


def test_after_two_days_that_reached_the_target_it_is_asked_too() -> None:
    today = FIRST + timedelta(5)
    assert "last two days reached" in (flare_question(FIRST, today, [MISSED, MET, MET]) or "")
    assert "last two days reached" in (flare_question(FIRST, today, [MET, MET, None]) or "")
    assert flare_question(FIRST, today, [MET, MISSED, MET]) is None
    assert flare_question(FIRST, today, [MET]) is None


def test_the_hint_is_the_one_of_the_rules() -> None:
    assert first_target([12] * 14, 30) == (
        "Your usual day has 12 brisk minutes. A first target of 15 is often wiser than 30: "
        "syncd target set day_target=15"
    )


def test_there_is_no_hint_before_two_weeks_nor_near_the_target() -> None:
    assert first_target([12] * 13, 30) is None
    assert first_target([26] * 20, 30) is None
    assert first_target([12] * 20, 15) is None
    assert "no brisk minutes. A first target of 5 " in (first_target([0] * 14, 30) or "")


@given(st.lists(st.integers(0, 200), min_size=14, max_size=60), st.integers(1, 120))
def test_a_hinted_target_lies_between_the_usual_day_and_the_target(
    brisk: list[int], target: int
) -> None:
    hint = first_target(brisk, target)
    if hint is not None:
        usual = sorted(brisk[-28:])[(len(brisk[-28:]) - 1) // 2]
        assert usual < int(hint.rpartition("=")[2]) < target


KNOWN = {"judged_days": 20}


def test_a_walk_is_longer_than_usual_when_it_is_a_third_and_ten_minutes_longer() -> None:
    usual = Usual(longest_min=30, **KNOWN)
    assert longer_than_usual(40, 0, usual) is None
    assert longer_than_usual(41, 0, usual) == (
        "Longer than usual: 41 minutes; the longest of the 30 days before was 30."
    )
    assert longer_than_usual(77, 0, Usual(longest_min=60, **KNOWN)) is None


def test_without_two_weeks_of_days_nobody_knows_what_is_usual() -> None:
    assert longer_than_usual(90, 0, Usual(longest_min=30, judged_days=13)) is None
    assert longer_than_usual(90, 0, Usual(longest_min=None, judged_days=30)) is None


def test_in_a_plan_a_walk_is_held_against_the_plan_s() -> None:
    usual = Usual(longest_min=90, plan_min=10, **KNOWN)
    assert longer_than_usual(13, 0, usual) is None
    assert longer_than_usual(14, 0, usual) == (
        "Longer than usual: 14 minutes; the plan's walk is 10."
    )


def test_on_a_flare_day_the_cap_is_what_counts() -> None:
    usual = Usual(longest_min=90, flare=True, **KNOWN)
    assert longer_than_usual(60, 10, usual) is None
    assert "11 brisk minutes, where 10 are enough" in (longer_than_usual(12, 11, usual) or "")


def test_a_week_is_compared_with_four_full_ones_of_the_same_tracker_only() -> None:
    before = [WeekBefore(m, 5, "watch") for m in (90, 100, 80, 95)]
    week = WeekBefore(131, 7, "watch")
    assert week_longer_than_usual(week, before) == (
        "More walking than usual: 131 minutes; the most of the four weeks before was 100."
    )
    assert week_longer_than_usual(WeekBefore(130, 7, "watch"), before) is None
    assert week_longer_than_usual(week, before[1:]) is None
    assert week_longer_than_usual(week, [*before[:3], WeekBefore(95, 4, "watch")]) is None
    assert week_longer_than_usual(week, [*before[:3], WeekBefore(95, 7, "phone")]) is None


@given(st.floats(0, 600), st.integers(0, 600), st.none() | st.floats(0, 600), st.booleans())
def test_no_sentence_judges(walk: float, brisk: int, longest: float | None, flare: bool) -> None:
    said = longer_than_usual(walk, brisk, Usual(longest_min=longest, flare=flare, **KNOWN)) or ""
    assert len(said) <= 78
    assert not {"harmful", "too", "!"} & set(said.split())
