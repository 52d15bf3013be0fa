"""``syncd rebuild``: read the archive again, derive and judge again, without any network."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.dates import TypedDay, typed_day
from syncd.cli.invocation import say
from syncd.cli.options import invocation_of

SinceOption = Annotated[
    TypedDay | None,
    typer.Option("--since", metavar="DAY", parser=typed_day, help="Only days from this one on."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rebuild")(rebuild)


def rebuild(ctx: typer.Context, since: SinceOption = None) -> None:
    """Read the archive and judge again.

    Says first how many days change their verdict. Needs no network.
    """
    from zoneinfo import ZoneInfo

    from syncd.cli.errors import IN_PART
    from syncd.cli.progress import Bar
    from syncd.cli.screens.home import empty_screen
    from syncd.cli.screens.reports import flip_lines, rebuild_lines
    from syncd.service import rebuild as service

    invocation = invocation_of(ctx)
    paper, clock = invocation.paper, invocation.clock
    if not invocation.has_database():
        say(empty_screen(paper))
        return
    today = clock().astimezone(ZoneInfo(invocation.zone.name)).date()
    first = since.on(today) if since else None
    with invocation.store() as store:
        say(flip_lines(service.preview_flips(store, since=first, clock=clock), paper))
        with Bar(colour=paper.colour) as bar:
            report = service.rebuild(store, since=first, clock=clock, progress=bar)
    say(rebuild_lines(report, paper))
    if report.problems:
        raise typer.Exit(IN_PART)
