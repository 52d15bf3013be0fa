"""A process that syncs against a vendor of its parent, and dies where it is told to.

It is forked from a server that has everything imported: a test kills hundreds of them. It ends with
0 when the sync ran through, 75 when it is to be tried again and 77 when it needs a person; then the
counts of all points reached go up the pipe.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from syncd.contract import AuthExpired
from syncd.service.connecting import Roads
from syncd.service.syncing import Engine, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.store import failpoint, open_store

_HERE = multiprocessing.get_context("forkserver")
_HERE.set_forkserver_preload([__name__, "syncd_google_health"])


def start(
    url: str, folder: Path, account_id: int, now: datetime, since: str, kill: str
) -> tuple[ForkServerProcess, Connection]:
    """Start a process that syncs once and is killed at ``kill`` (``count``: nowhere)."""
    told, tells = _HERE.Pipe(duplex=False)
    child = _HERE.Process(target=_run, args=(tells, kill, url, folder, account_id, now, since))
    child.start()
    tells.close()
    return child, told


def _run(tells: Connection, kill: str, *told: object) -> None:
    os.environ[failpoint.VARIABLE] = kill
    code = sync(*told)  # type: ignore[arg-type]
    tells.send(dict(failpoint.counts))
    sys.exit(code)


def sync(url: str, folder: Path, account_id: int, at: datetime, since: str) -> int:
    """Sync once by a clock that stands; ``since`` is ``-`` for fresh days only."""
    store = open_store(url)
    settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
    roads = Roads(store=store, settings=settings, env={}, clock=lambda: at)
    engine = Engine(store=store, clock=lambda: at, open=roads.open, rng=random.Random(1))
    past = Wish(since=datetime.fromisoformat(since), slices_most=None) if since != "-" else None
    report = sync_account(engine, account_id, past or Wish(slices_most=0))
    store.close()
    if report.error is None and not report.busy:
        return 0
    return 77 if isinstance(report.error, AuthExpired) else 75
