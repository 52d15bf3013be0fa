"""Workers as processes: they sync what is due, end in order, and outlive what happens to them."""

from __future__ import annotations

import signal

import pytest
from sqlalchemy import text

from syncd.store import due
from syncd.store.queue_schema import SCHEMA
from syncd.store.worker_place import workers
from tests.integration.daemon.conftest import Machine, Running, add_account
from tests.integration.daemon.test_run import brisk_days, page

pytestmark = pytest.mark.postgres


def sql(machine: Machine, *statements: str) -> list[object]:
    """Run statements on the database and return the first column of the last one's rows."""
    store = machine.opened()
    with store.write() as tx:
        for statement in statements:
            done = tx.execute(text(statement.replace("QUEUE", SCHEMA)))
        found = list(done.scalars()) if done.returns_rows else []
    store.close()
    return found


def let_it_look_dead(machine: Machine) -> None:
    """Let the lease and the heartbeat of a worker that was killed or stopped be old."""
    sql(
        machine,
        "UPDATE account SET lease_until = now() - interval '1 second'",
        "UPDATE QUEUE.procrastinate_workers SET last_heartbeat = now() - interval '1 minute'",
    )


def synced_well(worker: Running) -> dict[str, object]:
    said = worker.wait_for("synced")
    assert not said["busy"]
    return said


def test_a_worker_syncs_what_is_due_until_a_signal_ends_it_in_order(machine: Machine):
    worker = machine.worker("--concurrency", "2")
    worker.wait_for("ready")
    synced_well(worker)
    code, took_s = worker.end(signal.SIGTERM)
    assert (code, took_s < 10) == (0, True)
    account = machine.account()
    assert account.synced_ok_at is not None
    assert (account.lease_until, account.queued_until) == (None, None)
    assert sum(brisk_days(machine)) == 34  # in two days, if it is midnight now
    assert sql(machine, "SELECT count(*) FROM QUEUE.procrastinate_jobs") == [0]
    assert sql(machine, "SELECT count(*) FROM QUEUE.procrastinate_workers") == [0]


def test_a_job_of_a_killed_worker_runs_again_on_another(machine: Machine):
    road = machine.silence()
    killed = machine.worker(MADE_UP_SILENCE=str(road))
    with road.open("w"):  # opens as soon as the vendor was asked
        killed.end(signal.SIGKILL)
    assert machine.account().lease_until is not None
    let_it_look_dead(machine)
    another = machine.worker()
    synced_well(another)
    assert another.end()[0] == 0
    assert sum(brisk_days(machine)) == 34  # in two days, if it is midnight now


def test_a_worker_that_was_stopped_for_long_commits_nothing_and_goes_on_working(machine: Machine):
    road = machine.silence()
    stopped = machine.worker(MADE_UP_SILENCE=str(road))
    stopped.wait_for("ready")
    with road.open("w"):
        stopped.process.send_signal(signal.SIGSTOP)
        let_it_look_dead(machine)
        another = machine.worker()
        synced_well(another)
        while machine.account().synced_ok_at is None:
            pass  # it is committed before it is logged: at most a moment
        stopped.process.send_signal(signal.SIGCONT)
    assert stopped.wait_for("synced")["busy"]
    assert another.end()[0] == 0
    epoch = machine.account().lease_epoch
    sql(machine, "UPDATE account SET next_sync_at = now(), queued_until = NULL")
    with road.open("w"):
        pass
    assert stopped.process.poll() is None
    said = stopped.wait_for("synced")
    assert not said["busy"], said
    assert machine.account().lease_epoch > epoch


def test_a_vendor_that_keeps_silent_does_not_hold_up_the_end_of_a_worker(machine: Machine):
    road = machine.silence()
    worker = machine.worker(MADE_UP_SILENCE=str(road))
    with road.open("w"):
        code, took_s = worker.end(signal.SIGTERM)
    assert (code, took_s < 10) == (0, True)
    let_it_look_dead(machine)
    another = machine.worker()
    synced_well(another)


def test_a_daemon_and_a_worker_on_one_database_sync_every_account_once_at_a_time(
    machine: Machine,
):
    store = machine.opened()
    others = [add_account(store, f"other-{number}")[0] for number in range(12)]
    store.close()
    both = [machine.run(), machine.worker("--concurrency", "4")]
    done: set[str] = set()
    for running in both:
        running.wait_for("ready")
    names = {"made-up", *(f"other-{number}" for number in range(12))}
    while done != names:
        found = sql(machine, "SELECT name FROM account WHERE synced_ok_at IS NOT NULL")
        done = {str(name) for name in found}
    assert [running.end()[0] for running in both] == [0, 0]
    said = [line for running in both for line in running.lines if line["event"] == "synced"]
    assert all(line["ended"] == "well" for line in said)
    assert sql(machine, "SELECT DISTINCT lease_until FROM account") == [None]
    assert len(others) == 12


def test_an_account_that_always_fails_stops_no_other(machine: Machine):
    store = machine.opened()
    poison, _ = add_account(store, "poison")
    store.close()
    sql(machine, "UPDATE account SET settings = '[]' WHERE name = 'poison'")
    worker = machine.worker("--concurrency", "1")
    assert worker.wait_for("synced")["account"] == "made-up"
    while sql(machine, f"SELECT state FROM account WHERE id = {poison}") != [due.WAITING]:
        pass  # the worker is at it
    assert worker.end()[0] == 0


def test_the_database_may_end_every_connection(machine: Machine):
    worker = machine.worker("--concurrency", "2")
    synced_well(worker)
    sql(
        machine,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    sql(machine, "UPDATE account SET next_sync_at = now()")
    synced_well(worker)
    assert worker.end()[0] == 0


def test_status_doctor_and_metrics_know_workers(machine: Machine):
    worker = machine.worker("--concurrency", "2", "--listen", "127.0.0.1:0")
    port = worker.wait_for("listening")["port"]
    synced_well(worker)
    store = machine.opened()
    found = workers(store)
    store.close()
    assert [one.pid for one in found] == [worker.process.pid]
    process = f"process {worker.process.pid}"
    assert process in machine.call("status").stdout
    assert f'"pid":{worker.process.pid},' in machine.call("status", "--json").stdout
    assert process in machine.call("doctor").stdout.lower()
    said = page(port, "/metrics")
    assert "syncd_workers 1.0" in said
    assert "# TYPE syncd_jobs gauge" in said
    assert 'syncd_syncs_total{ended="well",vendor="made-up"} 1.0' in said
    worker.end()
    assert "Not running" in machine.call("status").stdout


def test_on_sqlite_a_worker_says_what_to_do_instead(machine: Machine):
    file = machine.folder / "here" / "syncd.db"
    machine.env["SYNCD_DATABASE__URL"] = f"sqlite:///{file}"
    done = machine.call("worker")
    assert done.returncode == 78
    said = " ".join(done.stderr.split())
    assert "where syncd run does all the work by itself" in said
    assert "syncd move --to postgresql://" in said
    assert not file.exists()
