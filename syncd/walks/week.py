"""The ISO week: how many days it needs, and whether it has them (walking rules 0.3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from syncd.walks.model import Mark, Outcome

WEEK_DAYS = 7
MARKED_NOT_JUDGED = 4
"""With this many flare and excused days a week is not judged."""

WeekOutcome = Literal["met", "likely_met", "unknown", "likely_missed", "missed", "not_judged"]


class DayLike(Protocol):
    """What a week needs to know of a day; ``walks.model.Day`` is one."""

    @property
    def day(self) -> date:
        """Return the civil day."""

    @property
    def outcome(self) -> Outcome | None:
        """Return the verdict, ``None`` while the day is open or waiting."""

    @property
    def mark(self) -> Mark | None:
        """Return a person's word on the day."""

    @property
    def brisk_min(self) -> int | None:
        """Return the brisk minutes."""

    @property
    def walking_min(self) -> int | None:
        """Return the walking minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One ISO week of one person.

    ``low`` days were reached, taking ``likely_*`` as what they lean to; ``high`` adds the days
    that nobody can tell. ``undecided`` are days that may still be reached: open, waiting or not
    begun; they are in none of the counts.
    """

    iso_year: int
    iso_week: int
    need: int
    met: int
    likely_met: int
    missed: int
    likely_missed: int
    unknown: int
    flare: int
    excused: int
    brisk_min: int | None
    walking_min: int | None
    outcome: WeekOutcome
    probably: bool
    low: int
    high: int
    undecided: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """A week and whose it is."""

    person: str
    week: Week


def iso_week_of(day: date) -> tuple[int, int]:
    """Return the ISO year and week of a civil day."""
    year, week, _ = day.isocalendar()
    return year, week


def mondays(year: int, month: int) -> list[date]:
    """Return the Mondays of all ISO weeks that touch a month."""
    first = date(year, month, 1)
    monday = first - timedelta(days=first.weekday())
    found = []
    while (monday.year, monday.month) <= (year, month):
        found.append(monday)
        monday += timedelta(days=WEEK_DAYS)
    return found


def seven(monday: date) -> list[date]:
    """Return the days of a week."""
    return [monday + timedelta(days=i) for i in range(WEEK_DAYS)]


def need(most_days: int, marked: int) -> int:
    """Return how many days a week with ``marked`` flare and excused days must reach."""
    return max(1, most_days - marked)


def judge_week(days: Sequence[DayLike], most_days: int, *, today: date | None = None) -> Week:
    """Judge the days of one ISO week; raises ``ValueError`` on none, doubled or foreign days.

    A date without a row counts as unknown, or as undecided from the wearer's ``today`` on.
    Marked days count nowhere but in ``flare`` or ``excused`` and in the sums of minutes.
    """
    year, number = _the_week(days)
    plain = [day for day in days if day.mark is None]
    met, likely_met, missed, likely_missed = (
        sum(day.outcome is outcome for day in plain)
        for outcome in (Outcome.MET, Outcome.LIKELY_MET, Outcome.MISSED, Outcome.LIKELY_MISSED)
    )
    flare = sum(day.mark is Mark.FLARE for day in days)
    excused = sum(day.mark is Mark.EXCUSED for day in days)
    absent = _absent(year, number, {day.day for day in days})
    to_come = [day for day in absent if today is not None and day >= today]
    undecided = sorted([day.day for day in plain if day.outcome is None] + to_come)
    counted = met + likely_met + missed + likely_missed + flare + excused + len(undecided)
    unknown = WEEK_DAYS - counted
    wanted = need(most_days, flare + excused)
    low, high = met + likely_met, met + likely_met + unknown
    leaning = _standing(low, high + len(undecided), wanted)
    strict = _standing(met, high + len(undecided) + likely_missed, wanted)
    probably = leaning != strict
    outcome: WeekOutcome = leaning
    if flare + excused >= MARKED_NOT_JUDGED:
        outcome, probably = "not_judged", False
    elif probably:
        outcome = "likely_met" if leaning == "met" else "likely_missed"
    return Week(
        iso_year=year,
        iso_week=number,
        need=wanted,
        met=met,
        likely_met=likely_met,
        missed=missed,
        likely_missed=likely_missed,
        unknown=unknown,
        flare=flare,
        excused=excused,
        brisk_min=_sum(day.brisk_min for day in days),
        walking_min=_sum(day.walking_min for day in days),
        outcome=outcome,
        probably=probably,
        low=low,
        high=high,
        undecided=tuple(undecided),
    )


def _the_week(days: Sequence[DayLike]) -> tuple[int, int]:
    weeks = {iso_week_of(day.day) for day in days}
    if len(weeks) != 1 or len({day.day for day in days}) != len(days):
        raise ValueError("a week is judged on different days of one ISO week")
    return weeks.pop()


def _absent(year: int, number: int, held: set[date]) -> list[date]:
    monday = date.fromisocalendar(year, number, 1)
    return [day for day in seven(monday) if day not in held]


def _standing(low: int, high: int, wanted: int) -> Literal["met", "unknown", "missed"]:
    if low >= wanted:
        return "met"
    return "missed" if high < wanted else "unknown"


def _sum(minutes: Iterable[int | None]) -> int | None:
    known = [value for value in minutes if value is not None]
    return sum(known) if known else None
