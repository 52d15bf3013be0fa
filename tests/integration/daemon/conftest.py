"""``syncd run`` as a process of its own, with a made-up vendor that is installed for it alone."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syncd.store import Store, accounts, due, open_store, people
from tests.conftest import ROOT

PATIENCE_S = 60
SYNCD = Path(sys.executable).with_name("syncd")
ADAPTER = """
import os
import threading
from datetime import UTC, datetime, timedelta
from syncd.contract import Transient
from tests.integration.engine.made_up_vendor import Vendor

said = os.environ.get("MADE_UP_NOW")
now = datetime.fromisoformat(said) if said else datetime.now(UTC).replace(second=0, microsecond=0)
vendor = Vendor(synced=now, history=timedelta(days=3))
vendor.live(now - timedelta(hours=60), now)  # inside of what is asked for, whenever that is
vendor.walk(now - timedelta(days=2), 34)
silence = os.environ.get("MADE_UP_SILENCE")
down = os.environ.get("MADE_UP_DOWN")
latency_s = float(os.environ.get("MADE_UP_LATENCY_S", "0"))


def wait(_number):
    if silence:
        with open(silence) as road:  # opens when the other end does, reads until it closes
            road.read()
    threading.Event().wait(latency_s)
    if down and os.path.exists(down):
        raise Transient("The vendor is down.")


vendor.on_request = wait
adapter = vendor.adapter()
"""


@dataclass
class Running:
    """A daemon under way; ``lines`` are what it logged so far."""

    process: subprocess.Popen[str]
    lines: list[dict[str, Any]] = field(default_factory=list)
    _coming: queue.SimpleQueue[str | None] = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._coming.put(line)
        self._coming.put(None)

    def wait_for(self, event: str) -> dict[str, Any]:
        """Return the next log line of this event."""
        until = time.monotonic() + PATIENCE_S
        while True:
            line = self._coming.get(timeout=max(0.1, until - time.monotonic()))
            assert line is not None, f"it ended before {event!r}: {self.lines}"
            said = json.loads(line) if line.startswith("{") else {"event": line}
            self.lines.append(said)
            if said["event"] == event:
                return said

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal and return (exit code, seconds until the process was gone)."""
        begun = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE_S)
        return code, time.monotonic() - begun


@dataclass
class Machine:
    """A home with one due account at the made-up vendor, and the means to run daemons there."""

    url: str
    folder: Path
    account_id: int
    person_id: int
    env: dict[str, str]
    started: list[Running] = field(default_factory=list)

    def run(self, *words: str, command: str = "run", **env: str) -> Running:
        """Start a daemon, or a worker."""
        process = subprocess.Popen(
            [SYNCD, command, *words],
            env={**self.env, **env},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(Running(process))
        return self.started[-1]

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same database."""
        return subprocess.run(
            [SYNCD, *words],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )

    def worker(self, *words: str, **env: str) -> Running:
        """Start a worker."""
        return self.run(*words, command="worker", **env)

    def close(self) -> None:
        """End whatever still runs."""
        for running in self.started:
            if running.process.poll() is None:
                running.process.kill()
            running.process.wait()
            if running.process.stderr is not None:
                running.process.stderr.close()

    def opened(self) -> Store:
        return open_store(self.url)

    def account(self) -> accounts.Account:
        store = self.opened()
        try:
            with store.read() as cx:
                return accounts.get(cx, self.account_id)
        finally:
            store.close()

    def silence(self) -> Path:
        """Return a road on which the vendor keeps silent until its other end is closed."""
        road = self.folder / "silence"
        os.mkfifo(road)
        return road


def install_made_up_vendor(folder: Path) -> None:
    """Lay down what an installed package with an adapter looks like."""
    info = folder / "syncd_made_up-1.dist-info"
    info.mkdir(parents=True)
    (folder / "syncd_made_up.py").write_text(ADAPTER)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: syncd-made-up\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[syncd.adapters]\nmade-up = syncd_made_up:adapter\n")


def add_account(store: Store, name: str = "made-up") -> tuple[int, int]:
    """Return (account, person) of a new person whose account is due now."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    with store.write() as tx:
        person = people.add(tx, name, now=now)
        account = accounts.add(tx, person.id, "made-up", name, settings={}, now=now)
        due.starts(tx, account.id, now=now)
    return account.id, person.id


@pytest.fixture
def machine(store_url: str, tmp_path: Path) -> Iterator[Machine]:
    packages = tmp_path / "packages"
    install_made_up_vendor(packages)
    store = open_store(store_url)
    account_id, person_id = add_account(store)
    store.close()
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(packages), str(ROOT)]),
        "SYNCD_DATABASE__URL": store_url,
    }
    made = Machine(store_url, tmp_path, account_id, person_id, env)
    yield made
    made.close()
