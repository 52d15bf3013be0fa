"""``syncd account login``: a person at a terminal signs in, here or on another machine."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from syncd.cli.invocation import Invocation, say, say_aside
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection

    from syncd.contract import Adapter
    from syncd.service.admitting import SignedIn
    from syncd.service.connecting import Roads
    from syncd.store import Store
    from syncd.store.accounts import Account
    from syncd.store.store_lock import StoreLock

MOST_TYPED = 16 * 1024
SettingsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A setting of the adapter; may be repeated."),
]


def login(
    ctx: typer.Context,
    *,
    name: Annotated[
        str, typer.Argument(metavar="N", help="The account's name, as in syncd account list.")
    ],
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", metavar="FILE", help="Where the vendor's key lies; - is stdin."),
    ] = None,
    key_ends: Annotated[
        str | None,
        typer.Option("--key-ends", metavar="DAYS|DATE", help="When that key ends, if you know."),
    ] = None,
    code: Annotated[
        str | None,
        typer.Option("--code", metavar="CODE", help="The code that the vendor sent you."),
    ] = None,
    settings: SettingsOption = None,
) -> None:
    """Sign in to an account, in a browser, by key or by password.

    In a browser elsewhere the address of the last page is pasted into this terminal. A key is
    pasted, piped, or read from where the vendor's own programs look. A password is used once and
    not kept; a code that the vendor sends may be typed later, with --code. With --set a setting is
    changed first, such as a new client file.
    """
    from syncd.cli.screens.accounts import signed_in_lines
    from syncd.ingest import registry
    from syncd.service.handing_over import refuse_moved
    from syncd.service.whereabouts import zone_now

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        with store.read() as cx:
            account = the_account(cx, name)
            refuse_moved(cx, account)
            zone = zone_now(cx, account.person_id, invocation.clock())
        adapter = registry.find(account.vendor)
        change_settings(invocation, store, adapter, account, settings)
        typed = Typed(key_file=key_file, key_ends=key_ends, code=code)
        done = signs_in(invocation, store, account, adapter=adapter, typed=typed)
    say(["", *signed_in_lines(done, zone, invocation.paper)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person said on the line of a sign-in."""

    key_file: Path | None = None
    key_ends: str | None = None
    code: str | None = field(default=None, repr=False)


def signs_in(
    invocation: Invocation,
    store: Store,
    account: Account,
    *,
    adapter: Adapter[Any],
    typed: Typed,
) -> SignedIn:
    """Let a person sign in by the vendor's own way; raise as that way says."""
    from syncd.cli.errors import UsageProblem
    from syncd.cli.key_login import KeyLogin
    from syncd.cli.prompts import Prompts
    from syncd.contract import ApiKey, OAuth2, Password
    from syncd.service.password_sign_in import password_sign_in

    auth, prompts = adapter.capabilities.auth, Prompts(invocation.paper)
    _refuse_misplaced(account.name, auth, typed)
    roads = roads_of(invocation, store)
    match auth:
        case ApiKey():
            return KeyLogin(
                invocation=invocation,
                roads=roads,
                account=account,
                adapter=adapter,
                lock=_lock(invocation, roads),
                file=typed.key_file,
                ends=typed.key_ends,
                prompts=prompts,
            ).run()
        case Password():
            lock = _lock(invocation, roads)
            entered = password_sign_in(roads, account.id, adapter, prompts, lock=lock)
            return entered.begun() if typed.code is None else entered.resumed(typed.code)
        case OAuth2():
            return _in_a_browser(invocation, roads, account, adapter)
    raise UsageProblem(f"{account.name} needs no sign-in. Next: syncd sync {account.name}")


def _in_a_browser(
    invocation: Invocation, roads: Roads, account: Account, adapter: Adapter[Any]
) -> SignedIn:
    from syncd.contract import AuthExpired
    from syncd.service.signing_in import sign_in

    if not sys.stdin.isatty():
        raise AuthExpired(
            f"A person must sign in to {account.name}, and nobody can be asked here. Type this in a"
            f" terminal: syncd account login {account.name}"
        )
    lock = _lock(invocation, roads)
    desk = Terminal(invocation, f"{account.name} ({adapter.summary})")
    return sign_in(roads, account.id, adapter, desk, lock=lock)


def _refuse_misplaced(name: str, auth: object, typed: Typed) -> None:
    """Raise ``UsageProblem`` for an option that belongs to another kind of sign-in."""
    from syncd.cli.errors import UsageProblem
    from syncd.contract import ApiKey, Password

    if not isinstance(auth, ApiKey) and (typed.key_file or typed.key_ends):
        raise UsageProblem(f"{name} is not signed in to with a key: leave --key-... out.")
    if not isinstance(auth, Password) and typed.code is not None:
        raise UsageProblem(f"{name} waits for no code: leave --code out.")


