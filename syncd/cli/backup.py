"""``syncd backup`` and ``syncd restore``: everything in one file, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from syncd.store.store_lock import StoreLock

BackupArgument = Annotated[Path, typer.Argument(metavar="PATH", help="The backup file.")]


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    ctx: typer.Context,
    path: BackupArgument,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a backup that is there already.")
    ] = False,
) -> None:
    """Save everything in one file.

    While syncd goes on running. All but the store lock is in it: keep that apart.
    """
    from syncd.cli.screens.keeping import backup_lines
    from syncd.contract import SyncdError
    from syncd.service.backup import backup as save

    invocation = invocation_of(ctx)
    if not invocation.has_database():
        raise SyncdError("There is nothing to back up yet: syncd import FILE makes a database.")
    with invocation.store() as store, copying(invocation, "saving") as progress:
        report = save(
            store,
            path,
            state_folder=invocation.settings.folder,
            force=force,
            clock=invocation.clock,
            progress=progress,
        )
    say(backup_lines(report, invocation.paper))


def restore(
    ctx: typer.Context,
    path: BackupArgument,
    replace: Annotated[
        bool, typer.Option("--replace", help="Over data that is there, which is kept in a file.")
    ] = False,
) -> None:
    """Put a backup in the place of the database.

    All of it or nothing. Without the store lock it was made with, sign-ins are left out.
    """
    from syncd.cli.screens.keeping import restore_lines
    from syncd.service.restore import restore as put_back

    invocation = invocation_of(ctx)
    settings = invocation.settings
    with copying(invocation, "restoring") as progress:
        restored = put_back(
            settings.database_url,
            path,
            folder=settings.folder,
            replace=replace,
            lock=_store_lock(invocation),
            clock=invocation.clock,
            progress=progress,
        )
    say(restore_lines(restored, invocation.paper))


def _store_lock(invocation: Invocation) -> StoreLock | None:
    from syncd.settings import store_lock_file
    from syncd.store.store_lock import find_store_lock

    file, named = store_lock_file(invocation.settings, invocation.env)
    return find_store_lock(invocation.env, file, named=named)


@contextmanager
def copying(invocation: Invocation, stage: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows how far a copy has come."""
    from syncd.cli.progress import Bar
    from syncd.service.views import ImportProgress

    with Bar(colour=invocation.paper.colour) as bar:
        yield lambda done, total: bar(
            ImportProgress(stage=stage, name="", files_done=done, files=total)
        )
