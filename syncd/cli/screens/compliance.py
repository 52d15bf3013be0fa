"""How the weeks of a cohort went, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syncd.cli.screens.paper import Paper, clip
from syncd.walks.compliance import FEWEST_PEOPLE, CohortWeek

COLUMNS = (8, 8, 6, 8, 12, 8, 8)
NARROW_COLUMNS = (8, 6, 8)
WEEK = 9


def cohort_report(
    cohort: str, people: int, weeks: Sequence[CohortWeek], paper: Paper
) -> Iterator[str]:
    """Yield the compliance table of a cohort, a line a week; small groups are left out."""
    yield paper.ink(f"{clip(cohort, 40)}    {people:,} people, by week", "bold")
    yield ""
    if all(week.hidden for week in weeks):
        yield from paper.wrap(_hidden_words())
        return
    wide = ("people", "judged", "met", "missed", "can't tell", "marked", "no data")
    names = ("judged", "met", "missed") if paper.narrow else wide
    yield paper.ink(_line("week", names, "reached", paper), "grey")
    for week in weeks:
        yield _line(_name(week), *_cells(week, paper), paper)
    yield ""
    legend = (
        "Counted in person-days; probable ones count as what they lean to. "
        "Reached: weeks that reached their need, of those decided."
    )
    for line in paper.wrap(legend, first=" ", indent=1):
        yield paper.ink(line, "grey")
    if any(week.hidden for week in weeks):
        for line in paper.wrap(_hidden_words(), first=" ", indent=1):
            yield paper.ink(line, "grey")


def _hidden_words() -> str:
    return f"Weeks with fewer than {FEWEST_PEOPLE} people are not shown: they could be recognised."


def _name(week: CohortWeek) -> str:
    return f"{week.iso_year}-W{week.iso_week:02d}"


def _cells(week: CohortWeek, paper: Paper) -> tuple[tuple[str, ...], str]:
    if week.hidden:
        return (), ""
    judged = (week.judged, week.met, week.missed)
    others = (week.unknown, week.marked, week.no_data)
    counts = judged if paper.narrow else (week.people, *judged, *others)
    return tuple(f"{count:,}" for count in counts), f"{week.reached:,} of {week.decided:,}"


def _line(name: str, figures: tuple[str, ...], reached: str, paper: Paper) -> str:
    columns = NARROW_COLUMNS if paper.narrow else COLUMNS
    if not figures:
        return f" {name:<{WEEK}}  fewer than {FEWEST_PEOPLE} people"
    cells = "".join(f.rjust(width) for f, width in zip(figures, columns, strict=True))
    return f" {name:<{WEEK}}{cells}{reached:>10}"
