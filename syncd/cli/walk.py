"""``syncd walk``: walks entered by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from syncd.cli.dates import typed_minute, typed_minutes
from syncd.cli.invocation import say
from syncd.cli.options import PersonOption, invocation_of

group = typer.Typer(
    help="Walks entered by hand: a treadmill, a forgotten watch.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="walk")


@group.command("add")
def add(
    ctx: typer.Context,
    *,
    start: Annotated[
        datetime,
        typer.Argument(
            metavar="START", parser=typed_minute, help='Local time, as "2026-03-06 13:00".'
        ),
    ],
    lasting: Annotated[
        int, typer.Argument(metavar="DURATION", parser=typed_minutes, help="20min or 1h20min.")
    ],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why it was not recorded.")],
    brisk: Annotated[
        int, typer.Option("--brisk", metavar="N", help="How many of its minutes were brisk.")
    ] = 0,
    person: PersonOption = None,
) -> None:
    """Enter a walk that no tracker counted.

    It counts only in minutes for which trackers say nothing or no steps, and none of it as brisk
    unless --brisk says so.
    """
    from zoneinfo import ZoneInfo

    from syncd.cli.errors import UsageProblem
    from syncd.cli.who import one_person, zone_of
    from syncd.service.by_hand import ByHandError, add_walk

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        with store.read() as cx:
            one = one_person(cx, person)
            zone = ZoneInfo(zone_of(cx, one, invocation.zone.name, day=start.date()))
        at = start.replace(tzinfo=zone)
        if datetime.fromtimestamp(at.timestamp(), zone).replace(tzinfo=None) != start:
            raise UsageProblem(
                f"{start:%Y-%m-%d %H:%M} was left out there: the clock went forward."
            )
        try:
            typed = add_walk(
                store, one, at, lasting, brisk_min=brisk, why=why, clock=invocation.clock
            )
        except ByHandError as error:
            raise UsageProblem(str(error)) from error
    if typed.row is None:
        said = "Kept. Trackers saw that time, so it is not shown as a walk of its own"
        counted = f". Id {typed.walk.id[:8]}."
    else:
        counts = typed.row.session.brisk_min
        said = f"Walk of {lasting} min added, id {typed.row.id[:8]}"
        counted = f"; {counts} of them brisk" if counts else "; none of it counts as brisk"
        counted += ": trackers counted steps in the others." if counts < (brisk or 0) else "."
    way_out = "" if brisk else " If it was brisk, drop it and add it with --brisk N."
    say(invocation.paper.wrap(f"{said}{counted}{way_out}"))


@group.command("drop")
def drop(
    ctx: typer.Context,
    walk_id: Annotated[
        str, typer.Argument(metavar="ID", help="The id of the walk, or how it begins.")
    ],
) -> None:
    """Take back a walk that was entered by hand."""
    from syncd.cli.errors import UsageProblem
    from syncd.service.by_hand import ByHandError, drop_walk

    invocation = invocation_of(ctx)
    prefix = walk_id.strip().lower()
    if not prefix or not invocation.has_database():
        raise UsageProblem(f"There is no walk {walk_id!r}. syncd walks shows their ids.")
    with invocation.store() as store:
        try:
            walk = drop_walk(store, prefix, clock=invocation.clock)
        except ByHandError as error:
            raise UsageProblem(str(error)) from error
    minutes = (walk.end_at - walk.start_at).seconds // 60
    say([f"Walk of {minutes} min is taken back."])
