"""Vectors 34-39 of the walking rules: gain and loss from noisy altitude."""

from __future__ import annotations

import pytest

from syncd.walks.hills import Frame, hills
from syncd.walks.terrain import (
    cleaned,
    floors_m,
    pressure_height_m,
    spliced,
    weather_drift_m,
    zig_zag,
)


def gain_and_loss(
    at: list[int], altitude_m: list[float | None], sensor: str | None
) -> tuple[float, float] | None:
    found = hills(cleaned(at, altitude_m), [], Frame(at[0], 1, sensor, 0.03))
    return (found.gain_m, found.loss_m) if found else None


@pytest.mark.parametrize(
    ("series", "at_3", "at_5"),
    [
        pytest.param([0, 2, 4, 6, 8, 10], (10, 0), (10, 0), id="34"),
        pytest.param([50, 51, 50, 49, 50, 51, 50], (0, 0), (0, 0), id="35"),
        pytest.param([100, 101, 99, 100, 102, 100, 101], (3, 0), (0, 0), id="36"),
        pytest.param([0, 10, 0, 10, 0], (20, 20), (20, 20), id="37"),
        pytest.param([0, 4, 2, 8, 6, 12, 0], (12, 12), (12, 12), id="38"),
        pytest.param([0, 3], (3, 0), (0, 0), id="39a"),
        pytest.param([0, 2.9], (0, 0), (0, 0), id="39b"),
        pytest.param([10, 10, 10], (0, 0), (0, 0), id="39c"),
    ],
)
def test_the_zig_zag_of_the_vectors(
    series: list[float], at_3: tuple[float, float], at_5: tuple[float, float]
) -> None:
    assert zig_zag(series, 3.0) == at_3
    assert zig_zag(series, 5.0) == at_5


def test_no_altitude_is_no_gain_rather_than_zero() -> None:
    assert gain_and_loss([0, 60], [None, 12.0], None) is None
    assert zig_zag([], 3.0) == (0.0, 0.0)


def heights(at: list[int], altitude_m: list[float | None]) -> list[float]:
    return [h for _, h in cleaned(at, altitude_m)]


def test_a_spike_and_a_jump_are_dropped_before_the_climb_is_counted() -> None:
    at = list(range(0, 400, 20))
    climb: list[float | None] = [100.0 + i for i in range(20)]
    climb[7] = 187.0
    assert max(heights(at, climb)) == 119.0
    assert gain_and_loss(at, climb, "barometric") == (19.0, 0.0)
    assert heights([0, 3, 6], [100.0, 140.0, 100.0]) == [100.0, 100.0]


def test_a_receiver_that_starts_with_the_wrong_height_for_seconds_does_not_climb() -> None:
    series: list[float | None] = [55.0, 142.4, 142.4, 142.4, *[56.0] * 30]
    assert set(heights(list(range(34)), series)) <= {55.0, 56.0}
    assert gain_and_loss(list(range(34)), series, "barometric") == (0.0, 0.0)


def test_a_steep_climb_of_few_samples_is_no_spike() -> None:
    at, steep = [0, 220, 440, 660], [0.0, 40.0, 80.0, 120.0]
    assert heights(at, [*steep]) == steep


def test_what_happens_in_a_pause_is_no_climb() -> None:
    walked = [(0, 10.0), (60, 12.0), (600, 300.0), (660, 305.0)]
    assert spliced(walked, [(60, 600)]) == [(0, 10.0), (60, 12.0), (600, 12.0), (660, 17.0)]
    assert spliced([(0, 10.0), (30, 99.0), (60, 12.0)], [(5, 55)]) == [(0, 10.0), (60, 10.0)]
    assert spliced(walked, []) == walked
    assert spliced([(100, 5.0)], [(0, 50)]) == [(100, 5.0)]


def test_the_height_of_a_pressure() -> None:
    """Vector 40."""
    assert pressure_height_m(1012.25) == pytest.approx(8.329, abs=1e-3)
    assert pressure_height_m(1001.2) == pytest.approx(100.811, abs=1e-3)
    assert weather_drift_m(2.0) == pytest.approx(16.658, abs=1e-3)


def test_ten_floors_are_thirty_metres_give_or_take() -> None:
    """Vector 41, with half a floor of error each."""
    assert floors_m(10) == (15.0, 30.0, 45.0)
    assert floors_m(0) == (0.0, 0.0, 0.0)


def test_the_sensor_decides_how_much_movement_is_a_turn() -> None:
    at, heights = [0, 100, 200, 300], [0.0, 4.0, 0.0, 4.0]
    assert gain_and_loss(at, heights, "barometric") == (8.0, 4.0)
    assert gain_and_loss(at, heights, "gnss") == (0.0, 0.0)
    assert gain_and_loss(at, heights, None) == (0.0, 0.0)
