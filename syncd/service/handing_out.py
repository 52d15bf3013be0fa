"""What a tick of a worker does: due accounts become jobs, and jobs of dead workers run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from syncd.service import logs
from syncd.service.claimed import put_off
from syncd.service.syncing import Engine
from syncd.store import job_queue

log = logs.of(__name__)

AHEAD: Final = 2000
"""So many jobs of a vendor wait in the queue at most; the rest is due, in order, with the accounts.

Two ticks of a fast machine's work: more would only make the queue slower.
"""
HOLD: Final = timedelta(minutes=15)
"""A claim outlives its worker: the job does too. This is for a queue that somebody emptied."""
HEARTBEAT_S: Final = 5.0
SILENT: Final = timedelta(seconds=25)
"""A worker that has been silent for so long is dead, or stopped: its jobs run elsewhere."""
DEADLY: Final = 10
"""A job that so many workers died of is given a rest."""
REST: Final = timedelta(hours=1)


@dataclass(kw_only=True)
class HandingOut:
    """Fills the queue. ``side_by_side`` and ``a_minute`` are limits of vendors over all workers.

    ``vendors`` are those that anybody has an account at, as of the last tick.
    """

    engine: Engine
    side_by_side: Mapping[str, int]
    a_minute: Mapping[str, int]
    vendors: tuple[str, ...] = field(default=(), init=False)

    def tick(self) -> int:
        """Hand out what is due at every vendor; return how many accounts that were.

        One worker at a time: the others' ticks find nothing to do.
        """
        store = self.engine.store
        with store.read() as cx:
            self.vendors = tuple(job_queue.vendors(cx))
        with store.write() as tx:
            if not job_queue.enter(tx):
                return 0
            back, deadly = job_queue.again(tx, silent=SILENT, most=DEADLY)
            there = job_queue.outstanding(tx)
            rooms = {
                vendor: self._room(vendor, there.get(vendor, {}))
                for vendor in self.vendors
                if not self._is_spent(tx, vendor)
            }
            claimed = job_queue.claim(tx, rooms, hold=HOLD)
            job_queue.defer(tx, claimed, store.place)
        if back:
            log.warning("jobs of a silent worker run again", accounts=len(back))
        for account_id in deadly:
            log.error("a sync ended its worker too often", account=account_id)
            put_off(self.engine, account_id, REST, "Its sync has ended syncd several times.")
        return len(claimed)

    def refill(self, vendor: str) -> int:
        """Hand out the next of a vendor with a limit, as one of its jobs comes to its end."""
        if vendor not in self.side_by_side:
            return 0
        with self.engine.store.write() as tx:
            job_queue.enter(tx, wait=True)
            there = job_queue.outstanding(tx).get(vendor, {})
            room = self._room(vendor, there) + 1  # the job that calls is still in the queue
            if room <= 0 or self._is_spent(tx, vendor):
                return 0
            claimed = job_queue.claim(tx, {vendor: room}, hold=HOLD)
            job_queue.defer(tx, claimed, self.engine.store.place)
        return len(claimed)

    def _room(self, vendor: str, there: Mapping[str, int]) -> int:
        todo, doing = there.get("todo", 0), there.get("doing", 0)
        limit = self.side_by_side.get(vendor)
        return AHEAD - todo if limit is None else limit - todo - doing

    def _is_spent(self, tx: Connection, vendor: str) -> bool:
        most = self.a_minute.get(vendor)
        return most is not None and job_queue.is_spent(tx, vendor, most)
