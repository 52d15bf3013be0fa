"""The data types we read, each in Google's three spellings: one row a type.

Paths are kebab-case, filters snake_case, payloads camelCase; a wrong path or filter is refused, a
wrong payload key is an answer that looks empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from syncd.contract import Series


@dataclass(frozen=True, slots=True)
class Kind:
    """One data type. ``value`` and ``sum`` are its members in points and in daily rollups.

    ``per_unit`` is how many of Google's units make one of ours (millimetres: 1000).
    """

    path: str
    member: str
    payload: str
    series: Series
    value: str
    sum: str
    total: str
    """The field of ``DailyTotal`` that its daily rollup fills; empty where there is none."""
    per_unit: float = 1.0


STEPS: Final = Kind(
    path="steps",
    member="steps.interval.start_time",
    payload="steps",
    series=Series.STEPS,
    value="count",
    sum="count_sum",
    total="steps",
)
DISTANCE: Final = Kind(
    path="distance",
    member="distance.interval.start_time",
    payload="distance",
    series=Series.DISTANCE,
    value="millimeters",
    sum="millimeters_sum",
    total="distance_m",
    per_unit=1000.0,
)
ALTITUDE: Final = Kind(
    path="altitude",
    member="altitude.interval.start_time",
    payload="altitude",
    series=Series.CLIMB,
    value="gain_millimeters",
    sum="gain_millimeters_sum",
    total="",
    per_unit=1000.0,
)
FLOORS: Final = Kind(
    path="floors",
    member="floors.interval.start_time",
    payload="floors",
    series=Series.FLOORS,
    value="count",
    sum="count_sum",
    total="floors",
)
MINUTES: Final = (STEPS, DISTANCE, ALTITUDE)
"""Read as merged intervals."""
DAYS: Final = (STEPS, DISTANCE, FLOORS)
"""Read as sums of civil days."""
BY_PATH: Final = {kind.path: kind for kind in (STEPS, DISTANCE, ALTITUDE, FLOORS)}

EXERCISE: Final = "exercise"
EXERCISE_MEMBER: Final = "exercise.interval.civil_start_time"
"""The only member that exercises can be filtered by."""
