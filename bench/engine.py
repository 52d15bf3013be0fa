"""Workers on PostgreSQL: no-op syncs beside Procrastinate's own no-op jobs, and a slow vendor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from sqlalchemy import text

from bench.measure import Row
from syncd.store import Store, job_queue, open_store, queue_schema
from syncd.store.job_queue import Claimed
from tests.postgres_server import PostgresServer

SYNCD = Path(sys.executable).with_name("syncd")
ACCOUNTS = 2000
WORKERS = 2
CONCURRENCY = 8
SLOW_ACCOUNTS = 1500
SLOW_CONCURRENCY = 32
LATENCY_S = 0.2
JOBS = 6000
ROUNDS = 2
READY_WITHIN_S = 30
SPAN_S = 10
"""A rate is measured over so long at most, and ends when nine tenths are done."""
ADAPTER = """
import os
from datetime import timedelta
from time import sleep
from contextlib import contextmanager
from pydantic import BaseModel
from syncd.contract import Adapter, Capabilities, NoAuth, Stream, StreamSpec, Write

latency_s = float(os.environ.get("LATENCY_S", "0"))
DAY = timedelta(days=1)


class Settings(BaseModel):
    pass


class Road:
    def fetch(self, stream, window, cursor):
        sleep(latency_s)
        return iter(())


@contextmanager
def connect(settings, context):
    yield Road()


devices = StreamSpec(
    epoch=None, longest_window=DAY, lookback=DAY, history=DAY,
    poll_every=timedelta(hours=1), write=Write.UPSERT, whole_day=False,
)
adapter = Adapter(
    name="no-op", summary="answers nothing", settings=Settings, connect=connect,
    capabilities=Capabilities(
        auth=NoAuth(), streams={Stream.DEVICES: devices}, freshness=Stream.DEVICES
    ),
    parse=lambda payload: iter(()),
)
"""
PEER = """
import asyncio, sys
from concurrent.futures import ThreadPoolExecutor
from procrastinate import App, PsycopgConnector

app = App(connector=PsycopgConnector(
    conninfo=sys.argv[1], kwargs={"options": "-c search_path=syncd_queue"}, min_size=1, max_size=4
))


@app.task(name="sync")
def sync(account_id):
    pass


async def main():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(int(sys.argv[2])))
    async with app.open_async():
        await app.run_worker_async(concurrency=int(sys.argv[2]), delete_jobs="always")


asyncio.run(main())
"""


def run() -> list[Row]:
    """Return how many syncs workers do in a second, against the queue alone and the goals.

    The queue and the syncs take turns, and the best of each counts: the machine is shared.
    """
    server = PostgresServer.start()
    try:
        with TemporaryDirectory() as folder:
            road = Path(folder)
            _install(road)
            turns = [
                (_rate_of_the_queue(server, road), _rate(server, road, QUICK))
                for _ in range(ROUNDS)
            ]
            slow = _rate(server, road, SLOW)
    finally:
        server.stop()
    peer, ours = (max(rates) for rates in zip(*turns, strict=True))
    return [
        Row(
            f"no-op syncs, {WORKERS} workers",
            f"{ours:.0f}/s",
            f"{peer:.0f}/s Procrastinate's no-op jobs",
            ours / peer,
            ">= 0.65x and 300/s",
            ours >= 0.65 * peer and ours >= 300,
        ),
        Row(
            f"syncs at {LATENCY_S * 1000:.0f} ms, a worker of {SLOW_CONCURRENCY}",
            f"{slow:.0f}/s",
            f"{SLOW_CONCURRENCY / LATENCY_S:.0f}/s without any work",
            slow / (SLOW_CONCURRENCY / LATENCY_S),
            ">= 120/s",
            slow >= 120,
        ),
    ]


@dataclass(frozen=True)
class _Crew:
    """Workers, and the accounts that they sync at a vendor that answers after ``latency_s``."""

    accounts: int
    workers: int
    threads: int
    latency_s: float


QUICK = _Crew(ACCOUNTS, WORKERS, CONCURRENCY, 0.0)
SLOW = _Crew(SLOW_ACCOUNTS, 1, SLOW_CONCURRENCY, LATENCY_S)


def _rate(server: PostgresServer, folder: Path, crew: _Crew) -> float:
    """Return the syncs a second of such a crew, from a tenth of all on."""
    url = server.create()
    store = _filled(url, crew.accounts)
    command = [str(SYNCD), "worker", "--concurrency", str(crew.threads)]
    with _running([command] * crew.workers, _environment(folder, url, crew.latency_s)):
        done = "SELECT count(*) FROM account WHERE next_sync_at > now()"
        rate = _measured(store, crew.accounts, done)
    store.close()
    server.drop(url)
    return rate


def _rate_of_the_queue(server: PostgresServer, folder: Path) -> float:
    """Return Procrastinate's own jobs a second: ours, that do nothing, on the same tables."""
    url = server.create()
    store = open_store(url)
    queue_schema.install(store)
    with store.write() as tx:
        job_queue.enter(tx)
        job_queue.defer(tx, [Claimed(n, "no-op", 0) for n in range(JOBS)], store.place)
    _analyze(store)  # it has no say in how it is asked, and would be hundreds of times slower
    script = folder / "peer.py"
    script.write_text(PEER)
    command = [sys.executable, str(script), store.address(), str(CONCURRENCY)]
    with _running([command] * WORKERS, dict(os.environ)):
        left = f"SELECT {JOBS} - count(*) FROM syncd_queue.procrastinate_jobs"
        rate = _measured(store, JOBS, left)
    store.close()
    return rate


