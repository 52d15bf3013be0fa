"""``syncd account``: the vendors that bring data, from adding one to giving it up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from syncd.cli import applying, login, migrating, pausing
from syncd.cli.invocation import say
from syncd.cli.options import JsonOption, YesOption, invocation_of

group = typer.Typer(help="The accounts at vendors that bring data.", no_args_is_help=True)
NameArgument = Annotated[
    str, typer.Argument(metavar="N", help="The account's name, as in syncd account list.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="account")


@group.command("add")
def add(
    ctx: typer.Context,
    *,
    vendor: Annotated[str, typer.Argument(metavar="VENDOR", help="As in `syncd adapters`.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="N", help="Its name; else VENDOR, VENDOR-2 ...")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="P", help="Whose; may be left out where there is one."),
    ] = None,
    settings: login.SettingsOption = None,
) -> None:
    """Add an account and check its settings.

    A secret is never typed here: write where it lies, env:NAME, file:PATH or credential:NAME.
    """
    from syncd.cli.screens.accounts import added_lines
    from syncd.ingest import registry
    from syncd.service.enrolling import Wanted, add_account

    invocation = invocation_of(ctx)
    adapter = registry.find(vendor)
    wanted = Wanted(
        adapter=adapter,
        name=name,
        person=person,
        settings=login.typed_settings(settings),
        folder=Path.cwd(),
        env=invocation.env,
    )
    with invocation.store() as store:
        added = add_account(store, wanted, zone=invocation.zone.name, now=invocation.clock())
    lines = added_lines(
        added, adapter.summary, invocation.zone.name, invocation.paper, adapter.advice
    )
    say(lines)


@group.command("list")
def list_accounts(ctx: typer.Context, json: JsonOption = False) -> None:
    """List the accounts, how each stands, and which needs you."""
    from syncd.cli.screens.accounts import account_lines, account_row
    from syncd.cli.screens.tables import document
    from syncd.service.standing import views

    invocation = invocation_of(ctx)
    now = invocation.clock()
    with invocation.reading() as cx:
        found = views(cx, now) if cx is not None else []
    if json:
        say([document("accounts", [account_row(one) for one in found])])
    else:
        say(account_lines(found, invocation.paper, now))


@group.command("show")
def show(ctx: typer.Context, name: NameArgument, json: JsonOption = False) -> None:
    """Show one account: its settings, its streams, what is missing."""
    from syncd.cli.screens.accounts import account_facts, account_row, stream_row
    from syncd.cli.screens.tables import document
    from syncd.service.standing import stream_views, view

    invocation = invocation_of(ctx)
    now = invocation.clock()
    with invocation.store() as store, store.read() as cx:
        account = login.the_account(cx, name, gone=True)
        one, streams = view(cx, account, now), stream_views(cx, account.id)
    if json:
        rows = [stream_row(stream, one.zone) for stream in streams]
        settings = dict(account.settings)
        say([document("accounts", [{**account_row(one), "settings": settings, "streams": rows}])])
    else:
        say(account_facts(one, streams, invocation.paper, now))


group.command("login")(login.login)
group.command("migrate")(migrating.migrate)


group.command("pause")(pausing.pause)
group.command("resume")(pausing.resume)


@group.command("remove")
def remove(ctx: typer.Context, name: NameArgument, yes: YesOption = False) -> None:
    """Delete an account's sign-in and ask it never again.

    The days it brought stay. To remove a person with everything: syncd purge --person NAME.
    """
    from syncd.cli.asking import goes_ahead
    from syncd.cli.screens.accounts import removed_words
    from syncd.service.enrolling import remove_account
    from syncd.store import logins

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        with store.read() as cx:
            account = login.the_account(cx, name)
            days = logins.days_brought(cx, account.id)
        for sentence in removed_words(days):
            say(invocation.paper.wrap(sentence))
        if not goes_ahead(f"Remove {account.name}?", yes=yes):
            say(["Nothing was removed."])
            return
        remove_account(store, account.id, clock=invocation.clock)
    say([f"{account.name} is removed."])


group.command("apply")(applying.apply)
