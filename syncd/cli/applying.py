"""``syncd account apply``: people and accounts as a file declares them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.invocation import say
from syncd.cli.options import invocation_of


def apply(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.toml", help="Like config/accounts.example.toml.")
    ],
) -> None:
    """Make people and accounts what a file says.

    Applying it twice changes nothing; what it does not name is left alone. A secret is never in
    the file: write where it lies, env:NAME, file:PATH or credential:NAME.
    """
    from syncd.service import applying as service

    invocation = invocation_of(ctx)
    wanted = service.declared(file, invocation.env)
    with invocation.store() as store:
        done = service.apply(store, wanted, zone=invocation.zone.name, clock=invocation.clock)
    paper = invocation.paper
    for sentence in done.changes or ["Everything is as the file says; nothing was changed."]:
        say(paper.wrap(sentence))
    if done.unnamed:
        say(paper.wrap(f"Not in the file, left alone: {', '.join(done.unnamed)}."))
