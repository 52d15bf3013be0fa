"""``syncd notify``: where messages go."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import Invocation, say, say_aside
from syncd.cli.options import JsonOption, PersonOption, invocation_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.store.channels import Channel
    from syncd.store.store_lock import StoreLock

group = typer.Typer(help="Where messages about your days go.", no_args_is_help=True)
NOWHERE = "No channel yet. syncd notify add URL makes one; docs/howto/notices.md has examples."
ABOUT = {
    "turning": "a second missed day in a row, a week out of reach, and what needs you",
    "each": "each missed day, a week out of reach, and what needs you",
    "never": "the week that ended, and what needs you",
}
TypedChannel = Annotated[
    str | None, typer.Argument(metavar="NAME", help="Which one; else all of them.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="notify")


@group.command("add")
def add(
    ctx: typer.Context,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="An Apprise address; - reads it from standard input instead."
        ),
    ],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call it.")
    ] = None,
    person: PersonOption = None,
) -> None:
    """Add a channel: a phone, a mailbox, a chat.

    Its address is kept sealed by the store lock, since it may hold a password.
    """
    from syncd.cli.who import one_person
    from syncd.service.reaching import add_channel

    invocation = invocation_of(ctx)
    typed = sys.stdin.readline() if url == "-" else url
    with invocation.store() as store:
        with store.read() as cx:
            one = one_person(cx, person)
        lock = _lock(invocation) or _made_lock(invocation)
        channel = add_channel(store, lock, one.id, typed.strip(), name=name, clock=invocation.clock)
    at, days = invocation.settings.notify.at, invocation.settings.notify.days
    words = (
        f"{channel.name} ({channel.shown}) was added: one message a day at most, at {at}, "
        f"about {ABOUT[days]}. Try it: syncd notify test"
    )
    say(invocation.paper.wrap(words))


@group.command("list")
def list_channels(
    ctx: typer.Context, *, person: PersonOption = None, json: JsonOption = False
) -> None:
    """List the channels.

    And what is wrong with those that fail. Addresses are hidden.
    """
    from syncd.cli.screens.tables import document
    from syncd.store import channels

    invocation = invocation_of(ctx)
    lock = _lock(invocation)
    with invocation.reading() as cx:
        found = [] if cx is None else _of_person(cx, person)
        shut = [] if cx is None else [c.id for c in found if not channels.can_open(cx, lock, c)]
    rows = [(c, _wrong(c, opens=c.id not in shut)) for c in found]
    if json:
        say([document("channels", [_row(channel, why) for channel, why in rows])])
        return
    for channel, why in rows:
        line = f"{channel.name}  {channel.shown}" + (f"  failing: {why}" if why else "")
        say(invocation.paper.wrap(line, first=" ", indent=3))
    if not rows:
        say(invocation.paper.wrap(NOWHERE))


@group.command("test")
def send_test(ctx: typer.Context, name: TypedChannel = None, person: PersonOption = None) -> None:
    """Send one sentence to the channels.

    Now, and say what became of it.
    """
    from syncd.cli.errors import FAILED, IN_PART
    from syncd.cli.who import one_person
    from syncd.service.reaching import try_channels

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        with store.read() as cx:
            one = one_person(cx, person)
            wanted = _named(_of_person(cx, person), name)
        tried = try_channels(store, _lock(invocation), one.name, wanted)
    for result in tried:
        channel = f"{result.channel.name} ({result.channel.shown})"
        words = f"not sent: {result.why.rstrip('.')}." if result.why else "sent. Is it there?"
        say(invocation.paper.wrap(f"{channel}: {words}", indent=2))
    failed = [result for result in tried if result.why]
    if failed:
        raise typer.Exit(FAILED if len(failed) == len(tried) else IN_PART)


@group.command("remove")
def remove(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which one.")],
    person: PersonOption = None,
) -> None:
    """Remove a channel; nothing more goes there."""
    from syncd.store import channels

    invocation = invocation_of(ctx)
    with invocation.store() as store, store.write() as tx:
        [channel] = _named(_of_person(tx, person), name)
        channels.remove(tx, channel.id)
    say([f"{channel.name} was removed."])


def _of_person(cx: Connection, person: str | None) -> list[Channel]:
    from syncd.cli.who import one_person
    from syncd.store import channels

    return channels.of_person(cx, one_person(cx, person).id)


def _named(found: Sequence[Channel], name: str | None) -> Sequence[Channel]:
    """Return the named channel, or all; raise ``UsageProblem`` where there is none."""
    from syncd.cli.errors import UsageProblem

    if not found:
        raise UsageProblem(NOWHERE)
    wanted = [channel for channel in found if name in (None, channel.name)]
    if not wanted:
        there = ", ".join(channel.name for channel in found)
        raise UsageProblem(f"There is no channel {name!r}. There is: {there}.")
    return wanted


def _row(channel: Channel, why: str | None) -> dict[str, object]:
    said = {"name": channel.name, "address": channel.shown}
    return {**said, "created_at": channel.created_at.isoformat(), "failing": why}


def _wrong(channel: Channel, *, opens: bool) -> str | None:
    """Return what is wrong with a channel, in words."""
    if not opens:
        return "the store lock here does not open it; remove it and add it again"
    if channel.why is None:
        return None
    often = "" if channel.attempts == 1 else f", {channel.attempts} times in a row"
    return f"{channel.why}{often}"


def _lock(invocation: Invocation) -> StoreLock | None:
    from syncd.settings import store_lock_file
    from syncd.store.store_lock import find_store_lock

    file, named = store_lock_file(invocation.settings, invocation.env)
    return find_store_lock(invocation.env, file, named=named)


def _made_lock(invocation: Invocation) -> StoreLock:
    """Make the store lock with the first secret there is to seal, and say where it is."""
    from syncd.settings import store_lock_file
    from syncd.store.store_lock import make_store_lock

    file, _ = store_lock_file(invocation.settings, invocation.env)
    lock = make_store_lock(file)
    say_aside(f"Made the store lock {file}. Keep a copy of it, apart from your backups.")
    return lock
