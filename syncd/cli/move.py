"""``syncd move``: from a file on this machine to a PostgreSQL server."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.backup import copying
from syncd.cli.invocation import say
from syncd.cli.options import invocation_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("move")(move)


def move(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="An empty PostgreSQL database.")],
) -> None:
    """Copy everything to PostgreSQL, checked row by row.

    All of it or nothing; the file it comes from stays as it is. Stop the service first.
    """
    from syncd.cli.screens.moving import moved_lines
    from syncd.contract import SyncdError
    from syncd.service.moving import move as copy_over
    from syncd.settings import find_file

    invocation = invocation_of(ctx)
    if not invocation.has_database():
        raise SyncdError("There is nothing to move yet: name the server in the settings instead.")
    with copying(invocation, "moving") as progress:
        moved = copy_over(invocation.settings.database_url, to, progress)
    file = find_file(invocation.config, invocation.env)
    say(moved_lines(moved, file, invocation.paper))
