"""Somebody at a terminal, with a browser and an account at a vendor on this machine."""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Self
from urllib.request import HTTPRedirectHandler, build_opener, urlopen

import pytest

from syncd.cli import login
from syncd.sim.weeks import lately
from syncd_google_health.simulator import GoogleHealth
from tests.integration.cli.conftest import NOW, Cli, Said

NAME = "google-health"
DAY = timedelta(days=1)


class Turned:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = NOW


def vendor_of(clock: Turned) -> GoogleHealth:
    """Return a vendor with ten days of a person before now, and four after."""
    return GoogleHealth(lately(1, "Europe/Berlin", date(2026, 4, 1), 14), lambda: clock.now)


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
        with Terminal(self._patch):
            said = self.types("account", "login", name, DISPLAY=":0")
        for one in browser:
            one.join()
        return said

    def signs_in_elsewhere(self, name: str = NAME, *, ends: bool = False) -> Said:
        """Sign in with a browser on another machine: first a slip, then the address it ends at.

        With ``ends`` the person gives up with Ctrl-D instead.
        """
        shows = login.Terminal.show
        with Terminal(self._patch) as terminal:

            def shown(desk: login.Terminal, address: str) -> None:
                shows(desk, address)
                terminal.type("\x04" if ends else _carried(address))

            self._patch.setattr(login.Terminal, "show", shown)
            return self.types("account", "login", name)


class Away(HTTPRedirectHandler):
    """A browser that cannot reach 127.0.0.1 of the machine that waits."""

    def redirect_request(self, *_asked: object) -> None:
        return None


def _carried(address: str) -> str:
    try:
        build_opener(Away).open(address, timeout=10)
    except OSError as redirect:
        return f"hello\n{redirect.headers['Location']}\n"
    raise AssertionError("the vendor did not send the browser on")


def _visit(address: str) -> None:
    with urlopen(address, timeout=10) as page:
        page.read()


class Terminal:
    """A terminal as standard input; ``type`` is what a person types there."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def __enter__(self) -> Self:
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


def added(person: Person, vendor: GoogleHealth, folder: Path, *more: str) -> Said:
    file = vendor.write_client_file(folder)
    settings = ("--set", f"client_file={file}", "--set", f"base_url={vendor.base_url}")
    return person.types("account", "add", NAME, *settings, *more)


def of_list(person: Person) -> list[dict[str, object]]:
    return json.loads(person.types("account", "list", "--json").out)["accounts"]
