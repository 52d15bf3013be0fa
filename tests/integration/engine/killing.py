"""The parent of processes that are killed: a vendor, a database, and what is in it at the end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from sqlalchemy import func, select

from syncd.ingest import registry
from syncd.service.connecting import Roads
from syncd.service.demo import DemoClock, Visitor
from syncd.service.signing_in import sign_in
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.faults import Faults
from syncd.sim.server import Answer, Handler, Request
from syncd.sim.weeks import lately
from syncd.store import accounts, failpoint, open_store, people
from syncd.store import tables as t
from syncd.store.store_lock import make_store_lock
from syncd_google_health.simulator import GoogleHealth
from tests.integration.engine import killed
from tests.postgres_server import PostgresServer

LAST = date(2026, 3, 20)
NIGHT = datetime(2026, 3, 20, 2, 0, 30, tzinfo=UTC)
"""No watch and no telephone syncs in the hour that follows."""
AGAIN = timedelta(seconds=50)
"""After this a lease that died with its holder is over."""
PATIENCE_S, KILLED = 300, -9
REQUEST, ANSWER = "vendor-request", "vendor-answer"
POINTS = (
    failpoint.BEFORE,
    failpoint.AFTER,
    failpoint.BEFORE_DURABLE,
    failpoint.AFTER_DURABLE,
    failpoint.ARCHIVE,
    REQUEST,
    ANSWER,
)
_LEFT_OUT = {"changed_at", "pull_id", "hash", "seq"}
"""When it was written, and by which pull; the hash of a workout is no part of what it says."""
_TABLES = (
    "source",
    "series_day",
    "workout",
    "track",
    "daily_total",
    "offset_run",
    "walk",
    "day",
    "walk_ledger",
    "day_revision",
    "dirty",
)


@dataclass(frozen=True)
class Place:
    """A database of its own, and the folder with its store lock."""

    url: str
    folder: Path

    def time_passes(self) -> None:
        """Let the lease of who died end, where it goes by the database's own clock."""
        if self.url.startswith("sqlite"):
            return
        with closing(open_store(self.url)) as store, store.write() as tx:
            tx.execute(t.account.update().values(lease_until=None))


class Vendor(Protocol):
    """A simulated vendor, whichever."""

    faults: Faults


@dataclass
class Yard:
    """Where processes are started and killed; ``clock`` is the vendor's, and theirs."""

    vendor: Vendor
    clock: DemoClock
    prepared: Place
    account_id: int
    server: PostgresServer | None
    child: BaseProcess | None = None
    left: dict[str, int] = field(default_factory=dict)
    """How many requests or answers from now the child dies."""
    seen: dict[str, int] = field(default_factory=dict)

    def around(self, handler: Handler) -> Handler:
        def answer(request: Request) -> Answer:
            if self._reached(REQUEST):
                return Answer(503)  # nobody hears it, and nothing was done
            said = handler(request)
            self._reached(ANSWER)
            return said

        return answer

    def _reached(self, point: str) -> bool:
        """Count, and kill the child where it is to die; tell whether that was here."""
        self.seen[point] = self.seen.get(point, 0) + 1
        left = self.left.get(point)
        if left is None:
            return False
        self.left[point] = left - 1
        if left != 1 or self.child is None:
            return False
        self.child.kill()
        wait([self.child.sentinel])
        return True

    def copy(self, folder: Path) -> Place:
        """Return a copy of what was prepared: an account that is signed in and empty."""
        shutil.copytree(self.prepared.folder, folder)
        if self.server is None:
            return Place(f"sqlite:///{folder / 'syncd.db'}", folder)
        return Place(self.server.create(self.prepared.url), folder)

    def drop(self, place: Place) -> None:
        """Remove a copy: hundreds of them would fill a disk."""
        shutil.rmtree(place.folder)
        if self.server is not None:
            self.server.drop(place.url)

    def run(
        self, place: Place, since: str, kill: tuple[str, int] | None
    ) -> tuple[int, dict[str, int]]:
        """Run a process to its end or its death; return its code and the points it reached."""
        self.left, point = {}, "count"
        if kill is not None and kill[0] in {REQUEST, ANSWER}:
            self.left = {kill[0]: kill[1]}
        elif kill is not None:
            point = f"{kill[0]}:{kill[1]}"
        child, told = killed.start(
            place.url, place.folder, self.account_id, self.clock.at, since, point
        )
        self.child = child
        try:
            reached = told.recv() if told.poll(PATIENCE_S) else {}
        except EOFError:
            reached = {}  # it was killed
        child.join(PATIENCE_S)
        code, self.child = child.exitcode, None
        assert code is not None, "it neither ended nor died"
        told.close()
        child.close()
        self.clock.at += AGAIN
        if code == KILLED:
            place.time_passes()
        return code, reached

    def counted(self, place: Place, since: str) -> dict[str, int]:
        """Run undisturbed and return how often each point was reached."""
        self.seen = {}
        code, reached = self.run(place, since, None)
        assert code == 0
        return {**reached, **self.seen}


