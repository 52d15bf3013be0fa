"""Libraries that renew a sign-in by themselves: what they renew is neither lost nor overwritten."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from urllib.request import urlopen

import pytest

from syncd.contract import AuthExpired, Malformed, Password
from syncd.service.signing_in import sign_in
from syncd.store import accounts, due, failpoint, logins
from tests.integration.engine.doors import CODE, LOGIN, PASSWORD, browser
from tests.integration.engine.doors_home import Home, Person, home_with_doors

HOUR = timedelta(hours=1)


@pytest.fixture
def home(store, tmp_path):
    with home_with_doors(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def with_session(home: Home) -> int:
    account_id = home.adds(Password(mfa=True))
    home.with_password(account_id, Person([LOGIN, PASSWORD, CODE]))
    return account_id


@pytest.fixture
def with_grant(home: Home) -> int:
    account_id = home.adds(browser(home.doors, renews_itself=True))
    sign_in(home.roads, account_id, home.adapter_of(account_id), Visitor(), lock=home.lock)
    return account_id


class Visitor:
    """Somebody with a browser on this machine who says yes."""

    def show(self, address: str) -> None:
        threading.Thread(target=lambda: urlopen(address, timeout=10).read()).start()

    def note(self, sentence: str) -> None:
        raise AssertionError(sentence)

    def pasted(self, within_s: float) -> None:
        return None


def test_a_session_that_a_library_renewed_is_what_the_next_connection_gets(home, with_session):
    home.doors.dead = {"door-token-1"}
    assert home.sync(with_session).error is None
    assert home.entry(with_session).keeper.held() == "door-token-2"
    assert home.doors.issued == 2


def test_a_renewal_is_in_the_store_before_it_is_used(home, with_session):
    keeper = home.entry(with_session).keeper
    keeper.held()
    assert keeper.keep("renewed") == "renewed"
    assert home.entry(with_session).keeper.held() == "renewed"
    assert home.account(with_session).token_generation == 2


def test_a1_the_loser_of_a_race_gets_what_stands(home, with_session):
    winner, loser = home.entry(with_session).keeper, home.entry(with_session).keeper
    winner.held()
    loser.held()
    assert winner.keep("the winner's") == "the winner's"
    assert loser.keep("the loser's") == "the winner's"
    assert loser.keep("made of the winner's") == "made of the winner's"  # it knows that one now


def test_a_renewal_under_way_does_not_overwrite_a_new_sign_in(home, with_session):
    keeper = home.entry(with_session).keeper
    keeper.held()
    home.with_password(with_session, Person([LOGIN, PASSWORD, CODE]))
    assert keeper.keep("of the old one") == "door-token-2"


def test_a_renewal_under_way_does_not_bring_a_removed_sign_in_back(home, with_session):
    keeper = home.entry(with_session).keeper
    keeper.held()
    with home.store.write(durable=True) as tx:
        logins.remove(tx, with_session)
    with pytest.raises(AuthExpired):
        keeper.keep("renewed")
    assert home.account(with_session).state == due.REMOVED


def test_an_unchanged_session_is_not_written(home, with_session):
    keeper = home.entry(with_session).keeper
    assert keeper.keep(keeper.held()) == "door-token-1"
    assert home.account(with_session).token_generation == 1


def test_a_renewal_holds_the_lease_that_runs_longer_and_takes_none(home, with_session):
    keeper = home.entry(with_session).keeper
    keeper.keep("by nobody's sync")
    assert home.account(with_session).lease_until is None
    with home.store.write() as tx:
        accounts.take_lease(tx, with_session, now=home.clock.now)
    before = home.account(with_session).lease_until
    home.clock.now += timedelta(seconds=30)
    home.entry(with_session).keeper.keep("by the one who holds it")
    after = home.account(with_session).lease_until
    assert after > before or home.store.dialect == "postgresql"  # that goes by its own clock
    assert after >= before


def test_a_renewal_killed_before_its_commit_leaves_the_old_session(home, with_session, monkeypatch):
    keeper = home.entry(with_session).keeper
    keeper.held()

    def killed(_point: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(failpoint, "reached", killed)
    with pytest.raises(KeyboardInterrupt):
        keeper.keep("renewed")
    monkeypatch.undo()
    assert home.entry(with_session).keeper.held() == "door-token-1"


@pytest.mark.parametrize("renewed", ["", "x" * 300_000])
def test_a7_what_can_be_no_session_is_not_kept(home, with_session, renewed):
    keeper = home.entry(with_session).keeper
    with pytest.raises(Malformed):
        keeper.keep(renewed)
    assert keeper.held() == "door-token-1"


def test_a_grant_that_a_library_renewed_is_what_the_next_connection_gets(home, with_grant):
    first = json.loads(home.entry(with_grant).keeper.held())
    assert home.sync(with_grant).error is None
    home.clock.now += 2 * HOUR
    assert home.sync(with_grant).error is None
    second = json.loads(home.entry(with_grant).keeper.held())
    assert second["refresh_token"] != first["refresh_token"]
    assert second["expires_at"] == (home.clock.now + timedelta(seconds=3599)).timestamp()
    assert home.doors.sign_in.refreshes == 1
    assert home.entry(with_grant).granted == {"steps"}  # a library says nothing of scopes


def test_a_library_and_the_core_share_one_grant(home, with_grant):
    home.clock.now += 2 * HOUR
    entry = home.entry(with_grant)
    token = entry.tokens()
    assert json.loads(entry.keeper.held())["access_token"] == token
    assert home.sync(with_grant).error is None
    assert home.doors.sign_in.refreshes == 1


@pytest.mark.parametrize(
    "renewed",
    [
        "",
        "[]",
        '{"access_token": ""}',
        '{"access_token": "a", "refresh_token": 7, "expires_at": 1}',
        '{"access_token": "a", "refresh_token": "r"}',
        '{"access_token": "a", "refresh_token": "r", "expires_at": 1e99}',
        '{"access_token": "a", "refresh_token": "r", "expires_at": NaN}',
    ],
)
def test_a7_poisoned_tokens_are_not_kept(home, with_grant, renewed):
    keeper = home.entry(with_grant).keeper
    before = keeper.held()
    with pytest.raises(Malformed, match="no tokens"):
        keeper.keep(renewed)
    assert keeper.held() == before


def test_a_grant_without_a_new_refresh_token_keeps_the_old_one(home, with_grant):
    keeper = home.entry(with_grant).keeper
    before = json.loads(keeper.held())
    kept = json.loads(keeper.keep('{"access_token": "a", "expires_at": 2000000000}'))
    assert kept == {"access_token": "a", "refresh_token": before["refresh_token"],
                    "expires_at": 2000000000.0}  # fmt: skip


def test_a_sync_that_fails_with_the_old_sign_in_does_not_end_a_new_one(home, with_session):
    home.doors.dead = {"door-token-1"}
    home.doors.on_data = lambda: home.with_password(with_session, Person([LOGIN, PASSWORD, CODE]))
    home.clock.now += HOUR
    report = home.sync(with_session)
    assert isinstance(report.error, AuthExpired)
    account = home.account(with_session)
    assert (account.state, account.next_sync_at) == (due.ACTIVE, home.clock.now)
