"""A process that syncs against a vendor of its parent, and dies where it is told to.

Run as a module: ``DATABASE FOLDER ACCOUNT NOW SINCE``; ``SINCE`` is ``-`` for fresh days only. It
ends with 0 when the sync ran through, 75 when it is to be tried again and 77 when it needs a
person; the counts of all points reached are its output.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import datetime
from pathlib import Path

from syncd.contract import AuthExpired
from syncd.service.connecting import Roads
from syncd.service.syncing import Engine, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.store import failpoint, open_store


def main(database: str, folder: str, account: str, now: str, since: str) -> int:
    """Sync once by a clock that stands."""
    store, at = open_store(database), datetime.fromisoformat(now)
    settings = Settings(store_lock=StoreLockSettings(file=Path(folder) / "store-lock"))
    roads = Roads(store=store, settings=settings, env={}, clock=lambda: at)
    engine = Engine(store=store, clock=lambda: at, open=roads.open, rng=random.Random(1))
    past = Wish(since=datetime.fromisoformat(since), slices_most=None) if since != "-" else None
    report = sync_account(engine, int(account), past or Wish(slices_most=0))
    sys.stdout.write(json.dumps(failpoint.counts))
    store.close()
    if report.error is None and not report.busy:
        return 0
    return 77 if isinstance(report.error, AuthExpired) else 75


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
