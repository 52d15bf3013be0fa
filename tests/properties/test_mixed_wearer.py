"""One person with two accounts, over sockets: gaps are filled, and nothing is ever added up."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import mean

import pytest

from syncd.ingest import registry
from syncd.service.connecting import Roads
from syncd.service.demo import DemoClock, Visitor
from syncd.service.key_files import FoundKey
from syncd.service.key_sign_in import keep_key, tried_key
from syncd.service.refreshing import refresh
from syncd.service.signing_in import sign_in
from syncd.service.syncing import Engine, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.characters import CHARACTERS
from syncd.sim.cloud import Cloud, Outing, sync_times
from syncd.sim.devices import UNSEEN, Log
from syncd.sim.plan import Episode, EpisodeKind
from syncd.sim.truth import MINUTE_S
from syncd.sim.walker import Life, live, wall_clock
from syncd.store import Store, accounts, derived, journal, open_store, people
from syncd.store.store_lock import make_store_lock
from syncd.walks.model import Day, Outcome, WalkSession
from syncd_garmin.simulated.world import Quirks
from syncd_garmin.simulator import Garmin
from syncd_google_health.simulator import GoogleHealth
from tests.properties.plain_count import (
    SHIFTED_MIN,
    SHIFTED_STEPS,
    TARGET,
    Seen,
    brisk,
    seen_on,
    steps,
)
from tests.properties.whole_loop import BY_CADENCE

HOMES = ("Europe/Berlin", "America/New_York", "Australia/Sydney")


class PhoneOnly(Cloud):
    """What a vendor knows that is told by a phone alone: nobody records with it."""

    def outings(self, now: int) -> tuple[Outing, ...]:
        """Return nothing."""
        del now
        return ()


@dataclass(frozen=True)
class Wearer:
    """One person, the accounts of theirs, and what both trackers together have seen."""

    store: Store
    engine: Engine
    clock: DemoClock
    life: Life
    both: Cloud
    person_id: int
    account_ids: tuple[int, ...]

    def lives(self) -> None:
        """Fetch the past halfway through, poll daily until the end, and let it settle."""
        half, end = self.instant(self.life.days // 2), self.instant(self.life.days + 1)
        self.clock.at = half
        self._sync(Wish(since=self.instant(0) - timedelta(days=1), slices_most=None))
        while self.clock.at < end:
            self.clock.at += timedelta(hours=23)
            self._sync(Wish(slices_most=0))
        self.clock.at = end + timedelta(days=4)
        refresh(self.store, clock=self.clock)

    def _sync(self, wish: Wish) -> None:
        for account_id in self.account_ids:
            report = sync_account(self.engine, account_id, wish)
            assert report.error is None, report.error

    def instant(self, day: int) -> datetime:
        on = self.life.first_day + timedelta(days=day)
        return datetime.fromtimestamp(wall_clock(self.life.home, on, 0), UTC)

    def days(self) -> dict[date, Day]:
        with self.store.read() as cx:
            return {row.day.day: row.day for row in derived.iter_days(cx, [self.person_id])}

    def walks(self) -> list[WalkSession]:
        with self.store.read() as cx:
            return [row.session for row in derived.iter_walks(cx, [self.person_id])]

    def seen(self, day: date) -> list[Seen]:
        """Return the minutes of a day: the watch's, and the phone's where the watch was silent."""
        now = int(self.clock.at.timestamp())
        pieces = []
        for first, end in self.both.truth.spans(day):
            piece: Seen = [None] * (end - first)
            for minute in self.both.minutes(now, first * MINUTE_S, end * MINUTE_S):
                piece[minute.at - first] = minute.steps
            pieces.append(piece)
        return pieces


def a_life(number: int, days: int, *, recorded: float) -> Life:
    """Return a life over the clock changes of spring."""
    names, first = sorted(CHARACTERS), date(2026, 4, 1) - timedelta(days=days // 2)
    off = first + timedelta(days=1)
    return Life(
        seed=900 + number,
        first_day=first,
        days=days,
        home=HOMES[number % len(HOMES)],
        who=replace(
            CHARACTERS[names[number % len(names)]], record_chance=recorded, phone_chance=1.0
        ),
        episodes=(Episode(EpisodeKind.WATCH_OFF, off, off, time(9, 10)),),
    )


def silent(cloud: Cloud) -> Log:
    """Return the log of a device that nobody has."""
    return Log(cloud.watch.first, bytes([UNSEEN]) * len(cloud.watch.steps))


@contextmanager
def wearer(
    folder: Path, life: Life, vendors: Sequence[str], clouds: Sequence[Cloud]
) -> Iterator[Wearer]:
    """Yield a person with an account for each of ``vendors``, each at a vendor with its cloud."""
    truth = clouds[0].truth
    clock = DemoClock(datetime.fromtimestamp(wall_clock(life.home, life.first_day, 0), UTC))
    with ExitStack() as stack:
        store = open_store(f"sqlite:///{folder / 'syncd.db'}")
        stack.callback(store.close)
        lock = make_store_lock(folder / "store-lock")
        settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
        roads = Roads(store=store, settings=settings, env={}, clock=clock)
        engine = Engine(store=store, clock=clock, open=roads.open, rng=random.Random(life.seed))
        with store.write() as tx:
            person = people.add(tx, "somebody", now=clock())
            people.set_zone(tx, person.id, life.home, None)
            journal.set_target(tx, person.id, BY_CADENCE, None, clock())
        found = []
        for number, (vendor, cloud) in enumerate(zip(vendors, clouds, strict=True)):
            home = folder / str(number)
            home.mkdir()
            if vendor == "garmin":
                garmin = stack.enter_context(Garmin(cloud, clock, quirks=Quirks(zone=life.home)))
                told, key = {"base_url": garmin.base_url, "spacing_s": "0"}, garmin.keys.key
            else:
                google = stack.enter_context(GoogleHealth(cloud, clock))
                google.quirks.zone = life.home
                file = str(google.write_client_file(home))
                told, key = {"client_file": file, "base_url": google.base_url}, ""
            with store.write() as tx:
                name = f"{vendor}-{number}"
                account = accounts.add(tx, person.id, vendor, name, settings=told, now=clock())
            if key:
                keep_key(
                    roads,
                    tried_key(roads, account.id, registry.find(vendor), FoundKey(key, "")),
                    lock,
                )
            else:
                sign_in(
                    roads, account.id, registry.find(vendor), Visitor(), lock=lock, patience_s=30
                )
            found.append(account.id)
        both = Cloud(truth, clouds[0].syncs)
        yield Wearer(store, engine, clock, life, both, person.id, tuple(found))


def check(one: Wearer, name: str) -> dict[date, Day]:
    """Hold every day against what both trackers saw together, each minute once."""
    rows, errors = one.days(), []
    truth = one.both.truth
    for day in truth.days():
        row, seen = rows[day], one.seen(day)
        outings = sum(truth.local(w.start).date() == day for w in truth.walks if w.recorded)
        assert (row.steps or 0) <= steps(seen) + SHIFTED_STEPS * outings, day
        assert (row.steps or 0) >= steps(seen) - SHIFTED_STEPS * outings, day
        if row.outcome in {Outcome.MISSED, Outcome.LIKELY_MISSED}:
            assert truth.true_brisk_minutes(day) < TARGET, day
        errors.append((row.brisk_min or 0) - brisk(seen))
    assert abs(mean(errors)) <= 1
    outcomes = [row.outcome for row in rows.values()]
    unknown = outcomes.count(Outcome.UNKNOWN) / len(outcomes)
    sys.stdout.write(
        f"{name}: {len(errors)} days, bias {mean(errors):+.2f}, unknown {unknown:.0%}\n"
    )
    assert {Outcome.MET, Outcome.MISSED} & set(outcomes)
    return rows


def watch_and_phone(folder: Path, life: Life) -> None:
    truth = live(life)
    syncs = sync_times(truth, seed=life.seed)
    watch, phone = Cloud(truth, syncs), PhoneOnly(truth, syncs)
    watch.phone, phone.watch = silent(watch), silent(phone)
    with wearer(folder, life, ("google-health", "google-health"), (watch, phone)) as one:
        one.lives()
        rows = check(one, f"{life.home}, watch and phone")
        for day in truth.days():
            seen = one.seen(day)
            assert (rows[day].steps or 0) == steps(seen), day
            # an outing that the watch found by itself may claim a minute that it only touches
            assert abs((rows[day].brisk_min or 0) - brisk(seen)) <= SHIFTED_MIN, day
        off = truth.days()[1]
        worn = seen_on(truth, watch.watch, off)
        assert steps(worn) < (rows[off].steps or 0)  # the phone spoke for the watch
        assert (rows[off].steps or 0) < steps(worn) + steps(seen_on(truth, phone.phone, off))


def google_and_garmin(folder: Path, life: Life) -> None:
    truth = live(life)
    cloud = Cloud(truth, sync_times(truth, seed=life.seed))
    with wearer(folder, life, ("google-health", "garmin"), (cloud, cloud)) as one:
        one.lives()
        check(one, f"{life.home}, Google Health and Garmin")
        recorded = [w for w in one.walks() if w.kind == "recorded" and w.detected == "person"]
        assert recorded
        assert all(len(walk.sources) == 2 for walk in recorded)
        assert len({walk.start for walk in recorded}) == len(recorded)


def test_a_watch_and_a_phone_of_two_accounts_fill_gaps_and_are_never_added(tmp_path: Path):
    watch_and_phone(tmp_path, a_life(0, 4, recorded=0.0))


def test_an_outing_of_google_health_and_of_garmin_is_one_walk_and_counts_once(tmp_path: Path):
    google_and_garmin(tmp_path, a_life(2, 4, recorded=0.8))


@pytest.mark.soak
@pytest.mark.parametrize("number", range(6))
def test_ninety_days_of_a_watch_and_a_phone_are_never_added(tmp_path: Path, number: int):
    watch_and_phone(tmp_path, a_life(number, 90, recorded=0.0))


@pytest.mark.soak
@pytest.mark.parametrize("number", range(6))
def test_ninety_days_of_google_health_and_garmin_count_once(tmp_path: Path, number: int):
    google_and_garmin(tmp_path, a_life(number, 90, recorded=0.8))
