"""People and accounts as a file declares them: applying it twice changes nothing.

What the file does not name is left alone, so that it may hold only a part. Everything is checked
before anything is written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from syncd.contract import Adapter, ConfigError
from syncd.ingest import registry
from syncd.service.derive import derive_person
from syncd.service.enrolling import Wanted, begin, settled
from syncd.service.touching import mark_days
from syncd.settings import check_zone
from syncd.store import Store, accounts, due, logins, people
from syncd.store.accounts import FILES, Account


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class PersonEntry(_Entry):
    """A person and the zone they live in; a member of a cohort is called ``COHORT/ID``."""

    name: str
    zone: str | None = None


class AccountEntry(_Entry):
    """An account; its name is the vendor's where none is said."""

    vendor: str
    name: str = ""
    person: str | None = None
    paused: bool | None = None
    settings: dict[str, Any] = Field(default_factory=dict)


class _File(_Entry):
    person: list[PersonEntry] = Field(default_factory=list)
    account: list[AccountEntry] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Declared:
    """A file, read and checked as far as that goes without a database."""

    people: Sequence[PersonEntry]
    accounts: Sequence[AccountEntry]
    settings: Mapping[str, Mapping[str, Any]] = field(repr=False)
    adapters: Mapping[str, Adapter[Any]]


@dataclass(slots=True)
class Applied:
    """What was changed, a sentence each, and the accounts that the file does not name."""

    changes: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def declared(file: Path, env: Mapping[str, str]) -> Declared:
    """Return what a file declares; raise ``ConfigError`` naming the place that is wrong."""
    said = _read(file)
    for i, person in enumerate(said.person, start=1):
        if person.zone is not None:
            try:
                check_zone(person.zone)
            except ValueError as error:
                raise ConfigError(f"{file}: person {i} ({person.name}): {error}") from None
    adapters: dict[str, Adapter[Any]] = {}
    settings: dict[str, Mapping[str, Any]] = {}
    for i, account in enumerate(said.account, start=1):
        account.name = account.name or account.vendor
        where = f"{file}: account {i}"
        if account.name in adapters:
            raise ConfigError(f'{where}: the name "{account.name}" is there twice.')
        try:
            logins.check_name(account.name)
            adapter = adapters[account.name] = _adapter(account)
            wanted = Wanted(
                adapter=adapter,
                name=account.name,
                person=account.person,
                settings=account.settings,
                folder=file.absolute().parent,
                env=env,
            )
            settings[account.name] = settled(wanted, account.name)
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None
    return Declared(said.person, said.account, settings, adapters)


def apply(store: Store, wanted: Declared, *, zone: str, clock: Callable[[], datetime]) -> Applied:
    """Make people and accounts what the file says; all of it or, on ``ConfigError``, nothing.

    ``zone`` is what is assumed of new people who tell none.
    """
    done, now = Applied(), clock()
    with store.write() as tx:
        logins.alone(tx)
        moved = [i for entry in wanted.people for i in _person(tx, entry, zone, now, done)]
        for entry in wanted.accounts:
            _account(tx, entry, wanted, now, done)
        named = {entry.name for entry in wanted.accounts}
        done.unnamed = [one.name for one in logins.listing(tx) if one.name not in named]
    for person_id in moved:
        derive_person(store, person_id, clock=clock)
    return done


def _read(file: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}).") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise ConfigError(f"{file}: is not valid TOML: {why.rstrip('.')}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = " ".join(str(p + 1 if isinstance(p, int) else p) for p in first["loc"])
        raise ConfigError(f"{file}: {place}: {_words(first['type'], first['msg'])}") from None


def _words(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such key; syncd account apply --help shows an example."
    return "is missing." if kind == "missing" else f"{message.rstrip('.')}."


def _adapter(account: AccountEntry) -> Adapter[Any]:
    if account.vendor == FILES:
        raise ConfigError("Files need no account: syncd import PATH")
    return registry.find(account.vendor)


def _person(
    tx: Connection, entry: PersonEntry, zone: str, now: datetime, done: Applied
) -> Iterator[int]:
    """Add a person or move them; yield the id of one whose days must be judged again."""
    found = people.find(tx, entry.name)
    if found is None:
        cohort, slash, _ = entry.name.partition("/")
        found = people.add(tx, entry.name, cohort=cohort if slash else None, now=now)
        people.set_zone(tx, found.id, entry.zone or zone, None, told=entry.zone is not None)
        done.changes.append(f"Added {entry.name}; days run in {entry.zone or zone}.")
        return
    held = people.zones(tx, found.id)
    if entry.zone is None or (held and held[-1].zone == entry.zone and held[-1].told):
        return
    if any(run.from_day is not None and run.told for run in held):
        raise ConfigError(
            f"{entry.name} has moved since, by syncd person set. Take the zone out of the file."
        )
    people.set_zone(tx, found.id, entry.zone, None)
    mark_days(tx, found.id, None, None)
    done.changes.append(f"{entry.name} lives in {entry.zone}.")
    yield found.id


def _account(
    tx: Connection, entry: AccountEntry, wanted: Declared, now: datetime, done: Applied
) -> None:
    adapter, settings = wanted.adapters[entry.name], wanted.settings[entry.name]
    person_id = _owner(tx, entry)
    held = logins.named(tx, entry.name)
    if held is None:
        made = accounts.add(tx, person_id, entry.vendor, entry.name, settings=settings, now=now)
        signs_in = begin(tx, made.id, adapter, now=now)
        way = f"Sign in: syncd account login {entry.name}" if signs_in else "It is due now."
        done.changes.append(f"Added the account {entry.name}. {way}")
        held = made
    elif (held.person_id, held.vendor) != (person_id, entry.vendor):
        raise ConfigError(
            f'The account "{entry.name}" is there already, of another person or vendor. Choose'
            " another name."
        )
    elif held.state == due.REMOVED:
        raise ConfigError(
            f'The account "{entry.name}" was removed. To have it back: syncd account add'
            f" {entry.vendor} --name {entry.name}"
        )
    elif dict(held.settings) != dict(settings):
        logins.set_settings(tx, held.id, settings)
        done.changes.append(f"Changed the settings of {entry.name}.")
    _pause(tx, entry, held, now, done)


def _pause(
    tx: Connection, entry: AccountEntry, held: Account, now: datetime, done: Applied
) -> None:
    if entry.paused is True and due.pause(tx, held.id, now):
        done.changes.append(f"Paused {entry.name}.")
    if entry.paused is False and due.resume(tx, held.id):
        done.changes.append(f"Resumed {entry.name}.")


def _owner(tx: Connection, entry: AccountEntry) -> int:
    if entry.person is None:
        known = people.listing(tx)
        if len(known) == 1:
            return known[0].id
        raise ConfigError(f'Say whose the account "{entry.name}" is: person = "NAME".')
    found = people.find(tx, entry.person)
    if found is None:
        raise ConfigError(
            f'There is no person "{entry.person}", whose the account "{entry.name}" is to be.'
        )
    return found.id