@contextmanager
def yard(
    folder: Path,
    days: int,
    *,
    change: Callable[[GoogleHealth], None] = lambda _vendor: None,
    server: PostgresServer | None = None,
) -> Iterator[Yard]:
    """Yield a yard with one account that is signed in; its sign-in is due to be renewed.

    Its databases are SQLite files, or on a PostgreSQL server where one is given.
    """
    clock = DemoClock(NIGHT - timedelta(hours=2))
    with GoogleHealth(lately(5, "Europe/Berlin", LAST, days), clock) as vendor:
        vendor.quirks.zone = "Europe/Berlin"
        change(vendor)
        told = {"client_file": str(vendor.write_client_file(folder)), "base_url": vendor.base_url}
        yield set_up(folder, vendor, "google-health", told, clock, server=server)


def set_up(
    folder: Path,
    vendor: Vendor,
    name: str,
    told: Mapping[str, str],
    clock: DemoClock,
    *,
    server: PostgresServer | None = None,
) -> Yard:
    """Return a yard before a vendor that answers already, with an account that is signed in."""
    prepared = folder / "prepared"
    prepared.mkdir()
    url = server.create() if server is not None else f"sqlite:///{prepared / 'syncd.db'}"
    store = open_store(url)
    lock = make_store_lock(prepared / "store-lock")
    settings = Settings(store_lock=StoreLockSettings(file=prepared / "store-lock"))
    roads = Roads(store=store, settings=settings, env={}, clock=clock)
    with store.write() as tx:
        person = people.add(tx, "somebody", now=clock())
        people.set_zone(tx, person.id, "Europe/Berlin", None)
        account = accounts.add(tx, person.id, name, name, settings=dict(told), now=clock())
    sign_in(roads, account.id, registry.find(name), Visitor(), lock=lock, patience_s=30)
    store.close()
    made = Yard(vendor, clock, Place(url, prepared), account.id, server)
    vendor.faults.around(made.around)
    clock.at = NIGHT
    return made


def contents(place: Place) -> dict[str, list[tuple[object, ...]]]:
    """Return what a database says of records, days and walks, without times of writing."""
    found = {}
    with closing(open_store(place.url)) as store, store.read() as cx:
        key_of = {row.id: row.key for row in cx.execute(select(t.source.c.id, t.source.c.key))}
        for name in _TABLES:
            columns = [c for c in t.metadata.tables[name].c if c.name not in _LEFT_OUT]
            rows = [dict(row) for row in cx.execute(select(*columns)).mappings()]
            for row in rows:
                if "source_id" in row:
                    row["source_id"] = key_of[row["source_id"]]
                if name == "source":
                    del row["id"]  # a database that numbers rows skips what was rolled back
            found[name] = sorted((tuple(row.values()) for row in rows), key=repr)
    return found


def stands(place: Place) -> tuple[str, int]:
    """Return the state of the one account, and how many notices are owed."""
    with closing(open_store(place.url)) as store, store.read() as cx:
        [state] = cx.execute(select(t.account.c.state).where(t.account.c.vendor != "files")).one()
        [notices] = cx.execute(select(func.count()).select_from(t.notice)).one()
    return str(state), int(notices)
