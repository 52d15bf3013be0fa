"""The parent of processes that are killed: a vendor, a database, and what is in it at the end."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from syncd.ingest import registry
from syncd.service.connecting import Roads
from syncd.service.demo import DemoClock, Visitor
from syncd.service.signing_in import sign_in
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.faults import Faults
from syncd.sim.server import Answer, Handler, Request
from syncd.sim.weeks import lately
from syncd.store import accounts, failpoint, open_store, people
from syncd.store.store_lock import make_store_lock
from syncd_google_health.simulator import GoogleHealth
from tests.conftest import ROOT

LAST = date(2026, 3, 20)
NIGHT = datetime(2026, 3, 20, 2, 0, 30, tzinfo=UTC)
"""No watch and no telephone syncs in the hour that follows."""
AGAIN = timedelta(seconds=50)
"""After this a lease that died with its holder is over."""
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
_LEFT_OUT = {"changed_at", "pull_id", "hash"}
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


class Vendor(Protocol):
    """A simulated vendor, whichever."""

    faults: Faults


@dataclass
class Yard:
    """Where processes are started and killed; ``clock`` is the vendor's, and theirs."""

    vendor: Vendor
    clock: DemoClock
    prepared: Path
    account_id: int
    child: subprocess.Popen[str] | None = None
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
        self.child.wait()
        return True

    def copy(self, folder: Path) -> Path:
        """Return a copy of the prepared folder: an account that is signed in and empty."""
        shutil.copytree(self.prepared, folder)
        return folder

    def run(self, folder: Path, since: str, kill: tuple[str, int] | None) -> tuple[int, str]:
        """Run a process to its end or its death; return its code and what it said."""
        self.left, env = {}, {**os.environ, failpoint.VARIABLE: "count"}
        if kill is not None and kill[0] in {REQUEST, ANSWER}:
            self.left = {kill[0]: kill[1]}
        elif kill is not None:
            env[failpoint.VARIABLE] = f"{kill[0]}:{kill[1]}"
        words = [f"sqlite:///{folder / 'syncd.db'}", str(folder), str(self.account_id)]
        words += [self.clock.at.isoformat(), since]
        self.child = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.engine.killed", *words],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        said, _ = self.child.communicate(timeout=300)
        code, self.child = self.child.returncode, None
        self.clock.at += AGAIN
        return code, said

    def counted(self, folder: Path, since: str) -> dict[str, int]:
        """Run undisturbed and return how often each point was reached."""
        self.seen = {}
        code, said = self.run(folder, since, None)
        assert code == 0
        return {**json.loads(said), **self.seen}


@contextmanager
def yard(folder: Path, days: int, *, change: Callable[[GoogleHealth], None]) -> Iterator[Yard]:
    """Yield a yard with one account that is signed in; its sign-in is due to be renewed."""
    clock = DemoClock(NIGHT - timedelta(hours=2))
    with GoogleHealth(lately(5, "Europe/Berlin", LAST, days), clock) as vendor:
        vendor.quirks.zone = "Europe/Berlin"
        change(vendor)
        told = {"client_file": str(vendor.write_client_file(folder)), "base_url": vendor.base_url}
        yield set_up(folder, vendor, "google-health", told, clock)


def set_up(
    folder: Path, vendor: Vendor, name: str, told: Mapping[str, str], clock: DemoClock
) -> Yard:
    """Return a yard before a vendor that answers already, with an account that is signed in."""
    prepared = folder / "prepared"
    prepared.mkdir()
    store = open_store(f"sqlite:///{prepared / 'syncd.db'}")
    lock = make_store_lock(prepared / "store-lock")
    settings = Settings(store_lock=StoreLockSettings(file=prepared / "store-lock"))
    roads = Roads(store=store, settings=settings, env={}, clock=clock)
    with store.write() as tx:
        person = people.add(tx, "somebody", now=clock())
        people.set_zone(tx, person.id, "Europe/Berlin", None)
        account = accounts.add(tx, person.id, name, name, settings=dict(told), now=clock())
    sign_in(roads, account.id, registry.find(name), Visitor(), lock=lock, patience_s=30)
    store.close()
    made = Yard(vendor, clock, prepared, account.id)
    vendor.faults.around(made.around)
    clock.at = NIGHT
    return made


def contents(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what a database says of records, days and walks, without times of writing."""
    with sqlite3.connect(folder / "syncd.db") as cx:
        found = {}
        for table in _TABLES:
            columns = [row[1] for row in cx.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(f'"{c}"' for c in columns if c not in _LEFT_OUT)
            found[table] = sorted(cx.execute(f"SELECT {kept} FROM {table}"), key=repr)
    cx.close()
    return found


def stands(folder: Path) -> tuple[str, int]:
    """Return the state of the one account, and how many notices are owed."""
    with sqlite3.connect(folder / "syncd.db") as cx:
        [state] = cx.execute("SELECT state FROM account WHERE vendor <> 'files'").fetchone()
        [notices] = cx.execute("SELECT count(*) FROM notice").fetchone()
    cx.close()
    return str(state), int(notices)
