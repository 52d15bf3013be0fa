"""``syncd walks``: the walk sessions as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from syncd.cli.invocation import say
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

    from syncd.cli.invocation import Invocation
    from syncd.cli.listing import Asked


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("walks")(walks)


def walks(
    ctx: typer.Context,
    *,
    person: PersonOption = None,
    cohort: CohortOption = None,
    first: FromOption = None,
    last: ToOption = None,
    json: JsonOption = False,
) -> None:
    """Show the walks as a table.

    Without --from or --to those of the newest month. With --json: all walks.
    """
    from syncd.cli.listing import asked, counted, nothing_yet, say_document
    from syncd.cli.screens.walks import walk_table
    from syncd.store.derived import iter_walks

    invocation = invocation_of(ctx)
    with invocation.reading() as cx:
        wanted = asked(invocation, cx, person=person, cohort=cohort, first=first, last=last)
        if cx is None or wanted is None:
            nothing_yet("walks", invocation, json=json)
            return
        if not json and not wanted.ranged:
            wanted = _of_newest_month(invocation, cx, wanted)
        rows = iter_walks(cx, wanted.scope.ids, first=wanted.first, last=wanted.last)
        if json:
            say_document("walks", rows)
            return
        passing, number = counted(rows)
        say(walk_table(passing, invocation.paper, names=cohort is not None))
        say([_ending(number(), wanted)])


def _of_newest_month(invocation: Invocation, cx: Connection, wanted: Asked) -> Asked:
    """Narrow to the month that the calendar of one person shows; a cohort stays whole."""
    from syncd.cli.month import newest_month

    if wanted.scope.cohort is not None:
        return wanted
    person = wanted.scope.people[0]
    month = newest_month(cx, person, wanted.today, invocation.zone.name)
    if month is None:
        return wanted
    days = [day for day in month.days if day.month == month.month]
    return replace(wanted, first=min(days), last=max(days))


def _ending(number: int, wanted: Asked) -> str:
    span = ""
    if wanted.first is not None or wanted.last is not None:
        span = f" from {wanted.first or 'the beginning'} to {wanted.last or 'now'}"
    if not number:
        return f"No walks{span}."
    return f"{number:,} walk{'s' if number > 1 else ''}{span}. One of them: syncd show walk ID"
