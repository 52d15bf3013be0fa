"""``syncd sync``: accounts brought up to date now, in the foreground."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.dates import TypedDay, typed_day
from syncd.cli.errors import DONE, FAILED, IN_PART, SIGN_IN, TRY_LATER
from syncd.cli.invocation import Invocation, say, say_aside
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from syncd.cli.progress import Line
    from syncd.service.syncing import Engine, SyncReport
    from syncd.store import Store
    from syncd.store.accounts import Account


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sync")(sync)


def sync(
    ctx: typer.Context,
    *,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="N", help="Accounts; without any, all that run.")
    ] = None,
    since: Annotated[
        TypedDay | None,
        typer.Option(
            "--since", metavar="DAY", parser=typed_day, help="Fetch the past back to this day."
        ),
    ] = None,
    until: Annotated[
        TypedDay | None,
        typer.Option("--until", metavar="DAY", parser=typed_day, help="Of the past, up to it."),
    ] = None,
) -> None:
    """Fetch what is new, then the past, newest first.

    The first time the newest 14 days come first and are judged at once. An account that fails is
    named, the others go on. Ctrl-C keeps what was finished.
    """
    from syncd.cli.progress import Line

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        chosen = _chosen(store, names or [], invocation.clock())
        span = _Span(since, until)
        with Line() as line:
            results = [_tried(invocation, store, one, span, line) for one in chosen.ready]
    for sentence, _ in chosen.left:
        say_aside(sentence)
    raise typer.Exit(_code([*results, *(code for _, code in chosen.left)]))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Accounts to sync; the others with a sentence each, and the exit code it stands for."""

    ready: Sequence[Account]
    left: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Span:
    """The past that a person asks for."""

    since: TypedDay | None
    until: TypedDay | None


def _chosen(store: Store, names: Sequence[str], now: datetime) -> _Chosen:
    """Return the accounts that are meant.

    A named one is asked even while it waits, unless its vendor named the time.
    """
    from syncd.cli.errors import UsageProblem
    from syncd.cli.login import the_account
    from syncd.service.handing_over import refuse_moved
    from syncd.store import due, logins

    with store.read() as cx:
        if names:
            found = [the_account(cx, name) for name in dict.fromkeys(names)]
            for one in found:
                refuse_moved(cx, one)
                if one.paused_at is not None:
                    raise UsageProblem(
                        f"{one.name} is paused. To go on: syncd account resume {one.name}"
                    )
            held = [one for one in found if due.is_held_off(one, now)]
            ready = [one for one in found if one not in held]
            return _Chosen(ready, [why for one in held if (why := _why_not(cx, one, now))])
        known = [one for one in logins.listing(cx) if one.moved_to is None]
        runs = [one for one in known if one.paused_at is None]
        if not runs:
            raise UsageProblem("There is no account to sync. To have one: syncd account add VENDOR")
        left = {one.id: why for one in runs if (why := _why_not(cx, one, now)) is not None}
    return _Chosen([one for one in runs if one.id not in left], list(left.values()))


def _why_not(cx: Connection, one: Account, now: datetime) -> tuple[str, int] | None:
    """Return why an account is not asked unless it is named, ``None`` where it is."""
    from syncd.service.attention import need, wait, zone_of
    from syncd.store import due

    zone = zone_of(cx, one, now)
    if one.state in {due.NEEDS_SIGN_IN, due.RETIRED}:
        code = SIGN_IN if one.state == due.NEEDS_SIGN_IN else FAILED
        return need(one, zone, now) or "", code
    if one.state in due.WAITS and one.waiting_until is not None and one.waiting_until > now:
        return wait(one, zone, now) or "", TRY_LATER
    return None


def _tried(invocation: Invocation, store: Store, account: Account, span: _Span, line: Line) -> int:
    """Sync one account; not even a bug that it meets stops the others."""
    from syncd.cli.errors import sentence

    try:
        return _synced(invocation, store, account, span, line)
    except Exception as error:  # noqa: BLE001 - told here, and in the exit code
        line.clear()
        say_aside(f"{account.name}: {sentence(error, verbose=invocation.verbose)}")
        return FAILED


