"""``syncd status``, ``doctor`` and ``service`` as typed, with and without anything to tell."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.contract import Stream
from syncd.store import accounts, due, open_store, people, streams
from syncd.store.streams import StreamRow
from tests.integration.cli.conftest import NOW, Cli

HOUR = timedelta(hours=1)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return a database with an account that runs, one that waits and one that needs a person."""
    made = f"sqlite:///{tmp_path / 'state' / 'syncd.db'}"
    store = open_store(made)
    with store.write() as tx:
        ann = people.add(tx, "Ann", now=NOW)
        for name, sync in (("watch", HOUR), ("old-watch", 9 * 24 * HOUR), ("ring", HOUR)):
            new = accounts.add(tx, ann.id, "google-health", name, settings={}, now=NOW - 90 * HOUR)
            due.starts(tx, new.id, now=NOW)
            due.succeeded(tx, new.id, now=NOW - HOUR, device_sync=NOW - sync)
            due.scheduled(tx, new.id, NOW + HOUR)
            heard = {"asked_at": NOW - HOUR, "stored_at": NOW - HOUR}
            streams.put(tx, StreamRow(account_id=new.id, stream=Stream.STEPS, **heard))
        due.stops(tx, new.id, state=due.NEEDS_SIGN_IN, why="The sign-in was taken back.")
    store.close()
    return made


def test_status_without_a_database_makes_none_and_says_what_to_type(cli: Cli, home: Path):
    said = cli("status")
    assert said.code == 0
    assert "Not running" in said.out
    assert "syncd import PATH" in said.out
    assert list(home.rglob("*.db")) == []


def test_status_says_what_runs_and_what_needs_a_person(cli: Cli, url: str):
    said = cli("status", SYNCD_DATABASE__URL=url, TZ="UTC")
    assert said.code == 0
    assert said.lines == [
        " Service    Not running: nothing is synced by itself. To start it: syncd run",
        " Accounts   watch      Synced 1 hour ago. Data until 14:00. Next 16:00.",
        "            old-watch  Synced 1 hour ago. Data until 19 Mar 15:00. Next 16:00.",
        "            ring       Stopped; see below.",
        " Needs you  ring: The sign-in was taken back. Sign in again: syncd account",
        "            login ring",
    ]
    assert max(map(len, said.lines)) <= 78


def test_status_as_json_is_one_document(cli: Cli, url: str):
    document = json.loads(cli("status", "--json", SYNCD_DATABASE__URL=url).out)
    assert document["service"] == []
    states = {one["account"]: (one["state"], one["not_in_use"]) for one in document["accounts"]}
    assert states == {
        "watch": ("active", False),
        "old-watch": ("active", True),
        "ring": ("needs_sign_in", False),
    }
    watch = document["accounts"][0]
    assert watch["lag_s"] == 3600
    assert watch["next_sync_at"] == "2026-03-28T16:00:00+00:00"
    assert [s["stream"] for s in watch["streams"]] == ["steps"]


def test_doctor_names_every_problem_with_its_way_out_and_fails(cli: Cli, url: str):
    said = cli("doctor", SYNCD_DATABASE__URL=url)
    assert said.code == 1
    assert max(map(len, said.lines)) <= 78
    flat = " ".join(said.out.split())
    assert (
        "PROBLEM ring The sign-in was taken back. Sign in again: syncd account login ring" in flat
    )
    assert "note old-watch Its tracker is not in use: nothing since 2026-03-19 15:00 UTC." in flat
    assert "PROBLEM watch sign-in The store lock is not here" in flat
    assert said.lines[-1].endswith("to look at.")
    narrow = cli("doctor", SYNCD_DATABASE__URL=url, COLUMNS="50")
    assert max(map(len, narrow.lines)) <= 50


def test_doctor_without_anything_is_content(cli: Cli):
    said = cli("doctor")
    assert said.code == 0
    assert said.lines[-1] == " All is well."


def test_doctor_as_json_lists_its_checks(cli: Cli, url: str):
    said = cli("doctor", "--json", SYNCD_DATABASE__URL=url)
    levels = {check["name"]: check["level"] for check in json.loads(said.out)["checks"]}
    assert said.code == 1
    assert (levels["ring"], levels["database"]) == ("problem", "ok")


def test_doctor_tells_of_a_database_that_is_none(cli: Cli, tmp_path: Path):
    file = tmp_path / "state" / "syncd.db"
    file.parent.mkdir(mode=0o700)
    file.write_text("a letter to Ann, long enough to be read as a header of some file\n" * 9)
    said = cli("doctor", SYNCD_DATABASE__URL=f"sqlite:///{file}")
    assert said.code == 1
    assert "is not a syncd database" in " ".join(said.out.split())


def test_the_service_is_installed_and_removed_as_typed(cli: Cli, home: Path, tmp_path: Path):
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, script in (("systemctl", "exit 0"), ("loginctl", "echo no")):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    said = cli("service", "install", PATH=path, SYNCD_DAEMON__THREADS="2")
    assert said.code == 0, said.err
    unit = home / ".config" / "systemd" / "user" / "syncd.service"
    assert "syncd run\n" in unit.read_text()
    assert "loginctl enable-linger" in said.out
    assert "SYNCD_DAEMON__THREADS" in said.out
    assert cli("service", "remove", PATH=path).code == 0
    assert not unit.exists()
    assert "no such service" in cli("service", "remove", PATH=path).out


def test_wrong_settings_are_told_before_a_service_is_installed(cli: Cli, home: Path):
    said = cli("service", "install", SYNCD_DAEMON__THREADS="none")
    assert said.code == 78
    assert not (home / ".config" / "systemd").exists()
