"""The service as a process: ready, ended in order, killed, told to read its settings again."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import create_engine, update

from syncd.store import derived
from syncd.store import tables as t
from syncd.store.migrations import REVISIONS, to_head
from syncd.walks.model import Outcome
from tests.integration.daemon.conftest import PATIENCE_S, Machine

ON_ONE_DATABASE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""For what a process does with its signals, sockets and settings: no database has a part in it."""


def end_the_lease(machine: Machine) -> None:
    """Let the 45 seconds of a dead worker's lease be over."""
    store = machine.opened()
    past = datetime.now(UTC) - timedelta(minutes=1)
    with store.write() as tx:
        tx.execute(update(t.account).values(lease_until=past))
    store.close()


def brisk_days(machine: Machine) -> list[int]:
    store = machine.opened()
    with store.read() as cx:
        rows = list(derived.iter_days(cx, [machine.person_id]))
    store.close()
    return [row.day.brisk_min for row in rows if row.day.brisk_min]


def met_days(machine: Machine) -> list[date]:
    store = machine.opened()
    with store.read() as cx:
        rows = list(derived.iter_days(cx, [machine.person_id]))
    store.close()
    return [row.day.day for row in rows if row.day.outcome is Outcome.MET]


def test_what_is_due_is_synced_and_judged_until_a_signal_ends_it_in_order(machine: Machine):
    daemon = machine.run()
    daemon.wait_for("ready")
    daemon.wait_for("synced")
    code, took_s = daemon.end(signal.SIGTERM)
    assert (code, took_s < 10) == (0, True)
    account = machine.account()
    assert account.synced_ok_at is not None
    assert account.lease_until is None
    assert sum(brisk_days(machine)) == 34  # in two days, if it is midnight now


@ON_ONE_DATABASE
def test_ctrl_c_ends_it_too(machine: Machine):
    daemon = machine.run()
    daemon.wait_for("ready")
    assert daemon.end(signal.SIGINT)[0] == 0


def test_o1_a_second_daemon_on_one_database_refuses_and_names_the_first(machine: Machine):
    first = machine.run()
    first.wait_for("ready")
    second = machine.call("run")
    assert second.returncode == 1
    named = f"process {first.process.pid} on {socket.gethostname()}"
    assert named in " ".join(second.stderr.split())
    assert "Traceback" not in second.stderr
    assert first.process.poll() is None
    first.end()
    third = machine.run()
    third.wait_for("ready")


def test_o1_killed_in_the_middle_of_a_sync_the_next_daemon_goes_on(machine: Machine):
    road = machine.silence()
    daemon = machine.run(MADE_UP_SILENCE=str(road))
    with road.open("w"):  # opens as soon as the vendor was asked
        daemon.end(signal.SIGKILL)
    held = machine.account()
    assert held.lease_until is not None
    assert held.synced_ok_at is None
    end_the_lease(machine)
    again = machine.run()
    again.wait_for("synced")
    again.end()
    assert machine.account().synced_ok_at is not None
    assert sum(brisk_days(machine)) == 34  # in two days, if it is midnight now


def test_a_vendor_that_keeps_silent_does_not_hold_up_the_end(machine: Machine):
    road = machine.silence()
    daemon = machine.run(MADE_UP_SILENCE=str(road))
    with road.open("w"):
        code, took_s = daemon.end(signal.SIGTERM)
    assert (code, took_s < 10) == (0, True)
    assert machine.account().synced_ok_at is None
    assert brisk_days(machine) == []


@ON_ONE_DATABASE
def test_sighup_reads_the_settings_again_and_wrong_ones_change_nothing(machine: Machine):
    settings = machine.folder / "syncd.toml"
    settings.write_text('[daemon]\nlisten = "127.0.0.1:0"\n')
    daemon = machine.run("--config", str(settings))
    port = daemon.wait_for("listening")["port"]
    daemon.wait_for("ready")
    settings.write_text('[daemon]\nlisten = "192.0.2.1:9464"\n')
    daemon.process.send_signal(signal.SIGHUP)
    assert "loopback" in daemon.wait_for("settings not taken on")["why"]
    assert page(port, "/healthz") == "ok\n"
    settings.write_text('[daemon]\narchive_days = 30\nlisten = "localhost:0"\n')
    daemon.process.send_signal(signal.SIGHUP)
    moved = daemon.wait_for("listening")["port"]
    daemon.wait_for("settings read again")
    assert page(moved, "/healthz") == "ok\n"
    with pytest.raises(OSError, match="refused"):
        page(port, "/healthz")
    assert daemon.end()[0] == 0