def _synced(invocation: Invocation, store: Store, account: Account, span: _Span, line: Line) -> int:
    """Bring one account up to date and say what became of it; return what code it stands for."""
    from syncd.cli.screens.syncing import sync_lines
    from syncd.service.syncing import Wish, sync_account

    engine = _engine(invocation, store)
    since, until = _instants(invocation, store, account, span)
    fresh = sync_account(engine, account.id, Wish(since=since, slices_most=0, progress=line))
    reports = [fresh]
    if fresh.step is None and not fresh.busy:
        line.clear()
        if account.synced_ok_at is None:
            _show_first(invocation, store, account, more=fresh.more)
        if fresh.more:
            wish = Wish(since=since, until=until, slices_most=None, progress=line)
            reports.append(sync_account(engine, account.id, wish))
    line.clear()
    _goes_on(invocation, store, account, reports[-1])
    lines = sync_lines(account.name, reports, invocation.paper)
    code = _code_of(reports)
    for words in lines:
        (say_aside if code else _say_one)(words)
    return code


def _goes_on(invocation: Invocation, store: Store, account: Account, last: SyncReport) -> None:
    """Let an account that stood still run by itself again, now that it answers."""
    from syncd.store import due

    if account.state == due.NEEDS_SIGN_IN and last.error is None and not last.busy:
        with store.write() as tx:
            due.starts(tx, account.id, now=invocation.clock())


def _say_one(words: str) -> None:
    say([words])


def _engine(invocation: Invocation, store: Store) -> Engine:
    from syncd.cli.login import roads_of
    from syncd.service.syncing import Engine

    roads = roads_of(invocation, store)
    return Engine(store=store, clock=invocation.clock, open=roads.open, rng=random.Random())  # noqa: S311 - it spreads waits


def _instants(
    invocation: Invocation, store: Store, account: Account, span: _Span
) -> tuple[datetime | None, datetime | None]:
    """Return the past that is meant, in instants; days are the person's."""
    from datetime import UTC, time, timedelta

    from syncd.service.whereabouts import zone_now

    now = invocation.clock()
    with store.read() as cx:
        zone = zone_now(cx, account.person_id, now)
    today = now.astimezone(zone).date()

    def midnight(day: TypedDay | None, later: int) -> datetime | None:
        if day is None:
            return None
        on = day.on(today) + timedelta(days=later)
        return datetime.combine(on, time(), zone).astimezone(UTC)

    return midnight(span.since, 0), midnight(span.until, 1)


def _show_first(invocation: Invocation, store: Store, account: Account, *, more: bool) -> None:
    """Show the newest month while the past is still to come."""
    from syncd.cli.month import newest_month
    from syncd.cli.screens.calendar import calendar
    from syncd.cli.who import today_of
    from syncd.store import people

    with store.read() as cx:
        person = people.get(cx, account.person_id)
        today = today_of(cx, person, invocation.zone.name, invocation.clock())
        month = newest_month(cx, person, today, invocation.zone.name)
    if month is not None:
        say([*calendar(month, invocation.paper), ""])
        say(["The past is on its way; Ctrl-C is safe."] if more else [])
        sys.stdout.flush()


def _code_of(reports: Sequence[SyncReport]) -> int:
    """Return the exit code that one account stands for."""
    from syncd.cli.errors import exit_code

    last = reports[-1]
    if last.busy:
        return TRY_LATER
    if last.error is not None:
        return exit_code(last.error)
    return IN_PART if any(report.degraded for report in reports) else DONE


def _code(codes: Sequence[int]) -> int:
    """Return one exit code for all: that of all, "in part" where some were done, else "failed"."""
    if len(set(codes)) == 1:
        return codes[0]
    if DONE in codes or IN_PART in codes:
        return IN_PART
    return SIGN_IN if set(codes) <= {SIGN_IN, TRY_LATER} else FAILED
