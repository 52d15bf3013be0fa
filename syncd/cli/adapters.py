"""``syncd adapters``: what is installed, what each can deliver, which cannot load and why."""

from __future__ import annotations

import typer

from syncd.cli.invocation import say
from syncd.cli.options import JsonOption, invocation_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("adapters")(adapters)


def adapters(ctx: typer.Context, json: JsonOption = False) -> None:
    """Show the adapters that are installed.

    What each can deliver, and which cannot load and why.
    """
    from syncd.cli.screens.tables import adapter_lines, document
    from syncd.ingest.registry import listing

    invocation = invocation_of(ctx)
    found = listing()
    if json:
        fields = ("name", "available", "streams", "why")
        rows = [{name: getattr(info, name) for name in fields} for info in found]
        say([document("adapters", rows)])
    else:
        say(adapter_lines(found, invocation.paper))
