"""``syncd plan``: the graded plan, from a short comfortable walk to thirty minutes on five days."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.dates import TypedDay, typed_day
from syncd.cli.flare import whose
from syncd.cli.invocation import say
from syncd.cli.options import JsonOption, PersonOption, invocation_of

group = typer.Typer(
    help="A graded plan: from a short walk to 30 minutes on five days.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="plan")


@group.command("start")
def start(
    ctx: typer.Context,
    minutes: Annotated[
        float | None,
        typer.Option("--minutes", metavar="N", help="A usual, comfortable walk; else found out."),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", help="Days a week to begin with: 3 to 5.")
    ] = 3,
    since: Annotated[
        TypedDay | None,
        typer.Option("--from", metavar="DAY", parser=typed_day, help="From this day on; today."),
    ] = None,
    person: PersonOption = None,
) -> None:
    """Begin with 80 % of a usual walk and change one thing a week.

    While it runs, its walk is the target of a day, at any pace.
    """
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.plan import begun_lines
    from syncd.service.plans import PlanError, start_plan

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        one, today = whose(invocation, store, person)
        first = since.on(today) if since else today
        try:
            standing = start_plan(
                store,
                one.id,
                first,
                walk_min=minutes,
                days=days,
                today=today,
                clock=invocation.clock,
            )
        except PlanError as error:
            raise UsageProblem(str(error)) from error
    say(begun_lines(standing, today, invocation.paper))


@group.command("show")
def show(ctx: typer.Context, person: PersonOption = None, *, json: JsonOption = False) -> None:
    """Show this week, what was walked of it, and the next one."""
    from syncd.cli.screens.plan import plan_document, plan_screen
    from syncd.cli.who import NobodyYet, one_person, today_of
    from syncd.service.plans import standing

    invocation = invocation_of(ctx)
    stands = None
    lines = ["No plan is running. syncd plan start begins one."]
    with invocation.reading() as cx:
        if cx is not None:
            try:
                one = one_person(cx, person)
            except NobodyYet:
                pass
            else:
                today = today_of(cx, one, invocation.zone.name, invocation.clock())
                stands = standing(cx, one.id, today)
                lines = plan_screen(stands, today, invocation.paper) if stands else lines
    say([plan_document(stands)] if json else lines)


@group.command("hold")
def hold(ctx: typer.Context, person: PersonOption = None) -> None:
    """Let next week repeat this one."""
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.plan import held_lines
    from syncd.service.plans import PlanError, hold_plan

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        one, today = whose(invocation, store, person)
        try:
            standing, new = hold_plan(store, one.id, today=today, clock=invocation.clock)
        except PlanError as error:
            raise UsageProblem(str(error)) from error
    say(held_lines(standing, today, invocation.paper, new=new))


@group.command("stop")
def stop(ctx: typer.Context, person: PersonOption = None) -> None:
    """End the plan; your own target holds again from today on."""
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.plan import stopped_lines
    from syncd.service.plans import PlanError, stop_plan

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        one, today = whose(invocation, store, person)
        try:
            own = stop_plan(store, one.id, today=today, clock=invocation.clock)
        except PlanError as error:
            raise UsageProblem(str(error)) from error
    say(stopped_lines(own, invocation.paper))
