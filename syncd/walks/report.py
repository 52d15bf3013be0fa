"""What a report says of one person: facts gathered by the service, and figures made of them. Pure.

Terminal, page and weekly digest all start from here, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from syncd.walks import trend
from syncd.walks.model import Day, Mark, WalkSession
from syncd.walks.week import Week

STALE_DAYS = 7
"""Without data for longer a report ends where the data end, and says so."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The rule in force from a day on (``None``: always), in words; ``rule`` ends with a stop."""

    first_day: date | None
    rule: str
    target_min: int
    most_days: int
    bouts: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A flare or an excuse, both ends included; ``last=None`` still runs, ``why`` own words."""

    kind: Mark
    first: date
    last: date | None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Some ISO weeks of one person up to ``today``, oldest first everywhere.

    ``weeks`` are those shown; ``earlier`` all before them, for the streak. ``days`` and ``walks``
    lie in the weeks shown, ``promises``, ``marks`` and ``changes`` touch them. ``newest`` is the
    last day with data.
    """

    person: str
    zone: str
    today: date
    newest: date
    weeks: tuple[Week, ...]
    days: tuple[Day, ...]
    walks: tuple[WalkSession, ...]
    promises: tuple[Promise, ...]
    earlier: tuple[Week, ...] = ()
    marks: tuple[Marked, ...] = ()
    changes: tuple[trend.DeviceChange, ...] = ()
    hints: tuple[str, ...] = field(default=())
    """Sentences of others for the digest: a plan's week, a walk longer than usual."""

    @property
    def first(self) -> date:
        """Return the first day of the weeks shown."""
        return trend.monday_of(self.weeks[0])

    @property
    def last(self) -> date:
        """Return the last day of the weeks shown that has come."""
        return min(self.today, trend.monday_of(self.weeks[-1]) + timedelta(days=6))

    @property
    def stale(self) -> bool:
        """Return whether the data end long before today."""
        return (self.today - self.newest).days > STALE_DAYS

    @property
    def running(self) -> Week | None:
        """Return the week that is not over yet, where it is shown."""
        week = self.weeks[-1]
        return None if trend.is_over(week, self.today) else week

    @property
    def promise(self) -> Promise:
        """Return the rule in force at the end."""
        return self.promise_on(self.last)

    def promise_on(self, day: date) -> Promise:
        """Return the rule in force on one of the days shown."""
        begun = [p for p in self.promises if p.first_day is None or p.first_day <= day]
        return begun[-1] if begun else self.promises[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of walking-rules 4.2 over the weeks of a report."""

    streak: trend.Streak
    weeks_reached: int
    weeks_decided: int
    rate: trend.MetRate
    judged_days: int
    over_days: int
    comparison: trend.Comparison | None
    best: trend.BestEffort | None
    longest: WalkSession | None


def figures(report: Report) -> Figures:
    """Return the figures of a report; the met rate is of the 28 days up to the last that counts."""
    met, decided = trend.reached(report.weeks)
    judged, over = trend.judged_share(report.days)
    return Figures(
        streak=trend.streak((*report.earlier, *report.weeks)),
        weeks_reached=met,
        weeks_decided=decided,
        rate=_rate(report),
        judged_days=judged,
        over_days=over,
        comparison=trend.compare(report.weeks, report.changes, report.today),
        best=trend.best_effort(report.days),
        longest=trend.longest_walk(report.walks),
    )


def _rate(report: Report) -> trend.MetRate:
    """Return the met rate of four weeks, or of the days since the first one where they are fewer.

    Today is left out until it is over; where the data are old, they end it.
    """
    last = report.newest if report.stale else report.today - timedelta(days=1)
    first = report.days[0].day if report.days else last
    length = min(trend.RATE_DAYS, max(1, (last - first).days + 1))
    return trend.met_rate(report.days, last, length)
