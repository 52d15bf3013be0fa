"""Real connections: the Google Health adapter against its simulator, over sockets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from syncd.contract import AuthExpired, ConfigError, Stream
from syncd.ingest.retry import SignIn, Wait
from syncd.service.account_settings import checked
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.faults import WAIT, FaultKind
from syncd.store import derived, due, people, pulls, streams
from syncd.store.people import ZoneRun
from tests.integration.engine.google import ADAPTER, NOW, GoogleHome, google_home

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def home(store, tmp_path):
    with google_home(store, tmp_path) as opened:
        yield opened


@pytest.fixture
def signed_in(home: GoogleHome) -> int:
    account_id = home.adds()
    home.signs_in(account_id)
    return account_id


def test_a_sync_over_sockets_brings_the_days_as_the_vendor_has_them(home, signed_in):
    report = home.sync(signed_in)
    assert (report.step, report.skipped) == (None, {})
    with home.store.read() as cx:
        days = [row.day for row in derived.iter_days(cx, [home.person_id])]
    second = int(NOW.timestamp())
    truth = {d.day: home.vendor.cloud.steps_on(second, d.day) for d in days}
    assert len(days) >= 3
    assert {d.day: d.steps or 0 for d in days} == truth
    assert any(d.outcome for d in days)
    account = home.account(signed_in)
    assert (account.state, account.synced_ok_at) == (due.ACTIVE, NOW)


def test_an_hour_that_adds_nothing_leaves_no_row(home, signed_in):
    for _ in range(3):
        home.sync(signed_in)
        home.now += HOUR
    with home.store.read() as cx:
        held = [p for p in pulls.complete_pulls(cx, signed_in) if p.stream is Stream.ROUTES]
        assert all(list(pulls.payloads(cx, pull.id)) for pull in held)


def test_a_token_that_has_ended_is_renewed_without_a_person(home, signed_in):
    home.sync(signed_in)
    before = home.account(signed_in).token_generation
    home.now += 2 * HOUR
    assert home.sync(signed_in).step is None
    assert home.vendor.sign_in.refreshes == 1
    assert home.account(signed_in).token_generation == before + 1


def test_a3_a_refresh_that_gets_no_answer_revokes_nothing(home, signed_in):
    home.sync(signed_in)
    home.now += 2 * HOUR
    for kind in (FaultKind.SERVER_ERROR, FaultKind.BAD_GATEWAY, FaultKind.FORBIDDEN_PAGE):
        home.vendor.faults.clear()
        home.vendor.faults.add(kind, route="^/token$", times=None)
        assert isinstance(home.sync(signed_in).step, Wait)
        assert home.account(signed_in).state == due.WAITING
    home.vendor.faults.clear()
    assert home.sync(signed_in).step is None
    assert home.account(signed_in).state == due.ACTIVE
    assert home.notices() == []


def test_a4_a_grant_that_dies_on_day_seven_is_told_once_and_others_go_on(home):
    home.vendor.sign_in.rules.testing = True
    doomed = home.adds("doomed")
    done = home.signs_in(doomed)
    assert (done.ends_at - NOW).days == 6
    assert "Publish app" in done.why_short
    assert home.account(doomed).grant_ends_at == done.ends_at
    home.vendor.sign_in.rules.testing = False
    other = home.adds("other")
    assert home.signs_in(other).ends_at is None

    home.now += 8 * DAY
    assert isinstance(home.sync(doomed).step, SignIn)
    assert home.account(doomed).state == due.NEEDS_SIGN_IN
    assert home.syncs_when_due(doomed) is None
    assert isinstance(home.sync(doomed).step, SignIn)
    [words] = home.notices()
    assert "syncd account login doomed" in words
    assert home.sync(other).step is None
    home.signs_in(doomed)
    assert home.account(doomed).grant_ends_at is None
    assert home.sync(doomed).step is None


def test_a_vendor_that_asks_for_time_gets_exactly_that(home, signed_in):
    home.vendor.faults.add(FaultKind.TOO_MANY_SECONDS, route="dataTypes/steps")
    assert home.sync(signed_in).step == Wait(WAIT, home.account(signed_in).why, bidden=True)
    account = home.account(signed_in)
    assert (account.state, account.waiting_until) == (due.HELD_OFF, NOW + WAIT)
    assert home.sync(signed_in).step is None


def test_t9_settings_that_fail_leave_the_zone_that_was_configured(home, signed_in):
    home.vendor.faults.add(FaultKind.PAGE, route="/settings$", times=None)
    report = home.sync(signed_in)
    assert (report.step, list(report.skipped)) == (None, [Stream.PROFILE])
    assert home.zones() == [ZoneRun(None, "Asia/Tokyo", told=False)]
    assert home.stream(signed_in, Stream.PROFILE).state == streams.DEGRADED
    home.vendor.faults.clear()
    home.sync(signed_in)
    assert home.zones() == [ZoneRun(None, "Europe/Berlin", told=False)]


def test_t9_a_vendor_without_a_zone_leaves_the_one_that_was_configured(home, signed_in):
    home.vendor.quirks.zone = None
    assert home.sync(signed_in).skipped == {}
    assert home.zones() == [ZoneRun(None, "Asia/Tokyo", told=False)]


def test_the_zone_that_a_person_told_stands_above_the_vendors(home, signed_in):
    with home.store.write() as tx:
        people.set_zone(tx, home.person_id, "America/Lima", None, told=True)
    home.sync(signed_in)
    assert home.zones() == [ZoneRun(None, "America/Lima", told=True)]


def test_a_zone_that_changes_at_the_vendor_holds_from_that_day_on(home, signed_in):
    home.sync(signed_in)
    home.now += 2 * DAY
    home.vendor.quirks.zone = "Europe/London"
    home.sync(signed_in)
    moved = ZoneRun(date(2026, 3, 22), "Europe/London", told=False)
    assert home.zones() == [ZoneRun(None, "Europe/Berlin", told=False), moved]
    home.now += DAY
    home.sync(signed_in)
    assert home.zones() == [ZoneRun(None, "Europe/Berlin", told=False), moved]


def test_a_second_account_does_not_take_turns_with_the_first_about_the_zone(home, signed_in):
    home.sync(signed_in)
    second = home.adds("second")
    home.signs_in(second)
    home.vendor.quirks.zone = "Europe/London"
    home.sync(second)
    assert home.zones() == [ZoneRun(None, "Europe/Berlin", told=False)]


def test_settings_that_are_wrong_are_a_sentence_with_account_and_key():
    for said, words in (
        ({}, "mine: client_file is missing (the Google client file: JSON from Google's console)."),
        ({"client_file": "a", "colour": "red"}, 'mine: there is no setting "colour".'),
        ({"client_file": "a", "base_url": "http://example.org"}, "mine: base_url: must begin with"),
    ):
        with pytest.raises(ConfigError) as wrong:
            checked(ADAPTER, "mine", said, {})
        assert str(wrong.value).startswith(words)


def test_an_account_nobody_has_signed_in_to_needs_a_person(home):
    account_id = home.adds()
    with pytest.raises(AuthExpired, match="Nobody has signed in"), _opened(home, account_id):
        pass


def test_a_store_lock_that_is_gone_is_named(home, signed_in):
    (home.folder / "store-lock").unlink()
    with pytest.raises(ConfigError, match="store-lock is not there"), _opened(home, signed_in):
        pass
    assert isinstance(home.sync(signed_in).step, Wait)
    assert "store-lock" in home.account(signed_in).why


def test_another_store_lock_than_the_sign_in_was_sealed_with_asks_for_a_person(home, signed_in):
    from syncd.store.store_lock import make_store_lock

    make_store_lock(home.folder / "other-lock")
    object.__setattr__(
        home.roads,
        "settings",
        Settings(store_lock=StoreLockSettings(file=home.folder / "other-lock")),
    )
    assert isinstance(home.sync(signed_in).step, SignIn)


def _opened(home: GoogleHome, account_id: int):
    return home.roads.open(home.account(account_id), ADAPTER)
