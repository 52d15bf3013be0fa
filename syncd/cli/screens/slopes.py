"""Climb, effort and fast minutes in words and figures, each with how sure it is."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.cli.screens.figures import duration, metres, pace
from syncd.walks.exertion import Exertion
from syncd.walks.fast import FastMinutes
from syncd.walks.model import IMPLAUSIBLE_ABOVE, WalkSession
from syncd.walks.terrain import GNSS_NOISE_M, floors_m, is_noise, weather_drift_m

_SENSORS = {
    "barometric": "by the barometer",
    "gnss": "by satellite only: rough, never counted",
    "terrain": "corrected by a map of the ground",
}
_DRIFT_FROM_S = 3600
"""Shorter walks are over before the weather turns."""


def climb(height_m: float | None, sensor: str | None, sign: str) -> str:
    """Return "+12 m", or "~0-30 m" where satellites cannot tell it from noise."""
    if height_m is not None and is_noise(height_m, sensor):
        return f"~0-{GNSS_NOISE_M:.0f} m"
    return metres(height_m, sign)


def climb_words(walk: WalkSession, credited_min: int) -> str:
    """Return what measured the height, how sure that is, what the slopes were and what counted.

    ``credited_min`` are the minutes that are brisk by climbing alone.
    """
    sensor = walk.elevation_source
    parts = [
        _SENSORS.get(sensor or "", "by a sensor that nobody named: never counted"),
        *_hills(walk),
    ]
    if credited_min:
        parts.append(f"{credited_min} min brisk by climbing")
    lasted_s = walk.end - walk.start
    if sensor == "barometric" and lasted_s >= _DRIFT_FROM_S:
        drift = weather_drift_m(lasted_s / 3600)
        parts.append(f"weather alone may move it by {drift:.0f} m in {duration(lasted_s)}")
    return "; ".join(parts)


def _hills(walk: WalkSession) -> Iterator[str]:
    gain, loss = walk.elevation_gain_m or 0.0, walk.elevation_loss_m or 0.0
    if is_noise(gain, walk.elevation_source) and is_noise(loss, walk.elevation_source):
        yield f"less than {GNSS_NOISE_M:.0f} m is noise"
    parts = []
    if walk.grade_max:
        about = "about " if walk.elevation_source == "gnss" else ""
        parts.append(f"steepest {about}{walk.grade_max * 100:.0f} %")
    if walk.uphill_min:
        parts.append(f"{walk.uphill_min} min uphill")
    if walk.downhill_min:
        parts.append(f"{walk.downhill_min} min downhill")
    if parts:
        yield ", ".join(parts)


def effort_words(effort: Exertion) -> str:
    """Return the effort with one decimal at most, and how far equations are apart."""
    words = f"about {effort.mets:.1f} METs, an estimate"
    low, high = f"{effort.low:.1f}", f"{effort.high:.1f}"
    if low != high:
        words += f" (equations differ: {low} to {high})"
    level = pace(effort.level_pace_s_per_km)
    return f"{words}; as hard as {level} min/km on the level" if level else words


def fast_words(fast: FastMinutes) -> list[str]:
    """Return the fast minutes in a line, and the implausible ones in another."""
    said = []
    if fast.fast:
        words = f"{fast.fast} min ({fast.fast_spm}+ steps), counted once"
        if fast.running:
            words += f"; {fast.running} of them run or very fast ({fast.run_spm}+)"
        said.append(words)
    if fast.implausible:
        over = f"more than {IMPLAUSIBLE_ABOVE} steps: not plausible, counted as"
        said.append(f"{fast.implausible} min with {over} {IMPLAUSIBLE_ABOVE}")
    return said


def floors_words(floors: float) -> str:
    """Return floors with the metres that they may be."""
    low, middle, high = floors_m(floors)
    count = f"{floors:.0f} floor{'' if round(floors) == 1 else 's'}"
    return f"{count}, about {middle:.0f} m up ({low:.0f} to {high:.0f})"
