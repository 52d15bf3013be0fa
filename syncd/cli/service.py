"""``syncd service``: the service at home, one user's own, started by systemd."""

from __future__ import annotations

import getpass
from pathlib import Path

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import invocation_of

group = typer.Typer(help="The background service at home.", no_args_is_help=True)
HARMLESS = {"SYNCD_CONFIG"}


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="service")


@group.command("install")
def install(ctx: typer.Context) -> None:
    """Let syncd run in the background, as you.

    Writes a user unit of systemd and starts it; doing it again refreshes it.
    """
    from syncd.service import user_unit

    invocation = invocation_of(ctx)
    invocation.settings  # noqa: B018 - wrong settings are told now, not in a log
    file = user_unit.install(invocation.env, _config(invocation))
    say(["The service runs, and starts again by itself.", f"  unit    {file}"])
    say(["  state   syncd status", "  log     journalctl --user -u syncd"])
    user = getpass.getuser()
    if user_unit.lingers(invocation.env, user) is not True:
        say(["", "It ends when you log out, unless you allow it to stay:"])
        say([f"  loginctl enable-linger {user}"])
    only_here = sorted(name for name in invocation.env if _is_only_here(name))
    if only_here:
        say(["", "Set in this shell only; the service does not know them:"])
        say(f"  {name}" for name in only_here)
        say(["Write them into the settings file: syncd config example."])


@group.command("remove")
def remove(ctx: typer.Context) -> None:
    """End the service at home and remove its unit.

    Data and settings stay.
    """
    from syncd.service import user_unit

    file = user_unit.remove(invocation_of(ctx).env)
    if file is None:
        say(["There is no such service; nothing was changed."])
        return
    say(["The service has ended.", f"  removed  {file}", "Data and settings are as they were."])


def _config(invocation: Invocation) -> Path | None:
    """Return the settings file where one was named; the usual places need no word."""
    named = invocation.env.get("SYNCD_CONFIG")
    return invocation.config or (Path(named) if named else None)


def _is_only_here(name: str) -> bool:
    return name.startswith("SYNCD_") and name not in HARMLESS
