"""Signing in at the terminal with a key or a password, and where there is no terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from syncd.contract import Adapter, ApiKey, Auth, Password
from syncd.ingest import registry
from syncd.sim.server import Answer
from tests.integration.cli.at_terminal import DAY, Terminal, Turned
from tests.integration.cli.conftest import Cli, Said
from tests.integration.engine.doors import (
    CODE,
    KEY,
    LOGIN,
    PASSWORD,
    Doors,
    adapter,
)

BY_KEY = ApiKey(
    "door key",
    where="Doors gives one under Settings, Keys.",
    env="DOORS_KEY",
    file=".config/doors/key",
)


@dataclass(frozen=True)
class _Point:
    """An adapter as an installed package offers it."""

    name: str
    offers: Adapter[Any]

    def load(self) -> Adapter[Any]:
        return self.offers


class Somebody:
    """Somebody who has an account at the vendor, at a terminal or not."""

    def __init__(self, cli: Cli, doors: Doors, patch: pytest.MonkeyPatch, clock: Turned) -> None:
        self._cli, self.doors, self._patch, self.clock = cli, doors, patch, clock
        self.said: list[str] = []
        self._known: dict[str, _Point] = {}

    def adds(self, auth: Auth, vendor: str = "doors") -> None:
        self.offers(auth, vendor)
        url = self.doors.server.url
        assert self.types("account", "add", vendor, "--set", f"base_url={url}").code == 0

    def offers(self, auth: Auth, vendor: str) -> None:
        """Let an adapter be installed."""
        self._known[vendor] = _Point(vendor, adapter(auth, vendor))

        def found(*, group: str, name: str | None = None) -> list[_Point]:
            assert group == registry.GROUP
            return [point for point in self._known.values() if name in {None, point.name}]

        self._patch.setattr(registry, "entry_points", found)

    def types(self, *words: object, **env: str) -> Said:
        said = self._cli(*words, now=self.clock.now, **env)
        self.said += [said.out, said.err]
        return said

    def signs_in(self, *typed: str, words: tuple[str, ...] = ("login", "doors")) -> Said:
        """Sign in at a terminal, typing lines ahead."""
        with pytest.MonkeyPatch.context() as patch, Terminal(patch) as terminal:
            terminal.type("".join(f"{line}\n" for line in typed))
            return self.types("account", *words)

    def pipes(self, text: str, *more: object) -> Said:
        """Sign in with something piped in."""
        there, here = os.pipe()
        os.write(here, text.encode())
        os.close(here)
        with pytest.MonkeyPatch.context() as patch, os.fdopen(there) as stdin:
            patch.setattr(sys, "stdin", stdin)
            return self.types("account", "login", "doors", *more)

    @property
    def state(self) -> str:
        found = json.loads(self.types("account", "list", "--json").out)["accounts"]
        return str(found[0]["state"])

    @property
    def ends(self) -> str | None:
        found = json.loads(self.types("account", "list", "--json").out)["accounts"]
        ends = found[0]["sign_in_ends_at"]
        return None if ends is None else str(ends)


@pytest.fixture
def somebody(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Somebody]:
    monkeypatch.delenv("DOORS_KEY", raising=False)
    clock = Turned()
    with Doors(lambda: clock.now) as doors:
        yield Somebody(cli, doors, monkeypatch, clock)


@pytest.fixture
def key_file(home: Path) -> Path:
    file = Path(os.environ["HOME"]) / ".config" / "doors" / "key"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{KEY}\n")
    file.chmod(0o600)
    return file


def test_a_key_is_pasted_without_being_shown_and_its_life_is_asked(somebody: Somebody):
    somebody.adds(BY_KEY)
    said = somebody.signs_in(f" {KEY} ", "30")
    assert said.code == 0
    assert "Doors gives one under Settings, Keys." in said.err
    assert "Paste the door key (it is not shown): " in said.err
    assert "It ends on Mon 27 April." in said.out
    assert said.lines[-1] == "Next: syncd sync doors"
    assert (somebody.state, KEY in "".join(somebody.said)) == ("active", False)


@pytest.mark.parametrize(
    ("typed", "ends"),
    [
        ((""), None),
        (("2026-06-01"), "2026-06-01T00:00:00"),
        (("365 days"), "2027-03-28T"),
    ],
)
def test_how_long_a_key_lives_is_days_a_date_or_nothing(somebody: Somebody, typed, ends):
    somebody.adds(BY_KEY)
    said = somebody.signs_in(KEY, "last year", typed)
    assert '"last year" says no end of a key.' in said.told
    assert said.code == 0
    found = somebody.ends
    assert found is None if ends is None else found.startswith(ends)


def test_a_vendor_that_tells_how_long_a_key_lives_is_believed(somebody: Somebody):
    somebody.adds(BY_KEY)
    somebody.doors.key_ends_at = somebody.clock.now
    said = somebody.signs_in(KEY)
    assert said.code == 0
    assert "How long" not in said.err


def test_a_key_in_the_environment_is_taken_and_named(somebody: Somebody):
    somebody.adds(BY_KEY)
    said = somebody.types("account", "login", "doors", DOORS_KEY=KEY)
    assert (said.code, said.told) == (0, "Using the door key from $DOORS_KEY.")


def test_a_key_in_the_vendors_own_file_is_taken_and_named(somebody: Somebody, key_file: Path):
    somebody.adds(BY_KEY)
    said = somebody.types("account", "login", "doors")
    assert (said.code, said.told) == (0, f"Using the door key from {key_file}.")


def test_a7_a_key_file_that_others_may_read_or_that_is_a_link_is_not_read(
    somebody: Somebody, key_file: Path
):
    somebody.adds(BY_KEY)
    key_file.chmod(0o644)
    said = somebody.types("account", "login", "doors")
    assert said.code == 77
    assert f"chmod 600 {key_file}" in said.told
    key_file.rename(key_file.with_name("elsewhere"))
    key_file.symlink_to("elsewhere")
    said = somebody.signs_in(KEY, "")
    assert (said.code, "is a link, so it is not read." in said.told) == (0, True)
    assert somebody.doors.sign_ins == 1


@pytest.mark.parametrize("body", [b"", b"\n", b"x" * 20_000, b"\xff\xfe"])
def test_a_key_file_with_no_key_in_it_is_not_sent(somebody: Somebody, key_file: Path, body: bytes):
    somebody.adds(BY_KEY)
    key_file.write_bytes(body)
    said = somebody.types("account", "login", "doors")
    assert (said.code, "holds no door key." in said.told) == (77, True)
    assert somebody.doors.sign_ins == 0


def test_an_old_key_that_lies_about_does_not_keep_a_new_one_from_being_pasted(
    somebody: Somebody, key_file: Path
):
    somebody.adds(BY_KEY)
    key_file.write_text("old")
    said = somebody.types("account", "login", "doors")
    assert (said.code, f"It was read from {key_file}." in said.told) == (77, True)
    assert somebody.signs_in(KEY, "").code == 0


def test_a_headless_machine_is_handed_a_key_by_file_or_pipe(somebody: Somebody, tmp_path: Path):
    somebody.adds(BY_KEY)
    assert somebody.pipes(f"{KEY}\n", "--key-ends", "90").code == 0
    assert str(somebody.ends).startswith("2026-06-26")
    assert somebody.pipes(f"{KEY}\n", "--key-file", "-").code == 0
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(0o640)
    said = somebody.types("account", "login", "doors", "--key-file", file)
    assert (said.code, "chmod 600" in said.told) == (78, True)
    file.chmod(0o600)
    assert somebody.types("account", "login", "doors", "--key-file", file).code == 0
    assert KEY not in "".join(somebody.said)


def test_a10_where_nobody_can_be_asked_every_way_to_hand_a_key_over_is_said(somebody: Somebody):
    somebody.adds(BY_KEY)
    said = somebody.types("account", "login", "doors")
    assert said.code == 77
    assert (
        "Hand it over: syncd account login doors --key-file FILE, or put it into $DOORS_KEY or"
        " ~/.config/doors/key. Doors gives one under Settings, Keys." in said.told
    )
    assert somebody.pipes("").code == 77


@pytest.mark.parametrize("wrong", ["wrong", ""])
def test_a_wrong_key_is_not_kept(somebody: Somebody, wrong: str):
    somebody.adds(BY_KEY)
    assert somebody.signs_in(wrong).code == 77
    assert somebody.state == "needs_sign_in"


def test_a_key_end_that_is_a_slip_is_told_before_the_vendor_is_asked(somebody: Somebody):
    somebody.adds(BY_KEY)
    for slip in ("2020-01-01", "9999999", "soon"):
        assert somebody.pipes(KEY, "--key-ends", slip).code == 78
    assert somebody.doors.sign_ins == 0


def test_a_password_is_not_shown_and_a_code_may_come_later(somebody: Somebody):
    somebody.adds(Password(mfa=True))
    said = somebody.signs_in(LOGIN, PASSWORD, "\x04")
    assert said.code == 77
    assert "Password (used once, not kept): " in said.err
    assert "Doors sent a code to m***@example.org." in said.told
    assert "syncd account login doors --code CODE" in said.told
    said = somebody.types("account", "login", "doors", "--code", CODE)
    assert (said.code, somebody.state) == (0, "active")
    assert PASSWORD not in "".join(somebody.said)


def test_a10_a_password_needs_a_terminal(somebody: Somebody):
    somebody.adds(Password())
    said = somebody.types("account", "login", "doors")
    assert said.code == 77
    assert said.told == (
        "syncd: A person must sign in to doors, and nobody can be asked here. Type this in a"
        " terminal: syncd account login doors"
    )
    assert somebody.doors.server.log == ()


def test_ctrl_c_at_the_password_keeps_nothing_and_leaves_the_terminal_as_it_was(
    somebody: Somebody, monkeypatch
):
    import termios

    somebody.adds(Password())
    read, modes = os.read, []

    def interrupted(handle: int, most: int) -> bytes:
        text = read(handle, most)
        if b"^C" in text:
            raise KeyboardInterrupt
        return text

    def noted(handle: int, when: int, mode: list) -> None:
        modes.append(bool(mode[3] & termios.ECHO))

    monkeypatch.setattr("syncd.cli.prompts.os.read", interrupted)
    monkeypatch.setattr(termios, "tcsetattr", noted)
    said = somebody.signs_in(LOGIN, "^C")
    assert (said.code, modes) == (130, [False, True])
    assert somebody.doors.server.log == ()
    assert somebody.state == "needs_sign_in"


def test_a6_a_vendor_that_wants_nobody_is_left_alone_until_it_says_when(somebody: Somebody):
    somebody.adds(Password())
    somebody.doors.refuses = [Answer(429)]
    for _ in range(2):
        said = somebody.signs_in(LOGIN, PASSWORD)
        assert said.code == 75
        assert "asks it nothing until 22:45. Then: syncd account login doors" in said.told
    assert somebody.doors.sign_ins == 1


def test_options_of_another_kind_of_sign_in_are_refused(somebody: Somebody, tmp_path: Path):
    somebody.adds(Password())
    for words in (("--key-file", tmp_path), ("--key-ends", "90")):
        assert somebody.types("account", "login", "doors", *words).code == 2
    somebody.offers(BY_KEY, "doors")
    assert somebody.types("account", "login", "doors", "--code", "1").code == 2


def test_doctor_opens_and_tries_every_kind_of_sign_in(somebody: Somebody):
    somebody.adds(BY_KEY)
    somebody.pipes(KEY, "--key-ends", "90")
    said = somebody.types("doctor", "--online", "--json")
    words = {c["name"]: (c["level"], c["words"]) for c in json.loads(said.out)["checks"]}
    assert words["doors online"] == ("ok", "The vendor answers.")
    assert words["doors sign-in"][0] == "ok"
    somebody.doors.key = "another"
    somebody.doors.dead = {"door-token-1"}
    said = somebody.types("doctor", "--online", "--json")
    words = {c["name"]: (c["level"], c["words"]) for c in json.loads(said.out)["checks"]}
    assert words["doors online"][0] == "problem"
    assert "syncd account login doors" in words["doors online"][1]


def test_a_key_that_ends_within_a_week_is_told_by_status_doctor_and_home(somebody: Somebody):
    somebody.adds(BY_KEY)
    somebody.pipes(KEY, "--key-ends", "30")
    assert "sign-in of doors" not in somebody.types("status").out
    somebody.clock.now += 23 * DAY
    for words in (("status",), ()):
        said = " ".join(somebody.types(*words).out.split())
        assert "The sign-in of doors ends on Mon 27 April: syncd account login doors" in said
    said = " ".join(somebody.types("doctor").out.split())
    assert "Sign in before that: syncd account login doors" in said


def test_an_account_that_is_held_back_says_until_when_on_the_list(somebody: Somebody):
    somebody.adds(Password())
    somebody.doors.asks_code = False
    somebody.signs_in(LOGIN, PASSWORD)
    somebody.doors.dead = {"door-token-1"}
    somebody.doors.issued = 7  # and nothing renews it
    assert somebody.types("sync", "doors").code == 77
    somebody.doors.refuses = [Answer(429)]
    assert somebody.signs_in(LOGIN, PASSWORD).code == 75
    found = " ".join(somebody.types("account", "list").out.split())
    assert "Sign in again after 22:45: syncd account login doors" in found
