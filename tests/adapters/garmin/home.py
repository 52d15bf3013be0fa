"""A person with a Garmin key: real adapter, real sockets, real sign-in, a clock that tests turn."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from syncd.contract import Workout
from syncd.ingest import registry
from syncd.service.connecting import Roads
from syncd.service.key_files import FoundKey
from syncd.service.key_sign_in import keep_key, tried_key
from syncd.service.refreshing import refresh
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.cloud import Cloud
from syncd.store import Store, accounts, derived, journal, people, workouts
from syncd.store.store_lock import make_store_lock
from syncd.testing.fakes import SetClock
from syncd.walks.model import Day, WalkSession
from syncd_garmin.simulated.world import Quirks
from syncd_garmin.simulator import Garmin

FRESH = Wish(slices_most=0)
BY_CADENCE = {"speed_min_kmh": None, "uphill_credit": False}
"""Knobs under which a true brisk minute is one of a hundred steps, and nothing else."""
ADAPTER = registry.find("garmin")


@dataclass(frozen=True)
class GarminHome:
    """One person, their account, and the vendor that serves their life."""

    store: Store
    vendor: Garmin
    engine: Engine
    roads: Roads
    clock: SetClock
    person_id: int
    account_id: int

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
        return self.asked()

    def asked(self) -> Counter[str]:
        """Return what the vendor was asked since it last forgot, sign-ins apart."""
        return Counter(
            part for line in self.vendor.server.log if (part := said_by(line.path)) != "token"
        )

    def refresh(self) -> None:
        """Judge again what time alone has changed."""
        refresh(self.store, clock=self.clock)

    def days(self) -> dict[date, Day]:
        """Return the days as told now."""
        with self.store.read() as cx:
            return {row.day.day: row.day for row in derived.iter_days(cx, [self.person_id])}

    def walks(self) -> list[WalkSession]:
        """Return the walks as told now."""
        with self.store.read() as cx:
            return [row.session for row in derived.iter_walks(cx, [self.person_id])]

    def workouts(self) -> list[Workout]:
        """Return the outings as stored."""
        with self.store.read() as cx:
            return [row.workout for row in workouts.load(cx, self.person_id, 0, 2**31)]

    def account(self) -> accounts.Account:
        """Return the account as it stands."""
        with self.store.read() as cx:
            return accounts.get(cx, self.account_id)


PARTS = {
    "personalapitoken-service": "token",
    "activitylist-service": "list",
    "activity-service": "detail",
    "download-service": "file",
    "userprofile-service": "settings",
    "wellness-service": "pulse",
}


def said_by(path: str) -> str:
    """Return a word for what was asked."""
    service = path.split("/")[1]
    if service == "usersummary-service":
        return "days" if path.endswith("dailysummaries") else "today"
    return PARTS[service]


@contextmanager
def garmin_home(
    store: Store, folder: Path, cloud: Cloud, zone: str, now: datetime
) -> Iterator[GarminHome]:
    """Yield a person who has signed in and whose account has not synced yet."""
    clock = SetClock(now)
    lock = make_store_lock(folder / "store-lock")
    settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
    roads = Roads(store=store, settings=settings, env={}, clock=clock)
    engine = Engine(store=store, clock=clock, open=roads.open, rng=random.Random(1))
    with Garmin(cloud, clock, quirks=Quirks(zone=zone)) as vendor:
        told = {"base_url": vendor.base_url, "spacing_s": "0"}
        with store.write() as tx:
            person = people.add(tx, "somebody", now=now)
            journal.set_target(tx, person.id, BY_CADENCE, None, now)
            account = accounts.add(tx, person.id, "garmin", "garmin", settings=told, now=now)
        tried = tried_key(roads, account.id, ADAPTER, FoundKey(vendor.keys.key, ""))
        keep_key(roads, tried, lock)
        yield GarminHome(store, vendor, engine, roads, clock, person.id, account.id)


def hours(count: float) -> timedelta:
    """Return so many hours."""
    return timedelta(hours=count)