def page(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as answer:
        return answer.read().decode()


@ON_ONE_DATABASE
def test_healthz_and_metrics_answer_on_loopback(machine: Machine):
    daemon = machine.run(SYNCD_DAEMON__LISTEN="127.0.0.1:0")
    port = daemon.wait_for("listening")["port"]
    daemon.wait_for("synced")
    assert page(port, "/healthz") == "ok\n"
    said = page(port, "/metrics")
    assert 'syncd_syncs_total{ended="well",vendor="made-up"} 1.0' in said
    who = 'account="made-up",person="made-up",'
    assert f'syncd_stream_ok{{{who}stream="steps",vendor="made-up"}} 1.0' in said
    assert f'syncd_account_late{{{who}vendor="made-up"}} 0.0' in said
    lag = next(line for line in said.splitlines() if line.startswith("syncd_account_lag_seconds{"))
    assert 0 <= float(lag.rpartition(" ")[2]) < 600
    assert "syncd_schedule_lag_seconds 0.0" in said
    met = [line for line in said.splitlines() if line.startswith('syncd_days{outcome="met"')]
    assert sum(float(line.rpartition(" ")[2]) for line in met) == len(met_days(machine)) >= 1
    assert 'syncd_days{outcome="open",state="open"} 1.0' in said
    with pytest.raises(OSError, match="404"):
        page(port, "/")


@ON_ONE_DATABASE
@pytest.mark.parametrize("abstract", [False, True], ids=["a path", "an abstract name"])
def test_systemd_is_told_ready_alive_reloading_and_stopping(machine: Machine, abstract: bool):
    name = f"syncd-test-{os.getpid()}" if abstract else str(machine.folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"\0{name}" if abstract else name)
        ear.settimeout(PATIENCE_S)
        daemon = machine.run(
            NOTIFY_SOCKET=f"@{name}" if abstract else name, WATCHDOG_USEC="1500000"
        )
        heard = listen_until(ear, "READY=1")
        listen_until(ear, "WATCHDOG=1")
        daemon.process.send_signal(signal.SIGHUP)
        listen_until(ear, "RELOADING=1")
        listen_until(ear, "READY=1")
        daemon.process.send_signal(signal.SIGTERM)
        listen_until(ear, "STOPPING=1")
        daemon.process.wait(timeout=PATIENCE_S)
    assert any("STATUS=" in line for line in heard)


def listen_until(ear: socket.socket, word: str) -> list[str]:
    """Return every line heard until ``word`` has come."""
    heard: list[str] = []
    while word not in heard:
        heard += ear.recv(4096).decode().splitlines()
    return heard


@ON_ONE_DATABASE
def test_o3_a_fresh_and_an_upgraded_database_both_start(machine: Machine, tmp_path: Path):
    old, fresh = (tmp_path / name / "syncd.db" for name in ("old", "fresh"))
    old.parent.mkdir(mode=0o700)
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as tx:
        to_head(tx, REVISIONS[0])
    engine.dispose()
    for file in (old, fresh):
        daemon = machine.run(SYNCD_DATABASE__URL=f"sqlite:///{file}")
        daemon.wait_for("ready")
        assert daemon.end()[0] == 0
        with closing(sqlite3.connect(file)) as db:
            assert (
                db.execute("SELECT version_num FROM alembic_version").fetchone()[0] == REVISIONS[-1]
            )


def test_status_and_doctor_tell_of_the_running_service(machine: Machine):
    daemon = machine.run()
    daemon.wait_for("synced")
    status = machine.call("status", "--json")
    document = json.loads(status.stdout)
    assert [one["pid"] for one in document["service"]] == [daemon.process.pid]
    account = document["accounts"][0]
    assert (account["account"], account["state"], account["late"]) == ("made-up", "active", False)
    assert f"process {daemon.process.pid}" in machine.call("status").stdout
    doctor = machine.call("doctor", "--online")
    assert doctor.returncode == 0, doctor.stdout
    assert "The vendor answers." in doctor.stdout
    assert f"Process {daemon.process.pid}" in " ".join(doctor.stdout.split())
    assert max(map(len, [*doctor.stdout.splitlines(), *status.stderr.splitlines()])) <= 78
