"""``syncd export``: walks, days, weeks and minutes as CSV or JSON Lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, TypeAlias

import typer

from syncd.cli.dates import TypedDay, TypedMoment
from syncd.cli.invocation import say_aside
from syncd.cli.options import (
    CohortOption,
    FromOption,
    PersonOption,
    SinceMomentOption,
    ToOption,
    invocation_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from syncd.cli.listing import Asked
    from syncd.export import Kind, Row

    Rows: TypeAlias = Callable[[Connection, Asked, datetime | None], Iterable[Row]]

AskedFor: TypeAlias = tuple[str | None, str | None, TypedDay | None, TypedDay | None]
"""Person, cohort, first and last day, as typed."""
STANDARD_OUTPUT = Path("-")


class Form(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSONL = "jsonl"


FormOption = Annotated[Form, typer.Option("--format", help="CSV, or JSON Lines.")]
OutOption = Annotated[
    Path,
    typer.Option("-o", "--output", metavar="PATH", help="The file to write; - is standard output."),
]
group = typer.Typer(help="Walks, days, weeks and minutes for programs.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="export")


@group.command("walks")
def walks(
    ctx: typer.Context,
    *,
    form: FormOption,
    person: PersonOption = None,
    cohort: CohortOption = None,
    first: FromOption = None,
    last: ToOption = None,
    since: SinceMomentOption = None,
    output: OutOption = STANDARD_OUTPUT,
) -> None:
    """Write walk sessions.

    Of everybody where nobody is named.
    """
    from syncd.store.derived import iter_flat_walks, retired

    def rows(cx: Connection, wanted: Asked, changed: datetime | None) -> Iterable[Row]:
        found = iter_flat_walks(
            cx, wanted.scope.ids, first=wanted.first, last=wanted.last, changed_since=changed
        )
        if changed is None:
            return found
        return chain(found, retired(cx, wanted.scope.ids, changed_since=changed))

    asked_for = (person, cohort, first, last)
    _export(ctx, "walks", rows, asked_for, form=form, since=since, output=output)


@group.command("days")
def days(
    ctx: typer.Context,
    *,
    form: FormOption,
    person: PersonOption = None,
    cohort: CohortOption = None,
    first: FromOption = None,
    last: ToOption = None,
    since: SinceMomentOption = None,
    output: OutOption = STANDARD_OUTPUT,
) -> None:
    """Write days with their verdicts.

    Of everybody where nobody is named.
    """
    from syncd.store.derived import iter_days

    def rows(cx: Connection, wanted: Asked, changed: datetime | None) -> Iterable[Row]:
        return iter_days(
            cx, wanted.scope.ids, first=wanted.first, last=wanted.last, changed_since=changed
        )

    asked_for = (person, cohort, first, last)
    _export(ctx, "days", rows, asked_for, form=form, since=since, output=output)


@group.command("weeks")
def weeks(
    ctx: typer.Context,
    *,
    form: FormOption,
    person: PersonOption = None,
    cohort: CohortOption = None,
    first: FromOption = None,
    last: ToOption = None,
    output: OutOption = STANDARD_OUTPUT,
) -> None:
    """Write ISO weeks with what they needed and had.

    Of everybody where nobody is named. Each week is judged whole.
    """
    from syncd.service.weeks import iter_weeks

    now = invocation_of(ctx).clock()

    def rows(cx: Connection, wanted: Asked, _: datetime | None) -> Iterable[Row]:
        return iter_weeks(cx, wanted.scope.ids, first=wanted.first, last=wanted.last, now=now)

    asked_for = (person, cohort, first, last)
    _export(ctx, "weeks", rows, asked_for, form=form, since=None, output=output)


@group.command("minutes")
def minutes(
    ctx: typer.Context,
    *,
    form: FormOption,
    person: PersonOption = None,
    cohort: CohortOption = None,
    first: FromOption = None,
    last: ToOption = None,
    output: OutOption = STANDARD_OUTPUT,
) -> None:
    """Write every minute of every day, as merged.

    Of everybody where nobody is named; 1,440 rows a day.
    """
    from syncd.service.minutes import iter_minutes

    def rows(cx: Connection, wanted: Asked, _: datetime | None) -> Iterable[Row]:
        return iter_minutes(cx, wanted.scope.ids, first=wanted.first, last=wanted.last)

    asked_for = (person, cohort, first, last)
    _export(ctx, "minutes", rows, asked_for, form=form, since=None, output=output)


def _export(
    ctx: typer.Context,
    kind: Kind,
    rows: Rows,
    asked_for: AskedFor,
    *,
    form: Form,
    since: TypedMoment | None,
    output: Path,
) -> None:
    """Write what ``rows`` finds; a file appears whole or not at all."""
    from syncd.cli.listing import asked_of_everybody
    from syncd.export import export_rows

    invocation = invocation_of(ctx)
    changed = since.on(invocation.clock(), invocation.zone.name) if since else None
    to_file = output != STANDARD_OUTPUT
    with invocation.reading() as cx, _opened(output) as out:
        found: Iterable[Row] = ()
        if cx is not None:
            found = rows(cx, asked_of_everybody(invocation, cx, asked_for), changed)
        number = export_rows(
            kind, form.value, found, out, bom=to_file, deletions=changed is not None
        )
    if to_file:
        say_aside(f"{number:,} {kind} in {output}")


@contextmanager
def _opened(output: Path) -> Iterator[IO[bytes]]:
    from syncd.export import replacing

    if output == STANDARD_OUTPUT:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with replacing(output) as out:
            yield out
