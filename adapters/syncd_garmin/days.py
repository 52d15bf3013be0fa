"""Totals of civil days. A day that Garmin says nothing of is not a day without steps.

Metres are those of steps (``wellness...``): the others hold bicycles and boats.
"""

from __future__ import annotations

from datetime import date

from syncd.contract import DailyTotal
from syncd_garmin import wire
from syncd_garmin.sources import CLOUD


def of_summary(said: wire.DailySummary) -> DailyTotal | None:
    """Return a day of the app's first page; ``None`` where nothing was measured."""
    if said.calendar_date is None:
        return None
    return total(
        said.calendar_date,
        steps=said.total_steps,
        distance_m=said.wellness_distance_meters,
        floors=said.floors_ascended,
    )


def of_range(said: wire.SummedDay) -> DailyTotal | None:
    """Return a day of a range of summaries; ``None`` where nothing was measured."""
    moved = said.movement
    if moved is None or moved.steps is None:
        return None
    floors = moved.floors_ascended
    return total(
        said.calendar_date,
        steps=moved.steps.value,
        distance_m=moved.steps.distance_in_meters,
        floors=None if floors is None else floors.value,
    )


def of_steps(said: wire.DailySteps) -> DailyTotal | None:
    """Return a day of a range of steps; its metres hold more than steps and are left out."""
    return total(said.calendar_date, steps=said.total_steps)


def total(
    day: date,
    *,
    steps: float | None = None,
    distance_m: float | None = None,
    floors: float | None = None,
) -> DailyTotal | None:
    """Return what was measured of a day; ``None`` where nothing was.

    Metres and floors without any steps value are no measurement: Garmin fills in zeros.
    """
    if steps is None:
        return None
    return DailyTotal(
        source=CLOUD, day=day, steps=round(steps), distance_m=distance_m, floors=floors
    )
