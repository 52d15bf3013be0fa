"""``syncd status`` and ``syncd doctor``: what runs, what is late, what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import JsonOption, invocation_of

if TYPE_CHECKING:
    from syncd.service.health import AccountHealth
    from syncd.store import Store
    from syncd.store.daemon_lock import Holder


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("status")(status)
    app.command("doctor")(doctor)


def status(ctx: typer.Context, json: JsonOption = False) -> None:
    """Show what runs, what is late and what needs you.

    A line for every account at a vendor.
    """
    from syncd.cli.screens.standing import status_lines
    from syncd.cli.screens.tables import document

    invocation = invocation_of(ctx)
    found, workers, known = _standing(invocation)
    if json:
        running = [] if found is None else [_as_json(found, "daemon")]
        running += [_as_json(one, "worker") for one in workers]
        say([_with_service(document("accounts", [_account(one) for one in known]), running)])
        return
    rows = [{"name": one.account.name, "words": _words(invocation, one)} for one in known]
    needs = [words for one in known for words in _needs(invocation, one)]
    say(status_lines(_service(invocation, found, workers), rows, needs, invocation.paper))


def doctor(
    ctx: typer.Context,
    online: Annotated[
        bool, typer.Option("--online", help="Also ask every vendor one question.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Look everything over, with the way out.

    Settings, store lock, database, clock, disk, sign-ins and streams, one line each.
    Changes nothing. Ends with exit code 1 where something needs you.
    """
    from syncd.cli.screens.standing import check_lines
    from syncd.cli.screens.tables import document
    from syncd.contract import StoreError
    from syncd.ingest import registry
    from syncd.service.connecting import Roads
    from syncd.service.doctor import NOTE, OK, PROBLEM, Check, Doctor, is_well

    invocation = invocation_of(ctx)
    settings, clock = invocation.settings, invocation.clock
    file = invocation.loaded.file
    checks = [Check("settings", OK, f"{file} is right." if file else "No file, and none needed.")]
    if not invocation.has_database():
        invocation.look_around()
        checks.append(Check("database", NOTE, "There is none yet: syncd import PATH makes one."))
    else:
        try:
            with invocation.store() as store:
                looked = Doctor(
                    store=store,
                    settings=settings,
                    env=invocation.env,
                    clock=clock,
                    find=registry.find,
                    open=Roads(
                        store=store, settings=settings, env=invocation.env, clock=clock
                    ).open,
                    online=online,
                )
                checks += looked.checks()
        except StoreError as error:
            checks.append(Check("database", PROBLEM, str(error)))
    if json:
        rows = [{"name": c.name, "level": c.level, "words": c.words} for c in checks]
        say([document("checks", rows)])
    else:
        say(check_lines(checks, invocation.paper))
    if not is_well(checks):
        raise typer.Exit(1)


def _standing(
    invocation: Invocation,
) -> tuple[Holder | None, list[Holder], list[AccountHealth]]:
    """Return the daemon, the workers, and how every account stands."""
    if not invocation.has_database():
        invocation.look_around()
        return None, [], []
    from syncd.store.daemon_lock import holder
    from syncd.store.worker_place import workers

    with invocation.store() as store:
        return holder(store), workers(store), _known(invocation, store)


def _known(invocation: Invocation, store: Store) -> list[AccountHealth]:
    from syncd.ingest import registry
    from syncd.service.health import health

    with store.read() as cx:
        return health(
            cx,
            invocation.clock(),
            find=registry.find,
            nothing_written_days=invocation.settings.daemon.nothing_written_days,
        )


def _service(invocation: Invocation, found: Holder | None, workers: list[Holder]) -> str:
    said = []
    if found is not None:
        since = _moment(invocation, found.since)
        said.append(f"Running since {since} (process {found.pid} on {found.host}).")
    if workers:
        from syncd.service.doctor import workers_words

        said.append(workers_words(workers))
    return " ".join(said) or "Not running: nothing is synced by itself. To start it: syncd run"


def _words(invocation: Invocation, one: AccountHealth) -> str:
    """Return where an account stands in a few words."""
    from syncd.cli.screens.standing import ago

    account = one.account
    if one.paused:
        return "Paused by you."
    if account.moved_to is not None:
        return account.why or "Moved."
    if one.needs_person:
        return "Stopped; see below."
    if one.in_run:
        return "Syncing now."
    synced = f"Synced {ago(one.now - account.synced_ok_at)}." if account.synced_ok_at else "New."
    if account.waiting_until is not None:
        until = _moment(invocation, account.waiting_until)
        return f"{synced} Waits until {until}. {account.why or ''}".strip()
    data = f" Data until {_moment(invocation, one.newest)}." if one.newest else ""
    late = " Late." if one.late else ""
    due = account.next_sync_at
    next_at = f" Next {_moment(invocation, due)}." if due is not None and due > one.now else ""
    return f"{synced}{data}{late or next_at}"


def _needs(invocation: Invocation, one: AccountHealth) -> Iterator[str]:
    """Yield what a person has to do for an account."""
    from zoneinfo import ZoneInfo

    from syncd.service.attention import ending
    from syncd.service.doctor import PROBLEM, account_words

    level, words = account_words(one)
    hollow = [stream.stream.value for stream in one.streams if stream.hollow]
    if level == PROBLEM:
        yield f"{one.account.name}: {words}"
    elif hollow:
        yield f"{one.account.name}: nothing new in {', '.join(hollow)} for days: syncd doctor"
    ends = ending(one.account, ZoneInfo(invocation.zone.name), one.now) if one.runs else None
    if ends is not None:
        yield ends


def _moment(invocation: Invocation, at: datetime) -> str:
    from zoneinfo import ZoneInfo

    from syncd.cli.screens.standing import moment

    return moment(at, invocation.clock(), ZoneInfo(invocation.zone.name))


def _with_service(accounts: str, running: list[dict[str, Any]]) -> str:
    """Return the document of the accounts with the services that run put first."""
    from syncd.cli.screens.tables import document

    return f"{document('service', running)[:-1].rstrip()},\n{accounts[1:]}"


def _as_json(found: Holder, kind: str) -> dict[str, Any]:
    since = found.since.isoformat()
    return {"pid": found.pid, "host": found.host, "since": since, "kind": kind}


def _account(one: AccountHealth) -> dict[str, Any]:
    """Return what machines are told of an account."""
    account = one.account
    moments = ("next_sync_at", "synced_ok_at", "waiting_until", "paused_at", "grant_ends_at")
    return {
        "account": account.name,
        "person": one.person,
        "vendor": account.vendor,
        "state": _state(one),
        "why": account.why,
        "syncing": one.in_run,
        "late": one.late,
        "stale": one.stale,
        "not_in_use": one.not_in_use,
        "data_until": _iso(one.newest),
        "lag_s": None if one.lag is None else int(one.lag.total_seconds()),
        "failures": account.attempts,
        **{name: _iso(getattr(account, name)) for name in moments},
        "streams": [
            {
                "stream": s.stream.value,
                "state": s.state,
                "why": s.why,
                "asked_at": _iso(s.asked_at),
                "stored_at": _iso(s.stored_at),
                "watermark": _iso(s.watermark),
                "nothing_written": s.hollow,
                "shrunk_days": len({day.utc_day for day in s.shrunk}),
                "gaps_s": {state: int(length) for state, length in sorted(s.gaps.items())},
            }
            for s in one.streams
        ],
    }


def _state(one: AccountHealth) -> str:
    from syncd.store import due

    if one.paused:
        return "paused"
    return due.WAITING if one.account.state in due.WAITS else one.account.state


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
