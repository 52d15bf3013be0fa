"""``syncd init``: what a machine needs once, and what to do next."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(ctx: typer.Context) -> None:
    """Make the settings file, the state folder and the store lock.

    What is there already is left alone, so it may be run again at any time.
    """
    from syncd.cli.screens.safety import safety_lines

    invocation = invocation_of(ctx)
    paper = invocation.paper
    done = [_settings_file(invocation), *_places(invocation)]
    width = max(len(label) for label, _, _ in done)
    for label, place, new in done:  # paths stay in one piece, to be copied
        say([f" {label.ljust(width)}  {place} ({'made' if new else 'was there'})"])
    zone = invocation.zone
    say(["", *paper.wrap(f"Days run in {zone.name} ({zone.said_by}) for people who tell no zone.")])
    say(
        paper.wrap(
            "Keep a copy of the store lock apart from backups: without it, kept sign-ins are lost."
        )
    )
    say(["", *safety_lines(paper), ""])
    say(["Next, for files:    syncd import PATH", "for a tracker:      syncd adapters"])
    say(["                    syncd account add VENDOR"])
    say(["to be told:         syncd notify add URL"])


def _settings_file(invocation: Invocation) -> tuple[str, object, bool]:
    """Write a settings file that sets nothing where there is none."""
    from syncd.settings import example_toml, find_file, search_path

    said = invocation.config or _named(invocation)
    if said is None:
        found = find_file(None, invocation.env)
        if found is not None:
            return "settings", found, False
        said = search_path(invocation.env)[0]
    if said.exists():
        return "settings", said, False
    said.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(example_toml())
    return "settings", said, True


def _named(invocation: Invocation) -> Path | None:
    named = invocation.env.get("SYNCD_CONFIG")
    return Path(named) if named else None


def _places(invocation: Invocation) -> Iterator[tuple[str, object, bool]]:
    """Make state folder, database and store lock; yield where each is and whether it is new."""
    from syncd.settings import store_lock_file
    from syncd.store.store_lock import find_store_lock, make_store_lock

    folder = invocation.settings.folder
    new = not folder.exists()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    yield "state", folder, new
    new = not invocation.has_database()
    with invocation.store() as store:
        yield "database", store.place, new
        if store.dialect == "postgresql":
            yield "queue", "for workers, in the database", _queue(store)
    file, named = store_lock_file(invocation.settings, invocation.env)
    lock = find_store_lock(invocation.env, file, named=named and file.exists())
    if lock is None:
        made = make_store_lock(file)
        yield "store lock", made.said_by, True
    else:
        yield "store lock", lock.said_by, False


def _queue(store: Store) -> bool:
    """Make what workers share; tell whether that was new."""
    from syncd.store import queue_schema

    return queue_schema.install(store)
