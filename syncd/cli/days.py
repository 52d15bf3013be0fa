"""``syncd days``: the calendar of verdicts, a list of days, a cohort a line a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import (
    CohortOption,
    FromOption,
    JsonOption,
    PersonOption,
    ToOption,
    invocation_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.cli.listing import Asked
    from syncd.store.derived import DayRow
    from syncd.walks.counted import Counting


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("days")(days)


def days(
    ctx: typer.Context,
    *,
    person: PersonOption = None,
    cohort: CohortOption = None,
    first: FromOption = None,
    last: ToOption = None,
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Only days that were missed, as a list.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show which days met the target.

    Without --from, --to or --flagged: the calendar of the newest month. With --cohort: a line a
    person. With --json: all days.
    """
    from syncd.cli.listing import asked, nothing_yet, say_document

    invocation = invocation_of(ctx)
    with invocation.reading() as cx:
        wanted = asked(invocation, cx, person=person, cohort=cohort, first=first, last=last)
        if cx is None or wanted is None:
            nothing_yet("days", invocation, json=json)
            return
        if json:
            say_document("days", _rows(cx, wanted, flagged=flagged))
        elif flagged:
            _say_list(invocation, cx, wanted, flagged=True)
        elif cohort is not None:
            _say_cohort(invocation, cx, wanted, cohort)
        elif wanted.ranged:
            _say_list(invocation, cx, wanted, flagged=False)
        else:
            say(month_lines(invocation, cx, wanted))


def _rows(cx: Connection, wanted: Asked, *, flagged: bool) -> Iterator[DayRow]:
    from syncd.store.derived import iter_days

    return iter_days(
        cx,
        wanted.scope.ids,
        first=wanted.first,
        last=wanted.last,
        flagged=True if flagged else None,
    )


def _say_list(invocation: Invocation, cx: Connection, wanted: Asked, *, flagged: bool) -> None:
    from syncd.cli.listing import counted
    from syncd.cli.screens.days import day_list
    from syncd.service.counting import counting_of

    def of(person_id: int) -> Counting:
        return counting_of(cx, person_id, wanted.first, wanted.last)

    rows, number = counted(_rows(cx, wanted, flagged=flagged))
    say(day_list(rows, invocation.paper, of, names=wanted.scope.cohort is not None))
    if not number():
        say(["No flagged days." if flagged else "No days here."])


def _say_cohort(invocation: Invocation, cx: Connection, wanted: Asked, cohort: str) -> None:
    from syncd.cli.screens.days import cohort_table
    from syncd.cli.screens.paper import clip

    paper = invocation.paper
    title = f"{clip(cohort, 40)}    {len(wanted.scope.people):,} people"
    say([paper.ink(title, "bold")])
    if wanted.ranged:
        say([f"{wanted.first or 'from the beginning'} to {wanted.last or 'now'}"])
    say(cohort_table(cohort, _rows(cx, wanted, flagged=False), paper))


def month_lines(invocation: Invocation, cx: Connection, wanted: Asked) -> list[str]:
    """Return the calendar of one person: the current month, else the newest with data."""
    from syncd.cli.month import newest_month
    from syncd.cli.screens.calendar import calendar

    person = wanted.scope.people[0]
    month = newest_month(cx, person, wanted.today, invocation.zone.name)
    if month is None:
        return [f"No days of {person.name} yet. Bring some in: syncd import PATH"]
    return calendar(month, invocation.paper)
