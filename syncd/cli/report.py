"""``syncd report``: weeks at a glance, the newest week, a page to print, a cohort's weeks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import Invocation, say, say_aside
from syncd.cli.options import CohortOption, JsonOption, PersonOption, invocation_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.cli.listing import Asked
    from syncd.walks.report import Report

WEEKS = 12
MOST_WEEKS = 53
STANDARD_OUTPUT = Path("-")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    ctx: typer.Context,
    *,
    person: PersonOption = None,
    cohort: CohortOption = None,
    week: Annotated[
        bool, typer.Option("--week", help="The newest week in a few lines, as in a notice.")
    ] = False,
    weeks: Annotated[
        int, typer.Option("--weeks", metavar="N", min=1, max=MOST_WEEKS, help="So many weeks.")
    ] = WEEKS,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.html",
            help="Write a page to print; - is standard output.",
        ),
    ] = None,
    with_notes: Annotated[
        bool, typer.Option("--with-notes", help="The page holds the reasons for excuses too.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show how the weeks went.

    The trend of brisk minutes, weeks reached, best effort, longest walk. With -o a page to print,
    for a physiotherapist or for the wall. With --cohort a line a week, and who needs a sign-in or
    has not synced for seven days.
    """
    from syncd.cli.listing import asked

    invocation = invocation_of(ctx)
    _check(cohort=cohort, week=week, output=output, with_notes=with_notes, json=json)
    told = None
    with invocation.reading() as cx:
        wanted = asked(invocation, cx, person=person, cohort=cohort, first=None, last=None)
        if cx is None or wanted is None:
            _nothing(json=json, invocation=invocation, page=output is not None)
        elif wanted.scope.cohort is not None:
            _say_cohort(invocation, cx, wanted, weeks, json=json)
        else:
            found = _report(invocation, cx, wanted, weeks, with_notes=with_notes)
            _show(invocation, found, wanted, week=week, output=output, json=json)
            told = _told_once(invocation, cx, wanted, found)
    if told is not None:
        from syncd.cli.home import keep_told

        keep_told(invocation, *told)


def _check(
    *, cohort: str | None, week: bool, output: Path | None, with_notes: bool, json: bool
) -> None:
    from syncd.cli.errors import UsageProblem

    if output is not None and cohort is not None:
        raise UsageProblem("A page is about one person: give --person NAME, not --cohort.")
    if output is not None and (week or json):
        raise UsageProblem("-o writes a page of weeks; leave out --week and --json.")
    if week and cohort is not None:
        raise UsageProblem("--week is about one person; for a cohort say --weeks 1.")
    if with_notes and output is None:
        raise UsageProblem("--with-notes is for a page: add -o FILE.html.")


def _report(
    invocation: Invocation, cx: Connection, wanted: Asked, weeks: int, *, with_notes: bool
) -> Report | None:
    from syncd.cli.who import zone_of
    from syncd.service.report import report_of

    one = wanted.scope.people[0]
    return report_of(
        cx,
        one,
        weeks=weeks,
        today=wanted.today,
        now=invocation.clock(),
        zone=zone_of(cx, one, invocation.zone.name),
        with_notes=with_notes,
    )


def _told_once(
    invocation: Invocation, cx: Connection, wanted: Asked, found: Report | None
) -> tuple[int, str] | None:
    """Return whose hint at a first target the report held, and the hint."""
    from syncd.service.asking import target_hint

    person_id = wanted.scope.ids[0]
    hint = target_hint(cx, person_id, wanted.today, invocation.clock())
    return (person_id, hint) if found is not None and hint in found.hints and hint else None


def _show(
    invocation: Invocation,
    found: Report | None,
    wanted: Asked,
    *,
    week: bool,
    output: Path | None,
    json: bool,
) -> None:
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.trend import digest_screen, report_screen
    from syncd.export.report_json import report_document
    from syncd.walks.report_sentences import nothing_words

    if json:
        say([report_document(found)])
    elif found is None:
        words = nothing_words(wanted.scope.people[0].name)
        if output is not None:
            raise UsageProblem(words)
        say(invocation.paper.wrap(words))
    elif output is not None:
        _write_page(found, output)
    else:
        say((digest_screen if week else report_screen)(found, invocation.paper))


def _write_page(found: Report, output: Path) -> None:
    from syncd.export import replacing
    from syncd.export.report_page import page

    text = page(found).encode()
    if output == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
        return
    with replacing(output) as out:
        out.write(text)
    say_aside(f"The report is in {output}. Open it in a browser; it prints on paper as it is.")


def _say_cohort(
    invocation: Invocation, cx: Connection, wanted: Asked, weeks: int, *, json: bool
) -> None:
    from syncd.cli.screens.absent import absent_lines, absent_row
    from syncd.cli.screens.compliance import cohort_report
    from syncd.export.report_json import cohort_document
    from syncd.service.absent import absent
    from syncd.service.compliance import cohort_weeks

    cohort, ids, now = str(wanted.scope.cohort), wanted.scope.ids, invocation.clock()
    found = cohort_weeks(cx, ids, weeks=weeks, today=wanted.today, now=now)
    missing = absent(cx, cohort, now)
    if json:
        say([cohort_document(cohort, found, map(absent_row, missing))])
        return
    if found:
        say(cohort_report(cohort, len(ids), found, invocation.paper))
    else:
        say(invocation.paper.wrap(f"There are no days of {cohort} yet: syncd import PATH"))
    say(absent_lines(missing, invocation.paper))


def _nothing(*, json: bool, invocation: Invocation, page: bool) -> None:
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.home import empty_screen
    from syncd.export.report_json import report_document

    if page:
        raise UsageProblem("There is nothing to report yet. Bring some in: syncd import PATH")
    say([report_document(None)] if json else empty_screen(invocation.paper))
