"""Made-up recordings on made-up slopes for the tests of terrain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from syncd.contract import Workout
from syncd.walks.model import Rules
from syncd.walks.recorded import Recorded
from tests.unit.walks.lives import outing

Sensor = Literal["barometric", "gnss", "terrain"]


def sloped(
    height_at: Callable[[float], float],
    *,
    seconds: int = 1200,
    speed: float = 1.0,
    cadence: float | None = None,
    sensor: Sensor | None = "barometric",
    every_s: int = 5,
) -> Workout:
    """Return a steady hike of ``speed`` m/s whose height at d metres is ``height_at(d)``."""
    flat = outing(36_000, seconds, speed=speed, cadence=cadence, label="hiking", every_s=every_s)
    assert flat.track is not None
    heights = tuple(height_at(d or 0.0) for d in flat.track.distance_m)
    track = flat.track.model_copy(update={"altitude_m": heights})
    return flat.model_copy(update={"track": track, "elevation_source": sensor})


def read(workout: Workout, rules: Rules | None = None) -> Recorded:
    """Return a workout as the rules read it."""
    return Recorded(workout, 99, workout.source.key, 10, rules or Rules())


def ramp(grade: float, start_m: float = 0.0, end_m: float = 1e9) -> Callable[[float], float]:
    """Return a slope of one grade between two places on the way, level before and after."""
    return lambda d: 100.0 + grade * (min(max(d, start_m), end_m) - start_m)
