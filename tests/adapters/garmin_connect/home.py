"""A person with a Garmin password: real package, real sockets, real sign-in, a clock to turn."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from syncd.ingest import registry
from syncd.service.account_settings import checked
from syncd.service.connecting import Roads
from syncd.service.password_sign_in import PasswordSignIn
from syncd.service.refreshing import refresh
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.characters import Character
from syncd.sim.cloud import Cloud, sync_times
from syncd.sim.truth import Truth
from syncd.sim.walker import Life, live
from syncd.store import Store, accounts, derived, journal, people, streams
from syncd.store.store_lock import StoreLock, make_store_lock
from syncd.testing.fakes import SetClock
from syncd.walks.model import Day
from syncd_garmin.app.simulator import GarminConnect
from syncd_garmin.simulated.sso import CODE, LOGIN, PASSWORD
from syncd_garmin.simulated.world import Quirks

FRESH = Wish(slices_most=0)
BY_CADENCE = {"speed_min_kmh": None, "uphill_credit": False}
"""Knobs under which a true brisk minute is one of a hundred steps, and nothing else."""
ADAPTER = registry.find("garmin-connect")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST = date(2026, 1, 12)


@dataclass
class Typist:
    """Types what is asked for."""

    answers: list[str] = field(default_factory=lambda: [LOGIN, PASSWORD, CODE])
    notes: list[str] = field(default_factory=list)
    can_ask: bool = True

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        return self.answers.pop(0)


@dataclass(frozen=True)
class Home:
    """One person, their account, and the vendor that serves their life."""

    store: Store
    vendor: GarminConnect
    engine: Engine
    roads: Roads
    lock: StoreLock
    clock: SetClock
    person_id: int
    account_id: int

    def signs_in(self) -> None:
        account = self.account()
        told = checked(ADAPTER, account.name, account.settings, {})
        assert ADAPTER.password is not None
        with patch("time.sleep"):
            PasswordSignIn(
                roads=self.roads,
                account=account,
                adapter=ADAPTER,
                told=told,
                steps=ADAPTER.password,
                lock=self.lock,
                counter=Typist(),
            ).begun()

    def sync(self, wish: Wish = FRESH) -> SyncReport:
        """Sync once, whatever comes of it."""
        return sync_account(self.engine, self.account_id, wish)

    def synced(self, wish: Wish = FRESH) -> SyncReport:
        """Sync once; nothing may go wrong."""
        report = self.sync(wish)
        assert report.error is None, report.error
        assert not report.skipped, report.skipped
        return report

    def asks(self, wish: Wish = FRESH) -> Counter[str]:
        """Sync once, and return what the vendor was asked meanwhile."""
        self.vendor.server.forget()
        self.synced(wish)
        return Counter(said_by(line.path) for line in self.vendor.server.log)

    def refresh(self) -> None:
        """Judge again what time alone has changed."""
        refresh(self.store, clock=self.clock)

    def days(self) -> dict[date, Day]:
        """Return the days as told now."""
        with self.store.read() as cx:
            return {row.day.day: row.day for row in derived.iter_days(cx, [self.person_id])}

    def account(self) -> accounts.Account:
        """Return the account as it stands."""
        with self.store.read() as cx:
            return accounts.get(cx, self.account_id)

    def stream(self, stream) -> streams.StreamRow:
        with self.store.read() as cx:
            return streams.get(cx, self.account_id, stream)


def said_by(path: str) -> str:
    """Return a word for what was asked."""
    words = {
        "mylastused": "device",
        "dailySummaryChart": "rows",
        "floorsChartData": "floors",
        "search/activities": "list",
        "activity-service": "detail",
        "files/activity": "file",
        "files/wellness": "minutes",
        "usersummary": "day",
        "stats/steps": "range",
        "userprofile/settings": "settings",
        "epoch/request": "reload",
        "oauth/token": "token",
    }
    return next((word for part, word in words.items() if part in path), path)


@contextmanager
def garmin_home(
    store: Store, folder: Path, cloud: Cloud, zone: str, now: datetime
) -> Iterator[Home]:
    """Yield a person who has signed in and whose account has not synced yet."""
    clock = SetClock(now)
    lock = make_store_lock(folder / "store-lock")
    settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
    roads = Roads(store=store, settings=settings, env={}, clock=clock)
    engine = Engine(store=store, clock=clock, open=roads.open, rng=random.Random(1))
    with GarminConnect(cloud, clock, quirks=Quirks(zone=zone)) as vendor:
        told = {"base_url": vendor.base_url, "spacing_s": "0"}
        with store.write() as tx:
            person = people.add(tx, "somebody", now=now)
            journal.set_target(tx, person.id, BY_CADENCE, None, now)
            account = accounts.add(
                tx, person.id, "garmin-connect", "garmin-connect", settings=told, now=now
            )
        home = Home(store, vendor, engine, roads, lock, clock, person.id, account.id)
        home.signs_in()
        yield home


def lived(who: Character, seed: int, days: int) -> tuple[Truth, Cloud]:
    """Return a life from ``FIRST`` on, some days longer than asked, and what Garmin makes of it."""
    life = Life(seed=seed, first_day=FIRST, days=days + 4, home="Europe/Berlin", who=who)
    truth = live(life)
    return truth, Cloud(truth, sync_times(truth, seed=seed))
