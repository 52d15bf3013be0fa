"""Asking Garmin: pages, what is not there, refusals, keys that die, and no hurry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import (
    AuthExpired,
    Context,
    Cursor,
    DailyTotal,
    Forbidden,
    Malformed,
    RateLimited,
    Response,
    Series,
    StepSeries,
    Stream,
    Transient,
    Window,
)
from syncd.ingest.http import VendorClient
from syncd.sim.faults import FaultKind
from syncd.testing.fakes import FakeHttp
from syncd_garmin import client
from syncd_garmin.settings import BASE_URL, GarminSettings, exchange
from syncd_garmin.simulated.refusing import RefusedError
from syncd_garmin.simulator import Garmin
from tests.adapters.garmin.vendor import Account, parsed, weeks, window, workouts

WEEK = window("2026-03-09", "2026-03-16")
DAY = timedelta(days=1)


def test_the_vendor_offers_no_minutes_of_the_day(account: Account):
    chart = "/wellness-service/wellness/dailySummaryChart/x"
    with VendorClient(now=account.clock, tokens=account.token) as http:
        answer = http.request("GET", account.vendor.base_url + chart, passes={404})
    assert answer.status == 404


def test_every_activity_comes_over_short_pages_once(account: Account, monkeypatch):
    everything = workouts(account.records(Stream.WORKOUTS, WEEK))
    assert len(everything) >= 4
    monkeypatch.setattr(client, "PAGE_SIZES", (3, 2))
    account.vendor.server.forget()
    assert workouts(account.records(Stream.WORKOUTS, WEEK)) == everything
    assert account.asked().count("search") >= 2


def test_where_garmin_fails_over_a_long_page_a_shorter_one_is_tried(account: Account):
    everything = workouts(account.records(Stream.WORKOUTS, WEEK))
    account.vendor.quirks.largest_page = 20
    assert workouts(account.records(Stream.WORKOUTS, WEEK)) == everything
    account.vendor.quirks.largest_page = 10
    with pytest.raises(Transient):
        account.records(Stream.WORKOUTS, WEEK)


def test_a_list_that_moves_while_it_is_read_is_read_again_later(account: Account, monkeypatch):
    monkeypatch.setattr(client, "PAGE_SIZES", (2,))
    with account.connected() as connection:
        pages = connection.fetch(Stream.WORKOUTS, WEEK, None)
        next(pages)
        outings = account.vendor.world.outings
        monkeypatch.setattr(account.vendor.world, "outings", lambda: outings()[2:])  # two deleted
        with pytest.raises(Transient, match="changed while it was read"):
            list(pages)


def test_an_edit_and_a_deletion_arrive_with_the_next_list(account: Account):
    edits = [e for e in weeks().cloud.edits if e.at > account.clock.at.timestamp()]
    for edit in edits[:2]:
        start = datetime.fromtimestamp(edit.start, UTC)
        asked = Window(start - DAY, start + DAY)
        key = f"garmin:{20_000_000_000 + edit.start}"
        account.clock.at = datetime.fromtimestamp(edit.at - 60, UTC)
        before = workouts(account.records(Stream.WORKOUTS, asked)).get(key)
        account.clock.at = datetime.fromtimestamp(edit.at + 60, UTC)
        after = workouts(account.records(Stream.WORKOUTS, asked)).get(key)
        assert before is not None
        if edit.kind == "deleted":
            assert after is None
        else:
            assert after is not None
            assert after.end - before.end == timedelta(seconds=edit.by_s)


def test_a_recording_is_asked_for_once_a_revision(account: Account):
    first = account.fetched(Stream.ROUTES, WEEK)
    assert [p.facts["type"] for p in first[:2]] == ["detail", "file"]
    held = workouts(parsed(first))
    assert {w.zone for w in held.values()} == {"Europe/Berlin"}
    assert all(w.track is not None for w in held.values())
    token = next(p.token for p in reversed(first) if p.token)
    cursor = Cursor(account.clock.at, token)
    assert account.fetched(Stream.ROUTES, WEEK, cursor) == []
    account.vendor.quirks.elevation_corrected = True
    assert len(account.fetched(Stream.ROUTES, WEEK, cursor)) == len(first)


@pytest.mark.parametrize("kind", ["none", "junk"])
def test_a_walk_without_a_file_stands_as_it_was_listed(account: Account, kind: str):
    account.vendor.quirks.file_kind = kind
    found = account.fetched(Stream.ROUTES, WEEK)
    details = [p for p in found if p.facts["type"] == "detail"]
    assert len(workouts(parsed(details))) == len(details) > 3
    for file in (p for p in found if p.facts["type"] == "file"):
        if kind == "none":
            assert parsed([file]) == []
        else:
            with pytest.raises(Malformed, match="recording of 2026-03"):
                parsed([file])


def test_octets_alone_are_not_acceptable_to_garmin_and_not_asked_for(account: Account):
    world = account.vendor.world
    path = f"/download-service/files/activity/{20_000_000_000 + world.outings()[0].start}"
    with VendorClient(now=account.clock, tokens=account.token) as http:
        answer = http.request(
            "GET",
            account.vendor.base_url + path,
            headers={"accept": "application/octet-stream"},
            passes={406},
        )
    assert answer.status == 406
    assert "zip" in client.ARCHIVES


def test_days_are_the_vendors_truth_over_the_clock_change(account: Account):
    account.clock.at = datetime(2026, 3, 31, 8, tzinfo=UTC)
    found = account.records(Stream.DAILY, window("2026-03-26", "2026-03-31"))
    totals = {r.day: r for r in found if isinstance(r, DailyTotal)}
    world = account.vendor.world
    assert len(totals) == 6
    for day, total in totals.items():
        sums = world.sums(day)
        assert (total.steps, total.distance_m) == (sums.steps, sums.distance_mm / 1000)


def test_a_pulse_is_asked_for_on_days_of_few_steps_that_are_over_and_once(account: Account):
    found = account.fetched(Stream.DAILY, WEEK)
    days = [p.facts["day"] for p in found if p.facts["type"] == "pulse"]
    few = [
        day.isoformat()
        for day in weeks().truth.days()
        if "2026-03-09" <= day.isoformat() < "2026-03-16"
        and account.vendor.world.sums(day).steps < 6000
    ]
    assert days == few != []
    worn = [r for r in parsed(found) if isinstance(r, StepSeries)]
    assert {r.series for r in worn} == {Series.WEAR}
    cursor = Cursor(account.clock.at, next(p.token for p in reversed(found) if p.token))
    again = account.fetched(Stream.DAILY, WEEK, cursor)
    assert [p.facts["type"] for p in again] == ["summaries"]


def test_steps_of_recorded_walks_do_not_keep_a_day_from_being_settled(account: Account):
    with account.connected() as connection:
        list(connection.fetch(Stream.WORKOUTS, WEEK, None))
        found = list(connection.fetch(Stream.DAILY, WEEK, None))
    with_walks = {p.facts["day"] for p in found if p.facts["type"] == "pulse"}
    alone = {p.facts.get("day") for p in account.fetched(Stream.DAILY, WEEK)} - {None}
    assert alone < with_walks


def test_today_is_the_day_where_the_person_is(account: Account):
    account.clock.at = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    [here] = account.fetched(Stream.DEVICES, None)
    assert b'"calendarDate":"2026-03-16"' in here.body
    account.facts = {"zone": "America/New_York"}
    [there] = account.fetched(Stream.DEVICES, None)
    assert b'"calendarDate":"2026-03-15"' in there.body
    account.facts = {"zone": "Nowhere/At_All"}
    [nowhere] = account.fetched(Stream.DEVICES, None)
    assert b'"calendarDate":"2026-03-15"' in nowhere.body


def test_a_watch_that_never_says_when_it_synced_is_no_error(account: Account):
    account.vendor.quirks.forgets_sync = True
    [total] = account.records(Stream.DEVICES, None)
    assert isinstance(total, DailyTotal)


def test_a_token_that_was_revoked_is_exchanged_once_more_and_a_dead_key_is_said(account: Account):
    account.fetched(Stream.DEVICES, None)
    account.vendor.keys.revoke()
    account.fetched(Stream.DEVICES, None)
    assert account.vendor.keys.exchanges == 2
    account.clock.move(timedelta(hours=25))  # a token lives a day
    account.fetched(Stream.DEVICES, None)
    assert account.vendor.keys.exchanges == 3
    account.vendor.keys.delete()
    with pytest.raises(AuthExpired, match="was deleted"):
        account.fetched(Stream.DEVICES, None)
    assert account.vendor.keys.exchanges == 4


@pytest.mark.parametrize("key", ["", "   ", "two\nlines", "x" * 5000, "wr\u00f6ng", "wrong"])
def test_a_key_that_is_none_is_refused_with_a_sentence(account: Account, key: str):
    with VendorClient(now=account.clock) as http, pytest.raises(AuthExpired) as caught:
        exchange(account.settings, key, http)
    assert "Garmin" in str(caught.value)
    assert not key.strip() or key not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"{}", b"a.b.c", b"a.e30.c", b"\xff.\xff.\xff"])
def test_an_answer_that_is_no_token_is_not_taken_for_one(account: Account, body: bytes):
    http = FakeHttp(lambda _: Response(200, body), account.clock)
    with pytest.raises(Malformed, match="no token"):
        exchange(account.settings, "key", http)


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (400, "application/json", Malformed),
        (403, "application/json", Forbidden),
        (404, "application/json", Forbidden),
        (406, "application/json", Malformed),
        (500, "application/json", Transient),
        (404, "text/html", Transient),
    ],
)
def test_refusals_say_what_to_do(account: Account, status, kind, error):
    http = FakeHttp(lambda _: Response(status, b"{}", {"content-type": kind}), account.clock)
    context = Context("me", account.clock, http)
    with client.connect(account.settings, context) as connection, pytest.raises(error):
        list(connection.fetch(Stream.DEVICES, None, None))


def test_garmins_own_refusals_are_bare(account: Account):
    assert RefusedError(400).answer().body == b"{}"
    with VendorClient(now=account.clock, tokens=account.token) as http:
        url = account.vendor.base_url + client.SUMMARIES
        for days, status in ((31, 200), (95, 500)):
            last = f"{account.clock.at.date()}"
            first = f"{account.clock.at.date() - timedelta(days=days)}"
            answer = http.request(
                "GET", url, params={"startDate": first, "endDate": last}, passes={500, 400}
            )
            assert answer.status == status
        steps = f"{account.vendor.base_url}/usersummary-service/stats/steps/daily"
        for days, status in ((27, 200), (28, 400)):
            first = f"{account.clock.at.date() - timedelta(days=days)}"
            answer = http.request("GET", f"{steps}/{first}/{last}", passes={400})
            assert answer.status == status


def test_too_many_at_once_are_told_to_wait_as_long_as_garmin_says(account: Account):
    with Garmin(weeks().cloud, account.clock, burst=2) as vendor:
        hurried = Account(vendor, account.clock)
        for _ in range(2):
            hurried.fetched(Stream.DEVICES, None)
        with pytest.raises(RateLimited) as caught:
            hurried.fetched(Stream.DEVICES, None)
        assert caught.value.retry_after == timedelta(seconds=14)


def test_requests_keep_their_distance(account: Account):
    waits, at = list[float](), [100.0]

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        at[0] += seconds

    def answer(_: object) -> Response:
        at[0] += 0.25  # a request takes its time
        return Response(200, b"[]", {"content-type": "application/json"})

    context = Context("me", account.clock, FakeHttp(answer, account.clock))
    paced = client.GarminConnection(
        GarminSettings(spacing_s=1.0), context, sleep=sleep, ticks=lambda: at[0]
    )
    for _ in range(3):
        list(paced.fetch(Stream.WORKOUTS, WEEK, None))
    assert waits == [1.0, 1.0]


def test_the_address_comes_from_the_setting_else_from_the_environment(monkeypatch):
    assert GarminSettings().base_url == BASE_URL
    monkeypatch.setenv("GARMIN_PERSONAL_API_BASE_URL", "http://127.0.0.1:9/")
    assert GarminSettings().base_url == "http://127.0.0.1:9"
    assert GarminSettings(base_url="https://x.example").base_url == "https://x.example"
    monkeypatch.setenv("GARMIN_PERSONAL_API_BASE_URL", "http://elsewhere.example")
    with pytest.raises(ValueError, match="https"):
        GarminSettings()


def test_a_fault_in_the_middle_of_pages_is_the_whole_pulls(account: Account):
    account.vendor.faults.add(FaultKind.BAD_GATEWAY, route="download-service", at=2)
    with pytest.raises(Transient):
        account.fetched(Stream.ROUTES, WEEK)
