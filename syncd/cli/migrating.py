"""``syncd account migrate``: a person moves from one vendor to another and keeps every day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli import login
from syncd.cli.invocation import Invocation, say, say_aside
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from syncd.service.handing_over import Move
    from syncd.store import Store
    from syncd.store.accounts import Account


def migrate(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Argument(metavar="N", help="The account to move away from.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="VENDOR", help="Where to, as in `syncd adapters`.")
    ] = None,
    new_name: Annotated[
        str | None, typer.Option("--name", metavar="NEW", help="The new account's name.")
    ] = None,
    settings: login.SettingsOption = None,
) -> None:
    """Move an account to another vendor and keep its days.

    Makes an account there for the same person and opens its sign-in. The old days stay as they
    are; the new account begins where they end. If the sign-in is interrupted, type it again: it
    goes on. Until it is done the old account stays as it is.
    """
    from syncd.cli.screens.accounts import signed_in_lines
    from syncd.cli.screens.moves import moved_lines, moving_lines
    from syncd.contract import NoAuth, SyncdError
    from syncd.ingest import registry
    from syncd.service.attention import zone_of
    from syncd.store import accounts

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        with store.read() as cx:
            old = login.the_account(cx, name)
        move = _move(invocation, store, old, _Asked(to, new_name, settings))
        now = invocation.clock()
        with store.read() as cx:
            say(moving_lines(cx, move, now, invocation.paper))
            zone = zone_of(cx, move.new, now)
        adapter = registry.find(move.new.vendor)
        if not isinstance(adapter.capabilities.auth, NoAuth):
            try:
                typed = login.Typed()
                done = login.signs_in(invocation, store, move.new, adapter=adapter, typed=typed)
            except (SyncdError, KeyboardInterrupt):
                say_aside(f"{old.name} stays as it is. To go on: syncd account migrate {old.name}")
                raise
            say(["", *signed_in_lines(done, zone, invocation.paper)[:-2]])
        with store.read() as cx:
            old, new = accounts.get(cx, move.old.id), accounts.get(cx, move.new.id)
    say(moved_lines(old, new, zone, invocation.paper))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where a person wants to move to."""

    to: str | None
    name: str | None
    settings: list[str] | None


def _move(
    invocation: Invocation,
    store: Store,
    old: Account,
    asked: _Asked,
) -> Move:
    """Return the move that was begun before, or begin one."""
    from syncd.cli.errors import UsageProblem
    from syncd.ingest import registry
    from syncd.service.enrolling import Wanted
    from syncd.service.handing_over import begin_move, pending

    with store.read() as cx:
        begun = pending(cx, old.id)
    if begun is not None:
        new = begun.new
        if (asked.to or new.vendor, asked.name or new.name) != (new.vendor, new.name):
            raise UsageProblem(
                f"{old.name} is on its way to {new.name} already. Go on: syncd account migrate"
                f" {old.name}. To give that up: syncd account remove {new.name}"
            )
        login.change_settings(invocation, store, registry.find(new.vendor), new, asked.settings)
        return begun
    if asked.to is None:
        raise UsageProblem("Say where to: --to VENDOR. syncd adapters shows which there are.")
    wanted = Wanted(
        adapter=registry.find(asked.to),
        name=asked.name,
        person=None,
        settings=login.typed_settings(asked.settings),
        folder=Path.cwd(),
        env=invocation.env,
    )
    return begin_move(store, old.id, wanted, clock=invocation.clock)
