"""Accounts added, changed, given up; what each needs of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from syncd.contract import Adapter, ConfigError, NoAuth
from syncd.service.account_settings import checked, kept
from syncd.service.connecting import refuse_unusable
from syncd.store import Store, accounts, due, logins, people
from syncd.store.accounts import FILES, Account
from syncd.store.people import Person

FIRST_PERSON = "me"
"""Who an account belongs to where nobody is known yet; an import calls them the same."""
NOT_YET = "Nobody has signed in yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An account as a person wants it; ``person`` and ``name`` may be left to us.

    Relative paths in ``settings`` are relative to ``folder``.
    """

    adapter: Adapter[Any]
    name: str | None
    person: str | None
    settings: Mapping[str, Any]
    folder: Path
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The new account, whose it is, and what came with it."""

    account: Account
    person: Person
    new_person: bool
    came_back: bool
    needs_sign_in: bool


def add_account(store: Store, wanted: Wanted, *, zone: str, now: datetime) -> Added:
    """Add an account, or take a removed one of the same person and vendor back in.

    ``zone`` is where a person who is made on the way is assumed to live. Raises ``ConfigError``
    for a name that is taken, settings that are wrong, and when it is not clear whose it is.
    """
    adapter = wanted.adapter
    if adapter.name == FILES:
        raise ConfigError("Files need no account: syncd import PATH")
    settings = settled(wanted, wanted.name or adapter.name)
    with store.write() as tx:
        logins.alone(tx)
        person, new = _owner(tx, wanted.person, zone=zone, now=now)
        name = wanted.name or logins.free_name(tx, adapter.name, person.id)
        logins.check_name(name)
        held = logins.named(tx, name)
        if held is not None:
            _refuse_taken(tx, held, person, adapter.name)
            account_id = held.id
            logins.set_settings(tx, account_id, settings)
            logins.revive(tx, account_id)
        else:
            account_id = accounts.add(
                tx, person.id, adapter.name, name, settings=settings, now=now
            ).id
        signs_in = begin(tx, account_id, adapter, now=now)
        account = accounts.get(tx, account_id)
    return Added(
        account=account,
        person=person,
        new_person=new,
        came_back=held is not None,
        needs_sign_in=signs_in,
    )


def settled(wanted: Wanted, name: str) -> dict[str, Any]:
    """Return settings as they are kept; raise ``ConfigError`` for what the adapter cannot use."""
    adapter = wanted.adapter
    settings = kept(adapter, name, wanted.settings, folder=wanted.folder)
    told = checked(adapter, name, settings, wanted.env)
    refuse_unusable(adapter, name)
    if adapter.client is not None:
        adapter.client(told)
    return settings


def begin(tx: Connection, account_id: int, adapter: Adapter[Any], *, now: datetime) -> bool:
    """Make a new account due, or let it wait for a sign-in; say whether it does."""
    if isinstance(adapter.capabilities.auth, NoAuth):
        due.starts(tx, account_id, now=now)
        return False
    due.stops(tx, account_id, state=due.NEEDS_SIGN_IN, why=NOT_YET)
    return True


def _refuse_taken(tx: Connection, held: Account, person: Person, vendor: str) -> None:
    if held.state == due.REMOVED and (held.person_id, held.vendor) == (person.id, vendor):
        return
    if held.state == due.REMOVED:
        whose = people.get(tx, held.person_id).name
        raise ConfigError(
            f'The name "{held.name}" belongs to a removed account of {whose} ({held.vendor}), whose'
            " days are still here. Choose another one: --name N"
        )
    raise ConfigError(f'There already is an account "{held.name}". Choose another name: --name N')


def _owner(tx: Connection, name: str | None, *, zone: str, now: datetime) -> tuple[Person, bool]:
    """Return whose the account is, and whether they are new; one unnamed person is made."""
    known = people.listing(tx)
    if name is not None:
        found = people.find(tx, name)
        if found is None:
            raise ConfigError(f'There is no person "{name}". Make one: syncd person add NAME')
        return found, False
    if len(known) > 1:
        raise ConfigError(f"{len(known)} people are known here. Say whose it is: --person NAME")
    if known:
        return known[0], False
    person = people.add(tx, FIRST_PERSON, now=now)
    people.set_zone(tx, person.id, zone, None, told=False)
    return person, True
