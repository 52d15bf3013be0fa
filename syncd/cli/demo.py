"""``syncd demo``: three made-up people on a temporary database, and what to type for one's own."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from syncd.service.demo import DemoData

MOST_DAYS = 400
WALKS_SHOWN = 6
ENDING = """
That was made up. For your own:
  syncd import my-walk.fit --tz Europe/Paris      a recorded walk, or a folder
  syncd import minuteSteps.csv --tz Europe/Paris  steps by the minute
  syncd days                                      your calendar
  syncd show day yesterday                        one day and why"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    ctx: typer.Context,
    once: Annotated[  # noqa: ARG001 - scripts may say it
        bool, typer.Option("--once", help="Show it once and end: what it does anyway for now.")
    ] = False,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=7, max=MOST_DAYS, help="Length of history.")
    ] = 42,
) -> None:
    """Show it all on made-up people.

    On a temporary database; keeps nothing, needs nothing, ends by itself.
    """
    from syncd.service.demo import prepare
    from syncd.store import open_store

    invocation = invocation_of(ctx)
    say([f"Making up {days} days of three people, and importing them as files ..."])
    with TemporaryDirectory(prefix="syncd-demo-") as folder:
        data = prepare(
            Path(folder), today=invocation.clock().date(), days=days, clock=invocation.clock
        )
        store = open_store(data.store_url)
        try:
            with store.read() as cx:
                say(_screens(invocation, cx, data))
        finally:
            store.close()
    say(ENDING.splitlines())


def _screens(invocation: Invocation, cx: Connection, data: DemoData) -> Iterator[str]:
    """Yield the first person's calendar and newest walks, and a line for each person."""
    from syncd.cli.month import newest_month
    from syncd.cli.screens.calendar import calendar
    from syncd.cli.screens.days import cohort_table
    from syncd.cli.screens.walks import walk_table
    from syncd.store import derived, people

    paper = invocation.paper
    first = people.find(cx, data.people[0].name)
    if first is None:
        return
    yield "\n$ syncd days --person " + first.name
    month = newest_month(cx, first, data.last_day + timedelta(days=1), data.people[0].zone)
    if month is not None:
        yield from calendar(month, paper)
    yield f"\n$ syncd walks --person {first.name}      (the newest)"
    newest = deque(derived.iter_walks(cx, [first.id]), WALKS_SHOWN)
    yield from walk_table(newest, paper)
    yield f"\nAll three, {data.first_day} to {data.last_day}"
    yield from cohort_table("", derived.iter_days(cx, None), paper)
