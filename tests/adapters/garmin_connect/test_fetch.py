"""Asking through the package: what is asked, what is kept, and what its errors become."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.contract import (
    AuthExpired,
    Cursor,
    DailyTotal,
    Forbidden,
    Malformed,
    RateLimited,
    Retired,
    StepCounter,
    Stream,
    Transient,
)
from syncd.sim.faults import WAIT, FaultKind
from syncd_garmin.app import adapter, asking
from syncd_garmin.app.details import RELOADS_A_DAY, STEPS_A_SYNC
from tests.adapters.garmin_connect.vendor import (
    MID_MARCH,
    Account,
    Kept,
    parsed,
    session_of,
    values,
    window,
)

DAY = timedelta(days=1)
ONE_DAY = window("2026-03-12", "2026-03-13")
REFRESH = "/di-oauth2-service/oauth/token"


def test_nobody_is_asked_before_somebody_has_signed_in(account):
    account.kept.texts.clear()
    with pytest.raises(AuthExpired, match="Nobody has signed in"):
        account.records(Stream.DEVICES, None)
    assert account.paths() == []


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"tokens": {}, "name": "x"}', "no json"])
def test_a_sign_in_that_cannot_be_read_leads_to_a_new_one(account, text):
    account.kept.texts[:] = [text]
    with pytest.raises(AuthExpired):
        account.records(Stream.DEVICES, None)


def test_a_token_near_its_end_is_renewed_and_kept_before_anything_is_asked_with_it(account):
    account.vendor.sso.life_s = 600  # less than the quarter of an hour the package wants
    account.signs_in()
    account.vendor.sso.life_s = 99_999
    kept = []
    account.kept.keep = lambda text: (
        kept.append(list(account.paths())) or Kept.keep(account.kept, text)
    )
    account.records(Stream.DEVICES, None)
    assert kept == [[REFRESH]]
    assert account.paths()[1:] == ["/device-service/deviceservice/mylastused"]
    assert account.kept.tokens["di_refresh_token"] == "sim-refresh-3"
    assert account.vendor.sso.refreshes == 1


def test_a_token_that_is_refused_is_renewed_once_and_the_question_put_again(account):
    account.vendor.sso.forget_access()
    assert account.records(Stream.DEVICES, None)
    assert account.vendor.sso.refreshes == 1
    assert len(account.kept.texts) == 2
    account.vendor.sso.revoke()
    with pytest.raises(AuthExpired, match="does not accept the sign-in any more"):
        account.records(Stream.DEVICES, None)
    assert account.vendor.sso.refreshes == 2


def test_a1_what_somebody_else_has_renewed_is_taken_and_not_renewed_again(account):
    with account.connected() as connection:
        assert list(connection.fetch(Stream.DEVICES, None, None))
        account.vendor.sso.forget_access()
        account.kept.texts.append(session_of(account.vendor))
        assert list(connection.fetch(Stream.DEVICES, None, None))
    assert account.vendor.sso.refreshes == 0


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.SERVER_ERROR, Transient),
        (FaultKind.FORBIDDEN_PAGE, Transient),
        (FaultKind.PAGE, Transient),
        (FaultKind.CUT_BODY, Transient),
        (FaultKind.CUT_JSON, Transient),
        (FaultKind.TOO_MANY_SECONDS, RateLimited),
    ],
)
def test_a3_a_renewal_that_gets_no_answer_revokes_nothing(account, kind, error):
    account.vendor.sso.forget_access()
    account.vendor.faults.add(kind, route=REFRESH)
    with pytest.raises(error) as caught:
        account.records(Stream.DEVICES, None)
    assert not isinstance(caught.value, AuthExpired)
    if error is RateLimited:
        assert caught.value.retry_after == WAIT
    if kind not in {FaultKind.CUT_BODY, FaultKind.CUT_JSON}:  # there the vendor has rotated
        assert account.records(Stream.DEVICES, None)


def test_a8_nothing_is_asked_twice_but_after_a_refused_token(account):
    for kind, error in (
        (FaultKind.SERVER_ERROR, Transient),
        (FaultKind.TOO_MANY, RateLimited),
        (FaultKind.FORBIDDEN, Forbidden),
        (FaultKind.GONE, Retired),
    ):
        account.vendor.server.forget()
        account.vendor.faults.add(kind, times=None)
        with pytest.raises(error):
            account.records(Stream.DEVICES, None)
        account.vendor.faults.clear()
        assert len(account.paths()) == 1, kind


def test_an_answer_larger_than_any_is_cut_off(account, monkeypatch):
    monkeypatch.setattr(asking, "LARGEST", 1000)
    with pytest.raises(Malformed, match="in one answer"):
        account.records(Stream.STEPS, ONE_DAY)


def test_a_day_is_asked_once_a_connection_however_its_windows_are_cut(account):
    noon = datetime(2026, 3, 12, 12, tzinfo=UTC)
    halves = [type(ONE_DAY)(ONE_DAY.start, noon), type(ONE_DAY)(noon, ONE_DAY.end)]
    with account.connected() as connection:
        found = [p for half in halves for p in connection.fetch(Stream.STEPS, half, None)]
    rows = [path for path in account.paths() if "dailySummaryChart" in path]
    assert len(rows) == 2  # the UTC day ends in the next civil day
    whole = values(account.records(Stream.STEPS, ONE_DAY), "steps")
    assert values(parsed(found), "steps") == whole
    assert len(whole) == 96


def test_where_garmin_cuts_days_elsewhere_than_we_do_nothing_is_lost(account):
    here = values(account.records(Stream.STEPS, ONE_DAY), "steps")
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        account.zone = zone
        assert values(account.records(Stream.STEPS, ONE_DAY), "steps") == here


def test_few_days_come_with_floors_and_many_in_ranges_of_28(account):
    few = account.records(Stream.DAILY, window("2026-03-11", "2026-03-13"))
    totals = [r for r in few if isinstance(r, DailyTotal)]
    assert [r.floors is not None for r in totals] == [True] * 3
    climbed = values(few, "floors")
    assert 0 < sum(climbed.values()) <= sum(r.floors for r in totals)
    account.vendor.server.forget()
    account.clock.at = datetime(2026, 5, 1, tzinfo=UTC)
    many = account.records(Stream.DAILY, window("2026-03-10", "2026-04-07"))
    assert len(account.paths()) == 2
    assert {type(r) for r in many} == {DailyTotal}
    assert len({r.day for r in many}) > 20


def test_a_year_of_daily_totals_costs_no_more_than_14_requests(account):
    spec = adapter.capabilities.streams[Stream.DAILY]
    start, asked = datetime(2025, 3, 16, tzinfo=UTC), 0
    account.clock.at = start + 365 * DAY
    with account.connected() as connection:
        while start < account.clock.at:
            end = min(start + spec.longest_window, account.clock.at)
            list(connection.fetch(Stream.DAILY, type(ONE_DAY)(start, end), None))
            start, asked = end, asked + 1
    assert len(account.paths()) <= 14


def test_days_that_the_person_hides_are_forbidden_and_say_where_to_allow_them(account):
    account.vendor.private = True
    with pytest.raises(Forbidden, match="In Garmin Connect allow them under Privacy"):
        account.records(Stream.DAILY, ONE_DAY)


@pytest.mark.parametrize("quirk", ["silent", "null"])
def test_a_device_that_is_never_named_is_tolerated(account, quirk):
    account.vendor.tells_device = quirk != "silent"
    account.vendor.quirks.forgets_sync = quirk == "null"
    try:
        assert account.records(Stream.DEVICES, None) == []
    finally:
        account.vendor.quirks.forgets_sync = False


def look(account: Account, cursor: Cursor | None = None):
    """Return (payloads, cursor) of one look at what is undecided."""
    found = account.fetched(Stream.FILES, None, cursor)
    token = next((p.token for p in reversed(found) if p.token), cursor and cursor.token)
    return found, Cursor(MID_MARCH, token)


def test_the_watchs_minutes_of_a_coarse_day_are_asked_once(account):
    account.undecided = {date(2026, 3, 14): "coarse", date(2026, 3, 13): "unseen"}
    found, cursor = look(account)
    assert account.paths() == ["/download-service/files/wellness/2026-03-14"]
    counters = parsed(found)
    assert {type(r) for r in counters} == {StepCounter}
    assert {(r.source.key[:4], r.source.whole_day) for r in counters} == {("fit:", False)}
    cloud = account.vendor.world.sums(date(2026, 3, 14))
    assert max(r.total for r in counters) == cloud.steps
    account.vendor.server.forget()
    assert look(account, cursor)[0] == []
    account.undecided = {date(2026, 3, 12): "coarse"}
    look(account, cursor)
    assert account.paths() == ["/download-service/files/wellness/2026-03-12"]


def test_a_day_without_a_file_is_remembered_too(account):
    account.undecided = {date(2026, 3, 22): "coarse"}
    found, cursor = look(account)
    assert [p.facts["gone"] for p in found] == ["yes"]
    assert parsed(found) == []
    assert look(account, cursor)[0] == []


def test_no_more_than_a_few_days_are_asked_about_in_one_sync(account):
    account.undecided = {date(2026, 3, 15) - n * DAY: "coarse" for n in range(12)}
    found, cursor = look(account)
    assert len(found) == STEPS_A_SYNC
    assert len(look(account, cursor)[0]) == 12 - STEPS_A_SYNC


def test_a_day_put_away_is_asked_back_once_and_its_rows_come_when_they_are_there(account):
    day = date(2026, 3, 12)
    account.vendor.away.after = 90 * DAY
    account.clock.at = MID_MARCH + 200 * DAY
    assert account.records(Stream.STEPS, ONE_DAY) == []
    [rows, *_] = account.fetched(Stream.STEPS, ONE_DAY)
    assert rows.covers.start == rows.covers.end  # nothing that is held is taken away by it
    account.undecided = {day: "unseen"}
    found, cursor = look(account)
    assert [p.facts["type"] for p in found] == ["reload"]
    assert parsed(found) == []
    account.vendor.away.back.clear()  # Garmin takes its time
    found, cursor = look(account, cursor)
    assert parsed(found) == []
    account.vendor.away.back.add(day)
    found, cursor = look(account, cursor)
    steps = values(parsed(found), "steps")
    assert sum(steps.values()) == account.vendor.world.sums(day).steps > 0
    assert account.vendor.away.asked == {day: 1}
    assert look(account, cursor)[0] == []


def test_garmin_is_asked_for_no_more_than_twenty_days_back_a_day(account):
    account.vendor.away.after = 90 * DAY
    account.clock.at = MID_MARCH + 200 * DAY
    account.undecided = {date(2026, 4, 30) - n * DAY: "unseen" for n in range(40)}
    cursor = None
    for _ in range(8):
        _, cursor = look(account, cursor)
        account.undecided = {
            day: why
            for day, why in account.undecided.items()
            if day not in account.vendor.away.back
        }
    assert sum(account.vendor.away.asked.values()) == RELOADS_A_DAY
    account.clock.at += DAY
    look(account, cursor)
    assert sum(account.vendor.away.asked.values()) > RELOADS_A_DAY


@pytest.mark.parametrize("token", ["", "{}", "[]", "x", '{"asked": [], "reloads": 1}'])
def test_a_cursor_that_is_strange_asks_again(account, token):
    account.undecided = {date(2026, 3, 14): "coarse"}
    assert len(account.fetched(Stream.FILES, None, Cursor(MID_MARCH, token))) == 1


def test_a_broken_file_of_minutes_is_told_and_an_archive_cut_in_two_is_asked_again(account):
    account.undecided = {date(2026, 3, 14): "coarse"}
    account.vendor.faults.add(FaultKind.CUT_JSON, route="wellness/2026")
    with pytest.raises(Malformed, match="only a part of one"):
        account.records(Stream.FILES, None)
    assert account.records(Stream.FILES, None)


def test_what_is_kept_of_a_sign_in_is_tokens_and_a_name_only(account):
    said = json.loads(account.kept.texts[-1])
    assert set(said) == {"name", "tokens"}
