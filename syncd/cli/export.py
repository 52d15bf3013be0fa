"""``syncd export``: walks, days, weeks and minutes as CSV, JSON Lines or Parquet; tracks as GPX."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from syncd.cli.dates import TypedDay, TypedMoment
from syncd.cli.errors import UsageProblem
from syncd.cli.invocation import Invocation, say_aside
from syncd.cli.options import (
    CohortOption,
    FromOption,
    PersonOption,
    SinceMomentOption,
    ToOption,
    invocation_of,
)
from syncd.cli.outputs import Output, opened, typed_output, write_codebook

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from syncd.cli.listing import Asked
    from syncd.export import Kind, Row
    from syncd.export.layout import TableForm


class Form(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    GPX = "gpx"


FormOption: TypeAlias = Annotated[
    Form, typer.Option("--format", help="A table as CSV, JSON Lines or Parquet; GPX: tracks.")
]
OutOption: TypeAlias = Annotated[
    Output | None,
    typer.Option(
        "-o",
        "--output",
        metavar="PATH",
        parser=typed_output,
        show_default=False,
        help="The file to write; - or none: standard output. GPX: FOLDER/ for a file a walk.",
    ),
]
CodebookOption: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--codebook/--no-codebook",
        show_default=False,
        help="What the fields mean, in two files beside a file; for - when asked for.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One export as typed; ``asked_for`` is person, cohort, first and last day."""

    kind: Kind
    form: Form
    asked_for: tuple[str | None, str | None, TypedDay | None, TypedDay | None]
    since: TypedMoment | None
    output: Output
    codebook: bool | None

    def changed(self, invocation: Invocation) -> datetime | None:
        """Return the instant since when rows changed, if one was given."""
        if self.since is None:
            return None
        return self.since.on(invocation.clock(), invocation.zone.name)


group = typer.Typer(help="Walks, days, weeks and minutes for programs.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group: two kinds whose changes are kept, and two worked out when asked."""
    kept: dict[Kind, str] = {
        "walks": "Write walk sessions, or the tracks of those that have one.",
        "days": "Write days with their verdicts.",
    }
    worked_out: dict[Kind, tuple[str, str]] = {
        "weeks": ("Write ISO weeks with what they needed and had.", "Each week is judged whole."),
        "minutes": ("Write every minute of every day, as merged.", "1,440 rows a day."),
    }
    for kind, says in kept.items():
        group.command(kind, help=f"{says}\n\nOf everybody where nobody is named.")(_kept(kind))
    for kind, (says, more) in worked_out.items():
        group.command(kind, help=f"{says}\n\nOf everybody where nobody is named. {more}")(
            _worked_out(kind)
        )
    app.add_typer(group, name="export")


def _kept(kind: Kind) -> Callable[..., None]:
    """Return the command for a kind whose rows have a revision."""

    def command(
        ctx: typer.Context,
        *,
        form: FormOption,
        person: PersonOption = None,
        cohort: CohortOption = None,
        first: FromOption = None,
        last: ToOption = None,
        since: SinceMomentOption = None,
        output: OutOption = None,
        codebook: CodebookOption = None,
    ) -> None:
        asked_for = (person, cohort, first, last)
        request = Request(
            kind=kind,
            form=form,
            asked_for=asked_for,
            since=since,
            output=output or Output(),
            codebook=codebook,
        )
        _export(invocation_of(ctx), request)

    return command


def _worked_out(kind: Kind) -> Callable[..., None]:
    """Return the command for a kind that is worked out when asked and has no revisions."""
    kept = _kept(kind)

    def command(
        ctx: typer.Context,
        *,
        form: FormOption,
        person: PersonOption = None,
        cohort: CohortOption = None,
        first: FromOption = None,
        last: ToOption = None,
        output: OutOption = None,
        codebook: CodebookOption = None,
    ) -> None:
        kept(
            ctx,
            form=form,
            person=person,
            cohort=cohort,
            first=first,
            last=last,
            output=output,
            codebook=codebook,
        )

    return command


def _export(invocation: Invocation, request: Request) -> None:
    """Write what is asked for; a file appears whole or not at all."""
    if request.form is Form.GPX:
        from syncd.cli.export_gpx import export_tracks

        export_tracks(invocation, request)
        return
    from syncd.cli.listing import asked_of_everybody
    from syncd.export import export_rows

    tables: dict[Form, TableForm] = {
        Form.CSV: "csv",
        Form.JSONL: "jsonl",
        Form.PARQUET: "parquet",
    }
    kind, form, output = request.kind, tables[request.form], request.output
    if form == "parquet":
        _check_parquet(output)
    changed = request.changed(invocation)
    with invocation.reading() as cx, opened(output) as out:
        found: Iterable[Row] = ()
        if cx is not None:
            wanted = asked_of_everybody(invocation, cx, request.asked_for)
            found = _rows(cx, kind, wanted, changed, invocation.clock())
        number = export_rows(
            kind, form, found, out, bom=output.path is not None, deletions=changed is not None
        )
    if output.path is not None:
        say_aside(f"{number:,} {kind} in {output}")
    write_codebook(output, kind, form, deletions=changed is not None, asked=request.codebook)


def _check_parquet(output: Output) -> None:
    from syncd.export.parquet import require

    require()
    if output.path is None and sys.stdout.isatty():
        raise UsageProblem("Parquet is for programs, not for a screen: add -o FILE.parquet.")


def _rows(
    cx: Connection, kind: Kind, wanted: Asked, changed: datetime | None, now: datetime
) -> Iterable[Row]:
    ids, first, last = wanted.scope.ids, wanted.first, wanted.last
    if kind == "weeks":
        from syncd.service.weeks import iter_weeks

        return iter_weeks(cx, ids, first=first, last=last, now=now)
    if kind == "minutes":
        from syncd.service.minutes import iter_minutes

        return iter_minutes(cx, ids, first=first, last=last)
    from syncd.store import derived

    if kind == "days":
        return derived.iter_days(cx, ids, first=first, last=last, changed_since=changed)
    walks = derived.iter_flat_walks(cx, ids, first=first, last=last, changed_since=changed)
    if changed is None:
        return walks
    return chain(walks, derived.retired(cx, ids, changed_since=changed))
