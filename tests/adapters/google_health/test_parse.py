"""What Google's answers mean: units, true zeros, clocks, what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.contract import (
    DailyTotal,
    DeviceSync,
    Malformed,
    OffsetRun,
    Pause,
    RawPayload,
    SourceKind,
    StepSeries,
    Stream,
    Window,
    Workout,
)
from syncd_google_health.intervals import Row, disjoint
from syncd_google_health.outings import label
from syncd_google_health.parse import parse

NOW = datetime(2026, 4, 1, tzinfo=UTC)
MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


A_MINUTE = "2026-03-09T08:00:00Z", "2026-03-09T08:01:00Z"
TEN_DAYS = "2026-03-09T08:00:00Z", "2026-03-19T08:00:00Z"


def payload(stream: Stream, said: object, covers: Window | None = MARCH, **facts: str):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return RawPayload("me", stream, covers, 0, NOW, "application/json", body, facts)


def interval(start: str, end: str, before: str = "3600s", after: str = "3600s") -> dict[str, Any]:
    return {
        "startTime": start,
        "startUtcOffset": before,
        "endTime": end,
        "endUtcOffset": after,
        "somethingNew": {"every": "month"},
    }


def points(kind: str, *told: tuple[str, str, dict[str, Any]], **facts: str) -> list[Any]:
    said = [{kind: {"interval": interval(a, b), **value}} for a, b, value in told]
    return list(parse(payload(Stream.STEPS, {"dataPoints": said}, type=kind, **facts)))


def test_steps_come_newest_first_as_text_and_a_true_zero_has_no_count():
    [series] = points(
        "steps",
        ("2026-03-09T08:02:00Z", "2026-03-09T08:03:00Z", {}),
        ("2026-03-09T08:00:00Z", "2026-03-09T08:01:00Z", {"count": "87"}),
    )
    assert isinstance(series, StepSeries)
    start = int(datetime(2026, 3, 9, 8, tzinfo=UTC).timestamp())
    assert series.start == (start, start + 120)  # 08:01 is a gap: not measured
    assert series.value == (87.0, 0.0)
    assert series.duration == (60, 60)
    assert (series.source.kind, series.source.whole_day) == (SourceKind.HUB, True)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("distance", {"millimeters": "61250"}, 61.25),
        ("altitude", {"gainMillimeters": "3048"}, 3.048),
        ("altitude", {"gainMillimeters": "-500"}, 0.0),
        ("altitude", {}, 0.0),
    ],
)
def test_millimetres_become_metres(kind, value, expected):
    [series] = points(kind, ("2026-03-09T08:00:00Z", "2026-03-09T08:01:00Z", value))
    assert series.value == (expected,)


def test_offsets_of_each_interval_tell_local_time_over_a_clock_change():
    said = [
        {"steps": {"interval": interval(a, b, before, after), "count": "9"}}
        for a, b, before, after in (
            ("2026-03-29T01:00:00Z", "2026-03-29T01:01:00Z", "7200s", "7200s"),
            ("2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z", "3600s", "7200s"),
        )
    ]
    [series] = parse(payload(Stream.STEPS, {"dataPoints": said}, type="steps"))
    change = int(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp())
    assert series.offsets == (
        OffsetRun(start=change - 60, offset_s=3600),
        OffsetRun(start=change, offset_s=7200),
    )


def test_west_of_greenwich_offsets_are_negative():
    said = {"steps": {"interval": interval("2026-03-09T08:00:00Z", "2026-03-09T08:01:00Z",
                                           "-12600s", "-12600s"), "count": "1"}}  # fmt: skip
    [series] = parse(payload(Stream.STEPS, {"dataPoints": [said]}, type="steps"))
    assert series.offsets[0].offset_s == -12_600


@pytest.mark.parametrize("said", [{}, {"dataPoints": []}, {"nextPageToken": "x"}])
def test_nothing_is_no_record_and_no_fault(said):
    assert list(parse(payload(Stream.STEPS, said, type="steps"))) == []


def test_intervals_outside_what_was_asked_for_are_left_out():
    found = points("steps", ("2026-04-01T00:00:00Z", "2026-04-01T00:01:00Z", {"count": "3"}))
    assert found == []


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"<html>",
        b'{"dataPoints":[{"steps"',
        b"[]",
        b'{"error":{"code":500}}',
        b'{"dataPoints":[{"stepz":{"interval":{}}}]}',
        b'{"dataPoints":[{"steps":{"count":"4"}}]}',
        {"dataPoints": [{"steps": {"interval": interval("2026-03-09T08:00:00", "2026-03-09")}}]},
        {"dataPoints": [{"steps": {"interval": interval(*TEN_DAYS), "count": "4"}}]},
        {"dataPoints": [{"steps": {"interval": interval(*A_MINUTE), "count": "many"}}]},
    ],
)
def test_v5_what_is_not_understood_is_said_and_never_an_empty_day(said):
    one = payload(Stream.STEPS, said, type="steps")
    with pytest.raises(Malformed) as caught:
        list(parse(one))
    assert caught.value.payload is one


def test_a_message_about_an_odd_answer_quotes_none_of_it():
    said = {"dataPoints": [{"steps": {"interval": "secret-secret", "count": "a"}}]}
    with pytest.raises(Malformed) as caught:
        list(parse(payload(Stream.STEPS, said, type="steps")))
    assert "secret" not in str(caught.value)
    assert "interval" in str(caught.value)


def exercise(**changes: Any) -> dict[str, Any]:
    said = {
        "interval": interval("2026-03-09T17:00:00Z", "2026-03-09T17:40:00Z"),
        "exerciseType": "NORDIC_WALKING",
        "activeDuration": "2280.500s",
        "exerciseEvents": [
            {"eventTime": "2026-03-09T17:21:00Z", "exerciseEventType": "RESUME"},
            {"eventTime": "2026-03-09T17:20:00Z", "exerciseEventType": "AUTO_PAUSE"},
            {"eventTime": "2026-03-09T17:39:00Z", "exerciseEventType": "PAUSE"},
        ],
        "metricsSummary": {
            "steps": "4100",
            "distanceMillimeters": 3210500.5,
            "elevationGainMillimeters": "NaN",
            "averagePaceSecondsPerMeter": "NaN",
        },
    }
    return {
        "name": "users/111/dataTypes/exercise/dataPoints/900",
        "dataSource": {"recordingMethod": "ACTIVELY_MEASURED", "platform": "FITBIT"},
        "updateTime": "2026-03-09T18:00:00Z",
        "exercise": said | changes,
    }


def workout(point: dict[str, Any]) -> Workout:
    said = payload(Stream.WORKOUTS, {"dataPoints": [point]}, type="exercise")
    [one] = parse(said)
    assert isinstance(one, Workout)
    return one


def test_an_exercise_keeps_googles_totals_and_its_pauses():
    one = workout(exercise())
    assert (one.key, one.label) == ("google:900", "nordic walking")
    assert (one.steps, one.distance_m, one.ascent_m) == (4100, 3210.5005, None)
    assert one.timer_s == 2280.5
    assert one.utc_offset_s == 3600
    at = int(datetime(2026, 3, 9, 17, tzinfo=UTC).timestamp())
    assert one.pauses == (
        Pause(start=at + 1200, end=at + 1260),
        Pause(start=at + 2340, end=at + 2400),
    )


def test_what_an_exercise_does_not_measure_is_unknown_and_not_zero():
    one = workout(exercise(metricsSummary={}, exerciseEvents=[], activeDuration=None))
    assert (one.steps, one.distance_m, one.ascent_m, one.timer_s) == (None, None, None, None)


@pytest.mark.parametrize(
    ("method", "source", "detected"),
    [
        ("ACTIVELY_MEASURED", "reconciled", "person"),
        ("PASSIVELY_MEASURED", "reconciled", "device"),
        ("MANUAL", "manual", "person"),
        ("SOMETHING_NEW", "reconciled", "person"),
    ],
)
def test_how_an_exercise_came_to_be_is_told(method, source, detected):
    point = exercise()
    point["dataSource"]["recordingMethod"] = method
    one = workout(point)
    assert (one.source.key, one.detected) == (source, detected)


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("WALKING", "walking"),
        ("BACKPACKING", "backpacking hike"),
        ("EXERCISE_TYPE_UNSPECIFIED", None),
        (None, None),
        ("NEW_SPORT_OF_2027", "new sport of 2027"),
    ],
)
def test_googles_word_for_a_sport_is_kept_in_plain_letters(kind, word):
    assert label(kind) == word


def route(body: bytes, **facts: str) -> RawPayload:
    told = {"type": "tcx", "exercise": json.dumps(exercise())}
    return payload(Stream.ROUTES, body, **(told | facts))


TCX = (
    b'<?xml version="1.0"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/'
    b'TrainingCenterDatabase/v2"><Activities><Activity Sport="Walking"><Id>2026-03-09T17:00:00Z'
    b'</Id><Lap StartTime="2026-03-09T17:00:00Z"><TotalTimeSeconds>60</TotalTimeSeconds>'
    b"<Track><Trackpoint><Time>2026-03-09T17:00:00Z</Time><AltitudeMeters>10</AltitudeMeters>"
    b"</Trackpoint><Trackpoint><Time>2026-03-09T17:01:00Z</Time><AltitudeMeters>14"
    b"</AltitudeMeters></Trackpoint></Track></Lap></Activity></Activities>"
    b"</TrainingCenterDatabase>"
)


def test_a_route_brings_its_samples_and_the_exercise_its_totals():
    [one] = parse(route(TCX))
    assert isinstance(one, Workout)
    assert one.track is not None
    assert one.track.altitude_m == (10.0, 14.0)
    assert one.model_copy(update={"track": None}) == workout(exercise())


def test_a_route_that_is_cut_off_is_not_half_a_walk():
    for body in (TCX[: len(TCX) // 2], b"<html></html>", b"{}"):
        with pytest.raises(Malformed):
            list(parse(route(body)))
    assert list(parse(route(b"", route="none"))) == []
    with pytest.raises(Malformed, match="without its exercise"):
        list(parse(payload(Stream.ROUTES, TCX, type="tcx")))


def test_daily_sums_are_civil_days_and_an_empty_sum_is_zero():
    said = {
        "rollupDataPoints": [
            {"civilStartTime": {"date": {"year": 2026, "month": 3, "day": 8}, "time": {}},
             "distance": {"millimetersSum": "10500500"}},
            {"civilStartTime": {"date": {"year": 2026, "month": 3, "day": 7}}, "distance": {}},
        ]
    }  # fmt: skip
    first, second = parse(payload(Stream.DAILY, said, type="distance"))
    assert isinstance(first, DailyTotal)
    assert isinstance(second, DailyTotal)
    assert (first.day, first.distance_m, first.steps) == (date(2026, 3, 8), 10500.5, None)
    assert (second.day, second.distance_m) == (date(2026, 3, 7), 0.0)


def test_a_date_that_cannot_be_is_malformed():
    day = {"civilStartTime": {"date": {"year": 2026, "month": 2, "day": 30}}, "steps": {}}
    with pytest.raises(Malformed, match="no such date"):
        list(parse(payload(Stream.DAILY, {"rollupDataPoints": [day]}, type="steps")))


def test_freshness_is_the_newest_trackers_and_never_a_scales():
    said = {
        "pairedDevices": [
            {"deviceType": "SCALE", "lastSyncTime": "2026-03-20T09:00:00Z"},
            {"deviceType": "TRACKER", "lastSyncTime": "2026-03-09T09:00:00.123456Z"},
            {"deviceType": "TRACKER", "lastSyncTime": "2026-03-08T09:00:00Z"},
            {"deviceType": "TRACKER"},
        ]
    }
    [sync] = parse(payload(Stream.DEVICES, said, None))
    assert isinstance(sync, DeviceSync)
    assert sync.at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert list(parse(payload(Stream.DEVICES, {}, None))) == []


ROWS = st.builds(
    Row,
    start=st.integers(0, 40),
    duration=st.integers(1, 12),
    value=st.integers(0, 9).map(float),
    offset=st.just(0),
)


@given(st.lists(ROWS, max_size=14))
def test_intervals_are_disjoint_whatever_comes_and_in_whatever_order(rows):
    kept = disjoint(rows)
    assert all(a.start + a.duration <= b.start for a, b in pairwise(kept))
    assert kept == disjoint(rows[::-1])
    assert kept == disjoint(rows + rows)
    assert set(kept) <= set(rows)
    for row in rows:  # nothing is lost but what something finer or earlier stands for
        spans = [(k.start, k.start + k.duration) for k in kept]
        assert any(a < row.start + row.duration and row.start < b for a, b in spans)
