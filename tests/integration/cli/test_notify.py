"""``syncd notify``: channels added, listed, tried and removed; nothing secret on the screen."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli
from tests.integration.service.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def cli_of_me(cli: Cli) -> Cli:
    assert cli("person", "add", "me", "--tz", "UTC").code == 0
    return cli


def test_a_channel_is_added_tried_listed_and_removed(cli_of_me, receiver, home: Path):
    cli = cli_of_me
    added = cli("notify", "add", receiver.address)
    assert (added.code, receiver.got) == (0, [])
    assert added.out.startswith("json (json://***) was added: one message a day at most, at 08:30")
    assert "Made the store lock" in added.told
    [lock] = home.rglob("store-lock")
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    tried = cli("notify", "test")
    assert (tried.code, tried.out) == (0, "json (json://***): sent. Is it there?\n")
    assert receiver.bodies == ["This is how syncd will reach you. There is nothing to do."]
    again = cli("notify", "add", receiver.address, "--name", "phone")
    assert again.err == ""
    assert cli("notify", "list").out == " json  json://***\n phone  json://***\n"
    listed = json.loads(cli("notify", "list", "--json").out)["channels"]
    assert [(one["name"], one["address"], one["failing"]) for one in listed] == [
        ("json", "json://***", None),
        ("phone", "json://***", None),
    ]
    assert cli("notify", "remove", "json").out == "json was removed.\n"
    assert cli("notify", "list").out == " phone  json://***\n"


def test_an_address_may_come_by_a_pipe_and_is_in_no_file(cli_of_me, receiver, home, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(receiver.address + "\n"))
    assert cli_of_me("notify", "add", "-").code == 0
    files = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert len(files) > 1
    assert all(b"very-hidden" not in body for body in files)
    assert cli_of_me("notify", "test").code == 0


def test_a_test_says_which_channel_failed_and_why(cli_of_me, receiver):
    cli = cli_of_me
    cli("notify", "add", receiver.address, "--name", "good")
    cli("notify", "add", "json://127.0.0.1:1/very-hidden", "--name", "bad")
    tried = cli("notify", "test")
    assert tried.code == 3
    assert "bad (json://***): not sent: nobody could be reached at its address." in tried.out
    assert "good (json://***): sent." in tried.out
    receiver.answers = [401]
    refused = cli("notify", "test", "good")
    assert (refused.code, refused.out) == (
        1,
        "good (json://***): not sent: it was refused (HTTP 401).\n",
    )


def test_what_cannot_be_meant_is_said(cli_of_me):
    cli = cli_of_me
    for typed in ("very-hidden", "nonsense://very-hidden"):
        refused = cli("notify", "add", typed)
        assert refused.code == 78
        assert "very-hidden" not in refused.err
        assert "ntfy://TOPIC" in refused.told
    assert "syncd notify add URL" in cli("notify", "list").out
    assert cli("notify", "test").code == 2
    assert "There is no channel 'x'" not in cli("notify", "remove", "x").err


def test_a_channel_sealed_with_another_lock_says_so(cli_of_me, receiver, home: Path):
    cli = cli_of_me
    cli("notify", "add", receiver.address)
    [lock] = home.rglob("store-lock")
    lock.unlink()
    assert "the store lock here does not open it" in " ".join(cli("notify", "list").out.split())
    tried = cli("notify", "test")
    assert (tried.code, receiver.got) == (1, [])
    assert "no store lock here" in tried.out
