"""The whole product on made-up people: an installed adapter, a vendor on this machine, a clock.

Three people get an account each at a simulated vendor of their own and sign in to it as in a
browser; the first of them wears a second tracker, of a vendor that takes a key. From there on the
engine does what it does for everybody. Nothing is put into the store by another road, nothing
leaves this machine, and all of it lies in a folder of the caller's::

    with staged(folder, now=now, days=42) as stage:
        for player in stage.players:
            stage.sign_in(player)
            stage.sync(player, Wish(slices_most=0))
        stage.clock.at += timedelta(minutes=10)
        ...

The clock is the stage's own: it stands until it is moved, for the vendor and for syncd alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import ProxyHandler, build_opener
from zoneinfo import ZoneInfo

from syncd.contract import Adapter, ApiKey, ConfigError, OAuth2, Stream
from syncd.ingest import registry, simulators
from syncd.service.connecting import Roads
from syncd.service.key_files import FoundKey
from syncd.service.key_sign_in import keep_key, tried_key
from syncd.service.signing_in import sign_in
from syncd.service.syncing import Engine, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.cast import ROLES, SEED, Role
from syncd.sim.cloud import Cloud, Span, sync_times
from syncd.sim.running import Running, Simulator
from syncd.sim.walker import live, wall_clock
from syncd.store import Store, accounts, open_store, people
from syncd.store.store_lock import StoreLock, make_store_lock

DAYS = 42
AHEAD = 14
"""So many days of their lives are still to come when the history ends."""
SILENT = "Petra"
SILENT_FROM, SILENT_UNTIL = time(20), time(7)
"""Petra's watch reaches no telephone from the first evening to the second morning after it."""
ASLEEP, AWAKE = time(23), time(6, 40)
PATIENCE_S = 30.0
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class DemoClock:
    """A clock that stands until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        """Return the instant it shows."""
        return self.at


@dataclass(frozen=True, slots=True)
class Tracker:
    """A tracker somebody wears: their account, and the vendor that holds its data."""

    adapter: Adapter[Any]
    account_id: int
    vendor: Running = field(repr=False)
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Player:
    """One of the people, and what they wear; the first tracker is the one they always had."""

    name: str
    zone: ZoneInfo
    person_id: int
    trackers: tuple[Tracker, ...]

    @property
    def requests(self) -> int:
        """Return how many requests their vendors have answered so far."""
        return sum(tracker.vendor.requests for tracker in self.trackers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that runs; ``players[0]`` walks most, days are civil days, both included."""

    store: Store
    clock: DemoClock
    engine: Engine
    roads: Roads
    lock: StoreLock
    players: tuple[Player, ...]
    first_day: date
    last_day: date

    def sign_in(self, player: Player) -> None:
        """Sign in as the person would: in a browser that says yes to everything, or with a key."""
        for worn in player.trackers:
            if worn.key is not None:
                found = FoundKey(worn.key, "")
                tried = tried_key(self.roads, worn.account_id, worn.adapter, found)
                keep_key(self.roads, tried, self.lock)
                continue
            sign_in(
                self.roads,
                worn.account_id,
                worn.adapter,
                Visitor(),
                lock=self.lock,
                patience_s=PATIENCE_S,
            )

    def sync(self, player: Player, wish: Wish) -> None:
        """Sync what a person wears; raise what it failed with: nothing here is meant to fail."""
        for worn in player.trackers:
            report = sync_account(self.engine, worn.account_id, wish)
            if report.error is not None:
                raise report.error

    @property
    def vendors(self) -> tuple[str, ...]:
        """Return the names of the vendors, each once."""
        return tuple(dict.fromkeys(t.adapter.name for p in self.players for t in p.trackers))

    @property
    def requests(self) -> int:
        """Return how many requests the vendors have answered so far."""
        return sum(player.requests for player in self.players)


