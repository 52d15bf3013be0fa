"""One person through the whole product: life, vendor, sockets, engine, records, days and walks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from syncd.ingest import registry
from syncd.service.connecting import Roads
from syncd.service.demo import DemoClock, Visitor
from syncd.service.refreshing import refresh
from syncd.service.signing_in import sign_in
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.characters import CHARACTERS
from syncd.sim.cloud import Cloud, sync_times
from syncd.sim.plan import Episode, EpisodeKind
from syncd.sim.truth import MINUTE_S
from syncd.sim.walker import Flight, Life, live, wall_clock
from syncd.sim.weeks import edits
from syncd.store import Store, accounts, derived, journal, people
from syncd.store.store_lock import make_store_lock
from syncd.walks.model import Day, WalkSession
from syncd_google_health.simulator import GoogleHealth
from tests.properties.plain_count import Seen

BY_CADENCE = {"speed_min_kmh": None, "uphill_credit": False}
"""Knobs under which a true brisk minute is one of a hundred steps, and nothing else."""
HOMES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kathmandu")
AWAY = {"Europe/Berlin": "America/Los_Angeles", "Australia/Sydney": "America/Los_Angeles"}


def a_life(number: int, days: int, seed: int) -> Life:
    """Return one life of many, over the clock changes of spring, with what may befall anybody."""
    home, names = HOMES[number % len(HOMES)], sorted(CHARACTERS)
    first = date(2026, 4, 5) - timedelta(days=days // 2)
    kinds = (EpisodeKind.BATTERY_DEAD, 3, 4), (EpisodeKind.WATCH_OFF, 8, 1)
    more = (
        (EpisodeKind.LATE_WALK, 10, 1),
        (EpisodeKind.CLOSE_CALL, 11, 1),
        (EpisodeKind.FLARE, 40, 7),
    )
    at = {EpisodeKind.BATTERY_DEAD: time(11), EpisodeKind.WATCH_OFF: time(9, 10)}
    episodes = tuple(
        Episode(
            kind, first + timedelta(days=d), first + timedelta(days=d + n - 1), at.get(kind, time())
        )
        for kind, d, n in (*kinds, *more)
        if d < days
    )
    flights: tuple[Flight, ...] = ()
    if home in AWAY:
        leaves, back = first + timedelta(days=days // 2 - 2), first + timedelta(days=days - 4)
        flights = (
            Flight(leaves, time(21, 30), 11.5, AWAY[home]),
            Flight(back, time(20, 0), 12.5, home),
        )
    return Life(
        seed=seed + number,
        first_day=first,
        days=days,
        home=home,
        who=replace(CHARACTERS[names[number % len(names)]], record_chance=0.6, hills_chance=0.3),
        flights=flights,
        episodes=episodes,
    )


@dataclass(frozen=True)
class Loop:
    """One person, their account, the vendor that serves their life, and the clock of both."""

    store: Store
    cloud: Cloud
    life: Life
    vendor: GoogleHealth
    engine: Engine
    clock: DemoClock
    person_id: int
    account_id: int

    def sync(self, wish: Wish) -> SyncReport:
        report = sync_account(self.engine, self.account_id, wish)
        assert report.error is None, report.error
        return report

    def lives(self, from_day: int, every: timedelta) -> None:
        """Add the account so many days in, fetch the past, poll until the end and a while after."""
        self.clock.at = self.instant(from_day)
        since = self.instant(0) - timedelta(days=1)
        self.sync(Wish(since=since, slices_most=None))
        end = self.instant(self.life.days)
        while self.clock.at < end + timedelta(days=1):
            self.clock.at += every
            self.sync(Wish(slices_most=0))
            refresh(self.store, clock=self.clock)
        self.clock.at = end + timedelta(days=4)
        refresh(self.store, clock=self.clock)

    def instant(self, day: int) -> datetime:
        on = self.life.first_day + timedelta(days=day)
        return datetime.fromtimestamp(wall_clock(self.life.home, on, 0), UTC)

    def days(self) -> dict[date, Day]:
        with self.store.read() as cx:
            return {row.day.day: row.day for row in derived.iter_days(cx, [self.person_id])}

    def walks(self) -> list[WalkSession]:
        with self.store.read() as cx:
            return [row.session for row in derived.iter_walks(cx, [self.person_id])]

    def told(self, day: date) -> list[Seen]:
        """Return the vendor's merged minutes of a civil day, each piece of it apart."""
        now, pieces = int(self.clock.at.timestamp()), []
        for first, end in self.cloud.truth.spans(day):
            minutes: Seen = [None] * (end - first)
            for minute in self.cloud.minutes(now, first * MINUTE_S, end * MINUTE_S):
                minutes[minute.at - first] = minute.steps
            pieces.append(minutes)
        return pieces


@contextmanager
def loop(store: Store, folder: Path, life: Life, *, edited: bool = True) -> Iterator[Loop]:
    """Yield a person who has signed in and whose account has not synced yet."""
    truth = live(life)
    lost = life.first_day + timedelta(days=life.days // 2 + 2)
    gone = tuple(wall_clock(life.home, lost + timedelta(days=d), 43_200) for d in (0, 2))
    cloud = Cloud(
        truth,
        sync_times(truth, silent=[(gone[0], gone[1])], seed=life.seed),
        edits(truth, life.seed) if edited else (),
    )
    clock = DemoClock(datetime.fromtimestamp(wall_clock(life.home, life.first_day, 0), UTC))
    adapter, name = registry.find("google-health"), "google-health"
    lock = make_store_lock(folder / "store-lock")
    settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
    roads = Roads(store=store, settings=settings, env={}, clock=clock)
    engine = Engine(store=store, clock=clock, open=roads.open, rng=random.Random(life.seed))
    with GoogleHealth(cloud, clock) as vendor:
        vendor.quirks.zone = life.home
        told = {"client_file": str(vendor.write_client_file(folder)), "base_url": vendor.base_url}
        with store.write() as tx:
            person = people.add(tx, "somebody", now=clock())
            people.set_zone(tx, person.id, life.home, None)
            journal.set_target(tx, person.id, BY_CADENCE, None, clock())
            account = accounts.add(tx, person.id, name, name, settings=told, now=clock())
        sign_in(roads, account.id, adapter, Visitor(), lock=lock, patience_s=30)
        yield Loop(store, cloud, life, vendor, engine, clock, person.id, account.id)
