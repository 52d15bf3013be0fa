"""Accounts at made-up vendors in a PostgreSQL database, and a queue, without any process."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from syncd.service.handing_out import HandingOut
from syncd.service.syncing import Engine
from syncd.store import Store, accounts, due, people, queue_schema
from syncd.store.job_queue import Claimed
from syncd.store.queue_schema import SCHEMA
from tests.integration.engine.made_up_vendor import DAY, Vendor

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


class Crowd:
    """Vendors with so many due accounts each; ``ids`` by vendor."""

    def __init__(self, store: Store, clock: Callable[[], datetime], **counts: int) -> None:
        self.store = store
        queue_schema.install(store)
        self.vendor = Vendor(synced=NOW, history=2 * DAY)
        self.vendor.live(NOW - DAY, NOW)
        self.ids: dict[str, list[int]] = {}
        with store.write() as tx:
            for vendor, count in counts.items():
                for number in range(count):
                    person = people.add(tx, f"{vendor}-{number}", now=NOW)
                    made = accounts.add(tx, person.id, vendor, person.name, settings={}, now=NOW)
                    due.starts(tx, made.id, now=NOW - timedelta(minutes=number))
                    self.ids.setdefault(vendor, []).append(made.id)
        self.engine = Engine(
            store=store,
            clock=clock,
            open=lambda _account, _adapter: self.vendor.connected(),
            rng=random.Random(1),
            find=lambda _name: self.vendor.adapter(),
        )

    def handing_out(self, **limits: dict[str, int]) -> HandingOut:
        said = {"side_by_side": {}, "a_minute": {}, **limits}
        return HandingOut(engine=self.engine, **said)

    def jobs(self) -> list[Claimed]:
        """Return the jobs in the queue, in the order in which they are taken."""
        with self.store.read() as cx:
            rows = cx.execute(
                text(
                    "SELECT CAST(args->>'account_id' AS bigint), queue_name, priority"
                    f" FROM {SCHEMA}.procrastinate_jobs ORDER BY priority DESC, id"
                )
            )
            return [Claimed(*row) for row in rows]

    def sql(self, statement: str) -> None:
        with self.store.write() as tx:
            tx.execute(queue_schema.FIRST, {"schema": SCHEMA})
            tx.execute(text(statement))
