"""The lists of a Garmin account's export: centimetres, milliseconds, and days that were over."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from syncd.contract import DailyTotal, Malformed, Workout
from syncd.formats import garmin_export

BEFORE = datetime(2026, 11, 23, tzinfo=UTC)
WALK: dict[str, object] = {
    "activityId": 17,
    "name": "Home street",
    "activityType": "casual_walking",
    "beginTimestamp": 1_780_000_000_000,
    "startTimeGmt": 1_780_000_000_000.0,
    "startTimeLocal": 1_780_007_200_000.0,
    "duration": 1_800_000.0,
    "elapsedDuration": 1_900_000.0,
    "movingDuration": 1_750_000.0,
    "distance": 240_050.0,
    "elevationGain": 1_200.0,
    "elevationLoss": 1_100.0,
    "steps": 3300.0,
}
DAY: dict[str, object] = {
    "calendarDate": "2026-10-01",
    "totalSteps": 7142,
    "totalDistanceMeters": 4799,
    "durationInMilliseconds": 86_400_000,
    "floorsAscendedInMeters": 12.192,
}


def activities(*entries: object) -> tuple[list[Workout], list[str], list[str]]:
    found: list[Workout] = []
    try:
        data = json.dumps(entries).encode()
        found.extend(garmin_export.activities(data, name="x", before=BEFORE))
    except Malformed as error:
        return found, list(error.problems), list(error.others)
    return found, [], []


def days(*entries: object) -> tuple[list[DailyTotal], list[str], list[str]]:
    found: list[DailyTotal] = []
    try:
        data = json.dumps(entries).encode()
        found.extend(garmin_export.days(data, name="x", before=BEFORE))
    except Malformed as error:
        return found, list(error.problems), list(error.others)
    return found, [], []


def test_an_activity_is_read_in_its_own_units_and_without_its_name():
    [walk], problems, _ = activities(WALK)
    assert not problems
    assert (walk.key, walk.label) == ("garmin:17", "casual walking")
    assert walk.start == datetime.fromtimestamp(1_780_000_000, UTC)
    assert (walk.end - walk.start).total_seconds() == 1900
    assert (walk.timer_s, walk.moving_time_s) == (1800, 1750)
    assert (walk.steps, walk.distance_m, walk.ascent_m, walk.descent_m) == (3300, 2400.5, 12, 11)
    assert walk.utc_offset_s == 7200
    assert "Home" not in walk.model_dump_json()


def test_what_is_not_measured_is_not_zero():
    [walk], problems, _ = activities(
        {"activityId": 1, "beginTimestamp": 1_780_000_000_000, "duration": 60_000.0, "steps": 0}
    )
    assert not problems
    assert (walk.steps, walk.distance_m, walk.ascent_m, walk.utc_offset_s) == (None,) * 4


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"activityId": None}, "it has no id"),
        ({"activityId": True}, "it has no id"),
        ({"beginTimestamp": None, "startTimeGmt": "x"}, "it does not tell when it was"),
        ({"duration": 0, "elapsedDuration": 0}, "it lasts no time"),
        ({"elapsedDuration": 8 * 86_400_000}, "more than 7 days"),
        ({"startTimeGmt": 1e14}, "in the future"),
        ({"startTimeGmt": 0}, "before 2000"),
        ({"startTimeGmt": 9e14}, "its time cannot be"),
        ({"elapsedDuration": 1900.0, "duration": 1800.0}, "its units are not those"),
    ],
)
def test_an_activity_that_cannot_be_is_told_and_the_others_stand(change, why):
    found, problems, _ = activities({**WALK, **change}, WALK, 5)
    assert len(found) == 1
    assert why in problems[0]
    assert len(problems) == 2


def test_totals_of_whole_days_are_read_and_water_is_passed_over():
    today = {**DAY, "calendarDate": "2026-10-02", "durationInMilliseconds": 50_000_000}
    water = {"calendarDate": "2026-10-01", "hydrationEntry": 250}
    [total], problems, _ = days(water, DAY, today)
    assert not problems
    assert (total.day, total.steps, total.distance_m) == (date(2026, 10, 1), 7142, 4799)
    assert total.floors == pytest.approx(4)
    [odd], _, _ = days(
        {**DAY, "calendarDate": {"date": "2026-10-01"}, "durationInMilliseconds": None}
    )
    assert odd.day == date(2026, 10, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"calendarDate": "x"},
        {"calendarDate": None},
        {"calendarDate": "1970-01-01"},
        {"calendarDate": "2027-01-01"},
        {"totalSteps": -1},
        {"totalSteps": 10**9},
    ],
)
def test_a_day_that_cannot_be_is_told(change):
    found, problems, _ = days({**DAY, **change}, DAY)
    assert len(found) == 1
    assert problems == ["a day that is not usable was left out."]


def test_lists_without_anything_are_nothing_of_ours_and_damaged_ones_are_told():
    assert activities()[1:] == ([], ["a part of the export without any activity."])
    assert days()[1:] == ([], ["a part of the export without any step."])
    with pytest.raises(Malformed, match="damaged"):
        list(garmin_export.days(b"[{", name="x", before=BEFORE))
