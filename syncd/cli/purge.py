"""``syncd purge``: a person or a cohort, removed for good; so does ``syncd person remove``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import invocation_of

YesNameOption = Annotated[
    str | None,
    typer.Option("--yes", metavar="NAME", help="The name again, instead of being asked for it."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("purge")(purge)


def purge(
    ctx: typer.Context,
    *,
    name: Annotated[
        str | None, typer.Option("--person", metavar="NAME", help="Whom to remove.")
    ] = None,
    cohort: Annotated[
        str | None,
        typer.Option("--cohort", metavar="NAME", help="Remove everybody of a cohort."),
    ] = None,
    yes: YesNameOption = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Only clear the file of what was deleted earlier.")
    ] = False,
) -> None:
    """Remove a person, or a whole cohort, for good.

    Everything known of them goes: originals, days, walks, marks and sign-ins. Backups and exports
    that were made earlier are not reached.
    """
    from syncd.cli.errors import UsageProblem

    invocation = invocation_of(ctx)
    if (name is not None) + (cohort is not None) + sweep != 1:
        raise UsageProblem("Say whom to remove: --person NAME or --cohort NAME. Or --sweep alone.")
    if sweep:
        _sweep(invocation)
    elif name is not None:
        remove_person(invocation, name, yes)
    else:
        _remove_cohort(invocation, str(cohort), yes)


def remove_person(invocation: Invocation, name: str, yes: str | None) -> None:
    """Remove the named person, once their name was typed again."""
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.keeping import known_sentence, purge_lines
    from syncd.cli.who import one_person
    from syncd.service import purge as service

    if not invocation.has_database():
        raise UsageProblem(f"There is no person {name!r}: there is nobody yet.")
    with invocation.store() as store:
        with store.read() as cx:
            person = one_person(cx, name)
        known = known_sentence(person.name, service.known_of(store, person))
        if not _named_again(person.name, yes, known, invocation):
            raise UsageProblem("That is not the name. Nothing was removed.")
        report = service.purge(store, person, folder=invocation.settings.folder)
    say(purge_lines(report, invocation.paper))


def _remove_cohort(invocation: Invocation, cohort: str, yes: str | None) -> None:
    from syncd.cli.errors import UsageProblem
    from syncd.cli.screens.keeping import known_sentence, purge_lines
    from syncd.cli.who import the_cohort
    from syncd.service import purge as service
    from syncd.store import cohorts

    if not invocation.has_database():
        raise UsageProblem(f"There is no cohort {cohort!r}: there is nobody yet.")
    with invocation.store() as store:
        with store.read() as cx:
            size = the_cohort(cx, cohort)
            rows = cohorts.rows_of(cx, cohort)
        known = known_sentence(service.cohort_words(cohort, size), rows)
        if not _named_again(cohort, yes, known, invocation):
            raise UsageProblem("That is not the name. Nothing was removed.")
        report = service.purge_cohort(store, cohort, folder=invocation.settings.folder)
    say(purge_lines(report, invocation.paper))


def _named_again(name: str, yes: str | None, known: str, invocation: Invocation) -> bool:
    from syncd.cli.errors import UsageProblem

    if yes is not None:
        return yes == name
    if not sys.stdin.isatty():
        raise UsageProblem(f"Nobody can be asked here. Say --yes {name} to go ahead.")
    say(invocation.paper.wrap(known))
    typed: str = typer.prompt("Type the name to go ahead", default="", show_default=False)
    return typed.strip() == name


def _sweep(invocation: Invocation) -> None:
    from syncd.service.purge import sweep

    if invocation.has_database():
        with invocation.store() as store:
            sweep(store)
    say(["The file is clear of what was deleted."])
