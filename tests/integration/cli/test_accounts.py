"""Accounts through the command line, against a vendor over real sockets."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from syncd.sim.weeks import lately
from syncd_google_health import scopes
from syncd_google_health.simulator import GoogleHealth
from tests.integration.cli.conftest import NOW, Cli, Said

NAME = "google-health"
DAY = timedelta(days=1)


class Turned:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = NOW


@pytest.fixture
def clock() -> Turned:
    return Turned()


@pytest.fixture
def vendor(clock: Turned) -> Iterator[GoogleHealth]:
    cloud = lately(1, "Europe/Berlin", date(2026, 4, 1), 22)
    with GoogleHealth(cloud, lambda: clock.now) as running:
        yield running


class Person:
    """Somebody at a terminal with a browser; ``said`` is everything they were ever shown."""

    def __init__(self, cli: Cli, clock: Turned, patch: pytest.MonkeyPatch) -> None:
        self._cli, self._clock, self._patch = cli, clock, patch
        self.said: list[str] = []
        self.opened: list[str] = []

    def types(self, *words: object, **env: str) -> Said:
        said = self._cli(*words, now=self._clock.now, **env)
        self.said += [said.out, said.err]
        return said

    def signs_in(self, name: str = NAME) -> Said:
        """Sign in with a browser that follows the vendor's redirect back to this machine."""
        browser: list[threading.Thread] = []

        def opens(address: str) -> bool:
            self.opened.append(address)
            browser.append(threading.Thread(target=_visit, args=(address,)))
            browser[0].start()
            return True

        self._patch.setattr("webbrowser.open", opens)
        with _terminal(self._patch):
            said = self.types("account", "login", name, DISPLAY=":0")
        for one in browser:
            one.join()
        return said


def _visit(address: str) -> None:
    with urlopen(address, timeout=10) as page:
        page.read()


class _terminal:
    """A terminal as standard input; ``type`` is what a person types there."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def __enter__(self) -> _terminal:
        self._there, here = os.openpty()
        self._stdin = os.fdopen(here)
        self._patch.setattr(sys, "stdin", self._stdin)
        return self

    def type(self, text: str) -> None:
        os.write(self._there, text.encode())

    def __exit__(self, *_gone: object) -> None:
        self._patch.undo()
        self._stdin.close()
        os.close(self._there)


@pytest.fixture
def person(cli: Cli, clock: Turned) -> Iterator[Person]:
    with pytest.MonkeyPatch.context() as patch:
        yield Person(cli, clock, patch)


def added(person: Person, vendor: GoogleHealth, folder: Path, *more: str) -> Said:
    file = vendor.write_client_file(folder)
    settings = ("--set", f"client_file={file}", "--set", f"base_url={vendor.base_url}")
    return person.types("account", "add", NAME, *settings, *more)


def of_list(person: Person) -> list[dict[str, object]]:
    return json.loads(person.types("account", "list", "--json").out)["accounts"]


def test_the_whole_story_from_adding_an_account_to_removing_it(
    person: Person, vendor: GoogleHealth, tmp_path: Path, clock: Turned, caplog
):
    caplog.set_level(logging.DEBUG)
    said = added(person, vendor, tmp_path)
    assert (said.code, said.err) == (0, "")
    assert said.lines[-1] == "Next: syncd account login google-health"
    assert "nobody has signed in yet" in person.types().out

    said = person.signs_in()
    assert (said.code, said.err) == (0, "")
    assert "last page will look broken" in said.out.replace("\n", " ")
    assert said.lines[-1] == "Next: syncd sync google-health"

    said = person.types("sync")
    assert (said.code, said.err) == (0, "")
    assert "March 2026" in said.out
    assert said.lines[-1].startswith("google-health: 1")
    days = json.loads(person.types("days", "--json").out)["days"]
    assert len(days) >= 16
    zones = json.loads(person.types("person", "list", "--json").out)["people"]
    assert zones == [{"person": "me", "cohort": None, "tz": "Europe/Berlin"}]
    assert {"met", "missed"} <= {d["outcome"] for d in days}
    [row] = of_list(person)
    assert (row["state"], row["needs"]) == ("active", None)

    assert person.types("account", "pause", NAME).code == 0
    assert [r["state"] for r in of_list(person)] == ["paused"]
    said = person.types("sync", NAME)
    assert (said.code, "resume" in said.err) == (2, True)
    assert person.types("account", "resume", NAME).out == "google-health goes on.\n"
    clock.now += 2 * DAY
    assert person.types("sync", NAME).code == 0
    later = json.loads(person.types("days", "--json").out)["days"]
    assert len(later) == len(days) + 2

    assert person.types("account", "remove", NAME).code == 2  # nobody can be asked
    said = person.types("account", "remove", NAME, "--yes")
    assert "days of data stay" in said.out
    assert of_list(person) == []
    assert len(json.loads(person.types("days", "--json").out)["days"]) == len(later)
    said = person.types("sync", NAME)
    assert (said.code, "was removed" in said.err) == (2, True)
    secrets_stay_secret(person, vendor, caplog)


def secrets_stay_secret(person: Person, vendor: GoogleHealth, caplog) -> None:
    """Fail where a token, a code or the client's secret was shown or logged."""
    shown = "".join(person.said) + caplog.text
    assert vendor.sign_in.refreshes >= 1
    for secret in ("simulated-secret", "sim-access-", "sim-refresh-", "sim-code-"):
        assert secret not in shown
