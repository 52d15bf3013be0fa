"""Climb credit: what a hill adds to the brisk minutes, and what it never does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.contract import Workout
from syncd.walks.model import Rules
from tests.unit.walks.lives import DAY, life, outing, tracker, waking
from tests.unit.walks.slopes import Sensor, ramp, sloped

SLOW = 1.0
"""Metres a second: 3.6 km/h, brisk by no other rule; on 5 % it costs more than 4.8 km/h."""


def brisk_by(workout: Workout, rules: Rules | None = None) -> list[str | None]:
    reading = life(outings=[workout], rules=rules)
    (walk,) = reading.sessions([DAY])
    told = [m.brisk_by for m in reading.minutes(DAY) if walk.start <= m.start < walk.end]
    assert walk.brisk_min == sum(b is not None for b in told)
    return told


def test_a_slow_climb_by_barometer_is_brisk_where_it_climbs() -> None:
    told = brisk_by(sloped(ramp(0.08, 300, 900), speed=SLOW))
    assert told == [None] * 5 + ["uphill"] * 10 + [None] * 5


@pytest.mark.parametrize(("sensor", "credited"), [("terrain", 10), ("gnss", 0), (None, 0)])
def test_only_a_height_that_can_be_trusted_earns_minutes(
    sensor: Sensor | None, credited: int
) -> None:
    told = brisk_by(sloped(ramp(0.08, 300, 900), speed=SLOW, sensor=sensor))
    assert told.count("uphill") == credited


def test_a_climb_easier_than_a_brisk_walk_earns_nothing() -> None:
    """3.486 km/h on 3 % is as hard as 4.8 on the level, 2.725 km/h on 5 % (vector 13)."""
    assert brisk_by(sloped(ramp(0.031), speed=3.3 / 3.6)).count("uphill") == 0
    assert brisk_by(sloped(ramp(0.05), speed=2.6 / 3.6)).count("uphill") == 0
    assert brisk_by(sloped(ramp(0.05), speed=2.9 / 3.6)).count("uphill") == 20


def test_a_brisk_walk_downhill_stays_brisk() -> None:
    assert brisk_by(sloped(ramp(-0.08), speed=1.4)) == ["speed"] * 20


def test_the_credit_can_be_switched_off_and_its_grade_moved() -> None:
    hill = sloped(ramp(0.05), speed=SLOW)
    assert brisk_by(hill).count("uphill") == 20
    assert brisk_by(hill, replace(Rules(), uphill_credit=False)).count("uphill") == 0
    assert brisk_by(hill, replace(Rules(), uphill_min_grade=0.06)).count("uphill") == 0


def test_steps_known_and_hardly_any_are_a_lift_and_not_a_climb() -> None:
    assert brisk_by(sloped(ramp(0.08), speed=SLOW, cadence=70.0)).count("uphill") == 20
    told = brisk_by(sloped(ramp(0.08), speed=SLOW, cadence=45.0))
    assert told.count("uphill") == 20
    workout = sloped(ramp(0.08), speed=SLOW, cadence=70.0)
    assert workout.track is not None
    still = tuple(0.0 if i >= 120 else 70.0 for i in range(len(workout.track.at)))
    track = workout.track.model_copy(update={"cadence_spm": still})
    told = brisk_by(workout.model_copy(update={"track": track}))
    assert told == ["uphill"] * 10 + [None] * 10


def test_a_vehicle_on_the_hill_gets_no_credit() -> None:
    workout = sloped(ramp(0.08), speed=SLOW)
    assert workout.track is not None
    metres = tuple(
        d if d < 900 else 900 + 10 * (d - 900) for d in workout.track.distance_m if d is not None
    )
    track = workout.track.model_copy(update={"distance_m": metres})
    told = brisk_by(workout.model_copy(update={"track": track}))
    assert told[:14] == ["uphill"] * 14
    assert set(told[15:]) == {None}


def test_a_mountain_steeper_than_the_equation_knows_earns_nothing() -> None:
    assert brisk_by(sloped(ramp(0.5), speed=0.6)).count("uphill") == 0
    assert brisk_by(sloped(ramp(0.44), speed=0.6)).count("uphill") == 20


def test_the_credit_is_measured_against_the_speed_that_is_brisk_on_the_level() -> None:
    hill = sloped(ramp(0.05), speed=SLOW)
    assert brisk_by(hill, replace(Rules(), speed_min_kmh=6.9)).count("uphill") == 0
    assert brisk_by(hill, replace(Rules(), speed_min_kmh=None)).count("uphill") == 20


@pytest.mark.parametrize(("label", "brisk"), [("walking", 20), (None, 0)])
def test_speed_without_a_single_step_is_a_pram_in_a_walk_and_nothing_in_an_unnamed_track(
    label: str | None, brisk: int
) -> None:
    pushed = outing(36_000, 1200, cadence=None, speed=1.4, label=label)
    (walk,) = life(tracker([waking(at_1000=[0] * 20)]), outings=[pushed]).sessions([DAY])
    assert walk.brisk_min == brisk
    (alone,) = life(outings=[pushed]).sessions([DAY])
    assert alone.brisk_min == 20
