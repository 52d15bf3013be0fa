"""Asking Google: how often, page after page, and what its refusals become."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import (
    AuthExpired,
    ConfigError,
    Context,
    Cursor,
    Forbidden,
    Malformed,
    RateLimited,
    Stream,
    Transient,
    Window,
)
from syncd.sim.faults import FaultKind
from syncd.testing.fakes import FakeHttp, json_answer
from syncd_google_health import adapter
from syncd_google_health.client import GoogleHealthConnection
from syncd_google_health.scopes import ACTIVITY, LOCATION, SETTINGS
from syncd_google_health.settings import GoogleHealthSettings
from syncd_google_health.simulated.telling import USER
from tests.adapters.google_health.vendor import MID_MARCH, minutes, parsed, window

THREE_DAYS = window("2026-03-12", "2026-03-15")


def refusing(status: int, reason: str = "", said: object = None, **metadata: str):
    """Return a connection to a Google that refuses everything."""
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}
    error = {"code": status, "status": "X", "details": [info | {"metadata": metadata}]}
    body = {"error": error} if said is None else said
    http = FakeHttp(lambda _: json_answer(body, status), lambda: MID_MARCH)
    return GoogleHealthConnection(
        GoogleHealthSettings(client_file="client.json"), Context("me", lambda: MID_MARCH, http)
    )


def error_of(connection, stream: Stream = Stream.STEPS) -> Exception:
    with pytest.raises(Exception, match=r"\w") as caught:
        list(connection.fetch(stream, THREE_DAYS, None))
    return caught.value


def test_a_poll_costs_one_request_and_one_with_news_five(account):
    with account.connected() as connection:
        list(connection.fetch(Stream.DEVICES, None, None))
        assert len(account.asked()) == 1
        list(connection.fetch(Stream.STEPS, THREE_DAYS, None))
        list(connection.fetch(Stream.WORKOUTS, THREE_DAYS, None))
        assert account.asked()[1:] == ["dataPoints:reconcile"] * 3 + ["dataPoints"]
        routes = list(connection.fetch(Stream.ROUTES, THREE_DAYS, None))
        assert len(account.asked()) == 5 + len(routes)  # one more a new route
        list(connection.fetch(Stream.DAILY, THREE_DAYS, None))
        list(connection.fetch(Stream.PROFILE, None, Cursor(MID_MARCH)))
        assert len(account.asked()) == 9 + len(routes)  # and four once a day


def test_a11_a_backfill_of_thirty_days_is_far_below_a_minutes_quota(account):
    account.clock.at = datetime(2026, 4, 10, tzinfo=UTC)
    asked = window("2026-03-11", "2026-04-10")
    for stream in adapter.capabilities.streams:
        account.fetched(stream, asked)
    routes = sum(name.endswith("Tcx") for name in account.asked())
    assert routes > 3
    assert len(account.asked()) - routes <= 30  # three people: 90 of 300 a minute and person


def test_v4_an_empty_page_with_a_token_is_not_the_end(account):
    whole = minutes(account.records(Stream.STEPS, THREE_DAYS), "steps")
    account.vendor.quirks.empty_first = True
    payloads = account.fetched(Stream.STEPS, THREE_DAYS)
    assert b"dataPoints" not in payloads[0].body
    assert minutes(parsed(payloads), "steps") == whole


def test_v6_every_type_is_asked_by_its_own_member_and_no_question_is_refused():
    asked: list[dict[str, str]] = []

    def answer(question):
        asked.append({"path": question.url, **(question.params or {})})
        return json_answer({})

    http = FakeHttp(answer, lambda: MID_MARCH)
    connection = GoogleHealthConnection(
        GoogleHealthSettings(client_file="client.json"), Context("me", lambda: MID_MARCH, http)
    )
    for stream in (Stream.STEPS, Stream.WORKOUTS):
        list(connection.fetch(stream, THREE_DAYS, None))
    members = {one["path"].split("/dataTypes/")[1].split("/")[0]: one["filter"] for one in asked}
    assert {name: said.split(" ")[0] for name, said in members.items()} == {
        "steps": "steps.interval.start_time",
        "distance": "distance.interval.start_time",
        "altitude": "altitude.interval.start_time",
        "exercise": "exercise.interval.civil_start_time",
    }


def test_v7_totals_are_asked_for_whole_civil_days_whenever_a_sync_runs(account):
    found = []
    for at in (datetime(2026, 3, 16, 10, 31, 7, tzinfo=UTC), MID_MARCH.replace(hour=21, minute=44)):
        account.clock.at = at
        asked = Window(at - timedelta(days=3), at)
        found.append({r.day: r.steps for r in account.records(Stream.DAILY, asked) if r.steps})
    early, late = found
    assert list(early) == list(late) == sorted(early, reverse=True)
    assert len(early) == 4
    today = max(early)
    assert {d: n for d, n in early.items() if d < today} == {
        d: n for d, n in late.items() if d < today
    }


def test_pages_that_overlap_count_nothing_twice(account):
    whole = minutes(account.records(Stream.STEPS, THREE_DAYS), "steps")
    account.vendor.quirks.slow_from = 2_500
    account.vendor.quirks.overlap = 100
    payloads = account.fetched(Stream.STEPS, THREE_DAYS)
    starts = [at for p in payloads for at in minutes(parsed([p]), "steps")]
    assert len(starts) == len(set(starts)) + 100
    assert minutes(parsed(payloads), "steps") == whole


def test_a_page_that_takes_google_too_long_is_asked_for_in_smaller_ones(account):
    whole = minutes(account.records(Stream.STEPS, THREE_DAYS), "steps")
    account.vendor.quirks.slow_from = 600
    payloads = account.fetched(Stream.STEPS, THREE_DAYS)
    assert minutes(parsed(payloads), "steps") == whole
    statuses = [line.status for line in account.vendor.server.log if line.status != 200]
    assert statuses == [504, 504] * 3
    account.vendor.quirks.slow_from = 100
    with pytest.raises(Transient, match="even for a small page"):
        account.fetched(Stream.STEPS, THREE_DAYS)


def test_a_page_that_comes_again_and_again_is_not_asked_for_ever():
    http = FakeHttp(lambda _: json_answer({"nextPageToken": "same"}), lambda: MID_MARCH)
    connection = GoogleHealthConnection(
        GoogleHealthSettings(client_file="client.json"), Context("me", lambda: MID_MARCH, http)
    )
    with pytest.raises(Malformed, match="again and again"):
        list(connection.fetch(Stream.STEPS, THREE_DAYS, None))
    assert len(http.asked) == 2


def test_v5_a_broken_page_is_kept_and_then_ends_the_pull(account):
    for kind in (FaultKind.CUT_JSON, FaultKind.PAGE):
        account.vendor.faults.add(kind)
        with account.connected() as connection:
            answers = connection.fetch(Stream.STEPS, THREE_DAYS, None)
            payload = next(answers)
            assert payload.body
            with pytest.raises(Malformed) as caught:
                next(answers)
            assert caught.value.payload is payload
            with pytest.raises(Malformed):
                list(adapter.parse(payload))


def test_v5_an_error_that_comes_with_200_is_no_empty_day():
    said = {"error": {"code": 500, "status": "INTERNAL"}}
    error = error_of(refusing(200, said=said))
    assert isinstance(error, Malformed)


def test_an_empty_window_is_not_asked_about_and_no_window_is_our_mistake(account):
    at = datetime(2026, 3, 12, tzinfo=UTC)
    assert account.fetched(Stream.STEPS, Window(at, at)) == []
    assert account.asked() == []
    [devices] = account.fetched(Stream.DEVICES, Window(at, at))  # is about now
    assert devices.covers is None
    with pytest.raises(ConfigError, match="from when to when"):
        account.fetched(Stream.STEPS, None)
    with pytest.raises(ConfigError, match="no stream called files"):
        account.fetched(Stream.FILES, THREE_DAYS)


@pytest.mark.parametrize(
    ("status", "reason", "kind", "words"),
    [
        (400, "ACCOUNT_NOT_LINKED", AuthExpired, "account that the Fitbit or Google Health app"),
        (400, "INVALID_DATA_POINT_FILTER_SYNTAX", Malformed, "INVALID_DATA_POINT_FILTER_SYNTAX"),
        (400, "INVALID_TIME_RANGE", Malformed, "fault in syncd"),
        (400, "INVALID_PARENT_DATA_TYPE_COLLECTION", Malformed, "fault in syncd"),
        (401, "", AuthExpired, "sign in again"),
        (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", Forbidden, "activity_and_fitness.readonly"),
        (403, "MISSING_OAUTH_SCOPE", Forbidden, "activity_and_fitness.readonly"),
        (403, "DISALLOWED_OAUTH_SCOPES", Forbidden, "Data access"),
        (403, "SERVICE_DISABLED", ConfigError, "Enable it"),
        (403, "API_PRIVATE_PREVIEW_ACCESS_DENIED", Forbidden, "not opened"),
        (403, "SOMETHING_NEW", Forbidden, "SOMETHING_NEW"),
        (404, "", Malformed, "404"),
        (429, "RATE_LIMIT_EXCEEDED", RateLimited, "too often"),
        (500, "", Transient, "500"),
        (504, "", Transient, "small page"),
    ],
)
def test_v2_every_refusal_says_what_to_do_next(status, reason, kind, words):
    error = error_of(refusing(status, reason))
    assert type(error) is kind
    assert words in str(error)


def test_v2_a_refused_action_names_those_that_are_allowed():
    connection = refusing(400, "UNSUPPORTED_DATA_TYPE_ACTION", allowed_actions="reconcile, rollup")
    error = error_of(connection)
    assert "it allows reconcile, rollup" in str(error)


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (401, {"error": "invalid_token"}, AuthExpired),
        (403, {"error": "invalid_token"}, AuthExpired),
        (403, {"error": "insufficient_scope"}, Forbidden),
        (400, ["odd"], Transient),
        (403, "<html>", Transient),
        (404, {"error": None}, Transient),
        (400, {"error": {"details": "odd"}}, Malformed),
    ],
)
def test_v2_refusals_of_other_shapes_are_read_too(status, said, kind):
    assert type(error_of(refusing(status, said=said))) is kind


@pytest.mark.parametrize(
    ("stream", "granted", "named"),
    [
        (Stream.ROUTES, {ACTIVITY, SETTINGS}, "location.readonly"),
        (Stream.STEPS, {SETTINGS}, "activity_and_fitness.readonly"),
        (Stream.DEVICES, {ACTIVITY}, "settings.readonly"),
        (Stream.PROFILE, {ACTIVITY, LOCATION}, "settings.readonly"),
    ],
)
def test_a_permission_that_was_unticked_is_named_without_asking(account, stream, granted, named):
    account.granted = frozenset(granted)
    with pytest.raises(Forbidden, match=named):
        account.fetched(stream, THREE_DAYS)
    assert account.asked() == []
    allowed = next(s for s in adapter.capabilities.streams if s is not stream)
    account.granted = frozenset({ACTIVITY, LOCATION, SETTINGS})
    account.fetched(allowed, THREE_DAYS)


def test_a_permission_that_google_says_is_missing_is_named_too(account):
    account.scopes = (ACTIVITY, SETTINGS)
    with pytest.raises(Forbidden, match=r"location\.readonly"):
        account.fetched(Stream.ROUTES, window("2026-03-09", "2026-03-16"))


def test_what_account_and_project_lack_is_said(account):
    quirks = account.vendor.quirks
    quirks.linked = False
    with pytest.raises(AuthExpired):
        account.fetched(Stream.DEVICES, None)
    quirks.linked, quirks.enabled = True, False
    with pytest.raises(ConfigError):
        account.fetched(Stream.DEVICES, None)
    quirks.enabled = True
    account.tokens, account.scopes = [], (*account.scopes, "https://www.googleapis.com/auth/drive")
    with pytest.raises(Forbidden, match="beyond Google Health"):
        account.fetched(Stream.DEVICES, None)


def test_rollups_are_asked_in_spans_as_long_as_google_says(account):
    account.vendor.quirks.longest_rollup = 3
    asked = window("2026-03-10", "2026-03-16")
    payloads = account.fetched(Stream.DAILY, asked)
    codes = [line.status for line in account.vendor.server.log]
    assert codes == [400, 200, 200] * 3
    assert {r.day.day for r in parsed(payloads)} == set(range(10, 16))


def test_routes_are_asked_once_until_they_change(account):
    asked = window("2026-03-09", "2026-03-16")
    first = account.fetched(Stream.ROUTES, asked)
    assert len(first) >= 2
    token = first[-1].token
    assert token is not None
    cursor = Cursor(MID_MARCH, token)
    assert account.fetched(Stream.ROUTES, asked, cursor) == []
    known = json.loads(token)
    known[next(iter(known))][1] = "another revision"
    again = account.fetched(Stream.ROUTES, asked, Cursor(MID_MARCH, json.dumps(known)))
    assert len(again) == 1
    assert again[0].facts in [p.facts for p in first]
    assert not [p for p in first if USER in p.facts["exercise"]]
    strange = Cursor(MID_MARCH, '["not", "ours"]')
    assert len(account.fetched(Stream.ROUTES, asked, strange)) == len(first)


def test_a_route_that_is_not_there_is_normal_and_not_asked_for_again(account):
    asked = window("2026-03-09", "2026-03-16")
    account.vendor.faults.around(missing_routes)
    payloads = account.fetched(Stream.ROUTES, asked)
    assert payloads
    assert parsed(payloads) == []
    assert account.fetched(Stream.ROUTES, asked, Cursor(MID_MARCH, payloads[-1].token)) == []


def missing_routes(handler):
    from syncd.sim.server import Answer

    def answer(request):
        if request.path.endswith("exportExerciseTcx"):
            return Answer.of_json({"error": {"code": 404, "status": "NOT_FOUND"}}, 404)
        return handler(request)

    return answer


def test_a_clock_that_is_ahead_makes_no_device_sync_of_the_future(account):
    account.vendor.faults.skew = timedelta(hours=5)
    [sync] = account.records(Stream.DEVICES, None)
    assert sync.at <= account.clock.at
