"""``syncd import``: files and folders in, a sentence of what became of them out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import say, say_aside
from syncd.cli.options import invocation_of
from syncd.cli.zones import ZoneOption

if TYPE_CHECKING:
    from sqlalchemy import Connection


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_files)


def import_files(
    ctx: typer.Context,
    *,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Recordings, step CSVs, exports; .gz, .zip; folders."),
    ],
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="NAME", help="Whose; may be left out where there is one."),
    ] = None,
    cohort: Annotated[
        str | None,
        typer.Option(
            "--cohort", metavar="NAME", help="A file of many people: each becomes NAME/Id."
        ),
    ] = None,
    zone: ZoneOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check only; keep nothing.")
    ] = False,
) -> None:
    """Import files and folders.

    They are recognised by content; importing one again changes nothing. Recordings, a watch's
    folder, Google Takeouts and Garmin account exports as they were downloaded: name all parts in
    one call. Minute CSVs know no zone: say it with --tz, or once for the person with syncd person
    set.
    """
    from syncd.cli.progress import Bar
    from syncd.cli.screens.reports import import_exit_code, import_lines, problem_lines
    from syncd.service.importing import import_paths

    invocation = invocation_of(ctx)
    with invocation.trying() if dry_run else invocation.store() as store:
        with store.read() as cx:
            _check_owner(cx, person, cohort)
        with Bar(colour=invocation.paper.colour) as bar:
            report = import_paths(
                store,
                paths,
                person=person,
                cohort=cohort,
                zone=zone,
                machine_zone=invocation.zone.name,
                clock=invocation.clock,
                dry_run=dry_run,
                progress=bar,
            )
    for line in problem_lines(report, invocation.paper):
        say_aside(line)
    say(import_lines(report, invocation.paper))
    raise typer.Exit(import_exit_code(report))


def _check_owner(cx: Connection, person: str | None, cohort: str | None) -> None:
    """Refuse names that cannot be meant, before anything is read."""
    from syncd.cli.errors import UsageProblem
    from syncd.cli.who import one_person
    from syncd.store.people import listing

    if person is not None and cohort is not None:
        raise UsageProblem("Give --person or --cohort, not both.")
    if cohort is None and (person is not None or listing(cx)):
        one_person(cx, person)
