"""What faults get: workers killed, stopped, cut off; a vendor down; accounts that always fail.

After each: no account lost, none synced twice at once, what was interrupted runs again within a
minute, and the database is that of an undisturbed run. The small versions run with every test.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncd.contract import OAuth2, OAuthClient, Response
from syncd.ingest.grants import Grant, packed
from syncd.service.tokens import AccountTokens
from syncd.store import accounts, open_store, people, secrets
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock
from tests.integration.workers.fleet import Fleet
from tests.postgres_server import PostgresServer, PostgresUnavailableError

pytestmark = pytest.mark.postgres
WITHIN_S = 60
QUICK_S, SLOW_S = 0.05, 0.5
"""What the vendor takes to answer. After the longer a worker always has syncs under way."""


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """Start a server that a test may restart."""
    try:
        started = PostgresServer.start()
    except PostgresUnavailableError as error:
        pytest.skip(f"no PostgreSQL for the tests: {error}")
    yield started
    started.stop()


@pytest.fixture
def fleet(request, server: PostgresServer, tmp_path: Path) -> Iterator[Fleet]:
    """Make accounts for a long test, or for one that runs every time."""
    long = "soak" in request.keywords
    made = Fleet(
        server.create(), tmp_path, 24 if long else 4, latency_s=SLOW_S if long else QUICK_S
    )
    yield made
    made.close()


def undisturbed(server: PostgresServer, tmp_path: Path, fleet: Fleet) -> Fleet:
    """Return a fleet of one account, synced in peace."""
    calm = Fleet(server.create(), tmp_path, 1)
    calm.machine.env["MADE_UP_NOW"] = fleet.base.isoformat()
    worker = calm.worker()
    calm.settle()
    assert worker.end()[0] == 0
    calm.close()
    return calm


def pause_s(seconds: float) -> None:
    """Let the fault last: it is the fault's own length, and nothing is hoped for after it."""
    threading.Event().wait(seconds)


def tell(took: list[float]) -> None:
    """Print the figures of a long run."""
    sys.stdout.write(
        f"{len(took)} interrupted, begun again after {max(took, default=0):.1f} s at most\n"
    )


def kill_one_after_another(fleet: Fleet, span_s: float) -> int:
    """Kill one of three workers every ten seconds; return how many were killed."""
    crew, killed = [fleet.worker() for _ in range(3)], 0
    until = time.monotonic() + span_s
    while time.monotonic() < until:
        pause_s(10)
        crew[0].process.kill()
        crew[0].process.wait()
        crew, killed = [*crew[1:], fleet.begin()], killed + 1
    return killed


@pytest.mark.soak
def test_one_of_three_workers_is_killed_every_ten_seconds_for_three_minutes(
    fleet: Fleet, server, tmp_path
):
    with fleet.load():
        killed = kill_one_after_another(fleet, 180)
    assert killed >= 15
    fleet.settle()
    took = fleet.begun_again_after_s()
    sys.stdout.write(f"{killed} killed\n")
    tell(took)
    assert len(took) >= 15
    assert max(took) <= WITHIN_S, took
    assert fleet.differences(undisturbed(server, tmp_path, fleet)) == []


@pytest.mark.soak
def test_the_server_is_restarted_twice_under_load(fleet: Fleet, server, tmp_path):
    crew, took = [fleet.worker() for _ in range(2)], []
    with fleet.load():
        for _ in range(2):
            pause_s(8)
            fleet.until(lambda: bool(fleet.held()), WITHIN_S, "syncs are under way")
            held = fleet.held()
            assert held
            server.restart()
            again = fleet.until(lambda held=held: fleet.ran_again(held), 2 * WITHIN_S, "runs again")
            took.append(again)
    took += fleet.begun_again_after_s()  # of those that could not give their lease back
    tell(took)
    assert max(took) <= WITHIN_S, took
    assert [one.process.poll() for one in crew] == [None, None]
    fleet.settle()
    assert [one.end()[0] for one in crew] == [0, 0]
    assert fleet.differences(undisturbed(server, tmp_path, fleet)) == []


@pytest.mark.soak
def test_a_worker_is_stopped_for_two_minutes_and_goes_on(fleet: Fleet, server, tmp_path):
    crew = [fleet.worker() for _ in range(2)]
    with fleet.load():
        pause_s(5)
        crew[0].process.send_signal(signal.SIGSTOP)
        held = fleet.held()
        fleet.until(lambda: fleet.ran_again(held), 2 * WITHIN_S, "syncs of the stopped run again")
        took = fleet.begun_again_after_s()
        tell(took)
        assert max(took) <= WITHIN_S, took
        pause_s(120)
        crew[0].process.send_signal(signal.SIGCONT)
        pause_s(5)
    fleet.settle()
    assert [one.end()[0] for one in crew] == [0, 0]
    assert fleet.differences(undisturbed(server, tmp_path, fleet)) == []


