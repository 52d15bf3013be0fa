"""Gain and loss from noisy altitude (walking-rules 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from syncd.contract.units import FEET_PER_FLOOR, FOOT_M

DELTA_M = {"barometric": 3.0, "terrain": 3.0, "gnss": 10.0}
UNKNOWN_SENSOR_DELTA_M = 5.0
TRUSTED = frozenset(("barometric", "terrain"))
"""What measures height well enough for a climb to earn a brisk minute."""
GNSS_NOISE_M = 30.0
"""A gain or loss below this, by satellite alone, may be noise and nothing else."""
MEDIAN_WINDOW_S = 15
JUMP_M, JUMP_S, SPIKE_M = 30.0, 5, 50.0
NEIGHBOURS, NEIGHBOURS_S = 8, 60
"""A spike is judged by so many samples on either side, none of them farther away than this."""
FLOOR_ERROR_M = 1.5
SEA_LEVEL_HPA = 1013.25

Height = tuple[int, float]
"""Unix seconds, metres."""


class Leg(NamedTuple):
    """A rise or fall between two confirmed turns: indexes of its first and last sample."""

    first: int
    last: int


def delta_m(sensor: str | None) -> float:
    """Return how many metres the other way confirm a turn, by what measured the height."""
    return DELTA_M.get(sensor or "", UNKNOWN_SENSOR_DELTA_M)


def is_noise(height_m: float, sensor: str | None) -> bool:
    """Tell whether a gain or loss may be the noise of a satellite receiver and nothing else."""
    return sensor == "gnss" and height_m < GNSS_NOISE_M


def turns(altitudes_m: Sequence[float], delta_m: float) -> list[Leg]:
    """Return the legs between turns that ``delta_m`` of movement the other way confirms."""
    found: list[Leg] = []
    low = high = turn = direction = 0
    for i, h in enumerate(altitudes_m):
        low = i if h < altitudes_m[low] else low
        high = i if h > altitudes_m[high] else high
        if direction >= 0 and altitudes_m[high] - h >= delta_m:
            if direction > 0:
                found.append(Leg(turn, high))
            direction, turn, low = -1, high, i
        elif direction <= 0 and h - altitudes_m[low] >= delta_m:
            if direction < 0:
                found.append(Leg(turn, low))
            direction, turn, high = 1, low, i
    if direction:
        found.append(Leg(turn, high if direction > 0 else low))
    return found


def zig_zag(altitudes_m: Sequence[float], delta_m: float) -> tuple[float, float]:
    """Return (gain, loss) in metres: legs between turns confirmed by ``delta_m`` of movement.

    A turn is confirmed after at least ``delta_m`` the other way; then the full leg is added, so
    that nothing of a real climb is lost (walking-rules 3.1, vectors 34-39).
    """
    heights = [altitudes_m[b] - altitudes_m[a] for a, b in turns(altitudes_m, delta_m)]
    return sum(h for h in heights if h > 0), sum(-h for h in heights if h < 0)


def cleaned(at: Sequence[int], altitude_m: Sequence[float | None]) -> list[Height]:
    """Return heights without holes, spikes and jumps, smoothed by a 15 s rolling median."""
    samples = [(t, h) for t, h in zip(at, altitude_m, strict=True) if h is not None]
    heights = [h for _, h in samples]
    if heights and max(heights) - min(heights) > SPIKE_M:  # else there can be none
        samples = [s for i, s in enumerate(samples) if not _is_spike(samples, i)]
    kept = _without_jumps(samples)
    smooth: list[Height] = []
    first = last = 0
    for t, _ in kept:
        while kept[first][0] < t - MEDIAN_WINDOW_S // 2:
            first += 1
        while last < len(kept) and kept[last][0] <= t + MEDIAN_WINDOW_S // 2:
            last += 1
        smooth.append((t, median(h for _, h in kept[first:last])))
    return smooth


def _is_spike(samples: list[Height], i: int) -> bool:
    t, h = samples[i]
    near = samples[max(0, i - NEIGHBOURS) : i] + samples[i + 1 : i + 1 + NEIGHBOURS]
    around = [other for at, other in near if abs(at - t) <= NEIGHBOURS_S]
    if len(around) < 2 or max(around) - h <= SPIKE_M >= h - min(around):
        return False
    return abs(h - median(around)) > SPIKE_M


def _without_jumps(samples: Sequence[Height]) -> list[Height]:
    kept: list[Height] = []
    for t, h in samples:
        if kept and t - kept[-1][0] <= JUMP_S and abs(h - kept[-1][1]) > JUMP_M:
            continue
        kept.append((t, h))
    return kept


def spliced(heights: Sequence[Height], pauses: Sequence[tuple[int, int]]) -> list[Height]:
    """Return heights as if nothing rose or fell while the timer stood (Unix seconds).

    What happens in a pause, a lift or the weather, is no part of the walk. Heights after a pause
    are moved to go on where those before it ended.
    """
    found: list[Height] = []
    shift = 0.0
    waiting = sorted(pauses)
    resumed = False
    for t, h in heights:
        while waiting and t >= waiting[0][1]:
            resumed = bool(found)
            waiting.pop(0)
        if waiting and waiting[0][0] < t:
            continue
        if resumed:
            shift, resumed = found[-1][1] - h, False
        found.append((t, h + shift))
    return found


def floors_m(floors: float) -> tuple[float, float, float]:
    """Return (low, middle, high) metres of floors as trackers count them.

    Fitbit and Garmin count a floor per ten feet, about 3 m, of climb in one go; each may have been
    half of that more or less. Metres are never turned back into floors.
    """
    middle = floors * round(FEET_PER_FLOOR * FOOT_M)
    return max(0.0, middle - floors * FLOOR_ERROR_M), middle, middle + floors * FLOOR_ERROR_M


def pressure_height_m(pressure_hpa: float, reference_hpa: float = SEA_LEVEL_HPA) -> float:
    """Return metres above the level of ``reference_hpa``, in the standard atmosphere.

    44330 (1 - (p/p0)^0.1903): use differences inside one walk only, for the weather moves it.
    """
    ratio: float = (pressure_hpa / reference_hpa) ** 0.1903
    return 44_330 * (1 - ratio)


def weather_drift_m(hours: float, hpa_per_hour: float = 1.0) -> float:
    """Return how far the weather alone may move a barometer's height, 1 hPa an hour near 8 m."""
    return hours * pressure_height_m(SEA_LEVEL_HPA - hpa_per_hour)
