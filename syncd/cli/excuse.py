"""``syncd excuse``: days that are not to count, with the reason."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.dates import typed_days
from syncd.cli.flare import AGO, say_marks, whose
from syncd.cli.invocation import Invocation, say
from syncd.cli.options import JsonOption, PersonOption, invocation_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("excuse", context_settings=AGO)(excuse)


def excuse(
    ctx: typer.Context,
    *,
    what: Annotated[
        str,
        typer.Argument(
            metavar="DAY[..DAY]|list|drop", help="Days to excuse; or list; or drop and days."
        ),
    ],
    days: Annotated[
        str | None, typer.Argument(metavar="[DAY[..DAY]]", help="With drop: which days.")
    ] = None,
    why: Annotated[
        str | None, typer.Option("--why", metavar="TEXT", help="The reason, in a few words.")
    ] = None,
    person: PersonOption = None,
    json: JsonOption = False,
) -> None:
    """Excuse days: they are judged and do not count.

    With list: the excuses there are. With drop: take these days' excuse back. The reason is shown
    to you and is in no export.
    """
    from syncd.cli.errors import UsageProblem
    from syncd.service.marks import MarkError
    from syncd.walks.model import Mark

    invocation = invocation_of(ctx)
    try:
        if what == "list" and days is None and why is None:
            say_marks(invocation, person, Mark.EXCUSED, json=json)
        elif what == "drop" and days is not None and why is None:
            _drop(invocation, days, person)
        elif days is None and why is not None and what not in {"list", "drop"}:
            _excuse(invocation, what, why, person)
        else:
            raise UsageProblem(
                "Say one of: syncd excuse 2026-03-02..2026-03-06 --why travel, "
                "syncd excuse list, syncd excuse drop 2026-03-02."
            )
    except MarkError as error:
        raise UsageProblem(str(error)) from error


def _excuse(invocation: Invocation, days: str, why: str, person: str | None) -> None:
    from syncd.cli.screens.marks import excuse_lines
    from syncd.service.marks import excuse as put

    typed = typed_days(days)
    with invocation.store() as store:
        one, today = whose(invocation, store, person)
        marked = put(store, one.id, typed.on(today), why, today=today, clock=invocation.clock)
    say(excuse_lines(marked, invocation.paper))


def _drop(invocation: Invocation, days: str, person: str | None) -> None:
    from syncd.cli.screens.marks import dropped_line
    from syncd.service.marks import drop_excuse

    typed = typed_days(days)
    with invocation.store() as store:
        one, today = whose(invocation, store, person)
        number = drop_excuse(store, one.id, typed.on(today), clock=invocation.clock)
    say(invocation.paper.wrap(dropped_line(f"Excuse of {days}", number)))
