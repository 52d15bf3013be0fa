"""A wearer with one account at the vendor in memory, for tests of messages."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from syncd.service.derive import derive_person
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.service.touching import mark_days
from syncd.store import Store, accounts, due, notices, people
from syncd.walks.notices import When
from tests.integration.engine.made_up_vendor import DAY, Vendor

LIVED = 20


@dataclass
class Home:
    """The watch hands over at each ``sync_at``; sits about all day and walks only when told."""

    store: Store
    vendor: Vendor
    account_id: int
    person_id: int
    now: datetime
    when: When = When.TURNING

    @classmethod
    def begun(cls, store: Store, now: datetime, zone: str = "UTC", days_before: int = 2) -> Home:
        with store.write() as tx:
            person = people.add(tx, "me", now=now)
            people.set_zone(tx, person.id, zone, None)
            account = accounts.add(tx, person.id, "made-up", "made-up", settings={}, now=now)
            due.starts(tx, account.id, now=now)
        vendor = Vendor(synced=now)
        midnight = now.replace(hour=0, minute=0)
        vendor.live(midnight - days_before * DAY, midnight + LIVED * DAY)
        return cls(store, vendor, account.id, person.id, now)

    def sync_at(self, at: datetime) -> SyncReport:
        """Let the watch hand over everything until ``at``, and sync the account."""
        self.now = self.vendor.synced = at
        return self.sync()

    def sync(self) -> SyncReport:
        adapter = self.vendor.adapter()
        engine = Engine(
            store=self.store,
            clock=lambda: self.now,
            open=lambda _account, _adapter: self.vendor.connected(),
            rng=random.Random(1),
            find=lambda _name: adapter,
            notify_days=self.when,
        )
        return sync_account(engine, self.account_id, Wish(slices_most=None))

    def judge_again(self) -> None:
        """Judge all days again, as another target or a rebuild does."""
        with self.store.write() as tx:
            mark_days(tx, self.person_id, None, None)
        derive_person(self.store, self.person_id, clock=lambda: self.now)

    def owed(self) -> set[tuple[str, str]]:
        with self.store.read() as cx:
            return notices.owed(cx, self.person_id)
