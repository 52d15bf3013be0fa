"""A person signs in: in this machine's browser, by pasting, or not at all."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.contract import AuthExpired, ConfigError, Stream, Transient
from syncd.ingest.forms import post_form
from syncd.service.signing_in import sign_in
from syncd.service.syncing import Wish
from syncd.service.tokens import AccountTokens
from syncd.sim.faults import FaultKind
from syncd.store import accounts, due, logins, streams
from syncd.store import tables as t
from syncd_google_health import scopes
from syncd_google_health.simulated import profile
from tests.integration.engine.google import ADAPTER, NOW, Desk, GoogleHome, google_home


@pytest.fixture
def home(store, tmp_path):
    with google_home(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def account_id(home: GoogleHome) -> int:
    return home.adds()


def test_a_browser_on_this_machine_comes_back_by_itself(home, account_id):
    desk = Desk()
    done = home.signs_in(account_id, desk)
    assert (done.lacking, done.ends_at, done.lasting) == ((), None, True)
    assert "code_challenge_method=S256" in desk.address
    account = home.account(account_id)
    assert (account.state, account.next_sync_at) == (due.ACTIVE, NOW)
    assert account.vendor_user == profile.IDENTITY["healthUserId"]


def test_a_headless_machine_takes_the_address_of_the_page_that_looks_broken(home, account_id):
    desk = Desk(pastes=True)
    home.signs_in(account_id, desk)
    assert home.account(account_id).state == due.ACTIVE


def test_what_is_pasted_wrong_is_explained_and_may_be_pasted_again(home, account_id):
    desk = Desk(pastes=True, types=["", "hello", "http://127.0.0.1:1/?code=4711&state=stale"])
    home.signs_in(account_id, desk)
    assert len(desk.notes) == 2
    assert desk.notes[0].startswith("There is no code in that address.")
    assert desk.notes[1].startswith("That address belongs to another sign-in.")


def test_a_no_in_the_browser_ends_the_sign_in_and_changes_nothing(home, account_id):
    desk = Desk(types=["http://127.0.0.1:1/?error=access_denied"])
    with pytest.raises(AuthExpired, match="declined"):
        home.signs_in(account_id, desk)
    assert home.account(account_id).token_generation == 0


def test_nobody_who_comes_back_is_waited_for_until_patience_ends(home, account_id):
    desk = Desk(types=["hello"])
    with pytest.raises(AuthExpired, match="Nobody came back"):
        sign_in(home.roads, account_id, ADAPTER, desk, lock=home.lock, patience_s=0.4)
    assert len(desk.notes) == 1


def test_boxes_that_were_not_ticked_are_named_with_what_will_be_missing(home, account_id):
    home.vendor.sign_in.rules.unticked = (scopes.LOCATION,)
    done = home.signs_in(account_id)
    assert [words.split(":")[0] for words in done.lacking] == [
        "Google Health does not give us routes"
    ]
    assert home.sync(account_id).skipped.keys() == {Stream.ROUTES}
    assert home.stream(account_id, Stream.ROUTES).state == streams.FORBIDDEN


def test_a_box_that_was_not_ticked_does_not_keep_the_past_from_ending(home, account_id):
    home.vendor.sign_in.rules.unticked = (scopes.LOCATION,)
    home.signs_in(account_id)
    report = home.sync(account_id, Wish(slices_most=None))
    assert (report.step, report.more) == (None, False)
    assert len(home.vendor.server.log) < 300  # half a year of empty weeks, not ten years
    with home.store.read() as cx:
        states = {g.state for g in streams.gaps(cx, account_id, Stream.ROUTES)}
    assert states == {"missing"}


def test_an_account_that_may_not_tell_its_devices_still_brings_steps(home, account_id):
    home.vendor.sign_in.rules.unticked = (scopes.SETTINGS,)
    home.signs_in(account_id)
    report = home.sync(account_id)
    assert report.step is None
    assert report.skipped.keys() == {Stream.DEVICES, Stream.PROFILE}
    assert report.days
    home.now += timedelta(hours=2)
    assert home.sync(account_id).days


def test_a_vendor_that_tells_its_devices_no_more_is_asked_for_steps_all_the_same(home, account_id):
    home.signs_in(account_id)
    home.sync(account_id)
    home.vendor.faults.add(FaultKind.FORBIDDEN, route="pairedDevices", times=None)
    home.now += timedelta(hours=2)
    report = home.sync(account_id)
    assert (report.step, report.nothing_new) == (None, False)
    assert report.skipped.keys() == {Stream.DEVICES}
    assert report.days


def another_user(home: GoogleHome, monkeypatch) -> None:
    monkeypatch.setitem(profile.IDENTITY, "healthUserId", "somebody-else")


def test_a_sign_in_of_another_person_is_refused_and_the_old_one_stays(
    home, account_id, monkeypatch
):
    home.signs_in(account_id)
    before = home.account(account_id)
    another_user(home, monkeypatch)
    with pytest.raises(AuthExpired, match="another person's sign-in"):
        home.signs_in(account_id)
    assert home.account(account_id) == before


def test_another_persons_data_are_refused_even_if_the_sign_in_could_not_tell(
    home, account_id, monkeypatch
):
    home.signs_in(account_id)
    with home.store.write() as tx:
        logins.set_user(tx, account_id, "the-first-one")
    report = home.sync(account_id)
    assert "another person's data" in str(report.error)
    assert home.account(account_id).state == due.NEEDS_SIGN_IN


def test_whose_a_second_sign_in_is_must_be_known(home, account_id):
    home.signs_in(account_id)
    before = home.account(account_id)
    home.vendor.sign_in.rules.unticked = (scopes.SETTINGS,)
    with pytest.raises(AuthExpired, match="could not be made sure"):
        home.signs_in(account_id)
    home.vendor.sign_in.rules.unticked = ()
    home.vendor.faults.add(FaultKind.SERVER_ERROR, route="/identity", times=None)
    with pytest.raises(Transient, match="whose it is could not be asked"):
        home.signs_in(account_id)
    assert home.account(account_id) == before


def test_the_wrong_google_account_is_told_at_the_sign_in_and_not_kept(home, account_id):
    home.vendor.quirks.linked = False
    with pytest.raises(AuthExpired, match="has no Google Health data"):
        home.signs_in(account_id)
    assert home.account(account_id).token_generation == 0


def test_a_renewal_under_way_does_not_bring_a_removed_sign_in_back(home, account_id):
    home.signs_in(account_id)
    tokens = home.roads._tokens(home.account(account_id), ADAPTER, home.told(account_id))
    assert isinstance(tokens, AccountTokens)

    def removing(url, fields, headers):
        with home.store.write(durable=True) as tx:
            logins.remove(tx, account_id)
        return post_form(url, fields, headers)

    home.now += timedelta(hours=2)
    with pytest.raises(AuthExpired):
        replace(tokens, send=removing)()
    with home.store.read() as cx:
        assert cx.execute(t.secret.select()).all() == []
    assert home.account(account_id).state == due.REMOVED


def test_a_client_that_google_does_not_know_is_a_sentence(home, account_id):
    home.vendor.sign_in.client_secret = "another"
    with pytest.raises(AuthExpired, match="does not know this client"):
        home.signs_in(account_id)


def test_a_client_file_that_is_gone_is_named_before_anybody_opens_a_browser(home, account_id):
    (home.folder / "client.json").unlink()
    desk = Desk()
    with pytest.raises(ConfigError, match=r"google-health: The Google client file .*client.json"):
        home.signs_in(account_id, desk)
    assert desk.address == ""


def test_a12_nothing_of_a_sign_in_is_logged_or_kept_in_the_open(home, account_id, caplog):
    caplog.set_level(logging.DEBUG)
    done = home.signs_in(account_id)
    home.sync(account_id)
    with home.store.read() as cx:
        rows = [str(list(cx.execute(table.select()))) for table in t.metadata.sorted_tables]
        account = accounts.get(cx, account_id)
    shown = "".join((*rows, caplog.text, repr(done), repr(account), repr(home.roads)))
    assert "signed in account=google-health" in caplog.text
    for secret in ("simulated-secret", "sim-access-", "sim-refresh-", "sim-code-"):
        assert secret not in shown
