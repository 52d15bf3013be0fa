"""The effort of a recorded outing, and the fast minutes of a day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.walks.effort import acsm_vo2, lcda_mets
from syncd.walks.exertion import Exertion, exertion
from syncd.walks.fast import FastMinutes, fast_minutes
from syncd.walks.model import Rules
from tests.unit.walks.lives import FIRST, life, outing, tracker, waking
from tests.unit.walks.slopes import Sensor, ramp, read, sloped


def told(**kwargs: object) -> Exertion:
    found = exertion(read(sloped(**kwargs)))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_level_walk_costs_what_the_equation_says_and_its_pace_is_its_own() -> None:
    effort = told(height_at=ramp(0.0), speed=4.8 / 3.6)
    assert effort.mets == pytest.approx(lcda_mets(4.8 / 3.6, 0.0))
    assert effort.level_pace_s_per_km == pytest.approx(750.0)
    assert effort.low == pytest.approx((acsm_vo2(4.8 / 3.6, 0.0) or 0) / 3.5)
    assert effort.low <= effort.mets <= effort.high


def test_uphill_is_harder_than_its_pace_and_a_little_downhill_is_easier() -> None:
    up, down = told(height_at=ramp(0.08)), told(height_at=ramp(-0.08))
    assert up.mets > 5.0
    assert down.mets < 2.6
    assert up.level_pace_s_per_km is not None
    assert down.level_pace_s_per_km is not None
    assert up.level_pace_s_per_km < 1000 < down.level_pace_s_per_km


@pytest.mark.parametrize(("sensor", "known"), [("barometric", True), ("terrain", True)])
def test_effort_needs_a_height_that_can_be_trusted(sensor: Sensor, known: bool) -> None:
    assert (exertion(read(sloped(ramp(0.05), sensor=sensor))) is not None) is known
    assert exertion(read(sloped(ramp(0.05), sensor="gnss"))) is None
    assert exertion(read(sloped(ramp(0.05), sensor=None))) is None


def test_effort_is_refused_where_the_equation_was_not_made_for_the_walk() -> None:
    assert exertion(read(sloped(ramp(0.0), speed=2.1))) is None
    assert exertion(read(sloped(ramp(0.5), speed=0.7))) is None
    assert exertion(read(outing(0, 600))) is None


def test_a_cadence_that_was_counted_widens_what_the_equations_say() -> None:
    without = told(height_at=ramp(0.0), speed=1.3)
    counted = told(height_at=ramp(0.0), speed=1.3, cadence=130.0)
    assert counted.mets == without.mets
    assert counted.high == pytest.approx(0.105 * 130 - 7.065)


def test_fast_minutes_are_told_with_the_runs_and_the_implausible_among_them() -> None:
    values = [129, 130, 139, 140, 220, 221, 254]
    ground = life(tracker([waking(at_0900=values)])).ground(Rules())
    found = fast_minutes(ground, [(FIRST, FIRST + 1440)])
    assert found == FastMinutes(fast=6, running=4, implausible=2, run_spm=140)
    assert fast_minutes(ground, [(FIRST, FIRST + 60)]) == FastMinutes(0, 0, 0, 140)


def test_no_fast_minute_is_counted_twice_and_the_knob_of_running_moves_the_tag() -> None:
    rules = replace(Rules(), run_cadence=150.0)
    reading = life(tracker([waking(at_0900=[135] * 10 + [145] * 10)]), rules=rules)
    ground = reading.ground(rules)
    assert fast_minutes(ground, [(FIRST, FIRST + 1440)]) == FastMinutes(20, 0, 0, 150)
    assert ground.brisk(FIRST, FIRST + 1440).count(1) == 20


def test_steps_in_a_vehicle_are_not_fast() -> None:
    ride = outing(9 * 3600, 600, cadence=135.0, speed=9.0, label="walking")
    ground = life(outings=[ride]).ground(Rules())
    assert fast_minutes(ground, [(FIRST, FIRST + 1440)]).fast == 0
