"""The graded plan: what it asks of a week, and of the week after (walking rules 4.1). Pure.

It counts minutes in walks, at any pace, and asks for one change a week: walks a tenth longer, or
another day. It starts at 80 % of a usual walk (the pattern of the EPIPHA-KNEE protocol, BMC
Musculoskelet Disord 2021, borrowed from knees) and grows to 30 minutes on five days, the goal of
WalkBack (Pocovi et al., Lancet 2024;404:134). Its pace is a choice of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from math import floor

START_SHARE = 0.8
GROWTH = 1.1
GOAL_MIN, GOAL_DAYS = 30.0, 5
LEAST_MIN, FEWEST_DAYS = 5.0, 3
"""A walk of less than five minutes is none that could be found; fewer days are no week of it."""
GROWTHS_BEFORE_DAY = {3: 3, 4: 4}
"""With so many days, a walk grows so often before the next day is added."""
ENOUGH_SHARE = 0.7
"""A week with less of its minutes is asked for again."""
RESUME_SHARE = 0.7
STANDS_WEEKS = 2
"""Once the goal has stood so long, pace is next."""
BASELINE_DAYS = 28
BASELINE_WALKS = 3
WEEK = timedelta(days=7)


class Kind(StrEnum):
    """Why a week of the plan asks for what it asks."""

    BEGUN = "begun"
    LONGER = "longer"
    DAY = "day"
    REPEATED = "repeated"
    HELD = "held"
    AFTER_FLARE = "after_flare"
    STANDS = "stands"


PASSED = {Kind.LONGER, Kind.DAY, Kind.STANDS}
"""What follows a week that reached enough of its minutes."""
FRESH = {Kind.BEGUN, Kind.DAY, Kind.AFTER_FLARE}


@dataclass(frozen=True, slots=True)
class Step:
    """What a week asks for: a walk of ``walk_min`` minutes on ``days`` days.

    ``week`` is its Monday. It holds from ``first_day`` on, before it where a plan or what follows
    a flare begins inside a week, after it where the week before was decided late.
    """

    week: date
    first_day: date
    walk_min: float
    days: int
    kind: Kind

    @property
    def week_min(self) -> float:
        """Return the minutes of the whole week."""
        return self.walk_min * self.days

    @property
    def day_min(self) -> int:
        """Return the whole minutes that a day is judged on."""
        return whole_minutes(self.walk_min)


@dataclass(frozen=True, slots=True)
class Flare:
    """The days of a flare, both included; ``last`` is ``None`` while it runs."""

    first: date
    last: date | None


def whole_minutes(minutes: float) -> int:
    """Return minutes rounded, halves up."""
    return floor(minutes + 0.5)


def monday_from(day: date) -> date:
    """Return the first Monday on or after a day."""
    return day + timedelta(days=-day.weekday() % 7)


def usual_walk_min(longest: Iterable[float]) -> float | None:
    """Return the middle one of the days' longest walks, minutes; ``None`` for less than three."""
    held = sorted(longest)
    middle = len(held) // 2  # statistics.median says the same; its import would delay every start
    return (held[middle] + held[~middle]) / 2 if len(held) >= BASELINE_WALKS else None


def first_step(baseline_min: float, days: int, first_day: date) -> Step:
    """Return what the plan begins with: 80 % of the usual walk, from 5 to 30 minutes."""
    walk_min = min(GOAL_MIN, max(LEAST_MIN, START_SHARE * baseline_min))
    return Step(monday_from(first_day), first_day, walk_min, days, Kind.BEGUN)


def next_step(told: Sequence[Step]) -> Step:
    """Return what follows a week that was walked: walks longer, or one more day, or the same.

    From 10 minutes on 3 days this gives 13.3 on 4 in week 4, 19.5 on 5 in week 9, 26 on 5 in week
    12 and 30 on 5 in week 14.
    """
    last = told[-1]
    week = last.week + WEEK
    longest, most = last.walk_min >= GOAL_MIN, last.days >= GOAL_DAYS
    if not most and (longest or _grown(told) >= GROWTHS_BEFORE_DAY[last.days]):
        return Step(week, week, last.walk_min, last.days + 1, Kind.DAY)
    if longest:
        return Step(week, week, last.walk_min, last.days, Kind.STANDS)
    return Step(week, week, min(GOAL_MIN, last.walk_min * GROWTH), last.days, Kind.LONGER)


def step_after(told: Sequence[Step], walked_min: float, *, held: bool) -> Step:
    """Return what follows the last told week, of which ``walked_min`` were walked."""
    last = told[-1]
    week = last.week + WEEK
    if held:
        return Step(week, week, last.walk_min, last.days, Kind.HELD)
    if not is_enough(last, walked_min):
        return Step(week, week, last.walk_min, last.days, Kind.REPEATED)
    return next_step(told)


def step_after_flare(told: Sequence[Step], flare_end: date) -> Step:
    """Return what follows a flare: 70 % of the last week that was completed, on its days."""
    completed = last_completed(told)
    first_day = flare_end + timedelta(days=1)
    walk_min = max(LEAST_MIN, RESUME_SHARE * completed.walk_min)
    return Step(monday_from(first_day), first_day, walk_min, completed.days, Kind.AFTER_FLARE)


def last_completed(told: Sequence[Step]) -> Step:
    """Return the last week that reached enough of its minutes, else the first."""
    return next((a for a, b in reversed(list(pairwise(told))) if b.kind in PASSED), told[0])


def is_enough(step: Step, walked_min: float) -> bool:
    """Tell whether a week has reached 70 % of its minutes."""
    return walked_min >= ENOUGH_SHARE * step.week_min - 1e-9


def flare_over(step: Step, flares: Iterable[Flare]) -> Flare | None:
    """Return the first flare with a day from the step's first to its week's last, or ``None``."""
    begin, end = min(step.first_day, step.week), step.week + WEEK
    touching = (f for f in flares if f.first < end and (f.last or date.max) >= begin)
    return min(touching, key=lambda f: f.first, default=None)


def has_stood(told: Sequence[Step]) -> bool:
    """Tell whether the goal was completed for two weeks."""
    last = told[-STANDS_WEEKS:]
    return len(last) == STANDS_WEEKS and all(step.kind is Kind.STANDS for step in last)


def _grown(told: Sequence[Step]) -> int:
    """Return how often walks have grown since the last day was added."""
    grown = 0
    for step in reversed(told):
        grown += step.kind is Kind.LONGER
        if step.kind in FRESH:
            break
    return grown
