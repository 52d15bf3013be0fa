"""A home with accounts at the vendor of many doors, and somebody who signs in to them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from syncd.contract import Adapter, Auth
from syncd.service.admitting import SignedIn
from syncd.service.connecting import Entry, Roads
from syncd.service.key_files import FoundKey
from syncd.service.key_sign_in import Tried, keep_key, tried_key
from syncd.service.password_sign_in import PasswordSignIn, password_sign_in
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.store import Store, accounts, due, people
from syncd.store.accounts import Account
from syncd.store.store_lock import make_store_lock
from tests.integration.engine.doors import KEY, Doors, adapter
from tests.integration.engine.doors import Settings as Told


@dataclass
class Person:
    """Somebody at a terminal who types what they are asked; ``asked`` is what they were."""

    types: list[str | BaseException] = field(default_factory=list)
    can_ask: bool = True
    asked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        self.asked.append(f"{question}(hidden)" if hidden else question)
        typed = self.types.pop(0)
        if isinstance(typed, BaseException):
            raise typed
        return typed


class Home:
    """One person's store, with accounts at the vendor; the clock is the test's."""

    def __init__(self, store: Store, folder: Path, doors: Doors, clock: Turned) -> None:
        self.store, self.doors, self.clock = store, doors, clock
        self.lock = make_store_lock(folder / "store-lock")
        settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
        self.roads = Roads(store=store, settings=settings, env={}, clock=clock)
        self.adapters: dict[str, Adapter[Any]] = {}
        with store.write() as tx:
            self.person_id = people.add(tx, "me", now=clock()).id
            people.set_zone(tx, self.person_id, "Europe/Berlin", None, told=True)

    def adds(self, auth: Auth, name: str = "doors", vendor: str = "doors") -> int:
        self.adapters[vendor] = adapter(auth, vendor)
        settings = {"base_url": self.doors.server.url}
        with self.store.write() as tx:
            made = accounts.add(
                tx, self.person_id, vendor, name, settings=settings, now=self.clock()
            ).id
            due.stops(tx, made, state=due.NEEDS_SIGN_IN, why="Nobody has signed in yet.")
        return made

    def account(self, account_id: int) -> Account:
        with self.store.read() as cx:
            return accounts.get(cx, account_id)

    def adapter_of(self, account_id: int) -> Adapter[Any]:
        return self.adapters[self.account(account_id).vendor]

    def with_key(self, account_id: int, key: str = KEY, **more: object) -> SignedIn:
        return keep_key(self.roads, self.tried(account_id, key), self.lock, **more)

    def tried(self, account_id: int, key: str = KEY) -> Tried:
        return tried_key(self.roads, account_id, self.adapter_of(account_id), FoundKey(key))

    def with_password(self, account_id: int, person: Person) -> SignedIn:
        return self.entering(account_id, person).begun()

    def entering(self, account_id: int, person: Person) -> PasswordSignIn:
        adapter = self.adapter_of(account_id)
        return password_sign_in(self.roads, account_id, adapter, person, lock=self.lock)

    def sync(self, account_id: int) -> SyncReport:
        engine = Engine(
            store=self.store,
            clock=self.clock,
            open=self.roads.open,
            rng=random.Random(1),
            find=self.adapters.__getitem__,
        )
        return sync_account(engine, account_id, Wish(slices_most=0))

    def entry(self, account_id: int) -> Entry:
        account, adapter = self.account(account_id), self.adapter_of(account_id)
        return self.roads.entry(account, adapter, Told.model_validate(account.settings))


@dataclass
class Turned:
    """A clock that tests turn."""

    now: datetime = datetime(2026, 3, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def home_with_doors(store: Store, folder: Path) -> Iterator[Home]:
    """Yield a home and a vendor that runs."""
    clock = Turned()
    with Doors(clock) as doors:
        yield Home(store, folder, doors, clock)
