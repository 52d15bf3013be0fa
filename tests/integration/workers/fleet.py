"""Several workers under load on a server of their own, and what became of every account."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Row

from syncd.contract import StoreError
from syncd.store import open_store, queue_schema
from tests.conftest import ROOT
from tests.integration.daemon.conftest import Machine, Running, add_account, install_made_up_vendor

_PICTURE = text(
    "SELECT p.name, d.day, d.outcome, d.brisk_min, d.steps, d.walking_min, d.seen_h,"
    " (SELECT array_agg(encode(s.hash, 'hex') ORDER BY s.utc_day, s.series) FROM series_day s"
    "  JOIN account a ON a.id = s.account_id WHERE a.person_id = p.id),"
    " (SELECT array_agg(w.start_at::text || w.brisk_min ORDER BY w.start_at) FROM walk w"
    "  WHERE w.person_id = p.id AND w.day = d.day)"
    " FROM day d JOIN person p ON p.id = d.person_id ORDER BY p.name, d.day"
)
_LOAD = text(
    "UPDATE account SET next_sync_at = now() WHERE vendor = 'made-up'"
    " AND (lease_until IS NULL OR lease_until < now()) AND queued_until IS NULL"
    " AND next_sync_at > now() + interval '1 minute'"
)
_WATCHED = """
CREATE TABLE overlap (account_id bigint, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE begun_again (account_id bigint, after_s numeric);
CREATE FUNCTION watch_leases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lease_epoch > OLD.lease_epoch AND OLD.lease_until > clock_timestamp() THEN
        INSERT INTO public.overlap (account_id) VALUES (NEW.id);
    END IF;
    IF NEW.lease_epoch > OLD.lease_epoch AND OLD.lease_until IS NOT NULL THEN
        INSERT INTO public.begun_again VALUES (NEW.id, extract(epoch FROM clock_timestamp()
            - (OLD.lease_until - interval '45 seconds')));
    END IF;
    IF NEW.lease_epoch < OLD.lease_epoch THEN
        INSERT INTO public.overlap (account_id) VALUES (NEW.id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER watch_leases AFTER UPDATE ON account FOR EACH ROW EXECUTE FUNCTION watch_leases();
"""
"""Tells of every lease that was taken while another was in force, or went back; and of every sync
that was interrupted, how long after its last sign of life the account was begun again."""


class Fleet:
    """``size`` accounts that are due again as soon as they were synced, and workers."""

    def __init__(self, url: str, folder: Path, size: int, *, latency_s: float = 0.05) -> None:
        self.url, self.size = url, size
        packages = folder / "packages"
        if not packages.exists():
            install_made_up_vendor(packages)
        store = open_store(url)
        queue_schema.install(store)
        with store.write() as tx:
            tx.connection.driver_connection.execute(_WATCHED)
        self.base = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        for number in range(size):
            add_account(store, f"walker-{number:03}")
        store.close()
        self.down = folder / "down"
        env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(packages), str(ROOT)]),
            "SYNCD_DATABASE__URL": url,
            "MADE_UP_NOW": self.base.isoformat(),
            "MADE_UP_LATENCY_S": str(latency_s),
            "MADE_UP_DOWN": str(self.down),
        }
        self.machine = Machine(url, folder, 0, 0, env)

    def begin(self) -> Running:
        """Start a worker."""
        return self.machine.worker("--concurrency", "4")

    def worker(self) -> Running:
        """Start a worker and wait until it is ready."""
        running = self.begin()
        running.wait_for("ready")
        return running

    def rows(self, statement: str) -> list[Row]:
        store = open_store(self.url)
        try:
            with store.read() as cx:
                return list(cx.execute(text(statement)).all())
        finally:
            store.close()

    @contextmanager
    def load(self) -> Iterator[None]:
        """Let every account be due again once it was synced, all the time."""
        over = threading.Event()

        def press() -> None:
            while not over.wait(0.5):
                try:
                    store = open_store(self.url)
                    with store.write() as tx:
                        tx.execute(_LOAD)
                    store.close()
                except StoreError:
                    continue  # the server is being restarted

        presser = threading.Thread(target=press)
        presser.start()
        try:
            yield
        finally:
            over.set()
            presser.join()

    def until(self, met: Callable[[], bool], within_s: float, what: str) -> float:
        """Wait for something; return the seconds it took."""
        begun = time.monotonic()
        while not met():
            assert time.monotonic() - begun < within_s, f"{what}: not within {within_s} s"
            threading.Event().wait(0.1)
        return time.monotonic() - begun

    def held(self) -> dict[int, int]:
        """Return the accounts that are being synced: id -> epoch of the lease."""
        held = self.rows("SELECT id, lease_epoch FROM account WHERE lease_until > now()")
        return {row.id: row.lease_epoch for row in held}

    def begun_again_after_s(self) -> list[float]:
        """Return for each interrupted sync how long after its last sign of life it ran again."""
        return [float(row.after_s) for row in self.rows("SELECT after_s FROM begun_again")]

    def all_synced_since(self, at: datetime) -> bool:
        moment = at.isoformat()
        late = f"synced_ok_at IS NULL OR synced_ok_at < '{moment}' OR only_past"
        return not self.rows(f"SELECT 1 FROM account WHERE {late}")

    def ran_again(self, interrupted: dict[int, int]) -> bool:
        """Tell whether somebody else has begun each of these accounts anew."""
        now = dict(self.rows("SELECT id, lease_epoch FROM account"))
        return all(now[account] > epoch for account, epoch in interrupted.items())

    def picture(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what is known of each person, without numbers and times of writing."""
        found: dict[str, list[tuple[object, ...]]] = {}
        for name, *rest in self.rows(_PICTURE.text):
            found.setdefault(name, []).append(tuple(map(str, rest)))
        return found

    def settle(self) -> None:
        """Sync everything once more with nothing in the way, and check what must hold for ever."""
        self.down.unlink(missing_ok=True)
        begun = self.rows("SELECT date_trunc('second', now()) AS at")[0].at
        with self.load():
            self.until(lambda: self.all_synced_since(begun), 180, "every account synced again")
        assert self.rows("SELECT * FROM overlap") == []
        people = self.picture()
        assert len(people) == self.size
        first = next(iter(people.values()))
        assert {name: rows for name, rows in people.items() if rows != first} == {}

    def differences(self, other: Fleet) -> list[tuple[object, object]]:
        """Return the days of which the two know something else."""
        mine, theirs = (next(iter(one.picture().values())) for one in (self, other))
        return [pair for pair in zip_longest(mine, theirs) if pair[0] != pair[1]]

    def close(self) -> None:
        self.machine.close()
