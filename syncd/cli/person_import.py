"""``syncd person import``: people in bulk, from a file with a line each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import say
from syncd.cli.options import invocation_of
from syncd.walks.phrases import plural_s

if TYPE_CHECKING:
    from syncd.service.enlisting import Enlisted

SHOWN = 5


def import_people(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="Its first line: person,cohort,zone.")
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check only; keep nothing.")
    ] = False,
) -> None:
    """Add people and their cohorts from a file.

    Importing it twice changes nothing; a changed zone is taken over; who is not in it is left
    alone. Where a line is wrong nothing is imported, and every such line is told.
    """
    from syncd.service.enlisting import enlist

    invocation = invocation_of(ctx)
    with invocation.trying() if dry_run else invocation.store() as store:
        done = enlist(
            store, file, zone=invocation.zone.name, clock=invocation.clock, dry_run=dry_run
        )
    say(invocation.paper.wrap(_words(done, dry_run=dry_run)))


def _words(done: Enlisted, *, dry_run: bool) -> str:
    if not done.added + done.moved + done.same:
        return "The file lists nobody; nothing was changed."
    if not done.added + done.moved:
        return f"Everybody is as the file says ({_people(done.same)}); nothing was changed."
    said = [f"{_people(done.added)} added"] if done.added else []
    said += [f"{_people(done.moved)} moved to another zone"] if done.moved else []
    said += [f"{_people(done.same)} left as they were"] if done.same else []
    where = f" Cohorts: {_cohorts(sorted(done.cohorts))}." if done.cohorts else ""
    return f"{'It would be: ' if dry_run else ''}{', '.join(said)}.{where}"


def _cohorts(names: list[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    more = len(names) - SHOWN
    return f"{shown} and {more} other{plural_s(more)}" if more > 0 else shown


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"
