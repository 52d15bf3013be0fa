"""Days as a list with their sentences, and a cohort as a line a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from syncd.cli.screens.paper import Paper, clip
from syncd.cli.screens.verdict import colour, sign
from syncd.store.derived import DayRow
from syncd.walks.counted import Counting, brisk_minutes
from syncd.walks.model import Day, Outcome
from syncd.walks.phrases import DAY_NAMES
from syncd.walks.trend import DECIDED, MET

NAME = 28
COLUMNS = (6, 8, 6, 8, 12, 9)
NARROW_COLUMNS = (6, 8, 6)


def day_list(
    rows: Iterable[DayRow],
    paper: Paper,
    counting_of: Callable[[int], Counting],
    *,
    names: bool = False,
) -> Iterator[str]:
    """Yield a line or more for each day, streamed; with ``names`` a heading for each person.

    ``counting_of`` a person's id tells what that person's days were judged on.
    """
    for (person, person_id), days in groupby(rows, key=lambda row: (row.person, row.person_id)):
        if names:
            yield paper.ink(clip(person, paper.width), "bold")
        counting = counting_of(person_id)
        for row in days:
            yield from day_lines(row.day, counting.minutes(row.day), paper)


def day_lines(day: Day, minutes: int | None, paper: Paper) -> list[str]:
    """Return a day with date, sign, the minutes it was judged on, and its sentence."""
    verdict = f"{sign(day, paper.glyphs)}{'' if minutes is None else minutes:>3}"
    head = f"{day.day} {DAY_NAMES[day.day.weekday()]}  {verdict}"
    shown = head.replace(verdict, paper.ink(verdict, colour(day)))
    if paper.narrow:
        return [shown, *paper.wrap(day.reason, first="  ", indent=2)]
    first, *rest = paper.wrap(day.reason, first=f"{head}  ", indent=len(head) + 2)
    return [first.replace(head, shown, 1), *rest]


@dataclass(slots=True)
class Tally:
    """How the days of one person went; likely outcomes count as what they lean to."""

    person: str
    days: int = 0
    met: int = 0
    missed: int = 0
    unknown: int = 0
    marked: int = 0
    brisk_min: int = 0

    @property
    def judged(self) -> int:
        """Return the days with a verdict."""
        return self.met + self.missed

    def add(self, day: Day) -> None:
        """Count one day."""
        self.days += 1
        if day.mark is not None:
            self.marked += 1
            return
        self.met += day.outcome in MET
        self.missed += day.outcome in DECIDED - MET
        self.unknown += day.outcome is Outcome.UNKNOWN
        if day.outcome in DECIDED:
            self.brisk_min += brisk_minutes(day) or 0

    def absorb(self, other: Tally) -> None:
        """Add another person's days."""
        for name in ("days", "met", "missed", "unknown", "marked", "brisk_min"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def tallies(rows: Iterable[DayRow]) -> Iterator[Tally]:
    """Yield one tally a person from days ordered by person."""
    for person, days in groupby(rows, key=lambda row: row.person):
        tally = Tally(person)
        for row in days:
            tally.add(row.day)
        yield tally


def cohort_table(cohort: str, rows: Iterable[DayRow], paper: Paper) -> Iterator[str]:
    """Yield a line for each person of a cohort and one for all, streamed.

    Days are ordered by person; likely outcomes count as what they lean to.
    """
    head = ("days", "judged", "met", "missed", "can't tell", "min/day")
    narrow_head = ("met", "missed", "?")
    yield paper.ink(_cohort_line("person", narrow_head if paper.narrow else head, paper), "grey")
    everyone, people = Tally("all"), 0
    for tally in tallies(rows):
        people += 1
        everyone.absorb(tally)
        name = tally.person.removeprefix(f"{cohort}/")
        yield _cohort_line(name, _figures(tally, paper), paper)
    if people:
        yield paper.ink(_cohort_line(f"all {people:,}", _figures(everyone, paper), paper), "bold")


def _figures(tally: Tally, paper: Paper) -> tuple[str, ...]:
    if paper.narrow:
        return str(tally.met), str(tally.missed), str(tally.unknown)
    mean = f"{tally.brisk_min / tally.judged:.0f}" if tally.judged else ""
    counts = (tally.days, tally.judged, tally.met, tally.missed, tally.unknown)
    return (*(str(count) for count in counts), mean)


def _cohort_line(name: str, figures: tuple[str, ...], paper: Paper) -> str:
    columns = NARROW_COLUMNS if paper.narrow else COLUMNS
    width = min(NAME, paper.width - 1 - sum(columns))
    cells = (figure.rjust(column) for figure, column in zip(figures, columns, strict=True))
    return f" {clip(name, width).ljust(width)}{''.join(cells)}".rstrip()
