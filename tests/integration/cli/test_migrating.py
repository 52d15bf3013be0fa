"""``syncd account migrate`` as a person types it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from syncd.contract import Password
from tests.integration.cli.at_terminal import DAY, Turned
from tests.integration.cli.conftest import Cli
from tests.integration.cli.test_login_ways import BY_KEY, Somebody
from tests.integration.engine.doors import KEY, LOGIN, PASSWORD, Doors


@pytest.fixture
def somebody(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Somebody]:
    monkeypatch.delenv("DOORS_KEY", raising=False)
    clock = Turned()
    with Doors(lambda: clock.now) as doors:
        doors.asks_code = False
        there = Somebody(cli, doors, monkeypatch, clock)
        there.adds(Password())
        assert there.signs_in(LOGIN, PASSWORD).code == 0
        there.offers(BY_KEY, "gates")
        yield there


def accounts(somebody: Somebody) -> dict[str, dict[str, object]]:
    rows = json.loads(somebody.types("account", "list", "--json").out)["accounts"]
    return {row["account"]: row for row in rows}


def to_gates(somebody: Somebody) -> tuple[str, ...]:
    url = somebody.doors.server.url
    return ("migrate", "doors", "--to", "gates", "--set", f"base_url={url}")


def test_a_move_says_what_it_does_signs_in_and_says_what_it_did(somebody: Somebody):
    assert somebody.types("sync", "doors", "--since", "-5d").code == 0
    somebody.clock.now += DAY
    said = somebody.signs_in(KEY, "", words=to_gates(somebody))
    assert said.code == 0
    text = " ".join(said.out.split())
    assert "gates takes over from doors as soon as you have signed in." in text
    assert "The 1 day of doors stay, with their verdicts. gates begins with Sat 28 March" in text
    assert "doors is retired: it is asked no more, and its days stay." in text
    assert said.lines[-1] == "Next: syncd sync gates"
    rows = accounts(somebody)
    assert (rows["doors"]["state"], rows["doors"]["needs"]) == ("retired", None)
    assert rows["gates"]["state"] == "active"
    assert "me: moved to gates" in somebody.types("account", "list").out
    assert "Moved to gates." in somebody.types("status").out
    said = somebody.types("sync")
    assert (said.code, said.err) == (0, "")
    for words in (
        ("sync", "doors"),
        ("account", "login", "doors"),
        ("account", *to_gates(somebody)),
    ):
        said = somebody.types(*words)
        assert (said.code, "doors was moved to gates" in said.told) == (78, True)


def test_a_move_that_was_interrupted_goes_on(somebody: Somebody):
    said = somebody.types("account", *to_gates(somebody))
    assert said.code == 77
    assert "doors stays as it is. To go on: syncd account migrate doors" in said.told
    assert accounts(somebody)["doors"]["state"] == "active"
    said = somebody.types("account", "migrate", "doors", "--to", "elsewhere")
    assert (said.code, "is on its way to gates already" in said.told) == (2, True)
    said = somebody.signs_in(KEY, "", words=("migrate", "doors"))
    assert (said.code, "it waits for you" in said.out) == (0, True)
    assert accounts(somebody)["doors"]["state"] == "retired"


def test_signing_in_to_the_new_account_by_itself_ends_the_move_too(somebody: Somebody):
    somebody.types("account", *to_gates(somebody))
    assert somebody.signs_in(KEY, "", words=("login", "gates")).code == 0
    assert accounts(somebody)["doors"]["state"] == "retired"


def test_a_move_that_is_given_up_leaves_the_old_account_as_it_was(somebody: Somebody):
    somebody.types("account", *to_gates(somebody))
    assert somebody.types("account", "remove", "gates", "--yes").code == 0
    assert accounts(somebody)["doors"]["state"] == "active"
    assert somebody.types("account", "migrate", "doors").code == 2
    url = somebody.doors.server.url
    assert somebody.types("account", "add", "gates", "--set", f"base_url={url}").code == 0
    assert somebody.signs_in(KEY, "", words=("login", "gates")).code == 0
    assert accounts(somebody)["doors"]["state"] == "active"


def test_a_move_needs_an_account_and_a_vendor(somebody: Somebody):
    assert somebody.types("account", "migrate", "nobody", "--to", "gates").code == 2
    said = somebody.types("account", "migrate", "doors")
    assert (said.code, "Say where to: --to VENDOR." in said.told) == (2, True)
