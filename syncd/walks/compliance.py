"""How the weeks of a cohort went: person-days and person-weeks, never a single person. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.walks.model import Day, Outcome, State, Why
from syncd.walks.trend import DECIDED, MET
from syncd.walks.week import Week

FEWEST_PEOPLE = 5
"""A group of fewer people could be recognised, so its figures are not shown."""


@dataclass(slots=True, kw_only=True)
class CohortWeek:
    """One ISO week of a cohort, counted in person-days; likely outcomes as what they lean to.

    ``people`` have data in the week. ``reached`` of the ``decided`` person-weeks reached their
    need. ``no_data`` are the person-days that are over and of which no tracker said anything,
    those without a row too.
    """

    iso_year: int
    iso_week: int
    people: int = 0
    judged: int = 0
    met: int = 0
    missed: int = 0
    unknown: int = 0
    marked: int = 0
    no_data: int = 0
    reached: int = 0
    decided: int = 0

    @property
    def hidden(self) -> bool:
        """Return whether too few people are in it to be shown."""
        return self.people < FEWEST_PEOPLE

    def add_day(self, day: Day) -> None:
        """Count one person-day that has a row."""
        if day.mark is not None:
            self.marked += 1
        elif day.outcome in DECIDED:
            self.judged += 1
            self.met += day.outcome in MET
            self.missed += day.outcome not in MET
        elif day.why is Why.NO_DATA:
            self.no_data += 1
        elif day.outcome is Outcome.UNKNOWN or day.state is State.WAITING:
            self.unknown += 1

    def add_week(self, week: Week) -> None:
        """Count one person-week."""
        self.reached += week.outcome in ("met", "likely_met")
        self.decided += week.outcome not in ("unknown", "not_judged")
