"""Accounts through the command line, against a vendor over real sockets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.sim.faults import WAIT, FaultKind
from syncd_google_health.simulator import GoogleHealth
from tests.integration.cli.at_terminal import DAY, NAME, Person, Turned, added, of_list, vendor_of
from tests.integration.cli.conftest import Cli


@pytest.fixture
def clock() -> Turned:
    return Turned()


@pytest.fixture
def vendor(clock: Turned) -> Iterator[GoogleHealth]:
    with vendor_of(clock) as running:
        yield running


@pytest.fixture
def person(cli: Cli, clock: Turned) -> Iterator[Person]:
    with pytest.MonkeyPatch.context() as patch:
        yield Person(cli, clock, patch)


def test_a12_the_whole_story_from_adding_an_account_to_removing_it(
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
    assert said.lines[-1].startswith("google-health: ")
    days = json.loads(person.types("days", "--json").out)["days"]
    assert len(days) >= 9
    zones = json.loads(person.types("person", "list", "--json").out)["people"]
    assert zones == [{"person": "me", "cohort": None, "tz": "Europe/Berlin"}]
    assert {"met", "missed"} <= {d["outcome"] for d in days}
    [row] = of_list(person)
    assert (row["state"], row["needs"]) == ("active", None)

    assert person.types("account", "pause", NAME).code == 0
    assert [r["state"] for r in of_list(person)] == ["paused"]
    said = person.types("sync", NAME)
    assert (said.code, "resume" in said.told) == (2, True)
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
    assert (said.code, "was removed" in said.told) == (2, True)
    secrets_stay_secret(person, vendor, caplog)


def secrets_stay_secret(person: Person, vendor: GoogleHealth, caplog) -> None:
    """Fail where a token, a code or the client's secret was shown or logged."""
    shown = "".join(person.said) + caplog.text
    assert vendor.sign_in.refreshes >= 1
    for secret in ("simulated-secret", "sim-access-", "sim-refresh-", "sim-code-"):
        assert secret not in shown


def test_a_headless_person_pastes_the_last_address_into_the_terminal(
    person: Person, vendor: GoogleHealth, tmp_path: Path
):
    added(person, vendor, tmp_path)
    said = person.signs_in_elsewhere()
    assert said.code == 0
    assert "There is no code in that address." in said.told
    assert "It opens by itself" not in said.out
    assert person.opened == []
    assert of_list(person)[0]["state"] == "active"


def test_a10_without_a_terminal_a_sign_in_ends_with_77_and_what_to_type(
    person: Person, vendor: GoogleHealth, tmp_path: Path
):
    added(person, vendor, tmp_path)
    said = person.types("account", "login", NAME, DISPLAY=":0")
    assert said.code == 77
    assert " ".join(said.err.split()) == (
        "syncd: A person must sign in to google-health, and nobody can be asked here. Type this in"
        " a terminal: syncd account login google-health"
    )
    assert (vendor.server.log, person.opened) == ((), [])


def test_ctrl_d_at_the_sign_in_ends_it_kindly(person: Person, vendor: GoogleHealth, tmp_path: Path):
    added(person, vendor, tmp_path)
    said = person.signs_in_elsewhere(ends=True)
    assert (said.code, said.err) == (
        77,
        "syncd: The sign-in was broken off; nothing was changed.\n",
    )


def test_a_sign_in_that_will_end_is_explained_at_once_and_on_the_home_screen(
    person: Person, vendor: GoogleHealth, tmp_path: Path
):
    vendor.sign_in.rules.testing = True
    added(person, vendor, tmp_path)
    said = person.signs_in().out.replace("\n", " ")
    assert "It ends on Sat 4 April. Google ends this sign-in after seven days" in said
    home = " ".join(person.types().out.split())
    assert "The sign-in of google-health ends on Sat 4 April: syncd account login" in home


def test_accounts_that_fail_are_named_and_the_others_go_on(
    person: Person, vendor: GoogleHealth, tmp_path: Path
):
    added(person, vendor, tmp_path)
    said = person.types("sync")
    again = "nobody has signed in yet: syncd account login google-health"
    assert (said.code, said.err) == (77, f"google-health: {again}\n")
    added(person, vendor, tmp_path)
    person.signs_in("google-health-2")
    said = person.types("sync", "--since", "2026-03-20")
    assert said.code == 3
    assert again in said.told
    assert "google-health-2: 1" in said.out
    vendor.faults.add(FaultKind.SERVER_ERROR, times=None)
    said = person.types("sync", "google-health-2", "--since", "2026-03-20")
    assert said.code == 75
    home = " ".join(person.types().out.split())
    assert "Waiting google-health-2: " in home
    assert f"Needs you google-health: {again}" in home
    said = person.types("sync")
    assert said.code == 77
    assert "It is asked again at" in said.told


