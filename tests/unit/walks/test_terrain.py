"""Vectors 34-39 of the walking rules: gain and loss from noisy altitude."""

from __future__ import annotations

import pytest

from syncd.walks.hills import Frame, hills
from syncd.walks.terrain import cleaned, floors_m, pressure_height_m, spliced, zig_zag


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


def test_a_spike_and_a_jump_are_dropped_before_the_climb_is_counted() -> None:
    at = list(range(0, 400, 20))
    heights = [100.0 + i for i in range(20)]
    heights[7] += 80.0
    assert max(cleaned(at, heights)) == 119.0
    assert gain_and_loss(at, heights, "barometric") == (19.0, 0.0)
    near = [100.0, 140.0, 100.0]
    assert cleaned([0, 3, 6], near) == [100.0, 100.0]


def test_the_sensor_decides_how_much_movement_is_a_turn() -> None:
    at, heights = [0, 100, 200, 300], [0.0, 4.0, 0.0, 4.0]
    assert gain_and_loss(at, heights, "barometric") == (8.0, 4.0)
    assert gain_and_loss(at, heights, "gnss") == (0.0, 0.0)
    assert gain_and_loss(at, heights, None) == (0.0, 0.0)
