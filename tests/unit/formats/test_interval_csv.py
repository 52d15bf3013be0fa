"""CSVs of intervals longer than a minute, and of days, where they say clearly what they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from syncd.contract import CanonicalRecord, DailyTotal, DeviceSync, Malformed, StepSeries
from syncd.formats import minute_csv
from syncd.formats.minute_layout import layout

BEFORE = datetime(2026, 6, 1, tzinfo=UTC)
PARIS = "Europe/Paris"


def read(
    header: str, *rows: str, zone: str | None = PARIS
) -> tuple[list[CanonicalRecord], Sequence[str]]:
    body = "\n".join([header, *rows, ""]).encode()
    found: list[CanonicalRecord] = []
    try:
        found.extend(minute_csv.records(body, name="x.csv", zone=zone, before=BEFORE))
    except Malformed as error:
        return found, error.problems
    return found, ()


def intervals(records: Sequence[CanonicalRecord]) -> list[tuple[str, int, float | None]]:
    """Return (UTC time, minutes, steps) of every interval."""
    return [
        (datetime.fromtimestamp(at, UTC).strftime("%m-%d %H:%M"), length // 60, value)
        for r in records
        if isinstance(r, StepSeries)
        for at, length, value in zip(r.start, r.duration, r.value, strict=True)
    ]


def refused(header: str, *rows: str) -> str:
    records, problems = read(header, *rows)
    assert not records
    (problem,) = problems
    return problem


def test_hourly_steps_of_a_study_are_intervals_of_an_hour():
    records, problems = read(
        "Id,ActivityHour,StepTotal",
        "7,4/12/2016 12:00:00 AM,45",
        "7,4/12/2016 1:00:00 AM,",
        "7,4/12/2016 3:00:00 PM,12000",
    )
    assert not problems
    assert intervals(records) == [
        ("04-11 22:00", 60, 45),
        ("04-11 23:00", 60, None),
        ("04-12 13:00", 60, 12_000),
    ]


@pytest.mark.parametrize("length", [1, 5, 10, 15, 20, 30, 60])
def test_evenly_spaced_rows_last_until_the_next(length):
    rows = [f"2026-03-09 {m // 60:02d}:{m % 60:02d},{m}" for m in range(0, 1440, length)]
    records, problems = read("time,steps", *rows)
    assert not problems
    assert {minutes for _, minutes, _ in intervals(records)} == {length}
    assert len(intervals(records)) == len(rows)
    assert records[-1] == DeviceSync(
        source=records[0].source, at=datetime(2026, 3, 9, 23, tzinfo=UTC)
    )


def test_a_few_missing_rows_leave_holes_and_change_no_length():
    rows = [f"2026-03-09 08:{m:02d},9" for m in (0, 15, 30)]
    records, _ = read("time,steps", *rows, "2026-03-09 11:15,9", "2026-03-09 11:30,9")
    assert [minutes for _, minutes, _ in intervals(records)] == [15] * 5


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (["08:00", "08:07", "08:14"], "7 minutes apart"),
        (["08:05", "08:20", "08:35"], "a row begins at 08:05"),
        (["08:00", "08:15", "09:00", "10:00", "11:00"], "unevenly apart"),
        (["08:00"], "a single row does not tell"),
    ],
)
def test_rows_that_do_not_tell_how_long_they_last_are_refused(times, words):
    assert words in refused("time,steps", *(f"2026-03-09 {t},100" for t in times))


def test_one_row_a_day_under_time_is_refused_with_the_way_out():
    days = [f"2026-03-0{d} 00:00,5000" for d in (7, 8, 9)]
    assert "call the column day" in refused("time,steps", *days)


def test_hours_that_stand_beside_the_hour_are_refused():
    assert "begins at 08:30" in refused("ActivityHour,StepTotal", "2026-03-09 08:30,5")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("day,steps", "2026-03-09,5000"),
        ("Date;Steps", "3/9/2026;5000"),
        ("ActivityDay,StepTotal", "3/9/2026,5000"),
        ("ActivityDate,TotalSteps,TotalDistance", "3/9/2026 12:00:00 AM,5000,3.5"),
    ],
)
def test_a_row_a_day_is_the_total_of_that_day_and_needs_no_zone(header, row):
    records, problems = read(header, row, zone=None)
    assert not problems
    (total,) = records
    assert isinstance(total, DailyTotal)
    assert (total.day, total.steps) == (date(2026, 3, 9), 5000)


def test_a_blank_total_is_not_measured_and_of_two_the_larger_stands():
    records, _ = read("day,steps", "2026-03-09,", "2026-03-10,700", "2026-03-10,900")
    assert [(r.day.day, r.steps) for r in records if isinstance(r, DailyTotal)] == [(10, 900)]


def test_rows_of_days_that_cannot_be_are_left_out_and_told():
    records, problems = read(
        "day,steps", "2026-03-09 07:00,5", "2031-01-01,5", "2026-03-10,9999999", "2026-03-11,8"
    )
    assert [r.day.day for r in records if isinstance(r, DailyTotal)] == [11]
    assert "line 2" in problems[0]
    assert "where a day is expected" in problems[0]
    assert "in the future" in problems[1]
    assert problems[2].endswith("is more than a day can hold; that day stays unknown.")


def test_a_date_beside_a_time_is_open_and_refused():
    with pytest.raises(Malformed, match="time and date"):
        layout(b"date,time,steps\n")


def test_an_hour_that_came_twice_is_two_hours():
    rows = ["10/25/2026 1:00,5", "10/25/2026 2:00,6", "10/25/2026 2:00,7", "10/25/2026 3:00,8"]
    body = "\n".join(["ActivityHour,StepTotal", *rows, ""]).encode()
    (series, *_) = minute_csv.records(
        body, name="x", zone=PARIS, before=datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert [at for at, _, _ in intervals([series])] == [
        "10-24 23:00",
        "10-25 00:00",
        "10-25 01:00",
        "10-25 02:00",
    ]


def test_clocks_set_forward_inside_an_interval_cut_it_short():
    records, problems = read(
        "ActivityHour,StepTotal",
        *(f"5/1/2016 {h}:00,100" for h in (1, 2, 3)),
        zone="America/Caracas",
    )
    assert not problems
    assert [minutes for _, minutes, _ in intervals(records)] == [60, 30, 60]


def test_the_minute_shapes_are_still_told_apart():
    shapes = {
        b"ActivityMinute,Steps": "minutes_narrow",
        b"ActivityMinute,day,Steps": "minutes_narrow",
        b"time,calories": None,
        b"day,calories": None,
    }
    for header, kind in shapes.items():
        found = layout(header + b"\n")
        assert (None if found is None else found.kind) == kind