def test_a9_a_named_sync_never_asks_earlier_than_the_vendor_bade_but_shortens_a_plain_wait(
    person: Person, vendor: GoogleHealth, tmp_path: Path, clock: Turned
):
    added(person, vendor, tmp_path)
    person.signs_in()
    vendor.faults.add(FaultKind.TOO_MANY_SECONDS)
    assert person.types("sync", NAME).code == 75
    asked = len(vendor.server.log)
    said = person.types("sync", NAME)
    assert (said.code, said.out) == (75, "")
    assert "was asked too often (429). It is asked again at" in said.told
    assert len(vendor.server.log) == asked
    assert [row["state"] for row in of_list(person)] == ["waiting"]
    doctor = " ".join(person.types("doctor", "--online").out.split())
    assert "Not asked: the vendor bids us wait" in doctor
    assert len(vendor.server.log) == asked
    clock.now += WAIT
    assert person.types("sync", NAME).code == 0

    clock.now += DAY
    vendor.faults.add(FaultKind.SERVER_ERROR)
    assert person.types("sync", NAME).code == 75
    assert person.types("sync").code == 75  # it waits of its own accord
    assert person.types("sync", NAME).code == 0


def test_adding_an_account_checks_everything_at_once(
    person: Person, vendor: GoogleHealth, tmp_path: Path
):
    file = vendor.write_client_file(tmp_path)
    for words, sentence in (
        (("nobodys",), 'There is no adapter called "nobodys".'),
        (("files",), "Files need no account: syncd import PATH"),
        ((NAME,), "google-health: client_file is missing"),
        ((NAME, "--set", "client_file=gone.json"), "gone.json could not be read"),
        ((NAME, "--set", f"client_file={file}", "--set", "x=1"), 'there is no setting "x"'),
        ((NAME, "--set", f"client_file={file}", "--set", "token=abc"), "token holds a secret"),
        ((NAME, "--set", f"client_file={file}", "--person", "Ada"), 'There is no person "Ada".'),
        ((NAME, "--set", f"client_file={file}", "--name", "files"), '"files" is kept'),
    ):
        said = person.types("account", "add", *words)
        assert (said.code, said.out) == (78, ""), words
        assert sentence in said.told
        assert "abc" not in said.err
    assert of_list(person) == []
    assert person.types("account", "add", NAME, "--set", "client_file").code == 2


def test_names_are_unique_and_a_removed_account_comes_back_with_its_days(
    person: Person, vendor: GoogleHealth, tmp_path: Path
):
    assert added(person, vendor, tmp_path).code == 0
    assert added(person, vendor, tmp_path).lines[0].startswith("google-health-2 added for me")
    said = added(person, vendor, tmp_path, "--name", NAME)
    assert (said.code, "already is an account" in said.told) == (78, True)
    person.types("account", "remove", NAME, "--yes")
    assert "It was removed. To have it back" in person.types("account", "login", NAME).err
    said = added(person, vendor, tmp_path)
    assert said.lines[0].startswith("google-health is back for me")
    assert {row["account"] for row in of_list(person)} == {NAME, "google-health-2"}
    person.types("person", "add", "Ada")
    assert "Say whose it is: --person NAME" in added(person, vendor, tmp_path).err
    assert added(person, vendor, tmp_path, "--person", "Ada").lines[0].startswith("google-health-3")


def test_an_account_is_shown_with_its_streams_and_no_secret(
    person: Person, vendor: GoogleHealth, tmp_path: Path
):
    added(person, vendor, tmp_path)
    person.signs_in()
    person.types("sync", "--since", "2026-03-20")
    said = person.types("account", "show", NAME)
    assert "Steps" in said.out
    assert "complete until Sat 28 March" in said.out
    [shown] = json.loads(person.types("account", "show", NAME, "--json").out)["accounts"]
    assert shown["settings"]["base_url"] == vendor.base_url
    assert {s["stream"]: s["state"] for s in shown["streams"]}["steps"] == "ok"
    assert "simulated-secret" not in "".join(person.said)
    assert person.types("account", "show", "google").err.startswith(
        'syncd: There is no account "google". Did you mean google-health?'
    )
