"""``syncd demo``: three made-up people on a temporary database, and what to type for one's own."""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from syncd.cli.screens.paper import Paper
    from syncd.service.demo import Player, Stage
    from syncd.service.syncing import Wish
    from syncd.store.derived import WalkRow

MOST_DAYS = 400
WALKS_SHOWN = 6
POLLS = 24
BEGINS = time(17)
"""The history ends yesterday at so many o'clock UTC; a day of hourly polls follows."""
HOUR = timedelta(hours=1)
ENDING = """
That was made up. For your own tracker:
  syncd init                                      settings, state folder, lock
  syncd adapters                                  the trackers syncd can read
  syncd account add VENDOR --set KEY=VALUE        one of them
  syncd account login NAME                        sign in to it, once
  syncd sync                                      fetch it now
or from files, without any account:
  syncd import my-walk.fit --tz Europe/Paris      a recorded walk, or a folder
then
  syncd days                                      your calendar
  syncd show day yesterday                        one day and why"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    ctx: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="End behind the calendar, as it does in a pipe.")
    ] = False,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=7, max=MOST_DAYS, help="Length of history.")
    ] = 42,
) -> None:
    """Show it all on made-up people.

    Accounts at vendors on this machine: sign-in, backfill, a day of polls, the calendar;
    on a terminal their life then goes on until Ctrl-C. On a temporary database; nothing is kept
    and nothing leaves this machine.
    """
    from syncd.cli.demo_live import go_on
    from syncd.service.demo import staged

    invocation = invocation_of(ctx)
    begins = datetime.combine(invocation.clock().date(), BEGINS, invocation.clock().tzinfo)
    with (
        TemporaryDirectory(prefix="syncd-demo-") as folder,
        staged(Path(folder), now=begins - timedelta(days=1), days=days) as stage,
    ):
        live = sys.stdout.isatty() and not once
        try:
            _show(_Show(invocation, stage))
            if live:
                go_on(stage, invocation.paper)
        except KeyboardInterrupt:
            if not live:
                raise
        say(ENDING.splitlines())


@dataclass
class _Show:
    """What is shown, and what it cost in requests."""

    invocation: Invocation
    stage: Stage
    fresh: list[int] = field(default_factory=list)
    past: list[int] = field(default_factory=list)
    polls: list[list[int]] = field(default_factory=list)
    """Of each person, the requests of each poll."""

    def asked(self, player: Player, wish: Wish) -> int:
        """Sync what a person wears, and return the requests that took of their first vendor."""
        vendor = player.trackers[0].vendor
        before = vendor.requests
        self.stage.sync(player, wish)
        return vendor.requests - before


def _show(show: _Show) -> None:
    """Tell the story up to the calendar, a line as soon as there is one."""
    stage, paper = show.stage, show.invocation.paper
    names = ", ".join(player.name for player in stage.players)
    _say(
        *paper.wrap(
            f"{names}: made-up people, each with a tracker and an account at a simulated"
            f" {stage.vendors[0]} on this machine. Nothing is kept, nothing leaves it."
        ),
        *(paper.wrap(words) if (words := _second(stage)) else ()),
        "",
    )
    _first_days(show)
    _past(show)
    _a_day(show)
    with stage.store.read() as cx:
        _say(*_screens(show, cx), *_requests(show))


def _second(stage: Stage) -> str:
    """Return who wears two trackers, or nothing where nobody does."""
    two = [player.name for player in stage.players if len(player.trackers) > 1]
    if not two:
        return ""
    return (
        f"{two[0]} wears a second one, with an account at a simulated {stage.vendors[1]}: what both"
        " saw counts once."
    )


def _first_days(show: _Show) -> None:
    from syncd.cli.progress import Line
    from syncd.service.syncing import Wish

    for player in show.stage.players:
        with Line() as line:
            show.stage.sign_in(player)
            show.fresh.append(show.asked(player, Wish(slices_most=0, progress=line)))
        _say(f"  {player.name:<8}signed in; the newest 14 days in {show.fresh[-1]} requests")


def _past(show: _Show) -> None:
    from syncd.cli.progress import Line
    from syncd.service.syncing import Wish

    for player in show.stage.players:
        with Line() as line:
            show.past.append(show.asked(player, Wish(slices_most=None, progress=line)))
        held = _days_held(show.stage, player)
        _say(f"  {player.name:<8}the past, newest week first, to its end: {held} days in all")


def _a_day(show: _Show) -> None:
    from syncd.service.syncing import Wish

    _say("  then a day of their lives, asked for every hour")
    show.polls = [[] for _ in show.stage.players]
    for _ in range(POLLS):
        show.stage.clock.at += HOUR
        for player, polls in zip(show.stage.players, show.polls, strict=True):
            polls.append(show.asked(player, Wish(slices_most=0)))


def _days_held(stage: Stage, player: Player) -> int:
    from syncd.store import derived

    with stage.store.read() as cx:
        return derived.counts(cx, [player.person_id])[1]


def _screens(show: _Show, cx: Connection) -> Iterator[str]:
    """Yield the first person's calendar and newest walks, and a line for each person."""
    from syncd.cli.month import newest_month
    from syncd.cli.screens.calendar import calendar
    from syncd.cli.screens.days import cohort_table
    from syncd.cli.screens.walks import walk_table
    from syncd.store import derived, people

    paper, stage = show.invocation.paper, show.stage
    first = stage.players[0]
    today = stage.clock.at.astimezone(first.zone).date()
    yield f"\n$ syncd days --person {first.name}"
    month = newest_month(cx, people.get(cx, first.person_id), today, first.zone.key)
    if month is not None:
        yield from calendar(month, paper)
    yield f"\n$ syncd walks --person {first.name}      (the newest)"
    newest = deque(derived.iter_walks(cx, [first.person_id]), WALKS_SHOWN)
    yield from walk_table(newest, paper)
    yield from _of_two(cx, newest, paper)
    yield f"\nAll three, {stage.first_day} to {today}"
    yield from cohort_table("", derived.iter_days(cx, None), paper)


def _of_two(cx: Connection, newest: Iterable[WalkRow], paper: Paper) -> Iterator[str]:
    """Yield the newest walk that two trackers tell of, and what each said."""
    from syncd.cli.screens.walk import walk_screen
    from syncd.service.show import walk_view

    for row in reversed(list(newest)):
        view = walk_view(cx, row)
        if len(view.tellings) > 1:
            yield f"\n$ syncd show walk {row.id[:8]}      (two trackers, one walk)"
            yield from walk_screen(view, paper)
            return


def _requests(show: _Show) -> Iterator[str]:
    """Yield what the vendor was asked, which vendors count and limit."""
    polls = [count for of_one in show.polls for count in of_one]
    days = [sum(of_one) for of_one in show.polls]
    with_news = sorted(count for count in polls if count > 1)
    quiet = len(polls) - len(with_news)
    yield "\nRequests to the vendor, one account (without those that renew a sign-in)"
    yield f"  the newest 14 days    {_span(show.fresh)}"
    yield f"  the past to its end   {_span(show.past)}"
    if with_news:
        usual = with_news[len(with_news) // 2]
        yield f"  an hourly poll        {usual} when the watch has synced, {with_news[-1]} at most"
    if quiet:
        yield f"  a poll without news   1  ({quiet} of {len(polls)} polls)"
    yield f"  a day of polls        {_span(days)}"


def _span(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low}" if low == high else f"{low}-{high}"


def _say(*lines: str) -> None:
    """Say lines at once, also into a pipe: somebody waits."""
    say(lines)
    sys.stdout.flush()