@pytest.mark.soak
def test_a_vendor_is_down_for_five_minutes(fleet: Fleet, server, tmp_path):
    worker = fleet.worker()
    with fleet.load():
        pause_s(5)
    fleet.down.touch()
    with fleet.load():
        pause_s(300)
    waiting = fleet.rows("SELECT 1 FROM account WHERE state = 'waiting'")
    assert len(waiting) == fleet.size
    fleet.settle()
    assert fleet.rows("SELECT 1 FROM account WHERE state <> 'active' OR attempts > 0") == []
    assert worker.end()[0] == 0
    assert fleet.differences(undisturbed(server, tmp_path, fleet)) == []


def test_a_restarted_server_and_a_killed_worker_lose_no_account(fleet: Fleet, server, tmp_path):
    killed, lasting = fleet.worker(), fleet.worker()
    with fleet.load():
        fleet.until(lambda: bool(fleet.held()), WITHIN_S, "syncs are under way")
        killed.process.kill()
        server.restart()
    store = open_store(fleet.url)
    with store.write() as tx:  # what 45 seconds would do
        bare = tx.connection.driver_connection
        bare.execute("UPDATE account SET lease_until = NULL")
        bare.execute("UPDATE syncd_queue.procrastinate_workers SET last_heartbeat = '2000-01-01'")
    store.close()
    fleet.settle()
    assert lasting.end()[0] == 0
    assert fleet.differences(undisturbed(server, tmp_path, fleet)) == []


class RotatingVendor:
    """Every refresh token serves once, and the one before it is dead at once."""

    def __init__(self) -> None:
        self.number, self.refused = 0, 0
        self._guard = threading.Lock()

    def send(self, _url, fields, _headers) -> Response:
        with self._guard:
            if fields["refresh_token"] != f"refresh-{self.number}":
                self.refused += 1
                return Response(400, b'{"error": "invalid_grant"}')
            self.number += 1
            said = {
                "access_token": f"access-{self.number}",
                "expires_in": 3600,
                "refresh_token": f"refresh-{self.number}",
            }
            return Response(200, json.dumps(said).encode())


@pytest.mark.parametrize("races", [20, pytest.param(1000, marks=pytest.mark.soak)])
def test_two_workers_that_race_for_one_rotating_token_never_lose_it(new_postgres_url, races):
    url, vendor, now = new_postgres_url(), RotatingVendor(), datetime.now(UTC)
    lock = StoreLock(os.urandom(32), "the test")
    stores = [open_store(url), open_store(url)]
    with stores[0].write(durable=True) as tx:
        person = people.add(tx, "me", now=now)
        account_id = accounts.add(tx, person.id, "made-up", "me", settings={}, now=now).id
        first = Grant(access="access-0", expires_at=now - timedelta(1), refresh="refresh-0")
        secrets.put_token(tx, lock, account_id, Secret(packed(first)), after=0, now=now)
    auth = OAuth2("https://vendor.example/auth", "https://vendor.example/token", ("steps",))
    client = OAuthClient("me", "hush", auth.authorize_url, auth.token_url)
    start, got = threading.Barrier(2), [0, 0]

    def race(number: int) -> None:
        store = stores[number]
        tokens = AccountTokens(
            store=store,
            lock=lock,
            account_id=account_id,
            auth=auth,
            client=client,
            clock=lambda: now,
            send=vendor.send,
        )
        for _ in range(races):
            start.wait()
            with store.write() as tx:
                epoch = accounts.take_lease(tx, account_id, now=now)
            if epoch is not None:
                held, _generation = tokens.held()
                assert tokens(refused=held.access) != held.access
                got[number] += 1
                with store.write() as tx:
                    accounts.release_lease(tx, account_id, epoch)
            start.wait()

    threads = [threading.Thread(target=race, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"{races} races, {vendor.number} refreshes, {vendor.refused} refused\n")
    assert vendor.refused == 0
    assert races <= vendor.number == sum(got)
    with stores[1].read() as cx:
        kept = secrets.get(cx, lock, account_id, secrets.TOKEN)
    assert f"refresh-{vendor.number}".encode() in kept.secret.reveal()
    assert kept.generation == vendor.number + 1
    for store in stores:
        store.close()
