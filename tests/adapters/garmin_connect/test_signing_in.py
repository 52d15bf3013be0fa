"""Signing in with e-mail and password through the package, and with the code that may be wanted."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from syncd.contract import (
    Admitted,
    AuthExpired,
    CodeWanted,
    Credentials,
    RateLimited,
    Stream,
    Transient,
)
from syncd.testing.fakes import listening
from syncd_garmin.app import adapter
from syncd_garmin.simulated.sso import CODE, LOGIN, PASSWORD, Mode
from syncd_garmin.simulated.telling import NAME
from tests.adapters.garmin_connect.vendor import parsed

RIGHT = Credentials(LOGIN, PASSWORD)
RESUMED = """
import sys, time
time.sleep = lambda _seconds: None
from syncd_garmin.app import adapter
settings = adapter.settings(base_url=sys.argv[1])
print(adapter.password.resume(settings, sys.stdin.read(), sys.argv[2]).session, end="")
"""


@pytest.fixture
def vendor(account, quick):
    account.vendor.server.forget()
    return account.vendor


def begin(vendor, credentials=RIGHT):
    return adapter.password.begin(adapter.settings(base_url=vendor.base_url), credentials)


def resume(vendor, state, code=CODE):
    return adapter.password.resume(adapter.settings(base_url=vendor.base_url), state, code)


def test_the_right_password_is_sent_once_and_what_it_leaves_opens_every_door(account, vendor):
    with listening() as heard:
        admitted = begin(vendor)
    assert isinstance(admitted, Admitted)
    assert vendor.sso.passwords == 1
    said = json.loads(admitted.session)
    assert said["name"] == NAME
    assert set(said["tokens"]) == {"di_token", "di_refresh_token", "di_client_id"}
    for secret in (PASSWORD, LOGIN, said["tokens"]["di_token"], "sim-refresh", "ST-simulated"):
        assert not [line for line in heard if secret in line]
        assert secret not in repr(admitted)
    assert PASSWORD not in admitted.session
    account.kept.texts[:] = [admitted.session]
    [device] = parsed(account.fetched(Stream.DEVICES, None))
    assert device.at <= account.clock()


def test_the_environment_and_the_home_folder_are_not_asked_for_tokens(
    vendor, monkeypatch, tmp_path
):
    monkeypatch.setenv("GARMINTOKENS", str(tmp_path / "tokens"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert isinstance(begin(vendor), Admitted)
    assert list(tmp_path.iterdir()) == []


def test_a_code_can_be_given_in_another_process(vendor):
    vendor.sso.mode = Mode.CODE
    wanted = begin(vendor)
    assert isinstance(wanted, CodeWanted)
    assert wanted.told == "Garmin has sent a code by e-mail."
    assert "sim-cookie" not in repr(wanted)
    assert PASSWORD not in wanted.state
    json.loads(wanted.state)
    done = subprocess.run(
        [sys.executable, "-c", RESUMED, vendor.base_url, f" {CODE} "],
        input=wanted.state,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["name"] == NAME
    assert (vendor.sso.passwords, vendor.sso.codes) == (1, 1)


def test_a_wrong_code_says_so_and_the_right_one_may_follow(vendor):
    vendor.sso.mode = Mode.CODE
    state = begin(vendor).state
    with pytest.raises(AuthExpired, match="did not accept the code"):
        resume(vendor, state, "000000")
    assert isinstance(resume(vendor, state), Admitted)


@pytest.mark.parametrize("state", ["", "{}", "[]", "no json", '{"flow": "ios", "cookies": 7}'])
def test_a_state_that_is_none_leads_to_a_new_beginning(vendor, state):
    with pytest.raises(AuthExpired, match="cannot be continued"):
        resume(vendor, state)
    assert vendor.sso.codes == 0


def test_a_wrong_password_is_sent_once(vendor):
    with pytest.raises(AuthExpired, match="does not know this e-mail and password"):
        begin(vendor, Credentials(LOGIN, "wrong"))
    assert vendor.sso.passwords == 1


@pytest.mark.parametrize("mode", [Mode.BLOCKED, Mode.BLOCKED_427])
def test_a6_a_door_that_says_too_often_is_never_knocked_at_again(vendor, mode):
    vendor.sso.mode, vendor.sso.wait_s = mode, 7200
    with pytest.raises(RateLimited, match="wants no sign-in for a while") as caught:
        begin(vendor)
    assert caught.value.retry_after == timedelta(hours=2)
    assert vendor.sso.passwords == 1


def test_a6_a_code_that_is_turned_away_as_too_often_is_sent_once(vendor):
    vendor.sso.mode = Mode.CODE
    state = begin(vendor).state
    vendor.sso.mode = Mode.BLOCKED
    with pytest.raises(RateLimited):
        resume(vendor, state)
    assert vendor.sso.codes == 1


@pytest.mark.parametrize("mode", [Mode.CHALLENGE, Mode.CAPTCHA])
def test_a_front_that_takes_us_for_a_robot_is_left_alone_for_hours(vendor, mode):
    vendor.sso.mode = mode
    with pytest.raises(RateLimited, match="front did not let this program through"):
        begin(vendor)


def test_too_often_may_hide_in_a_body(vendor):
    vendor.sso.mode = Mode.BLOCKED_IN_JSON
    with pytest.raises(RateLimited):
        begin(vendor)


def test_a_password_without_tokens_behind_it_is_no_sign_in(vendor):
    vendor.sso.mode = Mode.NO_TOKEN
    with pytest.raises(Transient, match="nothing to go on with"):
        begin(vendor)
    assert not [line for line in vendor.server.log if "connect/" in line.path]


def test_nobody_there_is_told_as_such(vendor):
    vendor.server.stop()
    with pytest.raises(Transient, match="could not be reached"):
        begin(vendor)
