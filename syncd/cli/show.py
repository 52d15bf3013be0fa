"""``syncd show``: one walk, or one day."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.dates import TypedDay, typed_day
from syncd.cli.invocation import say
from syncd.cli.options import PersonOption, invocation_of

group = typer.Typer(help="One walk or one day, with sources and reasons.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="show")


@group.command("day", context_settings={"ignore_unknown_options": True})
def day(
    ctx: typer.Context,
    at: Annotated[
        TypedDay,
        typer.Argument(metavar="DAY", parser=typed_day, help="2026-03-06, today, yesterday, -7d."),
    ],
    person: PersonOption = None,
) -> None:
    """Show one day.

    The verdict and why, its walks, what was seen, where it came from.
    """
    from zoneinfo import ZoneInfo

    from syncd.cli.errors import UsageProblem
    from syncd.cli.listing import asked
    from syncd.cli.screens.day import day_screen
    from syncd.cli.screens.home import empty_screen
    from syncd.cli.who import zone_of
    from syncd.service.show import day_view
    from syncd.store.derived import iter_days

    invocation = invocation_of(ctx)
    with invocation.reading() as cx:
        wanted = asked(invocation, cx, person=person, cohort=None, first=at, last=at)
        if cx is None or wanted is None:
            say(empty_screen(invocation.paper))
            return
        one, civil_day = wanted.scope.people[0], at.on(wanted.today)
        if next(iter(iter_days(cx, [one.id], first=civil_day, last=civil_day)), None) is None:
            raise UsageProblem(f"Nothing is known of {civil_day}. syncd days shows what is.")
        view = day_view(cx, one, civil_day, invocation.clock())
        zone = zone_of(cx, one, invocation.zone.name, day=civil_day)
        say(day_screen(view, invocation.paper, ZoneInfo(view.row.day.tz or zone)))


@group.command("walk")
def walk(
    ctx: typer.Context,
    walk_id: Annotated[
        str, typer.Argument(metavar="ID", help="The id of the walk, or how it begins.")
    ],
) -> None:
    """Show one walk.

    Cadence, pace and climb, ours beside the device's own totals.
    """
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.home import empty_screen
    from syncd.cli.screens.walk import walk_screen
    from syncd.service.show import walk_view
    from syncd.store.derived import walk_by_id

    invocation = invocation_of(ctx)
    with invocation.reading() as cx:
        if cx is None:
            say(empty_screen(invocation.paper))
            return
        found = walk_by_id(cx, walk_id.strip().lower()) if walk_id.strip() else []
        if not found:
            raise UsageProblem(f"There is no walk {walk_id!r}. syncd walks shows their ids.")
        if len(found) > 1:
            ids = ", ".join(row.id for row in found)
            raise UsageProblem(f"Several walks begin with {walk_id!r}: {ids}.")
        say(walk_screen(walk_view(cx, found[0]), invocation.paper))
