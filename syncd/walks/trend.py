"""Consistency over weeks: streak, met rate, minutes against earlier weeks, best effort. Pure.

Walking-rules 0.3 and 4.2. Weeks and days are in order, oldest first. Likely outcomes count as
what they lean to; what nobody can tell counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from syncd.walks.model import Day, Outcome, Resolution, State, WalkSession, Why
from syncd.walks.week import Week, iso_week_of

MET = frozenset({Outcome.MET, Outcome.LIKELY_MET})
DECIDED = MET | {Outcome.MISSED, Outcome.LIKELY_MISSED}
RATE_DAYS = 28
COMPARED_WEEKS = 4
"""Weekly minutes are compared four weeks with four weeks."""
JUDGED_DAYS = 5
"""A week with fewer judged days is too thin for its sum to stand beside others."""
BEST_SEEN_H = 10.0
"""Below this many seen hours the best thirty minutes of a day may have been others."""
ON_FOOT = frozenset({"walking", "hiking"})

DeviceChange = tuple[date, str, str]
"""The day from which another tracker speaks, the tracker before and the one after."""


@dataclass(frozen=True, slots=True)
class Streak:
    """Weeks in a row that reached their need; ``probably`` when one of them only leans to it."""

    weeks: int
    probably: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MetRate:
    """Days met of the ``decidable`` ones among ``days`` days that count and are over."""

    met: int
    decidable: int
    unknown: int
    marked: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Comparison:
    """Mean brisk minutes of the newest weeks, and of those before; each with its count."""

    recent_min: int
    recent_weeks: int
    before_min: int | None
    before_weeks: int


@dataclass(frozen=True, slots=True)
class BestEffort:
    """The best peak-30 of a stretch of days: the mean of a day's best thirty minutes."""

    day: date
    peak30_spm: float


def monday_of(week: Week) -> date:
    """Return the first day of a week."""
    return date.fromisocalendar(week.iso_year, week.iso_week, 1)


def streak(weeks: Sequence[Week]) -> Streak:
    """Return the weeks in a row that reached their need, up to the newest.

    A week that is not judged or that nobody can tell neither extends nor breaks it.
    """
    count, probably = 0, False
    for week in reversed(weeks):
        if week.outcome in ("met", "likely_met"):
            count += 1
            probably |= week.outcome == "likely_met"
        elif week.outcome in ("missed", "likely_missed"):
            break
    return Streak(count, probably)


def reached(weeks: Iterable[Week]) -> tuple[int, int]:
    """Return how many weeks reached their need, of how many that could be decided."""
    outcomes = [week.outcome for week in weeks]
    met = sum(outcome in ("met", "likely_met") for outcome in outcomes)
    return met, met + sum(outcome in ("missed", "likely_missed") for outcome in outcomes)


def met_rate(days: Iterable[Day], last: date, length: int = RATE_DAYS) -> MetRate:
    """Return the met rate over ``length`` days up to ``last``; a date without a row is unknown."""
    first = last - timedelta(days=length - 1)
    held = [day for day in days if first <= day.day <= last]
    plain = [day for day in held if day.mark is None]
    undecided = sum(day.outcome is None for day in plain)
    decidable = sum(day.outcome in DECIDED for day in plain)
    marked = len(held) - len(plain)
    return MetRate(
        met=sum(day.outcome in MET for day in plain),
        decidable=decidable,
        unknown=length - decidable - marked - undecided,
        marked=marked,
        first=first,
        last=last,
    )


def judged_share(days: Iterable[Day]) -> tuple[int, int]:
    """Return how many days could be judged, of how many that are over; marks do not matter."""
    over = [day for day in days if day.state not in (State.OPEN, State.WAITING)]
    return sum(day.outcome in DECIDED for day in over), len(over)


def best_effort(days: Iterable[Day]) -> BestEffort | None:
    """Return the day with the highest peak-30, from minute data seen for ten hours or more."""
    fit = [
        (day.peak30_spm, day.day)
        for day in days
        if day.peak30_spm is not None
        and day.resolution is Resolution.MINUTE
        and (day.seen_h or 0.0) >= BEST_SEEN_H
    ]
    if not fit:
        return None
    peak, at = max(fit)
    return BestEffort(at, peak)


def longest_walk(walks: Iterable[WalkSession]) -> WalkSession | None:
    """Return the walk on foot that lasted longest, the later one of two."""
    on_foot = [walk for walk in walks if walk.activity in ON_FOOT]
    return max(on_foot, key=lambda walk: (walked_s(walk), walk.start), default=None)


def walked_s(walk: WalkSession) -> float:
    """Return the seconds a walk lasted, without its pauses where they are known."""
    return walk.end - walk.start if walk.moving_time_s is None else walk.moving_time_s


def counted_minutes(day: Day, *, bouts: bool = False) -> int | None:
    """Return the brisk minutes a day is judged on, edge credit included; see walking rules 0.2."""
    if bouts:
        return day.bouted_min
    if day.brisk_min is None:
        return None
    return floor(day.brisk_min + (day.edge_min or 0.0))


def judged_days(week: Week) -> int:
    """Return the days of a week that count and were decided."""
    return week.met + week.likely_met + week.missed + week.likely_missed


def is_over(week: Week, today: date) -> bool:
    """Tell whether a week's Sunday is past."""
    return monday_of(week) + timedelta(days=6) < today


def same_device(weeks: Sequence[Week], changes: Sequence[DeviceChange]) -> list[list[Week]]:
    """Return the weeks cut where the tracker changed; the week of a change begins a new part."""
    begins = {iso_week_of(day) for day, _, _ in changes}
    parts: list[list[Week]] = []
    for week in weeks:
        if not parts or (week.iso_year, week.iso_week) in begins:
            parts.append([])
        parts[-1].append(week)
    return parts


def comparable(
    weeks: Sequence[Week], changes: Sequence[DeviceChange], today: date
) -> list[list[Week]]:
    """Return the parts of ``same_device`` with only the weeks whose sums compare.

    Those are over, hold five judged days or more and, whole, one tracker.
    """
    mixed = {iso_week_of(day) for day, _, _ in changes if day.weekday() > 0}
    return [
        [
            week
            for week in part
            if is_over(week, today)
            and judged_days(week) >= JUDGED_DAYS
            and week.brisk_min is not None
            and (week.iso_year, week.iso_week) not in mixed
        ]
        for part in same_device(weeks, changes)
    ]


def compare(
    weeks: Sequence[Week], changes: Sequence[DeviceChange], today: date
) -> Comparison | None:
    """Return the mean minutes of the newest four comparable weeks beside the four before.

    Only of the tracker that speaks now; ``None`` without a comparable week, and nothing before
    unless there are four weeks and four weeks.
    """
    parts = comparable(weeks, changes, today)
    minutes = [week.brisk_min or 0 for week in parts[-1]] if parts else []
    if not minutes:
        return None
    recent, before = minutes[-COMPARED_WEEKS:], minutes[:-COMPARED_WEEKS][-COMPARED_WEEKS:]
    enough = len(before) == COMPARED_WEEKS
    return Comparison(
        _mean(recent),
        len(recent),
        _mean(before) if enough else None,
        len(before) if enough else 0,
    )


def _mean(minutes: Sequence[int]) -> int:
    return round(sum(minutes) / len(minutes))


def has_data(day: Day) -> bool:
    """Tell whether any tracker said anything of a day."""
    return day.why is not Why.NO_DATA