def _measured(store: Store, whole: int, done: str) -> float:
    """Return how many are done a second: from when all workers are warm, for ``SPAN_S`` at most."""

    def count() -> int:
        with store.read() as cx:
            return int(cx.execute(text(done)).scalar_one())

    begun, at_first = _reached(count, whole // 10, READY_WITHIN_S)
    if at_first < whole // 10:
        raise RuntimeError(f"only {at_first} of {whole} were done in {READY_WITHIN_S} s")
    ended, at_last = _reached(count, 9 * whole // 10, SPAN_S)
    return (at_last - at_first) / (ended - begun)


def _reached(count: Callable[[], int], goal: int, within_s: float) -> tuple[float, int]:
    """Return (when, how many are done) at the goal, or when the time is over."""
    until = monotonic() + within_s
    while (now := count()) < goal and monotonic() < until:
        sleep(0.05)
    return monotonic(), now


@contextmanager
def _running(commands: list[list[str]], environment: dict[str, str]) -> Iterator[None]:
    processes = [
        subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait()


def _filled(url: str, accounts: int) -> Store:
    """Return a database with so many accounts at the vendor, all due."""
    store = open_store(url)
    queue_schema.install(store)
    at = datetime.now(UTC) - timedelta(minutes=1)
    with store.write() as tx:
        tx.execute(
            text(
                "INSERT INTO person (uid, name, created_at)"
                " SELECT 'u' || n, 'p' || n, :at FROM generate_series(1, :n) n"
            ),
            {"at": at, "n": accounts},
        )
        tx.execute(
            text(
                "INSERT INTO account (person_id, vendor, name, created_at, next_sync_at)"
                " SELECT id, 'no-op', 'a' || id, :at, :at FROM person"
            ),
            {"at": at},
        )
    _analyze(store)
    return store


def _analyze(store: Store) -> None:
    with store.session() as cx:
        cx.execute(text("ANALYZE"))


def _install(folder: Path) -> None:
    """Lay down the vendor as an installed package."""
    info = folder / "syncd_no_op-1.dist-info"
    info.mkdir()
    (folder / "syncd_no_op.py").write_text(ADAPTER)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: syncd-no-op\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[syncd.adapters]\nno-op = syncd_no_op:adapter\n")


def _environment(folder: Path, url: str, latency_s: float) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parent.parent)]),
        "SYNCD_DATABASE__URL": url,
        "LATENCY_S": str(latency_s),
        "HOME": str(folder),
    }