def the_account(cx: Connection, name: str, *, gone: bool = False) -> Account:
    """Return the account called ``name``; raise ``UsageProblem`` with what there is."""
    from difflib import get_close_matches

    from syncd.cli.errors import UsageProblem
    from syncd.store import due, logins

    found = logins.named(cx, name)
    if found is not None and (gone or found.state != due.REMOVED):
        return found
    known = [one.name for one in logins.listing(cx)]
    near = get_close_matches(name, known, n=1)
    if found is not None:
        way_out = f"It was removed. To have it back: syncd account add {found.vendor} --name {name}"
    elif near:
        way_out = f"Did you mean {near[0]}?"
    else:
        way_out = f"There is: {', '.join(known) or 'none yet'}."
    raise UsageProblem(f'There is no account "{name}". {way_out}')


def typed_settings(typed: list[str] | None) -> dict[str, str]:
    """Return KEY=VALUE as a mapping; raise ``BadParameter`` for anything else."""
    found: dict[str, str] = {}
    for one in typed or []:
        key, equals, value = one.partition("=")
        if not equals or not key.strip():
            raise typer.BadParameter("write it as KEY=VALUE.", param_hint="--set")
        found[key.strip()] = value
    return found


def change_settings(
    invocation: Invocation,
    store: Store,
    adapter: Adapter[Any],
    account: Account,
    typed: list[str] | None,
) -> None:
    """Check and keep changed settings of an account; nothing where nothing was typed."""
    if not typed:
        return
    from syncd.service.enrolling import Wanted, settled
    from syncd.store import logins

    wanted = Wanted(
        adapter=adapter,
        name=account.name,
        person=None,
        settings={**account.settings, **typed_settings(typed)},
        folder=Path.cwd(),
        env=invocation.env,
    )
    settings = settled(wanted, account.name)
    with store.write() as tx:
        logins.set_settings(tx, account.id, settings)


def roads_of(invocation: Invocation, store: Store) -> Roads:
    """Return what opens connections for this call."""
    from syncd.service.connecting import Roads

    return Roads(
        store=store, settings=invocation.settings, env=invocation.env, clock=invocation.clock
    )


def _lock(invocation: Invocation, roads: Roads) -> StoreLock:
    """Return the store lock, made where there never was one."""
    from syncd.settings import store_lock_file
    from syncd.store.store_lock import make_store_lock

    lock = roads.lock()
    if lock is None:
        file, _ = store_lock_file(invocation.settings, invocation.env)
        lock = make_store_lock(file)
        say(["Made the store lock that seals sign-ins; keep a copy of it apart from backups:"])
        say([f"  {file}"])
    return lock


@dataclass(frozen=True, slots=True)
class Terminal:
    """The person at this terminal, and their browser where there is a display."""

    invocation: Invocation
    what: str

    def show(self, address: str) -> None:
        """Tell what to open, how it ends, and what to bring back; then open it."""
        paper = self.invocation.paper
        opens = has_display(self.invocation.env, sys.platform)
        where = "It opens by itself; else open" if opens else "Open"
        say(["", *paper.wrap(f"Sign in to {self.what}."), ""])
        say(paper.wrap(f"{where} this address in a browser, here or on another device:", indent=1))
        say(["", address, ""])
        say(paper.wrap("Choose your account there and leave every box ticked."))
        say(
            paper.wrap(
                "In a browser on this computer the rest happens by itself. On another device the"
                " last page will look broken (127.0.0.1 cannot be reached). That is as it should"
                " be: copy its whole address from the address bar, paste it here, press Enter."
            )
        )
        say(["", "Waiting for you. Ctrl-C ends it."])
        sys.stdout.flush()
        if opens:
            import webbrowser

            webbrowser.open(address)

    def note(self, sentence: str) -> None:
        """Say what was wrong with what was pasted."""
        say_aside(sentence)

    def pasted(self, within_s: float) -> str | None:
        """Return the line that was typed, if one was."""
        from syncd.contract import AuthExpired

        ready, _, _ = select.select([sys.stdin], [], [], within_s)
        if not ready:
            return None
        typed = os.read(sys.stdin.fileno(), MOST_TYPED)
        if not typed:
            raise AuthExpired("The sign-in was broken off; nothing was changed.")
        return typed.decode("utf-8", "replace").strip()


def has_display(env: Mapping[str, str], platform: str) -> bool:
    """Tell whether a browser with windows can be opened here."""
    if platform in {"darwin", "win32"}:
        return not env.get("SSH_CONNECTION")
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))
