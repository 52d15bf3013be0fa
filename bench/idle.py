"""What the service weighs when it has nothing to do: memory after ten accounts have synced once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from bench.measure import Row
from syncd.store import accounts, due, open_store, people

SYNCD = Path(sys.executable).with_name("syncd")
ACCOUNTS = 10
GOAL_MIB = 110
PATIENCE_S = 120
WATCHED_S = 10
ADAPTER = """
from datetime import UTC, datetime, timedelta
from tests.integration.engine.made_up_vendor import Vendor

now = datetime.now(UTC).replace(second=0, microsecond=0)
vendor = Vendor(synced=now, history=timedelta(days=3))
vendor.live(now - timedelta(days=3), now)
adapter = vendor.adapter()
"""


def run() -> list[Row]:
    """Return the memory of an idle service, and the part of a core it takes."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/state/syncd.db"
        _prepare(Path(folder), url)
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([folder, str(Path(__file__).parent.parent)]),
            "SYNCD_DATABASE__URL": url,
            "HOME": folder,
        }
        with subprocess.Popen([SYNCD, "run"], env=environment, stderr=subprocess.DEVNULL) as daemon:
            try:
                _wait_for_syncs(url)
                before = _cpu_s(daemon.pid)
                sleep(WATCHED_S)
                share = (_cpu_s(daemon.pid) - before) / WATCHED_S
                mib = _rss_mib(daemon.pid)
            finally:
                daemon.send_signal(signal.SIGTERM)
    return [
        Row(
            f"idle service, {ACCOUNTS} accounts synced",
            f"{mib:.0f} MiB",
            f"{GOAL_MIB} MiB allowed",
            mib / GOAL_MIB,
            "<= 1x",
            mib <= GOAL_MIB,
        ),
        Row("idle service, part of a core", f"{share:.2%}", "", share, "<= 0.005", share <= 0.005),
    ]


def _prepare(folder: Path, url: str) -> None:
    """Lay down a made-up vendor as an installed package, and accounts that are due."""
    info = folder / "syncd_made_up-1.dist-info"
    info.mkdir()
    (folder / "syncd_made_up.py").write_text(ADAPTER)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: syncd-made-up\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[syncd.adapters]\nmade-up = syncd_made_up:adapter\n")
    now = datetime.now(UTC) - timedelta(minutes=1)
    store = open_store(url)
    with store.write() as tx:
        for number in range(ACCOUNTS):
            person = people.add(tx, f"p{number}", now=now)
            account = accounts.add(tx, person.id, "made-up", f"a{number}", settings={}, now=now)
            due.starts(tx, account.id, now=now)
    store.close()


def _wait_for_syncs(url: str) -> None:
    store = open_store(url)
    until = monotonic() + PATIENCE_S
    while monotonic() < until:
        with store.read() as cx:
            everyone = [a for p in people.listing(cx) for a in accounts.of_person(cx, p.id)]
        soon = datetime.now(UTC) + timedelta(minutes=5)
        if all(a.synced_ok_at and a.next_sync_at and a.next_sync_at > soon for a in everyone):
            break
        sleep(0.5)
    store.close()


def _rss_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
