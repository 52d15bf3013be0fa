"""What Fitbit's answers become: wall-clock days on the timeline, what nobody measured left out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.contract import (
    DailyTotal,
    DeviceSync,
    Malformed,
    Profile,
    RawPayload,
    SourceKind,
    StepSeries,
    Stream,
    Window,
    Workout,
)
from syncd_fitbit.parse import CLOUD, parse

LATER = datetime(2026, 12, 1, tzinfo=UTC)
LOG = {
    "logId": 91, "activityName": "Walk", "logType": "tracker", "distanceUnit": "Kilometer",
    "startTime": "2026-03-12T07:00:00.000+01:00", "duration": 1_800_000, "steps": 3000,
    "distance": 2.2, "lastModified": "2026-03-12T08:00:00.000Z",
}  # fmt: skip


def payload(stream: Stream, said: object, covers: Window | None = None, **facts: str) -> RawPayload:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    told = {"zone": "Europe/Berlin"} | facts
    return RawPayload("me", stream, covers, 0, LATER, "application/json", body, told)


def day(on: str, values: dict[str, float], kind: str = "steps", **facts: str) -> RawPayload:
    """Return a day in which all other minutes are zero, as Fitbit fills them."""
    wall = [f"{m // 60:02d}:{m % 60:02d}" for m in range(1440)]
    rows = [{"time": f"{w}:00", "value": values.get(w, 0)} for w in wall]
    slots = {"dataset": rows, "datasetInterval": 1, "datasetType": "minute"}
    said = {f"activities-{kind}-intraday": slots}
    return payload(Stream.STEPS, said, type=kind, day=on, **facts)


def synced(at: datetime) -> str:
    return str(int(at.timestamp()))


def columns(found: RawPayload) -> dict[int, tuple[int, float | None]]:
    """Return start -> (duration, value)."""
    [series] = parse(found)
    assert isinstance(series, StepSeries)
    assert (series.source.key, series.source.kind) == ("cloud", SourceKind.HUB)
    rows = zip(series.start, series.duration, series.value, strict=True)
    return {start: (duration, value) for start, duration, value in rows}


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_wall_clock_minutes_are_those_of_the_zone():
    said = columns(day("2026-03-12", {"07:00": 110, "07:01": 112}, synced=synced(LATER)))
    assert len(said) == 1440
    assert said[at("2026-03-12T07:00:00+01:00")] == (60, 110)
    assert said[at("2026-03-12T07:02:00+01:00")] == (60, 0)


def test_zeros_behind_the_last_sync_are_not_measured_and_those_before_it_are():
    noon = datetime(2026, 3, 12, 11, 30, tzinfo=UTC)
    said = columns(day("2026-03-12", {"07:00": 110, "15:00": 60}, synced=synced(noon)))
    assert said[at("2026-03-12T12:29:00+01:00")] == (60, 0)
    assert at("2026-03-12T12:30:00+01:00") not in said
    assert said[at("2026-03-12T15:00:00+01:00")] == (60, 60)  # the phone counted it


def test_a_day_of_zeros_was_seen_by_no_tracker():
    assert list(parse(day("2026-03-12", {}, synced=synced(LATER)))) == []


def test_where_nobody_tells_of_syncs_zeros_count_up_to_the_last_step():
    said = columns(day("2026-03-12", {"07:00": 110, "20:10": 20}))
    assert max(said) == at("2026-03-12T20:10:00+01:00")


def test_minutes_that_are_still_to_come_are_not_believed():
    tomorrow = (LATER + timedelta(days=1)).date().isoformat()
    assert list(parse(day(tomorrow, {"07:00": 110}, synced=synced(LATER)))) == []


def test_only_what_begins_in_the_window_is_told():
    covers = Window(datetime(2026, 3, 12, 6, tzinfo=UTC), datetime(2026, 3, 12, 6, 2, tzinfo=UTC))
    whole = day("2026-03-12", {"07:00": 110, "07:05": 9}, synced=synced(LATER))
    cut = payload(Stream.STEPS, whole.body, covers, **whole.facts)
    assert sorted(columns(cut)) == [
        at("2026-03-12T07:00:00+01:00"),
        at("2026-03-12T07:01:00+01:00"),
    ]


def test_distance_is_in_kilometres_and_climb_in_metres():
    said = columns(day("2026-03-12", {"07:00": 0.0825}, "distance", synced=synced(LATER)))
    assert said[at("2026-03-12T07:00:00+01:00")] == (60, pytest.approx(82.5))
    said = columns(day("2026-03-12", {"07:00": 3.048}, "elevation", synced=synced(LATER)))
    assert said[at("2026-03-12T07:00:00+01:00")] == (60, pytest.approx(3.048))


def test_t1_an_hour_that_came_twice_is_one_interval_over_both_and_never_minutes():
    found = day("2026-10-25", {"02:10": 100, "02:11": 20, "03:00": 7}, synced=synced(LATER))
    [series] = parse(found)
    assert isinstance(series, StepSeries)
    said = columns(found)
    both = at("2026-10-25T02:00:00+02:00")
    assert said[both] == (7200, 120)
    assert len(said) == 1440 - 60 + 1
    assert said[at("2026-10-25T03:00:00+01:00")] == (60, 7)
    runs = [(run.start, run.offset_s) for run in series.offsets]
    assert runs == [
        (at("2026-10-25T00:00:00+02:00"), 7200), (at("2026-10-25T02:00:00+01:00"), 3600)
    ]  # fmt: skip


def test_t1_a_quiet_hour_that_came_twice_is_two_hours_of_zeros():
    said = columns(day("2026-10-25", {"12:00": 50}, synced=synced(LATER)))
    assert len(said) == 1500
    assert {duration for duration, _ in said.values()} == {60}


def test_t1_an_hour_that_never_came_is_left_out():
    said = columns(day("2026-03-29", {"02:30": 40, "03:00": 50}, synced=synced(LATER)))
    assert len(said) == 1380
    assert sum(value or 0 for _, value in said.values()) == 50


@pytest.mark.parametrize("zone", ["America/Havana", "Atlantic/Azores", "Australia/Lord_Howe"])
def test_t1_clocks_set_back_around_midnight_or_by_half_an_hour_lose_no_step(zone):
    for on in ("2026-11-01", "2026-10-25", "2026-04-05", "2026-10-24", "2026-10-31"):
        minutes = {f"{m // 60:02d}:{m % 60:02d}": 1 for m in range(1440)}
        found = day(on, minutes, synced=synced(LATER), zone=zone)
        assert sum(value or 0 for _, value in columns(found).values()) == 1440, on


@settings(max_examples=25)
@given(st.dictionaries(st.integers(0, 1439), st.integers(0, 250), max_size=30),
       st.sampled_from(["2026-03-28", "2026-03-29", "2026-10-25", "2026-07-01"]))  # fmt: skip
def test_steps_of_a_day_are_kept_whatever_the_clocks_do_but_for_times_that_never_came(values, on):
    told = {f"{m // 60:02d}:{m % 60:02d}": v for m, v in values.items()}
    never = 0
    if on == "2026-03-29":
        never = sum(v for m, v in values.items() if 120 <= m < 180)
    found = list(parse(day(on, told, synced=synced(LATER))))
    assert sum(v or 0 for one in found for v in one.value) == sum(values.values()) - never


def test_devices_tell_the_newest_trackers_sync_by_the_clock_on_the_wall():
    said = [
        {"type": "TRACKER", "lastSyncTime": "2026-03-12T11:58:00.000", "mac": "x"},
        {"type": "TRACKER", "lastSyncTime": "2026-03-10T11:58:00.000"},
        {"type": "SCALE", "lastSyncTime": "2026-03-12T12:58:00.000"},
        {"type": "TRACKER"},
    ]
    [found] = parse(payload(Stream.DEVICES, said))
    assert found == DeviceSync(source=CLOUD, at=datetime(2026, 3, 12, 10, 58, tzinfo=UTC))
    twice = [{"type": "TRACKER", "lastSyncTime": "2026-10-25T02:30:00.000"}]
    [found] = parse(payload(Stream.DEVICES, twice))
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first: what is sure
    ahead = [{"type": "TRACKER", "lastSyncTime": "2030-10-25T02:30:00.000"}]
    [found] = parse(payload(Stream.DEVICES, ahead))
    assert found.at == LATER
    assert list(parse(payload(Stream.DEVICES, []))) == []


def test_totals_of_days_without_a_step_or_behind_the_last_sync_are_not_told():
    rows = [("2026-03-10", "8123"), ("2026-03-11", "0"), ("2026-03-12", "77"), ("2026-03-13", "9")]
    said = {"activities-steps": [{"dateTime": d, "value": v} for d, v in rows]}
    noon = datetime(2026, 3, 12, 11, tzinfo=UTC)
    found = list(parse(payload(Stream.DAILY, said, type="steps", synced=synced(noon))))
    assert found == [
        DailyTotal(source=CLOUD, day=date(2026, 3, 10), steps=8123),
        DailyTotal(source=CLOUD, day=date(2026, 3, 12), steps=77),
    ]


@pytest.mark.parametrize(("told", "expected"), [(("0", "0"), []), (("3", "0"), [3.0, 0.0])])
def test_floors_are_told_where_there_is_an_altimeter(told, expected):
    said = {"activities-floors": [
        {"dateTime": f"2026-03-1{i}", "value": v} for i, v in enumerate(told)
    ]}  # fmt: skip
    found = list(parse(payload(Stream.DAILY, said, type="floors", synced=synced(LATER))))
    assert [total.floors for total in found] == expected


def outing(**changes: object) -> Workout:
    said = {name: value for name, value in {**LOG, **changes}.items() if value is not None}
    [found] = parse(payload(Stream.WORKOUTS, {"activities": [said]}, type="logs"))
    assert isinstance(found, Workout)
    return found


def test_a_log_entry_is_a_workout_with_what_was_measured():
    found = outing(activeDuration=1_700_000, elevationGain=12.5)
    assert (found.key, found.label, found.detected) == ("fitbit:91", "walk", "person")
    assert (found.steps, found.distance_m, found.ascent_m) == (3000, 2200.0, 12.5)
    assert (found.timer_s, found.utc_offset_s) == (1700.0, 3600)
    assert found.end - found.start == timedelta(minutes=30)
    bare = outing(steps=None, distance=None)
    assert (bare.steps, bare.distance_m, bare.ascent_m, bare.timer_s) == (None, None, None, None)
    assert outing(distanceUnit="Mile").distance_m == pytest.approx(3540.6, abs=0.1)
    assert outing(distanceUnit="Parasang").distance_m is None
    assert outing(logType="auto_detected").detected == "device"


def test_what_a_person_typed_is_no_label():
    assert outing(logType="manual").source.kind is SourceKind.MANUAL
    assert outing(logType="manual").label == "walk"
    assert outing(logType="manual", activityName="to the clinic and back").label is None
    assert outing(activityName="Nordic Walking").label == "nordic walking"


def test_a_start_that_came_twice_tells_no_offset():
    found = outing(startTime="2026-10-25T02:30:00.000")
    assert (found.start, found.utc_offset_s) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), None)
    sure = outing(startTime="2026-10-25T12:30:00.000")
    assert (sure.start, sure.utc_offset_s) == (datetime(2026, 10, 25, 11, 30, tzinfo=UTC), 3600)


def test_the_profile_tells_whose_account_it_is_and_the_zone():
    said = {"user": {"encodedId": "7XK3QD", "timezone": "Asia/Kathmandu",
                     "offsetFromUTCMillis": 20_700_000, "fullName": "A B"}}  # fmt: skip
    [found] = parse(payload(Stream.PROFILE, said))
    assert isinstance(found, Profile)
    assert (found.user, found.zone, found.utc_offset_s) == ("7XK3QD", "Asia/Kathmandu", 20_700)


MINUTES = {"type": "steps", "day": "2026-03-12"}
ROUTE = {"type": "tcx", "log": json.dumps(LOG)}


def slots(inside: str) -> bytes:
    return f'{{"activities-steps-intraday": {{{inside}}}}}'.encode()


@pytest.mark.parametrize(
    ("stream", "body", "facts"),
    [
        (Stream.STEPS, b"<html>", MINUTES),
        (Stream.STEPS, b"[" * 100_000, MINUTES),
        (Stream.STEPS, b'{"activities-steps": []}', MINUTES),
        (Stream.STEPS, slots('"dataset": [{"time": "25:00:00", "value": 1}]'), MINUTES),
        (Stream.STEPS, slots('"dataset": [{"time": "05:00:00", "value": NaN}]'), MINUTES),
        (Stream.STEPS, slots('"dataset": [{"time": "05:00:00", "value": -1}]'), MINUTES),
        (Stream.STEPS, slots('"dataset": [], "datasetInterval": 7'), MINUTES),
        (Stream.STEPS, b"{}", {"type": "dance"}),
        (Stream.STEPS, b'{"activities-steps-intraday": {}}', {"type": "steps"}),
        (Stream.DEVICES, b'[{"lastSyncTime": "soon"}]', {}),
        (Stream.DEVICES, b"[", {}),
        (Stream.DEVICES, b"[]", {"zone": "../../etc/passwd"}),
        (Stream.WORKOUTS, b'{"activities": [{}]}', {"type": "logs"}),
        (Stream.ROUTES, b"<TrainingCenterDatabase>", ROUTE),
        (Stream.ROUTES, b"x</TrainingCenterDatabase>", {"type": "tcx"}),
        (Stream.DAILY, b'{"activities-steps": [{"dateTime": "2026-02-30"}]}', {"type": "steps"}),
        (Stream.PROFILE, b'{"user": 7}', {}),
        (Stream.PROFILE, b'{"user": {"offsetFromUTCMillis": 1e12}}', {}),
    ],
)  # fmt: skip
def test_what_is_not_understood_says_so_and_repeats_nothing(stream, body, facts):
    with pytest.raises(Malformed) as caught:
        list(parse(payload(stream, body, **facts)))
    assert "passwd" not in str(caught.value)
