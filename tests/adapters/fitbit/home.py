"""One person through the whole product: life, a simulated Fitbit, the package, engine, verdicts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncd.contract import RateLimited
from syncd.ingest import registry
from syncd.ingest.retry import Wait
from syncd.service.connecting import Roads
from syncd.service.demo import DemoClock, Visitor
from syncd.service.refreshing import refresh
from syncd.service.signing_in import sign_in
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.cloud import Cloud, sync_times
from syncd.sim.walker import Life, live, wall_clock
from syncd.sim.weeks import edits
from syncd.store import Store, accounts, due, journal, people
from syncd.store import tables as t
from syncd.store.store_lock import StoreLock, make_store_lock
from syncd.walks.model import Day
from syncd_fitbit.simulator import FitbitVendor
from tests.properties.whole_loop import BY_CADENCE, Loop

NAME = "fitbit"


@dataclass(frozen=True)
class FitbitLoop(Loop):
    """A loop whose syncs wait as long as the vendor wants, and count how often that was."""

    vendor: FitbitVendor = field(kw_only=True)  # type: ignore[assignment]
    roads: Roads = field(kw_only=True)
    lock: StoreLock = field(kw_only=True)
    waits: list[timedelta] = field(default_factory=list, kw_only=True)

    def sync(self, wish: Wish) -> SyncReport:
        """Sync; where the hour's questions are used up, go on when the next one begins."""
        report = sync_account(self.engine, self.account_id, wish)
        while isinstance(report.error, RateLimited):
            assert isinstance(report.step, Wait)
            account = self.account()
            assert (account.state, account.waiting_until) == (
                due.HELD_OFF,
                self.clock.at + report.step.delay,
            )
            self.waits.append(report.step.delay)
            self.clock.at += report.step.delay
            report = sync_account(self.engine, self.account_id, wish)
        assert report.error is None, report.error
        return report

    def account(self) -> accounts.Account:
        with self.store.read() as cx:
            return accounts.get(cx, self.account_id)

    def notices(self) -> list[str]:
        with self.store.read() as cx:
            return [row["words"] for row in cx.execute(t.notice.select()).mappings()]

    def days_between(self, first: date, last: date) -> dict[date, Day]:
        return {day: row for day, row in self.days().items() if first <= day <= last}

    def settles(self, by: timedelta) -> None:
        """Let time go by, and judge what it moved on."""
        self.clock.at += by
        refresh(self.store, clock=self.clock)


@contextmanager
def fitbit_loop(store: Store, folder: Path, life: Life) -> Iterator[FitbitLoop]:
    """Yield a person who has signed in and whose account has not synced yet."""
    truth = live(life)
    lost = life.first_day + timedelta(days=life.days // 2 + 2)
    gone = tuple(wall_clock(life.home, lost + timedelta(days=d), 43_200) for d in (0, 2))
    syncs = sync_times(truth, silent=[(gone[0], gone[1])], seed=life.seed)
    cloud = Cloud(truth, syncs, edits(truth, life.seed))
    clock = DemoClock(datetime.fromtimestamp(wall_clock(life.home, life.first_day, 0), UTC))
    lock = make_store_lock(folder / "store-lock")
    settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
    roads = Roads(store=store, settings=settings, env={}, clock=clock)
    engine = Engine(store=store, clock=clock, open=roads.open, rng=random.Random(life.seed))
    with FitbitVendor(cloud, clock) as vendor:
        vendor.quirks.zone = life.home
        with store.write() as tx:
            person = people.add(tx, "somebody", now=clock())
            people.set_zone(tx, person.id, life.home, None)
            journal.set_target(tx, person.id, BY_CADENCE, None, clock())
            told = vendor.settings(folder)
            account = accounts.add(tx, person.id, NAME, NAME, settings=told, now=clock())
        sign_in(roads, account.id, registry.find(NAME), Visitor(), lock=lock, patience_s=30)
        yield FitbitLoop(
            store, cloud, life, engine=engine, clock=clock, person_id=person.id,
            account_id=account.id, vendor=vendor, roads=roads, lock=lock,
        )  # fmt: skip
