"""Asking Fitbit: how often, page after page, within the hour's questions, and refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest

from syncd.contract import (
    ConfigError,
    Cursor,
    Forbidden,
    Malformed,
    RateLimited,
    RawPayload,
    Retired,
    Stream,
    Transient,
    Workout,
)
from syncd.sim.characters import OFFICE
from syncd.sim.cloud import Cloud, sync_times
from syncd.sim.devices import UNSEEN
from syncd.sim.faults import FaultKind
from syncd.sim.walker import Life, live
from syncd_fitbit import adapter
from tests.adapters.fitbit.vendor import MID_MARCH, Account, minutes, parsed, window

client = import_module("syncd_fitbit.client")
THREE_DAYS = window("2026-03-12", "2026-03-15")
DAY = timedelta(days=1)


def cursor_of(payloads: list[RawPayload]) -> Cursor:
    return Cursor(MID_MARCH, next(p.token for p in reversed(payloads) if p.token))


def test_a_poll_without_news_costs_one_question_and_one_with_news_five_or_so(account):
    known = cursor_of(account.fetched(Stream.DEVICES, None))
    assert account.asked() == ["devices.json", "profile.json"]
    account.vendor.server.forget()
    account.fetched(Stream.DEVICES, None, known)
    assert account.asked() == ["devices.json"]
    account.clock.move(timedelta(hours=1))
    account.vendor.server.forget()
    today = window("2026-03-16", "2026-03-17")
    with account.connected() as connection:
        list(connection.fetch(Stream.DEVICES, None, known))
        list(connection.fetch(Stream.STEPS, today, None))
        list(connection.fetch(Stream.WORKOUTS, today, None))
        list(connection.fetch(Stream.ROUTES, today, None))
    names = [path.partition("/date/")[0] for path in account.asked()]
    assert names[:2] == ["devices.json", "profile.json"]
    assert names.count("activities/steps") == 2  # the window is of UTC days, and touches two
    assert len(names) <= 9


def test_a_day_that_two_windows_share_is_asked_once(account):
    with account.connected() as connection:
        for first in ("2026-03-14", "2026-03-13", "2026-03-12"):
            asked = window(first, first[:-2] + f"{int(first[-2:]) + 1:02d}")
            list(connection.fetch(Stream.STEPS, asked, None))
    days = [path for path in account.asked() if path.startswith("activities/")]
    assert len(days) == len(set(days)) == 3 * 4


def test_days_before_the_person_was_a_member_cost_nothing(account):
    for stream in (Stream.STEPS, Stream.DAILY, Stream.WORKOUTS, Stream.ROUTES):
        assert account.fetched(stream, window("2025-03-12", "2025-03-22")) == []
    assert set(account.asked()) == {"devices.json", "profile.json"}


def test_a_day_without_a_step_costs_one_question_and_tells_nothing(account):
    truth = live(Life(seed=1, first_day=date(2026, 3, 9), days=8, home="Europe/Berlin", who=OFFICE))
    silent = datetime(2026, 3, 12, tzinfo=UTC).timestamp()
    cloud = Cloud(truth, [at for at in sync_times(truth) if at < silent])
    cloud.phone = replace(cloud.phone, steps=bytes([UNSEEN]) * len(cloud.phone.steps))
    account.vendor.cloud = cloud
    payloads = account.fetched(Stream.STEPS, window("2026-03-13", "2026-03-14"))
    assert [p.facts["day"] for p in payloads] == ["2026-03-13", "2026-03-14"]
    assert {p.facts["type"] for p in payloads} == {"steps"}
    assert b'"value":0' in payloads[0].body
    assert parsed(payloads) == []


def test_the_hours_questions_are_not_overdrawn(account):
    account.vendor.quirks.limit = 20
    account.clock.at = datetime(2026, 3, 30, 10, 30, tzinfo=UTC)
    with pytest.raises(RateLimited) as caught, account.connected() as connection:
        list(connection.fetch(Stream.STEPS, window("2026-03-12", "2026-03-29"), None))
    assert caught.value.retry_after == timedelta(minutes=30)
    assert len(account.asked()) == 1 + 20  # the renewal is no question
    assert account.vendor.hours.refused == 0
    with pytest.raises(RateLimited) as again:  # a process that does not know is refused, and told
        account.fetched(Stream.PROFILE, None)
    assert again.value.retry_after == timedelta(minutes=30)
    account.clock.move(timedelta(minutes=30))
    assert account.fetched(Stream.PROFILE, None)


def test_a_week_of_the_past_takes_so_few_questions_that_ninety_days_take_three_hours(account):
    account.clock.at = datetime(2026, 5, 3, 12, tzinfo=UTC)
    account.vendor.quirks.limit = 10_000
    with account.connected() as connection:
        for n in range(7):
            end = account.clock.at - n * DAY
            piece = type(THREE_DAYS)(end - DAY, end)
            list(connection.fetch(Stream.STEPS, piece, None))
        for n in range(1):
            end = account.clock.at - n * 7 * DAY
            week = type(THREE_DAYS)(end - 7 * DAY, end)
            for stream in (Stream.WORKOUTS, Stream.ROUTES, Stream.DAILY):
                list(connection.fetch(stream, week, None))
    asked = len(account.asked())
    assert asked <= 7 * 3 + 3 + 4 + 7 + 3
    assert 90 / 7 * asked <= 3 * 150


def test_pages_of_the_log_are_read_on_and_their_links_are_not_believed(account, monkeypatch):
    monkeypatch.setattr(client, "LOGS_A_PAGE", 3)
    account.clock.at = datetime(2026, 5, 3, 20, tzinfo=UTC)
    account.vendor.quirks.stray_links = True
    asked = window("2026-03-09", "2026-04-20")
    payloads = account.fetched(Stream.WORKOUTS, asked)
    found = parsed(payloads)
    true = account.vendor.cloud.outings(int(account.clock().timestamp()))
    inside = [o for o in true if asked.start.timestamp() <= o.start < asked.end.timestamp()]
    assert len(payloads) > 3
    assert sorted(w.key for w in found if isinstance(w, Workout)) == sorted(
        {f"fitbit:9{o.start}" for o in inside}
    )
    assert {line.path.count("elsewhere") for line in account.vendor.server.log} == {0}


def test_a_page_that_comes_again_and_again_is_not_asked_for_ever(account, monkeypatch):
    monkeypatch.setattr(client, "_next_page", lambda _link: {})
    monkeypatch.setattr(client, "LOGS_A_PAGE", 1)
    account.clock.at = datetime(2026, 5, 3, 20, tzinfo=UTC)
    with pytest.raises(Malformed, match="again and again"):
        account.fetched(Stream.WORKOUTS, window("2026-03-09", "2026-04-20"))


def test_a_route_is_asked_once_a_revision(account):
    asked = window("2026-03-09", "2026-03-16")
    routes = account.fetched(Stream.ROUTES, asked)
    assert routes
    known = cursor_of(routes)
    account.vendor.server.forget()
    assert account.fetched(Stream.ROUTES, asked, known) == []
    assert not [path for path in account.asked() if path.endswith(".tcx")]
    strange = Cursor(MID_MARCH, "[1, 2")
    assert len(account.fetched(Stream.ROUTES, asked, strange)) == len(routes)


def test_an_app_of_the_wrong_type_is_told_which_one_it_takes(account):
    account.vendor.quirks.personal = False
    with pytest.raises(Forbidden, match="type Personal"):
        account.fetched(Stream.STEPS, THREE_DAYS)


def test_a_permission_that_was_left_out_is_named(account):
    account.granted = frozenset(("activity", "settings", "profile"))
    with pytest.raises(Forbidden, match="location"):
        account.fetched(Stream.ROUTES, THREE_DAYS)
    assert account.asked() == []
    account.granted = None
    account.signs_in(("settings", "profile"))
    with pytest.raises(Forbidden, match="permission activity is missing"):
        account.fetched(Stream.STEPS, THREE_DAYS)


def test_t9_without_the_profile_the_persons_own_zone_holds_and_never_utc(account):
    account.signs_in(("settings", "activity"))
    account.facts = {"zone": "Europe/Berlin"}
    steps = account.fetched(Stream.STEPS, THREE_DAYS)
    assert {p.facts["zone"] for p in steps} == {"Europe/Berlin"}
    account.facts = {}
    with pytest.raises(ConfigError, match="syncd person set NAME --tz ZONE"):
        account.fetched(Stream.STEPS, THREE_DAYS)


def test_without_the_devices_zeros_behind_the_last_step_are_not_believed(account):
    account.signs_in(("activity", "profile"))
    found = minutes(account.records(Stream.STEPS, window("2026-03-16", "2026-03-17")), "steps")
    assert found[max(found)]
    assert "synced" not in account.fetched(Stream.STEPS, THREE_DAYS)[0].facts


def test_a_journey_does_not_move_days_that_were_read_before_it(account):
    account.vendor.quirks.zone = "Europe/Berlin"
    known = cursor_of(account.fetched(Stream.DEVICES, None))
    account.clock.move(2 * DAY)
    account.vendor.quirks.zone = "Australia/Sydney"
    with account.connected() as connection:
        list(connection.fetch(Stream.DEVICES, None, known))
        asked = window("2026-03-14", "2026-03-19")
        steps = list(connection.fetch(Stream.STEPS, asked, None))
    zones = {p.facts["day"]: p.facts["zone"] for p in steps}
    assert zones["2026-03-15"] == zones["2026-03-17"] == "Europe/Berlin"
    assert zones["2026-03-18"] == "Australia/Sydney"


@pytest.mark.parametrize("kind", [FaultKind.CUT_JSON, FaultKind.PAGE])
def test_v5_a_broken_answer_is_kept_and_then_ends_the_pull(account, kind):
    account.vendor.faults.add(kind, route="/activities/steps")
    with account.connected() as connection:
        answers = connection.fetch(Stream.STEPS, THREE_DAYS, None)
        assert next(answers).body
        with pytest.raises(Malformed):
            next(answers)


def test_every_refusal_of_fitbits_own_becomes_what_to_do(account):
    def error(kind: FaultKind) -> Exception:
        account.vendor.faults.add(kind)
        with pytest.raises(Exception, match=r"\w") as caught:
            account.fetched(Stream.PROFILE, None)
        account.vendor.faults.clear()
        return caught.value

    assert isinstance(error(FaultKind.GONE), Retired)
    assert type(error(FaultKind.UNAVAILABLE)) is Transient
    limited = error(FaultKind.TOO_MANY_DATE)
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == timedelta(seconds=97)
    odd = "/1/user/-/activities/steps/date/2026-03-12/1d/7min.json"
    with account.connected() as connection, pytest.raises(Malformed, match="fault in syncd"):
        connection._asked(client._at(odd), Stream.STEPS)
    assert str(error(FaultKind.GONE)).count("google-health") == 1


def test_settings_lead_to_a_safe_server_only(account: Account):
    settings = adapter.settings
    told = {"client_id": "22ABCD", "client_secret": "hush"}
    made = settings(**told)
    who = adapter.client(made)
    assert who.authorize_url == "https://www.fitbit.com/oauth2/authorize"
    assert who.token_url == "https://api.fitbit.com/oauth2/token"
    assert "hush" not in repr(made) + repr(who)
    gateway = settings(**told, base_url="https://gateway.example/fitbit/")
    assert (
        adapter.client(gateway).authorize_url == "https://gateway.example/fitbit/oauth2/authorize"
    )
    for url in ("http://gateway.example", "https://a@b.example", "https://b.example/?x=1", "b"):
        with pytest.raises(ValueError, match="must be"):
            settings(**told, base_url=url)
