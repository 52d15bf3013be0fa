"""Rows of 15 minutes: what they say, and what they do not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.contract import DeviceSync, Forbidden, Malformed, RawPayload, StepSeries, Stream, Window
from syncd_garmin.app import adapter
from syncd_garmin.app.buckets import is_blank
from syncd_garmin.app.wire import StepBucket
from tests.adapters.garmin_connect.vendor import values

MIDNIGHT = datetime(2026, 1, 9, 23, tzinfo=UTC)
DAY = date(2026, 1, 10)
COVERS = Window(MIDNIGHT, MIDNIGHT + timedelta(days=1))


def row(quarter: int, steps, level="active", *, begins=MIDNIGHT):
    start = begins + quarter * timedelta(minutes=15)
    return {
        "startGMT": f"{start:%Y-%m-%dT%H:%M:%S}.0",
        "endGMT": f"{start + timedelta(minutes=15):%Y-%m-%dT%H:%M:%S}.0",
        "steps": steps,
        "pushes": 0,
        "primaryActivityLevel": level,
        "somethingNew": {"of": "Garmin"},
    }


def payload(said, *, kind="rows", stream=Stream.STEPS, covers=COVERS, **facts):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    told = {"type": kind, "day": f"{DAY}", "zone": "Europe/Paris", **facts}
    return RawPayload("me", stream, covers, 0, COVERS.end, "application/json", body, told)


def records(*args, **more):
    return list(adapter.parse(payload(*args, **more)))


def test_a_row_is_a_quarter_of_an_hour_at_its_instant_and_knows_its_local_time():
    [steps, sleep] = records([row(0, 0, "sleeping"), row(34, 812), row(35, 0, "sedentary")])
    start = int(MIDNIGHT.timestamp())
    assert steps.start == (start, start + 34 * 900, start + 35 * 900)
    assert steps.duration == (900, 900, 900)
    assert steps.value == (0, 812, 0)
    assert [(run.start, run.offset_s) for run in steps.offsets] == [(start, 3600)]
    assert (sleep.series, sleep.value) == ("sleep", (1, 0, 0))


def test_a_row_of_nothing_is_not_a_quarter_without_steps():
    [steps, _] = records([row(0, 0, "none"), row(1, None, "active"), row(2, 0, "sedentary")])
    assert steps.value == (0,)
    assert steps.start == (int(MIDNIGHT.timestamp()) + 1800,)


def test_95_empty_rows_are_a_day_put_away_and_never_zeros():
    away = [row(n, 0, "none") for n in range(95)]
    assert records(away) == []
    assert is_blank([StepBucket.model_validate(one) for one in away])
    assert not is_blank([StepBucket.model_validate(one) for one in [*away, row(95, 1, "none")]])


def test_a_watch_on_the_table_at_noon_is_not_believed_to_sleep():
    found = records([row(0, 5), row(48, 0, "sleeping"), row(90, 0, "sleeping"), row(91, 7)])
    start = int(MIDNIGHT.timestamp())
    assert values(found, "sleep") == {start: 0, start + 90 * 900: 1, start + 91 * 900: 0}


def test_rows_in_any_order_twice_and_outside_the_window_count_once_and_not():
    found = records([row(5, 10), row(4, 3), row(5, 12), row(4, 3), row(96, 99), row(-1, 99)])
    assert list(values(found, "steps").values()) == [3, 12]


def test_a_day_on_which_the_clock_changes_has_92_rows_and_two_offsets():
    begins = datetime(2026, 3, 28, 23, tzinfo=UTC)
    rows = [row(n, 10, begins=begins) for n in range(92)]
    covers = Window(begins, begins + timedelta(hours=23))
    [steps, _] = records(rows, covers=covers, day="2026-03-29")
    runs = [(run.start - int(begins.timestamp()), run.offset_s) for run in steps.offsets]
    assert runs == [(0, 3600), (2 * 3600, 7200)]
    abroad = records(rows, covers=covers, day="2026-03-29", zone="Asia/Tokyo")
    assert [run.offset_s for run in abroad[0].offsets] == [3600]
    part = records(rows[8:50], covers=covers, day="2026-03-29", zone="Asia/Tokyo")
    assert part[0].offsets == ()


def test_t5_rows_that_do_not_begin_at_any_midnight_tell_no_local_time():
    [steps, _] = records([row(1, 5, begins=MIDNIGHT + timedelta(minutes=7))])
    assert steps.offsets == ()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[",
        b"null",
        b'{"error": "x"}',
        b'[{"startGMT": "1970-01-01T00:00:00.0", "steps": 0}]',
        b'[{"startGMT": "2026-01-10T00:00:00.0", "endGMT": "x", "steps": "many"}]',
        b"[" * 100_000,
    ],
)
def test_rows_that_cannot_be_are_malformed_whatever_they_are(body):
    with pytest.raises(Malformed):
        records(body)


def test_no_rows_and_no_body_are_nothing():
    assert records([]) == records(b"") == records(b" ") == []


def test_floors_are_found_by_the_columns_that_garmin_tells():
    start = int(MIDNIGHT.timestamp())
    keys = ("floorsDescended", "endTimeGMT", "floorsAscended", "startTimeGMT")
    chart = {
        "floorsValueDescriptorDTOList": [{"index": i, "key": k} for i, k in enumerate(keys)],
        "floorValuesArray": [
            [1, "2026-01-10T08:15:00.0", 2.5, "2026-01-10T08:00:00.0"],
            [0, "2026-01-12T08:15:00.0", 9, "2026-01-12T08:00:00.0"],
        ],
    }
    [floors] = records(chart, kind="floors", stream=Stream.DAILY)
    assert (floors.series, floors.value, floors.duration) == ("floors", (2.5,), (900,))
    assert floors.start == (start + 9 * 3600,)
    empty = {"floorsValueDescriptorDTOList": [], "floorValuesArray": []}
    assert records(empty, kind="floors", stream=Stream.DAILY) == []
    with pytest.raises(Malformed):
        records({**chart, "floorsValueDescriptorDTOList": []}, kind="floors", stream=Stream.DAILY)


@pytest.mark.parametrize("said", [{}, {"lastUsedDeviceUploadTime": None}, b""])
def test_a_device_that_never_says_when_it_synced_says_nothing(said):
    assert records(said, kind="device", stream=Stream.DEVICES, covers=None) == []


def test_a_sync_in_the_future_is_one_of_now():
    ahead = int((COVERS.end + timedelta(days=3)).timestamp() * 1000)
    said = {"userDeviceId": 1, "lastUsedDeviceUploadTime": ahead}
    [synced] = records(said, kind="device", stream=Stream.DEVICES, covers=None)
    assert synced == DeviceSync(source=synced.source, at=COVERS.end)


def test_v11_totals_of_a_day_that_are_null_are_no_totals_and_hidden_ones_are_forbidden():
    blank = {"calendarDate": "2026-01-10", "totalSteps": None, "privacyProtected": False}
    assert records(blank, kind="day", stream=Stream.DAILY) == []
    with pytest.raises(Forbidden, match="privacy settings"):
        records({**blank, "privacyProtected": True}, kind="day", stream=Stream.DAILY)


def recorded(realdata, name):
    """Return the answers of a recorded talk with Garmin."""
    return [one["json"] for one in json.loads((realdata / "api" / name).read_bytes())]


@pytest.mark.realdata
def test_v9_the_quarters_of_a_real_day_add_up_to_what_garmin_says_of_it(realdata):
    [rows] = recorded(realdata, "garmin-steps-15min-20230701.json")
    [told] = recorded(realdata, "garmin-day-stats-20230701.json")
    [floors] = recorded(realdata, "garmin-floors-15min-20230701.json")
    covers = Window(datetime(2023, 7, 1, 6, tzinfo=UTC), datetime(2023, 7, 2, 6, tzinfo=UTC))
    day = {"covers": covers, "day": "2023-07-01", "zone": "America/Denver"}
    found = records(rows, **day)
    [steps] = [r for r in found if isinstance(r, StepSeries) and r.series == "steps"]
    assert sum(steps.value) == 12_413 == told["totalSteps"]
    assert max(steps.value) == 1006
    assert steps.offsets[0].offset_s == -6 * 3600
    [climbed] = records(floors, kind="floors", stream=Stream.DAILY, **day)
    assert 0 <= told["floorsAscended"] - sum(climbed.value) < 1  # whole floors here
    [total] = records(told, kind="day", stream=Stream.DAILY, covers=covers)
    assert (total.steps, round(total.floors, 2)) == (12_413, 29.79)


@pytest.mark.realdata
def test_over_sanitised_days_of_1970_are_malformed(realdata):
    days = recorded(realdata, "garmin-sanitised-1970-steps.json")
    assert len(days) == 4
    for rows in days:
        with pytest.raises(Malformed):
            records(rows)
