"""``syncd config``: the settings in force, whether they are right, an example to start from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from pathlib import Path

    from syncd.settings import Settings

group = typer.Typer(help="The settings file.", no_args_is_help=True)
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="config")


@group.command("show")
def show(ctx: typer.Context) -> None:
    """Show the settings in force and where each comes from."""
    invocation = invocation_of(ctx)
    # Paths stay in one piece, to be copied, however wide they are.
    rows = list(_in_force(invocation))
    width = max(len(label) for label, _ in rows)
    say(f" {label:<{width}} {text}" for label, text in rows)


@group.command("check")
def check(ctx: typer.Context) -> None:
    """Check the settings file.

    And the environment. Ends with exit code 78 where something is wrong.
    """
    from syncd.settings import search_path

    invocation = invocation_of(ctx)
    file = invocation.loaded.file
    if file is not None:
        say([f"{file} is right."])
        return
    places = " and ".join(str(path) for path in search_path(invocation.env))
    say(["There is no settings file, and none is needed. Looked for:", f"  {places}"])


@group.command("example")
def example(ctx: typer.Context) -> None:  # noqa: ARG001 - every command takes the context
    """Print a settings file to start from.

    With every setting explained and none set.
    """
    from syncd.settings import example_toml

    say(example_toml().splitlines())


def _in_force(invocation: Invocation) -> Iterator[tuple[str, str]]:
    from syncd.settings import store_lock_file

    loaded, settings = invocation.loaded, invocation.settings
    yield "file", str(loaded.file or "none")
    lock_file, _ = store_lock_file(settings, invocation.env)
    for place, value in _values(settings, invocation.zone.name, lock_file):
        shown = _PASSWORD.sub(r"\1***@", value)
        yield place, f"{shown} ({loaded.origin.get(place, _default(invocation, place))})"


def _values(settings: Settings, zone: str, lock_file: Path) -> Iterator[tuple[str, str]]:
    yield "database.url", settings.database_url
    yield "state.folder", str(settings.folder)
    yield "person.zone", zone
    yield "store_lock.file", str(lock_file)
    yield "notify.days", settings.notify.days
    yield "notify.at", settings.notify.at
    for name in ("threads", "archive_days", "nothing_written_days", "listen"):
        value = getattr(settings.daemon, name)
        yield f"daemon.{name}", "nowhere" if value is None else str(value)


def _default(invocation: Invocation, place: str) -> str:
    return f"by {invocation.zone.said_by}" if place == "person.zone" else "by default"
