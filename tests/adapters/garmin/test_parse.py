"""What Garmin's answers become: shapes, units, what is missing, what cannot be."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.contract import DailyTotal, DeviceSync, Malformed, Profile, RawPayload, Stream, Window
from syncd_garmin import activities, adapter, instants, wire
from syncd_garmin.sources import BY_HAND, CLOUD

NOW = datetime(2026, 3, 16, 10, 30, tzinfo=UTC)
COVERS = Window(NOW - timedelta(days=7), NOW)
ITEM = {
    "activityId": 21_000_000_001,
    "activityType": {"typeId": 9, "typeKey": "walking", "parentTypeId": 17},
    "startTimeGMT": "2026-03-15 15:25:33",
    "startTimeLocal": "2026-03-15 16:25:33",
    "endTimeGMT": "2026-03-15 16:04:27",
    "beginTimestamp": 1773588333000,
    "distance": 3342.98,
    "duration": 2300.5,
    "elapsedDuration": 2334.0,
    "movingDuration": 2290.0,
    "elevationGain": 35.9,
    "elevationLoss": 30.1,
    "steps": 4244,
    "averageRunningCadenceInStepsPerMinute": 109.1,
    "manualActivity": False,
    "elevationCorrected": False,
}
DAY = {
    "calendarDate": "2026-03-16",
    "totalSteps": 8123,
    "totalDistanceMeters": 41961,
    "wellnessDistanceMeters": 6240,
    "floorsAscended": 3.404,
    "wellnessStartTimeGmt": "2026-03-15T23:00:00.0",
    "wellnessStartTimeLocal": "2026-03-16T00:00:00.0",
    "lastSyncTimestampGMT": "2026-03-16T10:09:38.0",
}


def payload(stream: Stream, kind: str, said: object, **facts: str) -> RawPayload:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return RawPayload("me", stream, COVERS, 0, NOW, "application/json", body,
                      {"type": kind, **facts})  # fmt: skip


def parsed(stream: Stream, kind: str, said: object, **facts: str):
    return list(adapter.parse(payload(stream, kind, said, **facts)))


def listed(**other: object):
    return parsed(Stream.WORKOUTS, "activities", [{**ITEM, **other}])


def test_an_activity_is_a_workout_with_garmins_own_totals_and_no_doubled_cadence():
    [walk] = listed()
    assert (walk.key, walk.label, walk.source) == ("garmin:21000000001", "walking", CLOUD)
    assert walk.start == datetime(2026, 3, 15, 15, 25, 33, tzinfo=UTC)
    assert walk.end == datetime(2026, 3, 15, 16, 4, 27, tzinfo=UTC)
    assert (walk.timer_s, walk.moving_time_s, walk.steps) == (2300.5, 2290.0, 4244)
    assert (walk.distance_m, walk.ascent_m, walk.descent_m) == (3342.98, 35.9, 30.1)
    assert (walk.utc_offset_s, walk.zone, walk.elevation_source) == (3600, None, None)


def test_missing_is_not_zero():
    names = ("distance", "duration", "movingDuration", "elevationGain", "elevationLoss", "steps")
    [walk] = listed(**dict.fromkeys(names))
    told = (walk.distance_m, walk.timer_s, walk.moving_time_s, walk.ascent_m, walk.steps)
    assert told == (None,) * 5
    [indoors] = listed(movingDuration=0, distance="NaN")
    assert (indoors.moving_time_s, indoors.distance_m) == (None, None)


def test_what_somebody_typed_in_is_by_hand_and_a_corrected_climb_is_of_the_terrain():
    plain = {k: v for k, v in ITEM.items() if k not in {"manualActivity", "elevationCorrected"}}
    [typed] = parsed(
        Stream.WORKOUTS,
        "activities",
        [{**plain, "isManualActivity": True, "isElevationCorrected": True}],
    )
    assert (typed.source, typed.elevation_source) == (BY_HAND, "terrain")


def test_a_multisport_parent_is_no_outing_and_its_parts_are():
    part = {**ITEM, "activityId": 2, "parentId": ITEM["activityId"]}
    whole = {**ITEM, "isParent": True}
    named = {**ITEM, "activityType": {"typeId": 89, "typeKey": "multi_sport", "parentTypeId": 17}}
    found = parsed(Stream.WORKOUTS, "activities", [whole, part, named])
    assert [walk.key for walk in found] == ["garmin:2"]


@pytest.mark.parametrize(
    ("kind", "label", "on_foot"),
    [
        ({"typeId": 9, "typeKey": "walking", "parentTypeId": 17}, "walking", True),
        ({"typeId": 30, "typeKey": "casual_walking", "parentTypeId": 9}, "casual walking", True),
        ({"typeId": 999, "typeKey": "rucking", "parentTypeId": 3}, "rucking", True),
        ({"typeId": 998, "typeKey": "with_dog", "parentTypeId": 9}, "with dog (walking)", True),
        ({"typeId": 2, "typeKey": "cycling", "parentTypeId": 17}, "cycling", False),
        ({"typeId": 26, "typeKey": "lap_swimming", "parentTypeId": 26}, "lap swimming", False),
        ({"typeKey": "uncategorized"}, None, True),
        (None, None, True),
    ],
)  # fmt: skip
def test_families_of_sports_decide_where_the_word_does_not(kind, label, on_foot):
    item = wire.ActivityItem.model_validate({"activityId": 1, "activityType": kind})
    assert activities.label(item.activity_type) == label
    assert activities.is_on_foot(item) is on_foot


def test_an_elapsed_time_in_milliseconds_is_understood():
    [walk] = listed(endTimeGMT=None, duration=1091.6, elapsedDuration=1_091_604.98)
    assert walk.end - walk.start == timedelta(seconds=1092)
    [paused] = listed(endTimeGMT=None, duration=1000.0, elapsedDuration=7000.0)
    assert paused.end - paused.start == timedelta(seconds=7000)


def test_an_outing_outside_the_window_is_left_to_its_own():
    assert listed(startTimeGMT="2026-03-09 10:29:59", endTimeGMT=None) == []
    assert len(listed(startTimeGMT="2026-03-09 10:30:00", endTimeGMT=None)) == 1


def test_todays_summary_tells_the_sync_and_the_day_so_far_on_foot():
    sync, total = parsed(Stream.DEVICES, "summary", DAY)
    assert sync == DeviceSync(source=CLOUD, at=datetime(2026, 3, 16, 10, 9, 38, tzinfo=UTC))
    day = date(2026, 3, 16)
    assert total == DailyTotal(source=CLOUD, day=day, steps=8123, distance_m=6240.0, floors=3.404)


@pytest.mark.parametrize("said", [b"", b"  \n", b"{}", b'{"calendarDate":"2026-03-16"}'])
def test_v12_an_empty_answer_and_one_full_of_nulls_tell_nothing(said):
    assert parsed(Stream.DEVICES, "summary", said) == []
    assert parsed(Stream.DEVICES, "summary", dict.fromkeys(DAY)) == []


def test_v11_a_day_of_nulls_is_not_measured_and_a_day_of_zero_is():
    nothing = {"calendarDate": "2026-03-14", "movement": {"steps": {"value": None}}}
    none = {"calendarDate": "2026-03-15", "movement": {"steps": {"value": 0}}}
    found = parsed(
        Stream.DAILY, "summaries", {"data": [nothing, none, {**nothing, "movement": None}]}
    )
    assert [(total.day, total.steps) for total in found] == [(date(2026, 3, 15), 0)]
    assert parsed(Stream.DAILY, "summaries", {"data": None}) == []
    assert parsed(Stream.DAILY, "summaries", b"") == []


def test_a_sync_ahead_of_our_clock_is_taken_as_now():
    [sync, _] = parsed(
        Stream.DEVICES, "summary", {**DAY, "lastSyncTimestampGMT": "2026-03-16T11:00:00.0"}
    )
    assert sync.at == NOW


def test_the_zone_of_the_settings_is_told_unless_nobody_chose_one():
    [profile] = parsed(Stream.PROFILE, "settings", {"displayName": "x", "timeZone": "Asia/Tokyo"})
    assert profile == Profile(source=CLOUD, at=NOW, user="x", zone="Asia/Tokyo")
    [none] = parsed(Stream.PROFILE, "settings", {"displayName": "x", "timeZone": "gmt"})
    assert none.zone is None


def test_a_pulse_says_when_the_watch_was_worn_and_its_lack_says_nothing():
    start = int(COVERS.start.timestamp())
    beats = [60, 61, None, 62, *[None] * 10, 70, 400]
    rows = [[72 if bpm is None else bpm, 1000 * (start + 120 * i)] for i, bpm in enumerate(beats)]
    for row, bpm in zip(rows, beats, strict=True):
        row[0] = bpm
    columns = [{"index": 1, "key": "timestamp"}, {"index": 0, "key": "heartrate"}]
    said = {"heartRateValueDescriptors": columns, "heartRateValues": rows}
    [worn] = parsed(Stream.DAILY, "pulse", said)
    assert worn.start == (start, start + 120 * 14)
    assert worn.duration == (4 * 120, 120)
    assert set(worn.value) == {1.0}
    assert parsed(Stream.DAILY, "pulse", {**said, "heartRateValues": None}) == []
    with pytest.raises(Malformed, match="columns"):
        parsed(Stream.DAILY, "pulse", {**said, "heartRateValueDescriptors": []})


def test_what_is_beyond_all_measure_was_not_measured():
    [sync, *_] = parsed(Stream.DEVICES, "summary", {**DAY, "totalSteps": 1e300})
    assert isinstance(sync, DeviceSync)
    [walk] = listed(distance=float("inf"), steps=-7, elevationGain=1e12)
    assert (walk.distance_m, walk.steps, walk.ascent_m) == (None, None, None)
    columns = [{"index": 0, "key": "timestamp"}, {"index": 1, "key": "heartrate"}]
    rows = [[float("nan"), 60], [1e300, 60], [-1e300, 60], [1e12, float("inf")], [], [5]]
    said = {"heartRateValueDescriptors": columns, "heartRateValues": rows}
    assert parsed(Stream.DAILY, "pulse", said) == []


def test_a_day_that_was_not_asked_for_is_not_believed():
    days = ["0001-01-01", "2026-03-07", "2026-03-08", "2026-03-18", "2026-03-19", "9999-12-31"]
    far = [{"calendarDate": day, "movement": {"steps": {"value": 9}}} for day in days]
    found = parsed(Stream.DAILY, "summaries", {"data": far})
    assert [str(total.day) for total in found] == ["2026-03-07", "2026-03-08", "2026-03-18"]
    assert len(parsed(Stream.DEVICES, "summary", {**DAY, "calendarDate": "9999-12-31"})) == 1


@pytest.mark.parametrize(
    ("stream", "kind", "said"),
    [
        (Stream.DEVICES, "summary", b'{"error":"X"}'),
        (Stream.DEVICES, "summary", b"<html>"),
        (Stream.DEVICES, "summary", {**DAY, "totalSteps": "many"}),
        (Stream.DEVICES, "summary", {**DAY, "lastSyncTimestampGMT": "1970-01-01T00:00:00.0"}),
        (Stream.WORKOUTS, "activities", {"error": "X"}),
        (Stream.WORKOUTS, "activities", [{"activityId": None}]),
        (Stream.WORKOUTS, "activities", [{**ITEM, "startTimeGMT": "yesterday"}]),
        (Stream.DAILY, "summaries", b'{"data":[{"calendarDate":"2026-03-'),
        (Stream.DAILY, "summaries", {"errorId": "7"}),
        (Stream.ROUTES, "detail", ITEM),
        (Stream.DAILY, "unheard-of", {}),
    ],
)
def test_an_answer_that_is_not_understood_is_said_to_be(stream, kind, said):
    with pytest.raises(Malformed) as caught:
        parsed(stream, kind, said)
    assert "many" not in str(caught.value)


def test_times_are_read_in_every_way_that_garmin_writes_them():
    at = datetime(2026, 10, 21, 7, 15, 54, tzinfo=UTC)
    for said in ("2026-10-21T07:15:54.0", "2026-10-21 07:15:54", "2026-10-21T09:15:54+02:00",
                 int(at.timestamp() * 1000), {"date": "2026-10-21T07:15:54.0"}):  # fmt: skip
        assert instants.instant(said) == at
    assert instants.instant(None) is None
    assert instants.wall("2026-10-21T09:15:54.0") == datetime(2026, 10, 21, 9, 15, 54)  # noqa: DTZ001


def test_t5_a_local_time_that_was_shifted_already_is_never_an_instant():
    gmt = instants.instant("2026-10-21T07:15:54.0")
    shifted = int(datetime(2026, 10, 21, 9, 15, 54, tzinfo=UTC).timestamp() * 1000)
    assert instants.utc_offset_s(gmt, instants.wall(shifted)) == 7200
    assert instants.wall(shifted).tzinfo is None
    for odd in (7200 + 400, 20 * 3600):
        local = instants.wall(int((gmt.timestamp() + odd) * 1000))
        assert instants.utc_offset_s(gmt, local) is None


@pytest.mark.parametrize("said", ["1970-01-01T00:00:00.0", 0, True, "soon", [], 10**18])
def test_what_is_no_time_is_refused(said):
    with pytest.raises(ValueError):
        instants.instant(said)
