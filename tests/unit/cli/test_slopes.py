"""Climb, effort and fast minutes as a person reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from syncd.cli.screens.day import day_screen
from syncd.cli.screens.paper import Paper
from syncd.cli.screens.slopes import (
    climb,
    climb_words,
    effort_words,
    fast_words,
    floors_words,
)
from syncd.cli.screens.walk import walk_screen
from syncd.cli.screens.walks import walk_of_day
from syncd.walks.exertion import Exertion
from syncd.walks.fast import FastMinutes
from tests.unit.cli.made import walk_row
from tests.unit.cli.test_screens import day_view, walk_view


def test_a_climb_by_satellite_below_thirty_metres_is_shown_as_noise():
    assert climb(12.4, "gnss", "+") == "~0-30 m"
    assert climb(0.0, "gnss", "-") == "~0-30 m"
    assert climb(30.0, "gnss", "+") == "+30 m"
    assert climb(12.4, "barometric", "+") == "+12 m"
    assert climb(0.2, "barometric", "-") == "0 m"
    assert climb(None, "gnss", "+") == ""


def test_the_line_of_a_walk_under_its_day_tells_noise_too():
    row = walk_row(kind="recorded", elevation_gain_m=12.0, elevation_source="gnss")
    line = walk_of_day(row, Paper())
    assert "~0-30 m" in line
    assert len(line) <= 71


def test_a_climb_is_told_with_what_measured_it_and_what_counted():
    walk = walk_row(
        elevation_gain_m=80.0,
        elevation_loss_m=40.0,
        elevation_source="barometric",
        grade_max=0.104,
        uphill_min=9,
        downhill_min=4,
    ).session
    assert climb_words(walk, 5) == (
        "by the barometer; steepest 10 %, 9 min uphill, 4 min downhill; 5 min brisk by climbing"
    )
    long = replace(walk, end=walk.start + 7200)
    assert climb_words(long, 0).endswith("weather alone may move it by 17 m in 2 h 00 min")
    rough = replace(walk, elevation_source="gnss", elevation_gain_m=12.0, elevation_loss_m=3.0)
    rough = replace(rough, grade_max=None, uphill_min=None, downhill_min=None)
    assert climb_words(rough, 0) == (
        "by satellite only: rough, never counted; less than 30 m is noise"
    )
    unnamed = replace(rough, elevation_source=None)
    assert climb_words(unnamed, 0) == "by a sensor that nobody named: never counted"


def test_effort_has_one_decimal_and_says_that_it_is_an_estimate():
    assert effort_words(Exertion(3.604, 3.21, 4.0, 744.0)) == (
        "about 3.6 METs, an estimate (equations differ: 3.2 to 4.0);"
        " as hard as 12:24 min/km on the level"
    )
    assert effort_words(Exertion(3.6, 3.6, 3.6, None)) == "about 3.6 METs, an estimate"


def test_fast_minutes_are_counted_once_and_implausible_ones_are_marked():
    assert fast_words(FastMinutes(0, 0, 0, 140)) == []
    assert fast_words(FastMinutes(12, 3, 1, 140)) == [
        "12 min (130+ steps), counted once; 3 of them run or very fast (140+)",
        "1 min with more than 220 steps: not plausible, counted as 220",
    ]


def test_floors_are_metres_with_their_error():
    assert floors_words(10.0) == "10 floors, about 30 m up (15 to 45)"
    assert floors_words(1.0) == "1 floor, about 3 m up (2 to 4)"


def test_the_screens_of_walk_and_day_carry_them():
    fast = FastMinutes(12, 3, 1, 140)
    walk = walk_screen(walk_view(effort=Exertion(3.6, 3.2, 4.0, 744.0), fast=fast), Paper())
    assert any(line.startswith(" Effort  about 3.6 METs") for line in walk)
    assert any(line.startswith(" Fast    12 min") for line in walk)
    day = day_screen(replace(day_view(), fast=fast, floors=10.0), Paper(), UTC)
    assert any(line.startswith((" Fast   12 min", " Fast  12 min")) for line in day)
    assert any("10 floors, about 30 m up" in line for line in day)
    assert max(map(len, [*walk, *day])) <= 78


def test_a_walk_without_steps_has_a_legend_of_dots():
    view = walk_view()
    dots = tuple(replace(m, steps=None, distance_m=70.0) for m in view.minutes)
    screen = "\n".join(walk_screen(replace(view, minutes=dots), Paper()))
    assert "dots are minutes that moved" in screen
    assert "bars are steps" not in screen