@contextmanager
def staged(folder: Path, *, now: datetime, days: int = DAYS) -> Iterator[Stage]:
    """Yield three people with an account each that nobody has signed in to yet.

    ``now`` is where their clock begins; their history is ``days`` long and ends the day before.
    Raises ``ConfigError`` when no vendor can be run on this machine.
    """
    first, second = _vendor(), _second_vendor()
    clock, last_day = DemoClock(now), _yesterday(now)
    with ExitStack() as stack:
        store = open_store(f"sqlite:///{folder / 'state' / 'syncd.db'}")
        stack.callback(store.close)
        lock = make_store_lock(folder / "store-lock")
        settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
        roads = Roads(store=store, settings=settings, env={}, clock=clock)
        engine = Engine(store=store, clock=clock, open=roads.open, rng=random.Random(SEED))  # noqa: S311 - it spreads waits
        players = []
        for number, role in enumerate(ROLES):
            home = folder / role.name
            home.mkdir()
            cloud = _cloud(role, last_day, days, SEED + number)
            worn = [first] if second is None or role is not ROLES[0] else [first, second]
            running = []
            for simulator in worn:
                running.append((simulator, simulator.serve(cloud, role.zone, clock, home)))
                stack.callback(running[-1][1].stop)
            players.append(_player(store, role, running, now))
        yield Stage(
            store=store,
            clock=clock,
            engine=engine,
            roads=roads,
            lock=lock,
            players=tuple(players),
            first_day=last_day - timedelta(days=days - 1),
            last_day=last_day,
        )


def _vendor() -> Simulator:
    """Return the first vendor here that tells minutes and is signed in to in a browser."""
    for adapter in runnable():
        auth, steps = adapter.capabilities.auth, adapter.capabilities.streams.get(Stream.STEPS)
        if isinstance(auth, OAuth2) and not auth.renews_itself and steps and steps.epoch == MINUTE:
            return simulators.find(adapter.name)
    raise ConfigError("No vendor that can be run on this machine is installed, so no demo either.")


def _second_vendor() -> Simulator | None:
    """Return the first vendor here that is signed in to with a key, if there is one."""
    for adapter in runnable():
        if isinstance(adapter.capabilities.auth, ApiKey):
            simulator = simulators.find(adapter.name)
            if simulator.key is not None:
                return simulator
    return None


def runnable() -> Iterator[Adapter[Any]]:
    """Yield the adapters whose vendor can be run here; one that lacks its library is left out."""
    there = {one.name for one in registry.listing() if one.available}
    for name in simulators.names():
        if name in there:
            yield registry.find(name)


def _yesterday(now: datetime) -> date:
    """Return the last day that is over, or nearly, for each of them."""
    return min(now.astimezone(ZoneInfo(r.zone)).date() for r in ROLES) - timedelta(days=1)


def _cloud(role: Role, last_day: date, days: int, seed: int) -> Cloud:
    truth = live(role.life(last_day, days, ahead=AHEAD, seed=seed))
    silent = [_night(role, last_day + timedelta(days=i)) for i in range(-days, AHEAD)]
    if role.name == SILENT:
        first, end = last_day + timedelta(days=1), last_day + timedelta(days=3)
        silent.append((_at(role, first, SILENT_FROM), _at(role, end, SILENT_UNTIL)))
    return Cloud(truth, sync_times(truth, silent=silent, seed=seed))


def _night(role: Role, day: date) -> Span:
    """Return when the telephone sleeps, and no watch syncs with it, in the night after a day."""
    return _at(role, day, ASLEEP), _at(role, day + timedelta(days=1), AWAKE)


def _at(role: Role, day: date, clock: time) -> int:
    return wall_clock(role.zone, day, clock.hour * 3600 + clock.minute * 60)


def _player(
    store: Store, role: Role, running: Sequence[tuple[Simulator, Running]], now: datetime
) -> Player:
    with store.write() as tx:
        person = people.add(tx, role.name, now=now)
        people.set_zone(tx, person.id, role.zone, None)
        worn = []
        for simulator, vendor in running:
            called, told = f"{simulator.name}-{role.name.lower()}", dict(vendor.settings)
            account = accounts.add(tx, person.id, simulator.name, called, settings=told, now=now)
            adapter = registry.find(simulator.name)
            worn.append(Tracker(adapter, account.id, vendor, simulator.key))
    return Player(role.name, ZoneInfo(role.zone), person.id, tuple(worn))


class Visitor:
    """Opens what it is shown and follows it back, as a person does who says yes."""

    def show(self, address: str) -> None:
        """Visit the address; the way back leads to the sign-in that waits for it."""
        Thread(target=self._visit, args=(address,), daemon=True).start()

    def note(self, sentence: str) -> None:
        """Take no notice: nothing was typed, so no slip of the hand is spoken of."""

    def pasted(self, within_s: float) -> str | None:
        """Type nothing."""
        del within_s
        return None

    def _visit(self, address: str) -> None:
        direct = build_opener(ProxyHandler({}))  # a proxy of this network is no road to ourselves
        with direct.open(address, timeout=PATIENCE_S) as page:
            page.read()
