"""``syncd flare``: days on which the back asks for less."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.dates import TypedDay, typed_day
from syncd.cli.invocation import Invocation, say
from syncd.cli.options import JsonOption, PersonOption, invocation_of

if TYPE_CHECKING:
    from syncd.store import Store
    from syncd.store.people import Person

group = typer.Typer(help="Flare-ups: their days are judged and do not count.", no_args_is_help=True)
AGO = {"ignore_unknown_options": True}  # -7d is a day
OptionalDay = Annotated[
    TypedDay | None,
    typer.Argument(metavar="[DAY]", parser=typed_day, help="2026-03-06, yesterday; today."),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="flare")


@group.command("start", context_settings=AGO)
def start(ctx: typer.Context, at: OptionalDay = None, person: PersonOption = None) -> None:
    """Say on which day a flare began.

    It runs until its end is said. While one runs, an earlier day moves its beginning.
    """
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.marks import flare_lines
    from syncd.service.marks import MarkError, start_flare

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        one, today = whose(invocation, store, person)
        day = at.on(today) if at else today
        try:
            marked = start_flare(store, one.id, day, today=today, clock=invocation.clock)
        except MarkError as error:
            raise UsageProblem(str(error)) from error
    say(flare_lines(marked, invocation.paper))


@group.command("end", context_settings=AGO)
def end(ctx: typer.Context, at: OptionalDay = None, person: PersonOption = None) -> None:
    """Say which day was the last of a flare.

    Of the one that runs; where none does, of the last one that began by that day.
    """
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.marks import flare_lines
    from syncd.service.marks import MarkError, end_flare

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        one, today = whose(invocation, store, person)
        day = at.on(today) if at else None
        try:
            marked = end_flare(store, one.id, day, today=today, clock=invocation.clock)
        except MarkError as error:
            raise UsageProblem(str(error)) from error
    say(flare_lines(marked, invocation.paper))


@group.command("drop", context_settings=AGO)
def drop(
    ctx: typer.Context,
    at: Annotated[
        TypedDay, typer.Argument(metavar="DAY", parser=typed_day, help="Any day of the flare.")
    ],
    person: PersonOption = None,
) -> None:
    """Take back a flare that was none."""
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.marks import dropped_line, span
    from syncd.service.marks import MarkError, drop_flare

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        one, today = whose(invocation, store, person)
        try:
            marked = drop_flare(store, one.id, at.on(today), clock=invocation.clock)
        except MarkError as error:
            raise UsageProblem(str(error)) from error
    say(invocation.paper.wrap(dropped_line(f"Flare {span(marked.mark)}", marked.days)))


@group.command("list")
def list_flares(ctx: typer.Context, person: PersonOption = None, json: JsonOption = False) -> None:
    """List the flares, the newest first."""
    from syncd.walks.model import Mark

    say_marks(invocation_of(ctx), person, Mark.FLARE, json=json)


def whose(invocation: Invocation, store: Store, person: str | None) -> tuple[Person, date]:
    """Return who is meant, and their today."""
    from syncd.cli.who import one_person, today_of

    with store.read() as cx:
        one = one_person(cx, person)
        return one, today_of(cx, one, invocation.zone.name, invocation.clock())


def say_marks(invocation: Invocation, person: str | None, kind: str, *, json: bool) -> None:
    """Write one person's flares or excuses as lines or as a document."""
    from syncd.cli.screens.marks import mark_lines, mark_row
    from syncd.cli.screens.tables import document
    from syncd.cli.who import NobodyYet, one_person, today_of
    from syncd.service.asking import flare_words
    from syncd.service.marks import listing
    from syncd.walks.model import Mark

    name = "flares" if kind == Mark.FLARE else "excuses"
    lines, rows = [f"No {name}."], []
    with invocation.reading() as cx:
        try:
            one = one_person(cx, person) if cx is not None else None
        except NobodyYet:
            one = None
        if cx is not None and one is not None:
            today = today_of(cx, one, invocation.zone.name, invocation.clock())
            marks = listing(cx, one.id, Mark(kind))
            rows = [mark_row(one.name, mark) for mark in marks]
            lines = mark_lines(marks, today, invocation.paper) or lines
            for question in flare_words(cx, one.id, today) if kind == Mark.FLARE else []:
                lines += ["", *invocation.paper.wrap(question)]
    say([document(name, rows)] if json else lines)
