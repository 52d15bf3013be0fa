"""``syncd target``: what a person promises, from which day on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.dates import TypedDay, typed_day
from syncd.cli.invocation import Invocation, say
from syncd.cli.options import PersonOption, YesOption, invocation_of

if TYPE_CHECKING:
    from datetime import date

    from syncd.store import Store
    from syncd.store.people import Person
    from syncd.walks.knobs import Value

group = typer.Typer(help="What a day has to reach, from which day on.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="target")


@group.command("show")
def show(
    ctx: typer.Context,
    person: PersonOption = None,
    full: Annotated[bool, typer.Option("--all", help="Every knob of the walking rules.")] = False,
) -> None:
    """Show the target in force, its knobs, and the ones before it."""
    from syncd.cli.screens.promises import target_screen
    from syncd.cli.who import NobodyYet, one_person, today_of
    from syncd.service.loading import DEFAULT_TARGET
    from syncd.service.promises import targets_in_force

    invocation = invocation_of(ctx)
    today = _today_here(invocation)
    targets = [DEFAULT_TARGET]
    with invocation.reading() as cx:
        if cx is not None:
            try:
                one = one_person(cx, person)
            except NobodyYet:
                pass
            else:
                today = today_of(cx, one, invocation.zone.name, invocation.clock())
                targets = targets_in_force(cx, one.id)
    say(target_screen(targets, today, invocation.paper, full=full))


@group.command("set")
def set_target(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="K=V...", help="As day_target=20; target show --all lists them."),
    ],
    since: Annotated[
        TypedDay | None,
        typer.Option("--from", metavar="DAY", parser=typed_day, help="From this day on; today."),
    ] = None,
    person: PersonOption = None,
    yes: YesOption = False,
) -> None:
    """Turn knobs, from today or another day on.

    Earlier days keep the rule they were judged by. With a --from in the past it first says how
    many days change, and asks.
    """
    from syncd.cli.errors import UsageProblem
    from syncd.cli.who import one_person, today_of
    from syncd.walks.knobs import KnobError, typed_knobs

    invocation = invocation_of(ctx)
    try:
        changes = typed_knobs(words)
        with invocation.store() as store:
            with store.read() as cx:
                one = one_person(cx, person)
                today = today_of(cx, one, invocation.zone.name, invocation.clock())
            first = since.on(today) if since else today
            if first >= today or _agreed(invocation, store, one, changes, (first, today), yes=yes):
                _set(invocation, store, one, changes, (first, today))
            else:
                say(["Nothing was changed."])
    except KnobError as error:
        raise UsageProblem(str(error)) from error


def _agreed(
    invocation: Invocation,
    store: Store,
    person: Person,
    changes: dict[str, Value],
    when: tuple[date, date],
    *,
    yes: bool,
) -> bool:
    """Say what days before today would read, and ask where there are any."""
    from syncd.cli.asking import goes_ahead
    from syncd.cli.screens.promises import preview_lines
    from syncd.service.promises import preview_target

    first, today = when
    preview = preview_target(store, person, changes, first, today=today, clock=invocation.clock)
    if not preview.days:
        return True
    say(preview_lines(preview, first, invocation.paper))
    return goes_ahead("Go ahead?", yes=yes)


def _set(
    invocation: Invocation,
    store: Store,
    person: Person,
    changes: dict[str, Value],
    when: tuple[date, date],
) -> None:
    from syncd.cli.screens.promises import target_line
    from syncd.service.loading import target_on
    from syncd.service.promises import set_target as put
    from syncd.service.promises import targets_in_force

    first, today = when
    report = put(store, person.id, changes, first, clock=invocation.clock)
    if report is None:
        say(["That is the rule already; nothing was changed."])
        return
    with store.read() as cx:
        rules = target_on(targets_in_force(cx, person.id), first).rules
    say(invocation.paper.wrap(target_line(first, today, rules, report.days_judged)))


def _today_here(invocation: Invocation) -> date:
    from zoneinfo import ZoneInfo

    return invocation.clock().astimezone(ZoneInfo(invocation.zone.name)).date()
