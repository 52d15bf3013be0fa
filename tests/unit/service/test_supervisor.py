"""What systemd is told."""

from __future__ import annotations

import os
import socket

import pytest

from syncd.service.supervisor import Supervisor


def test_nothing_is_said_where_nobody_listens():
    silent = Supervisor({})
    silent.ready("Idle.")
    silent.alive()
    assert silent.watchdog_s is None


def test_a_supervisor_that_is_away_stops_nothing(tmp_path):
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("Idle.")


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({"WATCHDOG_USEC": "120000000"}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_ours_only_where_it_is_meant_for_us(env, seconds):
    assert Supervisor(env).watchdog_s == seconds


def test_a_status_is_told_when_it_is_new(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "ear"))
        ear.setblocking(False)
        supervisor = Supervisor({"NOTIFY_SOCKET": str(tmp_path / "ear")})
        supervisor.ready("Idle.")
        supervisor.status("Idle.")
        supervisor.status("1 syncing.")
        assert ear.recv(999) == b"READY=1\nSTATUS=Idle."
        assert ear.recv(999) == b"STATUS=1 syncing."
        with pytest.raises(BlockingIOError):
            ear.recv(999)
