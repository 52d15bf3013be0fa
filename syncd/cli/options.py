"""Options that several commands share, with one meaning and one help text each."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from syncd.cli.dates import TypedDay, TypedMoment, typed_day, typed_moment
from syncd.cli.invocation import Invocation

PersonOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--person", metavar="NAME", help="Whose; may be left out where there is one."),
]
CohortOption: TypeAlias = Annotated[
    str | None, typer.Option("--cohort", metavar="NAME", help="All people of a cohort.")
]
FromOption: TypeAlias = Annotated[
    TypedDay | None,
    typer.Option("--from", metavar="DAY", parser=typed_day, help="The first day."),
]
ToOption: TypeAlias = Annotated[
    TypedDay | None,
    typer.Option("--to", metavar="DAY", parser=typed_day, help="The last day, included."),
]
SinceMomentOption: TypeAlias = Annotated[
    TypedMoment | None,
    typer.Option(
        "--changed-since",
        metavar="T",
        parser=typed_moment,
        help="Only what changed since this moment or day; also walks that are gone.",
    ),
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON document, for machines.")
]

YesOption: TypeAlias = Annotated[bool, typer.Option("--yes", help="Go ahead without asking.")]


def invocation_of(ctx: typer.Context) -> Invocation:
    """Return what this call stands on."""
    found = ctx.find_object(Invocation)
    if found is None:
        raise RuntimeError("a command runs without an invocation")
    return found
