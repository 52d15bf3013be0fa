"""Signing in with a password and a code: once, resumable, and never hammering a vendor."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from syncd.contract import AuthExpired, Password, RateLimited, Transient
from syncd.sim.server import Answer
from syncd.store import due, logins, secrets
from syncd.store import tables as t
from tests.integration.engine.doors import CODE, LOGIN, PASSWORD
from tests.integration.engine.doors_home import Home, Person, home_with_doors

AUTH = Password(mfa=True)
HOUR = timedelta(hours=1)
TOO_OFTEN = Answer(429)


@pytest.fixture
def home(store, tmp_path):
    with home_with_doors(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def account_id(home: Home) -> int:
    return home.adds(AUTH)


def typing(*more) -> Person:
    return Person([LOGIN, PASSWORD, *more])


def held(home: Home) -> list[str]:
    """Return the names of what is sealed."""
    with home.store.read() as cx:
        return sorted(row.name for row in cx.execute(t.secret.select()))


def test_a_password_and_a_code_leave_a_session_and_nothing_else(home, account_id):
    person = typing(f"{CODE[:3]} {CODE[3:]}")
    done = home.with_password(account_id, person)
    assert done.account.state == due.ACTIVE
    assert done.account.vendor_user == "me"
    assert person.asked[1] == "Password (used once, not kept): (hidden)"
    assert person.notes[0] == "Doors sent a code to m***@example.org."
    assert held(home) == [secrets.TOKEN]
    assert home.sync(account_id).error is None


def test_without_a_code_a_password_is_enough(home, account_id):
    home.doors.asks_code = False
    home.with_password(account_id, typing())
    assert home.account(account_id).state == due.ACTIVE


def test_a_wrong_password_is_tried_once(home, account_id):
    before = home.account(account_id)
    with pytest.raises(AuthExpired, match="does not know"):
        home.with_password(account_id, Person([LOGIN, "wrong"]))
    assert (home.account(account_id), home.doors.sign_ins) == (before, 1)


def test_a_code_may_be_typed_in_another_process_a_quarter_of_an_hour_long(home, account_id):
    with pytest.raises(KeyboardInterrupt):
        home.with_password(account_id, typing(KeyboardInterrupt()))
    assert held(home) == [secrets.AWAITED]
    home.clock.now += timedelta(minutes=14)
    home.entering(account_id, Person(can_ask=False)).resumed("246-810")
    assert home.account(account_id).state == due.ACTIVE
    assert held(home) == [secrets.TOKEN]


def test_a_code_that_comes_too_late_begins_a_new_sign_in(home, account_id):
    with pytest.raises(KeyboardInterrupt):
        home.with_password(account_id, typing(KeyboardInterrupt()))
    home.clock.now += timedelta(minutes=15)
    asked = home.doors.sign_ins
    with pytest.raises(AuthExpired, match="Begin anew: syncd account login doors"):
        home.entering(account_id, Person()).resumed(CODE)
    assert home.doors.sign_ins == asked


def test_whoever_comes_back_with_the_code_is_asked_for_it_first(home, account_id):
    with pytest.raises(KeyboardInterrupt):
        home.with_password(account_id, typing(KeyboardInterrupt()))
    person = Person([CODE])
    home.with_password(account_id, person)
    assert (person.asked, home.doors.sign_ins) == (["Code (Enter to begin anew): "], 2)


def test_whoever_lost_the_code_begins_anew(home, account_id):
    with pytest.raises(KeyboardInterrupt):
        home.with_password(account_id, typing(KeyboardInterrupt()))
    home.with_password(account_id, Person(["", LOGIN, PASSWORD, CODE]))
    assert home.account(account_id).state == due.ACTIVE


def test_a_mistyped_code_may_be_typed_again_three_in_all(home, account_id):
    home.with_password(account_id, typing("1", "2", CODE))
    with pytest.raises(AuthExpired, match="Begin anew"):
        home.with_password(account_id, typing("1", "2", "3"))
    assert held(home) == [secrets.TOKEN]  # the sign-in before it stays
    with pytest.raises(AuthExpired, match="waits for no code"):
        home.entering(account_id, Person()).resumed(CODE)


def test_a_wrong_code_on_the_line_can_be_corrected_on_the_next(home, account_id):
    with pytest.raises(KeyboardInterrupt):
        home.with_password(account_id, typing(KeyboardInterrupt()))
    nobody = Person(can_ask=False)
    with pytest.raises(AuthExpired, match="Again: syncd account login doors --code CODE"):
        home.entering(account_id, nobody).resumed("1")
    home.entering(account_id, nobody).resumed(CODE)
    assert home.account(account_id).state == due.ACTIVE


def test_a10_where_nobody_can_be_asked_the_vendor_is_not_asked_either(home, account_id):
    with pytest.raises(AuthExpired, match="Type this in a terminal: syncd account login doors"):
        home.with_password(account_id, Person(can_ask=False))
    assert home.doors.server.log == ()
    with pytest.raises(KeyboardInterrupt):
        home.with_password(account_id, typing(KeyboardInterrupt()))
    with pytest.raises(AuthExpired, match="Then: syncd account login doors --code CODE"):
        home.with_password(account_id, Person(can_ask=False))
    assert home.doors.sign_ins == 1


def test_a6_a_vendor_that_wants_nobody_is_asked_nothing_for_longer_each_time(home, account_id):
    for hours in (2, 4, 8, 24, 24):
        home.doors.refuses = [TOO_OFTEN]
        asked = home.doors.sign_ins
        with pytest.raises(RateLimited, match=r"until .*Then: syncd account login doors"):
            home.with_password(account_id, typing())
        begun = home.clock.now
        home.clock.now += hours * HOUR - timedelta(seconds=1)
        person = typing()
        with pytest.raises(RateLimited):  # in a process of its own: nothing but the store is left
            home.entering(account_id, person).begun()
        assert (person.asked, home.doors.sign_ins) == ([], asked + 1)
        home.clock.now = begun + hours * HOUR
    home.with_password(account_id, typing(CODE))
    account = home.account(account_id)
    assert (account.sign_in_after, account.sign_in_refusals) == (None, 0)


def test_a6_a_vendor_that_asks_for_longer_itself_gets_it_a_day_at_most(home, account_id):
    for said, hours in ((3, 3), (400, 24)):
        home.doors.refuses = [Answer(429, headers={"Retry-After": str(3600 * said)})]
        with pytest.raises(RateLimited):
            home.with_password(account_id, typing())
        after = home.account(account_id).sign_in_after
        assert abs(after - home.clock.now - hours * HOUR) < timedelta(minutes=1)
        home.clock.now = after


def test_a6_another_account_at_the_vendor_is_held_back_too_and_other_vendors_are_not(
    home, account_id
):
    other, elsewhere = home.adds(AUTH, "second"), home.adds(AUTH, "gates", "gates")
    home.doors.refuses = [TOO_OFTEN]
    with pytest.raises(RateLimited):
        home.with_password(account_id, typing())
    with home.store.write(durable=True) as tx:
        logins.remove(tx, account_id)  # giving the account up is no way round
    with pytest.raises(RateLimited):
        home.with_password(other, typing())
    assert home.doors.sign_ins == 1
    home.with_password(elsewhere, typing(CODE))


def test_a6_an_account_that_is_signed_in_goes_on_while_a_new_sign_in_is_held_back(home, account_id):
    home.with_password(account_id, typing(CODE))
    home.doors.refuses = [TOO_OFTEN]
    with pytest.raises(RateLimited):
        home.with_password(account_id, typing())
    account = home.account(account_id)
    assert (account.state, account.waiting_until) == (due.ACTIVE, None)
    assert home.sync(account_id).error is None


def test_a_code_refused_for_too_many_tries_holds_back_too(home, account_id):
    with pytest.raises(KeyboardInterrupt):
        home.with_password(account_id, typing(KeyboardInterrupt()))
    home.doors.refuses = [TOO_OFTEN]
    with pytest.raises(RateLimited):
        home.entering(account_id, Person()).resumed(CODE)
    assert home.account(account_id).sign_in_refusals == 1


def test_a_vendor_that_is_down_changes_nothing(home, account_id):
    before = home.account(account_id)
    home.doors.refuses = [Answer(503)]
    with pytest.raises(Transient):
        home.with_password(account_id, typing())
    assert (home.account(account_id), held(home)) == (before, [])


def test_a_sign_in_that_took_a_code_is_kept_when_its_owner_cannot_be_asked_just_then(
    home, account_id, monkeypatch
):
    home.with_password(account_id, typing(CODE))
    monkeypatch.setattr(home.doors, "down", True)
    home.with_password(account_id, typing(CODE))
    monkeypatch.setattr(home.doors, "down", False)
    assert home.account(account_id).token_generation == 2
    home.doors.user = "somebody-else"  # and the first pull finds out
    home.clock.now += 2 * HOUR
    assert "another person" in str(home.sync(account_id).error)


def test_a_password_of_another_person_is_not_kept(home, account_id):
    home.with_password(account_id, typing(CODE))
    before = home.account(account_id)
    home.doors.user = "somebody-else"
    with pytest.raises(AuthExpired, match="another person's sign-in"):
        home.with_password(account_id, typing(CODE))
    assert home.account(account_id) == before


def test_removing_an_account_forgets_the_code_it_waits_for(home, account_id):
    with pytest.raises(KeyboardInterrupt):
        home.with_password(account_id, typing(KeyboardInterrupt()))
    with home.store.write(durable=True) as tx:
        logins.remove(tx, account_id)
    assert held(home) == []


def test_a12_no_password_code_or_session_is_logged_or_kept_in_the_open(home, account_id, caplog):
    caplog.set_level(logging.DEBUG)
    person = typing("1", CODE)
    done = home.with_password(account_id, person)
    home.sync(account_id)
    with home.store.read() as cx:
        rows = [str(list(cx.execute(table.select()))) for table in t.metadata.sorted_tables]
    shown = "".join([caplog.text, repr(done), *rows, *person.notes, *person.asked])
    for secret in (PASSWORD, CODE, LOGIN, "door-token", "door-state"):
        assert secret not in shown
