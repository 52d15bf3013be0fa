"""Signing in with a key: exchanged over real sockets, sealed, renewed in time, given up in time."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest

from syncd.contract import ApiKey, AuthExpired, Transient
from syncd.service.key_sign_in import keep_key
from syncd.sim.server import Answer
from syncd.store import due, failpoint, logins
from syncd.store import tables as t
from syncd.store.store_lock import make_store_lock
from tests.integration.engine.doors import KEY
from tests.integration.engine.doors_home import Home, home_with_doors

AUTH = ApiKey("door key", where="Doors gives one under Settings, Keys.")
HOUR = timedelta(hours=1)


@pytest.fixture
def home(store, tmp_path):
    with home_with_doors(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def account_id(home: Home) -> int:
    return home.adds(AUTH)


def test_a_key_is_exchanged_once_and_a_sync_uses_the_short_token(home, account_id):
    done = home.with_key(account_id)
    account = home.account(account_id)
    assert (done.account, done.ends_at) == (account, None)
    assert (account.state, account.vendor_user) == (due.ACTIVE, "me")
    assert home.sync(account_id).error is None
    assert (home.doors.sign_ins, set(home.doors.used)) == (1, {"door-token-1"})


def test_a_token_of_a_day_is_renewed_in_its_last_hour(home, account_id):
    home.with_key(account_id)
    tokens = home.entry(account_id).tokens
    home.clock.now += 23 * HOUR - timedelta(seconds=1)
    assert tokens() == "door-token-1"
    home.clock.now += timedelta(seconds=2)
    assert tokens() == "door-token-2"
    assert home.entry(account_id).tokens() == "door-token-2"  # kept, not only used


def test_a_token_that_still_serves_is_used_while_the_vendor_cannot_renew_it(home, account_id):
    home.with_key(account_id)
    home.doors.refuses = [Answer(503)] * 9
    home.clock.now += 23 * HOUR + timedelta(minutes=30)
    tokens = home.entry(account_id).tokens
    assert [tokens(), tokens(), tokens()] == ["door-token-1"] * 3
    assert home.doors.sign_ins == 2  # asked once, not at every request
    home.clock.now += HOUR
    with pytest.raises(Transient):
        home.entry(account_id).tokens()
    home.doors.refuses = []
    assert home.entry(account_id).tokens() == "door-token-2"


def test_a_refused_token_is_exchanged_anew_once_and_then_a_person_must_come(home, account_id):
    home.with_key(account_id)
    home.doors.dead = {"door-token-1"}
    assert home.sync(account_id).error is None
    assert home.doors.used[-1] == "door-token-2"
    home.doors.dead = {f"door-token-{n}" for n in range(9)}
    home.clock.now += 2 * HOUR
    report = home.sync(account_id)
    assert isinstance(report.error, AuthExpired)
    assert home.account(account_id).state == due.NEEDS_SIGN_IN
    assert home.doors.sign_ins == 3


def test_a_key_that_was_taken_back_ends_in_one_notice(home, account_id):
    home.with_key(account_id)
    home.doors.key = "another"
    home.doors.dead = {"door-token-1"}
    for _ in range(2):
        home.sync(account_id)
    with home.store.read() as cx:
        notices = list(cx.execute(t.notice.select()).mappings())
    assert [n["kind"] for n in notices] == [due.NEEDS_SIGN_IN]
    assert "syncd account login doors" in notices[0]["words"]


@pytest.mark.parametrize("pasted", [f"  {KEY}\r\n", f'"{KEY}"', "key-of\u00a0-me-\u200b123\n"])
def test_what_comes_along_with_a_pasted_key_is_left_out(home, account_id, pasted):
    home.with_key(account_id, pasted)
    assert home.doors.seen == [f"ApiKey {KEY}"]


@pytest.mark.parametrize("typed", ["", " \n", "schl\u00fcssel", "x" * 5000])
def test_what_cannot_be_a_key_is_not_sent(home, account_id, typed):
    with pytest.raises(AuthExpired, match="no door key"):
        home.with_key(account_id, typed)
    assert home.doors.server.log == ()


def test_a_wrong_key_changes_nothing(home, account_id):
    before = home.account(account_id)
    with pytest.raises(AuthExpired):
        home.with_key(account_id, "wrong")
    assert home.account(account_id) == before
    home.with_key(account_id)
    before = home.account(account_id)
    with pytest.raises(AuthExpired):
        home.with_key(account_id, "wrong")
    assert home.account(account_id) == before


def test_a_vendor_that_is_down_is_tried_later_and_nothing_changes(home, account_id):
    before = home.account(account_id)
    home.doors.refuses = [Answer(503)]
    with pytest.raises(Transient):
        home.with_key(account_id)
    assert home.account(account_id) == before


def test_a_key_of_another_person_is_not_kept(home, account_id):
    home.with_key(account_id)
    before = home.account(account_id)
    home.doors.user = "somebody-else"
    with pytest.raises(AuthExpired, match="another person's sign-in"):
        home.with_key(account_id)
    assert home.account(account_id) == before


def test_the_end_of_a_key_comes_from_the_vendor_or_else_from_the_person(home, account_id):
    said, told = home.clock.now + timedelta(days=90), home.clock.now + timedelta(days=30)
    assert home.with_key(account_id, ends_at=said).ends_at == said
    assert home.account(account_id).grant_ends_at == said
    home.clock.now += 25 * HOUR
    home.entry(account_id).tokens()
    assert home.account(account_id).grant_ends_at == said  # a renewal forgets nothing
    home.doors.key_ends_at = told
    home.clock.now += 25 * HOUR
    home.entry(account_id).tokens()
    assert home.account(account_id).grant_ends_at == told
    assert home.with_key(account_id, ends_at=said).ends_at == told


def test_a_clock_that_is_wrong_by_days_does_not_exchange_at_every_request(home, account_id):
    home.with_key(account_id)
    home.clock.now += timedelta(days=400)
    home.doors.now = lambda: home.clock.now - timedelta(days=399)
    tokens = home.entry(account_id).tokens
    assert {tokens() for _ in range(5)} == {"door-token-2"}


def test_the_loser_of_two_renewals_uses_what_the_winner_kept(home, account_id):
    home.with_key(account_id)
    home.clock.now += 25 * HOUR
    winner, loser = home.entry(account_id).tokens, home.entry(account_id).tokens
    overtaking = iter([True])

    def overtake() -> None:
        if next(overtaking, False):
            assert winner() == "door-token-2"

    home.doors.on_sign_in = overtake
    assert loser() == "door-token-2"
    assert home.entry(account_id).tokens() == "door-token-2"


def test_a_key_signed_in_with_meanwhile_is_not_given_up_for_the_old_one(home, account_id):
    home.with_key(account_id)
    home.doors.dead, home.doors.key = {"door-token-1"}, "new-key-789"
    signing_in = iter([True])

    def meanwhile() -> None:
        if next(signing_in, False):
            home.with_key(account_id, "new-key-789")

    tokens = home.entry(account_id).tokens
    assert tokens() == "door-token-1"
    home.doors.on_sign_in = meanwhile
    assert tokens(refused="door-token-1") == "door-token-2"
    assert home.account(account_id).state == due.ACTIVE


def test_a_removed_account_keeps_no_key_even_while_it_is_renewed(home, account_id):
    home.with_key(account_id)
    home.clock.now += 25 * HOUR
    tokens = home.entry(account_id).tokens

    def remove() -> None:
        with home.store.write(durable=True) as tx:
            logins.remove(tx, account_id)

    home.doors.on_sign_in = remove
    with pytest.raises(AuthExpired):
        tokens()
    with home.store.read() as cx:
        assert cx.execute(t.secret.select()).all() == []


def test_a12_no_key_and_no_token_is_logged_or_kept_in_the_open(home, account_id, caplog):
    caplog.set_level(logging.DEBUG)
    done = home.with_key(account_id)
    home.sync(account_id)
    with home.store.read() as cx:
        rows = [str(list(cx.execute(table.select()))) for table in t.metadata.sorted_tables]
    shown = "".join([caplog.text, repr(done), *rows, json.dumps(dict(done.account.settings))])
    assert KEY not in shown
    assert "door-token" not in shown


def test_a_sign_in_killed_between_exchange_and_commit_leaves_nothing_half_kept(
    home, account_id, monkeypatch
):
    before = home.account(account_id)
    tried = home.tried(account_id)

    def killed(_point: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(failpoint, "reached", killed)
    with pytest.raises(KeyboardInterrupt):
        keep_key(home.roads, tried, home.lock)
    monkeypatch.undo()
    assert home.account(account_id) == before
    with home.store.read() as cx:
        assert cx.execute(t.secret.select()).all() == []
    assert home.with_key(account_id).account.state == due.ACTIVE


def test_a_renewal_killed_between_exchange_and_commit_is_made_again(home, account_id, monkeypatch):
    home.with_key(account_id)
    home.clock.now += 25 * HOUR
    tokens = home.entry(account_id).tokens

    def killed(_point: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(failpoint, "reached", killed)
    with pytest.raises(KeyboardInterrupt):
        tokens()
    monkeypatch.undo()
    assert home.entry(account_id).tokens() == "door-token-3"


def test_a_key_sealed_with_another_store_lock_asks_for_that_lock_or_a_sign_in(
    home, account_id, tmp_path
):
    home.with_key(account_id)
    (tmp_path / "store-lock").unlink()
    home.lock = make_store_lock(tmp_path / "store-lock")
    report = home.sync(account_id)
    assert "sealed with another store lock" in str(report.error)
    assert home.account(account_id).state == due.NEEDS_SIGN_IN
    home.with_key(account_id)
    assert home.account(account_id).state == due.ACTIVE
    home.clock.now += HOUR
    assert home.sync(account_id).error is None
