"""Grades, uphill and downhill minutes of recorded outings."""

from __future__ import annotations

import pytest

from syncd.walks.hills import Hills
from tests.unit.walks.slopes import Sensor, ramp, read, sloped


def hills(**kwargs: object) -> Hills:
    found = read(sloped(**kwargs)).hills  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_hill_in_the_middle_is_uphill_where_it_climbs_and_nowhere_else() -> None:
    found = hills(height_at=ramp(0.08, 300, 600))
    assert found.gain_m == pytest.approx(24.0, abs=0.5)
    assert found.loss_m == 0.0
    assert [k for k, up in enumerate(found.uphill) if up] == [5, 6, 7, 8, 9]
    assert (found.uphill_min, found.downhill_min) == (5, 0)
    assert found.grade_max == pytest.approx(0.08, abs=0.005)
    assert found.grade[7] == pytest.approx(0.08)
    assert found.grade[2] == pytest.approx(0.0)


def test_the_way_down_is_downhill_and_has_no_steepest_climb() -> None:
    found = hills(height_at=ramp(-0.06))
    assert (found.uphill_min, found.downhill_min) == (0, 20)
    assert found.grade_max == 0.0
    assert found.loss_m == pytest.approx(72.0, abs=1.0)


def test_two_percent_is_neither_uphill_nor_downhill() -> None:
    assert hills(height_at=ramp(0.02)).uphill_min == 0
    assert hills(height_at=ramp(-0.02)).downhill_min == 0


def test_a_step_of_less_than_three_metres_is_no_climb() -> None:
    assert hills(height_at=ramp(0.05, 300, 355)).uphill_min == 0
    assert hills(height_at=ramp(0.05, 300, 420)).uphill_min == 2


def test_standing_on_a_slope_is_not_walking_up_it() -> None:
    found = hills(height_at=ramp(0.08), speed=0.4)
    assert found.gain_m > 30
    assert found.uphill_min == 0


def test_a_way_of_less_than_fifty_metres_has_no_grade() -> None:
    found = hills(height_at=ramp(0.2), seconds=40)
    assert found.gain_m == pytest.approx(8.0, abs=1.0)
    assert found.grade == (None,)
    assert (found.grade_max, found.uphill_min) == (None, 0)


@pytest.mark.parametrize(("sensor", "uphill_min"), [("barometric", 5), ("terrain", 5), (None, 5)])
def test_a_rougher_sensor_takes_its_grade_over_a_longer_way(
    sensor: Sensor | None, uphill_min: int
) -> None:
    assert hills(height_at=ramp(0.08, 300, 600), sensor=sensor).uphill_min == uphill_min
    steep = hills(height_at=ramp(0.3, 300, 350), sensor=sensor).grade_max
    wide = {"barometric": 50.0, "terrain": 50.0}.get(sensor or "", 50 * 5 / 3)
    assert steep == pytest.approx(15 / wide, rel=0.06)


def test_a_climb_by_satellite_below_thirty_metres_is_noise_and_no_minute_of_it_is_told() -> None:
    low = hills(height_at=ramp(0.05, 100, 600), sensor="gnss")
    assert low.gain_m == pytest.approx(25.0)
    assert (low.uphill_min, low.downhill_min, low.grade_max) == (None, None, None)
    high = hills(height_at=ramp(0.05, 100, 1000), sensor="gnss")
    assert high.uphill_min is not None
    assert high.uphill_min >= 14
    assert high.grade_max == pytest.approx(0.05, abs=0.005)


def test_heights_without_a_way_are_climbs_without_grades() -> None:
    workout = sloped(ramp(0.1))
    assert workout.track is not None
    bare = workout.track.model_copy(update={"distance_m": ()})
    found = read(workout.model_copy(update={"track": bare})).hills
    assert found is not None
    assert found.gain_m > 100
    assert set(found.grade) == {None}


def test_without_heights_there_are_no_hills() -> None:
    workout = sloped(ramp(0.1))
    assert workout.track is not None
    flat = workout.track.model_copy(update={"altitude_m": ()})
    assert read(workout.model_copy(update={"track": flat})).hills is None
