"""How hard a recorded outing was: an estimate from speed and slope, with the spread of equations.

Told only where a barometer or a model of the ground measured the height, and where the equation
was made for nearly all of its minutes; it is shown to a person and never scored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from syncd.contract.units import mps_to_pace_s_per_km
from syncd.walks.effort import (
    ML_A_MET,
    W_A_MET,
    acsm_vo2,
    cadence_mets,
    lankford_vo2,
    lcda_mets,
    level_ratio,
    pandolf_w,
)
from syncd.walks.hills import MOVING_M
from syncd.walks.model import MINUTE_S
from syncd.walks.recorded import Recorded
from syncd.walks.terrain import TRUSTED

KNOWN_SHARE = 0.8
"""Share of the moving minutes that an equation must be made for to speak of the walk."""
Step = tuple[float, float, int | None]
"""Of a minute in motion: m/s, grade, steps where they are known."""


@dataclass(frozen=True, slots=True)
class Exertion:
    """METs over the minutes in motion, the lowest and highest of all equations that apply.

    ``level_pace_s_per_km`` is the pace of level ground with the same cost by metre.
    """

    mets: float
    low: float
    high: float
    level_pace_s_per_km: float | None


def exertion(r: Recorded) -> Exertion | None:
    """Return the effort of a walk or hike; ``None`` where it was not measured or is refused."""
    hills = r.hills
    if not r.is_foot or hills is None or hills.sensor not in TRUSTED:
        return None
    minutes: list[Step] = [
        (metres / MINUTE_S, grade, steps)
        for metres, grade, steps in zip(r.spoken_minutes, hills.grade, r.step_minutes, strict=True)
        if metres is not None and metres >= MOVING_M and grade is not None
    ]
    mets = _mean(minutes, lambda speed, grade, _: lcda_mets(speed, grade))
    if mets is None:
        return None
    told = [mets, *(m for way in _OTHERS if (m := _mean(minutes, way)) is not None)]
    return Exertion(mets, min(told), max(told), _level_pace(minutes))


def _mean(
    minutes: Sequence[Step], mets_of: Callable[[float, float, int | None], float | None]
) -> float | None:
    known = [m for minute in minutes if (m := mets_of(*minute)) is not None]
    return fmean(known) if known and len(known) >= KNOWN_SHARE * len(minutes) else None


def _by_acsm(speed: float, grade: float, _: int | None) -> float | None:
    vo2 = acsm_vo2(speed, grade)
    return None if vo2 is None else vo2 / ML_A_MET


def _by_lankford(speed: float, grade: float, _: int | None) -> float | None:
    vo2 = lankford_vo2(speed, grade)
    return None if vo2 is None else vo2 / ML_A_MET


def _by_pandolf(speed: float, grade: float, _: int | None) -> float | None:
    """Without a load it is the same for every body, a kilogram of it."""
    watts = pandolf_w(1.0, 0.0, speed, grade)
    return None if watts is None else watts / W_A_MET


def _by_cadence_of_a_man(_: float, __: float, steps: int | None) -> float | None:
    both = None if steps is None else cadence_mets(steps)
    return both[0] if both else None


def _by_cadence_of_a_woman(_: float, __: float, steps: int | None) -> float | None:
    both = None if steps is None else cadence_mets(steps)
    return both[1] if both else None


_OTHERS = (_by_acsm, _by_lankford, _by_pandolf, _by_cadence_of_a_man, _by_cadence_of_a_woman)


def _level_pace(minutes: Sequence[Step]) -> float | None:
    """Return the pace on the level that costs the same (Minetti, as a ratio)."""
    level = fmean(speed * level_ratio(grade) for speed, grade, _ in minutes)
    return mps_to_pace_s_per_km(level)
