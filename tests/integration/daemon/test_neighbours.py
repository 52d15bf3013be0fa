"""A service on other data on this machine: every command says so once, and never for nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from syncd.cli import neighbours
from syncd.cli.neighbours import Neighbour, announced, place_of, words_of
from tests.integration.daemon.conftest import Machine

ELSEWHERE = "A syncd service runs here on other data:"


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def runtime(machine: Machine, home: Path) -> Path:
    """Return the runtime folder of the user, which the service and every command see."""
    folder = home / ".run"
    folder.mkdir(mode=0o700)
    machine.env["XDG_RUNTIME_DIR"] = str(folder)
    return folder / "syncd"


def test_commands_on_other_data_say_once_that_a_service_runs_and_those_on_its_own_do_not(
    machine: Machine, runtime: Path, tmp_path: Path
):
    daemon = machine.run()
    daemon.wait_for("ready")
    for words in (["status"], ["days"], ["sync"]):
        assert ELSEWHERE not in machine.call(*words).stderr, words
    machine.env["SYNCD_DATABASE__URL"] = other = f"sqlite:///{tmp_path / 'other' / 'syncd.db'}"
    for words in (["status"], ["doctor"], ["days"], [], ["person", "add", "me"], ["status"]):
        said = flat(machine.call(*words).stderr)
        assert said.count(ELSEWHERE) == 1, (words, said)
        assert f"(process {daemon.process.pid})" in said
        assert place_of(other) in said.replace(" ", "")  # a long path is broken at a hyphen
    assert machine.call("days", "--json").stdout.startswith("{")  # what machines read stays whole
    daemon.end()
    assert ELSEWHERE not in machine.call("status").stderr
    assert list(runtime.iterdir()) == []


def test_a_service_that_was_killed_alarms_nobody(machine: Machine, runtime: Path, tmp_path: Path):
    daemon = machine.run()
    daemon.wait_for("ready")
    daemon.end(signal.SIGKILL)
    assert len(list(runtime.iterdir())) == 1
    machine.env["SYNCD_DATABASE__URL"] = f"sqlite:///{tmp_path / 'other' / 'syncd.db'}"
    assert ELSEWHERE not in machine.call("status").stderr


def test_the_system_service_is_seen_from_its_runtime_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    system = tmp_path / "run" / "syncd"
    system.parent.mkdir()
    monkeypatch.setattr(neighbours, "SYSTEM", system)
    env = {"XDG_RUNTIME_DIR": str(tmp_path / "nothing")}
    with announced({**env, "RUNTIME_DIRECTORY": str(system)}, "/var/lib/syncd/syncd.db"):
        found = neighbours.neighbours(env, "/srv/mine/syncd.db")
        assert found == [Neighbour(os.getpid(), os.geteuid(), "/var/lib/syncd/syncd.db")]
        assert neighbours.neighbours(env, "/var/lib/../lib/syncd/syncd.db") == []
        assert next(system.iterdir()).stat().st_mode & 0o777 == 0o644
    assert neighbours.neighbours(env, "/srv/mine/syncd.db") == []


def test_a_server_that_goes_by_another_name_is_no_other_data(tmp_path: Path):
    env = {"XDG_RUNTIME_DIR": str(tmp_path)}
    with announced(env, "db.example/walks"):
        here = place_of("postgresql+psycopg://me:secret@localhost:5432/walks?sslmode=require")
        assert here == "localhost:5432/walks"
        assert neighbours.neighbours(env, here) == []
        (other,) = neighbours.neighbours(env, "localhost/steps")
    assert other.place == "db.example/walks"
    assert place_of("postgresql:///walks?host=/run/postgresql") == "this machine/walks"


def test_what_lies_in_the_runtime_folder_and_is_no_service_is_passed_over(tmp_path: Path):
    folder = tmp_path / "syncd"
    folder.mkdir()
    (folder / "service-x.json").write_text("{")
    (folder / "service-y.json").symlink_to("/etc/passwd")
    os.mkfifo(folder / "service-z.json")
    assert neighbours.neighbours({"XDG_RUNTIME_DIR": str(tmp_path)}, "/a") == []


def test_the_service_of_another_user_is_told_with_the_way_to_its_data():
    words = words_of(Neighbour(7, 0 if os.geteuid() else 1, "/var/lib/syncd/syncd.db"), "/b")
    assert "To use its data: sudo -u " in words
    assert words.startswith(ELSEWHERE)
