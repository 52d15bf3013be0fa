from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest

from syncd.contract import DeviceSync, Malformed, Series, StepSeries
from syncd.formats import minute_csv

BEFORE = datetime(2024, 6, 1, tzinfo=UTC)
WIDE = "ActivityHour," + ",".join(f"Steps{m:02d}" for m in range(60))
NARROW = "ActivityMinute,Steps"
NEW_YORK = "America/New_York"

Read = tuple[dict[int, float | None], list[StepSeries], list[DeviceSync], Sequence[str]]


def read(body: str | bytes, zone: str | None = NEW_YORK, lines: str | None = None) -> Read:
    """Return values by Unix second, the records by kind, and what was wrong."""
    data = body.encode() if isinstance(body, str) else body
    series: list[StepSeries] = []
    syncs: list[DeviceSync] = []
    problems: Sequence[str] = ()
    try:
        for record in minute_csv.records(
            data, name="steps.csv", zone=zone, before=BEFORE, lines=lines
        ):
            if isinstance(record, StepSeries):
                series.append(record)
            else:
                syncs.append(record)
    except Malformed as error:
        problems = error.problems
    values = {at: v for s in series for at, v in zip(s.start, s.value, strict=True)}
    return values, series, syncs, problems


def hour(time_text: str, *values: object, fill: object = 0) -> str:
    row = [*values, *([fill] * (60 - len(values)))]
    return f"{time_text}," + ",".join(str(v) for v in row)


def table(header: str, rows: Iterable[str], end: str = "\n") -> str:
    return end.join([header, *rows]) + end


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_a_wide_row_is_sixty_minutes_of_one_source():
    values, (series,), _, problems = read(table(WIDE, [hour("4/13/2016 0:00", 5, 0, 7)]))
    assert not problems
    assert series.series is Series.STEPS
    assert (series.source.key, series.source.whole_day) == ("csv", True)
    assert series.start[0] == at("2016-04-13T00:00-04:00")
    assert set(series.duration) == {60}
    assert series.value[:3] == (5, 0, 7)
    assert len(values) == 60
    run = series.offsets[0]
    assert (run.start, run.offset_s, run.zone) == (series.start[0], -14400, NEW_YORK)


@pytest.mark.parametrize(
    "written",
    [
        "4/13/2016 13:00",
        "04/13/2016 13:00:00",
        "4/13/2016 1:00:00 PM",
        "4/13/2016 01:00 pm",
        "2016-04-13 13:00",
        "2016-04-13 13:00:00",
        "2016-04-13T13:00",
        "2016-04-13T13:00:00.000",
        ' "2016-04-13 13:00" '.strip(),
    ],
)
@pytest.mark.parametrize("narrow", [False, True])
def test_times_are_read_in_every_way_they_are_written(written, narrow):
    body = table(NARROW, [f"{written},9"]) if narrow else table(WIDE, [hour(written, 9)])
    values, *_, problems = read(body)
    assert not problems
    assert values[at("2016-04-13T13:00-04:00")] == 9


@pytest.mark.parametrize(
    ("written", "hour_of_day"), [("12:00:00 AM", 0), ("12:00:00 PM", 12), ("11:00:00 PM", 23)]
)
def test_noon_and_midnight_on_a_twelve_hour_clock(written, hour_of_day):
    values, *_ = read(table(NARROW, [f"4/13/2016 {written},9"]))
    assert list(values) == [at(f"2016-04-13T{hour_of_day:02d}:00-04:00")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_the_ways_of_writing_a_csv_all_read_the_same(end, delimiter, quoted, bom):
    rows = [WIDE, hour("4/13/2016 0:00", 5, 6), hour("4/13/2016 1:00", 7)]
    if quoted:
        rows = [",".join(f'"{cell}"' for cell in row.split(",")) for row in rows]
    text = bom + end.join(row.replace(",", delimiter) for row in rows) + end + end
    assert read(text) == read(
        table(WIDE, [hour("4/13/2016 0:00", 5, 6), hour("4/13/2016 1:00", 7)])
    )


def test_columns_are_found_by_name_in_any_order():
    header = ",".join(["Id", *(f"steps{m:02d}" for m in reversed(range(60))), "activityhour"])
    row = ",".join(["7", *(str(m) for m in reversed(range(60))), "4/13/2016 0:00"])
    values, *_, problems = read(table(header, [row]))
    assert not problems
    assert list(values.values()) == list(range(60))


def test_a_blank_cell_is_not_measured_and_a_missing_row_is_no_interval():
    values, *_, problems = read(
        table(WIDE, [hour("4/13/2016 0:00", 5, "", " "), hour("4/13/2016 5:00")])
    )
    assert not problems
    assert list(values.values())[:4] == [5, None, None, 0]
    assert len(values) == 120


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("abc", "is not a number"),
        ("-3", "is less than nothing"),
        ("10001", "is more than a minute can hold"),
        ("1_0", "is not a number"),
        ("1.5", "is not a number"),
        ("nan", "is not a number"),
        ("1e999", "is more than a minute can hold"),
        ("9" * 5000, "is more than a minute can hold"),
    ],
)
@pytest.mark.parametrize("narrow", [False, True])
def test_a_cell_that_is_no_count_of_steps_costs_its_minute_and_is_said(cell, why, narrow):
    body = (
        table(NARROW, ["4/13/2016 0:00,5", f"4/13/2016 0:01,{cell}"])
        if narrow
        else table(WIDE, [hour("4/12/2016 0:00"), hour("4/13/2016 0:00", 5, cell)])
    )
    values, *_, problems = read(body)
    assert values[at("2016-04-13T00:00-04:00")] == 5
    assert values[at("2016-04-13T00:01-04:00")] is None
    assert len(problems) == 1
    assert why in problems[0]
    assert problems[0].startswith("line 3, Steps" if narrow else "line 3, Steps01")
    assert len(problems[0]) < 120


def test_whole_numbers_written_with_a_point_are_numbers():
    values, *_, problems = read(table(WIDE, [hour("4/13/2016 0:00", "12.0", fill="0.0")]))
    assert not problems
    assert list(values.values())[:2] == [12, 0]


def test_only_the_first_twenty_problems_are_listed():
    _, _, _, problems = read(table(WIDE, [hour("4/13/2016 0:00", fill="x")]))
    assert len(problems) == 21
    assert problems[-1] == "and 40 more of the kind"


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (WIDE.replace("Steps07,", ""), "Steps07"),
        (WIDE.replace("ActivityHour,", ""), "ActivityHour"),
        (WIDE.replace("Steps07,Steps08,Steps09,Steps10,", ""), "Steps07, Steps08, Steps09 and 1"),
        ("Id,ActivityMinute,Calories", "Steps"),
        ("Id,Steps", "ActivityMinute"),
    ],
)
def test_a_missing_column_is_named_and_nothing_is_read(header, named):
    values, _, _, problems = read(table(header, [hour("4/13/2016 0:00", 5)]))
    assert not values
    assert len(problems) == 1
    assert named in problems[0]


def test_no_zone_is_refused_with_the_way_out():
    values, _, _, problems = read(table(WIDE, [hour("4/13/2016 0:00", 5)]), zone=None)
    assert not values
    assert "--tz ZONE" in problems[0]
    assert "syncd person set NAME --tz ZONE" in problems[0]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", "Europe"])
def test_a_zone_that_does_not_exist_is_refused(zone):
    assert "--tz" in read(table(WIDE, [hour("4/13/2016 0:00", 5)]), zone=zone)[3][0]


def test_of_two_rows_for_one_minute_the_larger_stands():
    rows = [
        hour("4/13/2016 0:00", 5, 9, "", 3),
        hour("4/13/2016 0:00", 7, 2, 4, ""),
    ]
    for order in (rows, rows[::-1]):
        values, *_ = read(table(WIDE, order))
        assert list(values.values())[:4] == [7, 9, 4, 3]


def test_rows_may_come_in_any_order():
    rows = [hour(f"4/{d}/2016 {h}:00", d + h) for d in (13, 14) for h in range(24)]
    assert read(table(WIDE, rows)) == read(table(WIDE, rows[::-1]))


def test_rows_that_cannot_be_read_are_left_out_and_said():
    values, _, _, problems = read(
        table(
            WIDE,
            [
                hour("1/1/1970 0:00", 1),
                hour("6/1/1901 0:00", 1),
                hour("4/13/2055 0:00", 1),
                hour("2/30/2016 0:00", 1),
                hour("4/13/2016 24:00", 1),
                hour("4/13/2016 13:00 PM", 1),
                hour("4/13/2016 0:30", 1),
                hour("4/13/2016", 1),
                hour("yesterday", 1),
                "4/13/2016 0:00,1,2,3",
                '"4/13/2016 0:00,1,2,3',
                hour("4/14/2016 0:00", 1),
            ],
        )
    )
    assert len(values) == 60
    assert len(problems) == 11
    assert [int(p.split()[1].rstrip(":,")) for p in problems] == list(range(2, 13))
    assert "before 2000" in problems[0]
    assert "before 2000" in problems[1]
    assert "future" in problems[2]
    assert "4 cells, not 61" in problems[9]
    assert "quotes" in problems[10]


def test_dates_with_the_day_first_refuse_the_whole_file():
    body = table(WIDE, [hour("4/3/2016 0:00", 5), hour("13/3/2016 0:00", 5)])
    values, _, _, problems = read(body)
    assert not values
    assert "line 3" in problems[0]
    assert "day before the month" in problems[0]


def test_an_hour_that_came_twice_is_told_apart_by_the_order_of_rows():
    rows = [hour(f"11/6/2016 {h}:00", h + 10) for h in range(24)]
    rows.insert(2, hour("11/6/2016 1:00", 99))
    values, series, _, problems = read(table(WIDE, rows))
    assert not problems
    assert values[at("2016-11-06T01:00-04:00")] == 11
    assert values[at("2016-11-06T01:00-05:00")] == 99
    assert len(values) == 25 * 60
    assert [(r.start, r.offset_s) for r in series[0].offsets] == [
        (at("2016-11-06T00:00-04:00"), -14400),
        (at("2016-11-06T01:00-05:00"), -18000),
    ]


def test_a_single_row_for_an_hour_that_came_twice_is_its_first_occurrence():
    rows = [hour(f"11/6/2016 {h}:00", 1) for h in range(24)]
    values, *_ = read(table(WIDE, rows))
    assert at("2016-11-06T01:00-04:00") in values
    assert at("2016-11-06T01:00-05:00") not in values


def test_minutes_that_came_twice_in_a_narrow_file():
    rows = [f"11/6/2016 1:{m:02d},{m}" for m in range(60)]
    again = [f"11/6/2016 1:{m:02d},{100 + m}" for m in range(60)]
    values, *_ = read(table(NARROW, rows + again))
    assert values[at("2016-11-06T01:30-04:00")] == 30
    assert values[at("2016-11-06T01:30-05:00")] == 130


def test_a_time_that_never_came_is_dropped_when_empty_and_said_when_not():
    quiet = [hour(f"3/13/2016 {h}:00", 0 if h == 2 else 4) for h in range(24)]
    values, *_, problems = read(table(WIDE, quiet))
    assert not problems
    assert len(values) == 23 * 60
    loud = [hour(f"3/13/2016 {h}:00", 4) for h in range(24)]
    values, *_, problems = read(table(WIDE, loud))
    assert len(values) == 23 * 60
    assert "never came" in problems[0]
    assert "4 steps" in problems[0]


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        ("Australia/Lord_Howe", "2016-04-02", 3),  # half an hour back
        ("Australia/Lord_Howe", "2016-10-01", 3),  # half an hour forward
        ("America/St_Johns", "2010-11-06", 3),  # set back over midnight, at 00:01
        ("America/St_Johns", "2010-03-13", 3),
        ("America/Sao_Paulo", "2017-02-17", 4),  # set back at midnight
        ("America/Sao_Paulo", "2017-10-14", 3),  # no midnight
        ("Pacific/Apia", "2011-12-29", 3),  # a day that nobody lived
        ("Asia/Kolkata", "2016-04-13", 2),
        ("Asia/Kathmandu", "2016-04-13", 2),
    ],
)
def test_no_minute_is_lost_or_doubled_where_clocks_change(zone, first, days):
    """Write every minute that was lived, as its clock showed it, and read it back."""
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    there = ZoneInfo(zone)
    start = datetime.fromisoformat(first).replace(tzinfo=there).astimezone(UTC)
    lived = [start + timedelta(minutes=m) for m in range(days * 1440)]
    rows = [
        f"{moment.astimezone(there):%Y-%m-%d %H:%M},{i % 200}" for i, moment in enumerate(lived)
    ]
    values, _, _, problems = read(table(NARROW, rows), zone=zone)
    assert not problems
    assert values == {int(m.timestamp()): i % 200 for i, m in enumerate(lived)}


def test_complete_up_to_the_midnight_after_the_last_day_with_its_last_minute():
    days = [hour(f"4/{d}/2016 {h}:00", 1) for d in (13, 14) for h in range(24)]
    *_, syncs, _ = read(table(WIDE, [*days, hour("4/15/2016 0:00", 1)]))
    assert [s.at for s in syncs] == [datetime(2016, 4, 15, 4, tzinfo=UTC)]
    *_, syncs, _ = read(table(WIDE, [hour("4/13/2016 22:00", 1)]))
    assert syncs == []


def test_a_day_whose_last_minute_is_blank_is_not_complete():
    *_, syncs, _ = read(table(WIDE, [hour("4/13/2016 23:00", *([1] * 59), "")]))
    assert syncs == []


def test_the_last_day_may_be_one_on_which_the_clocks_change():
    rows = [hour(f"11/6/2016 {h}:00", 1) for h in range(24)]
    *_, syncs, _ = read(table(WIDE, rows))
    assert [s.at for s in syncs] == [datetime(2016, 11, 7, 5, tzinfo=UTC)]


def test_years_of_minutes_come_in_several_records_without_a_gap():
    rows = [
        hour(f"2015-{m:02d}-{d:02d} {h}:00", 3)
        for m in (1, 2, 3)
        for d in range(1, 29)
        for h in range(24)
    ]
    values, series, _, _ = read(table(WIDE, rows))
    assert len(series) > 1
    assert len(values) == sum(len(s.start) for s in series) == 84 * 1440 - 60  # one hour in March


def test_a_file_of_several_people_is_refused_here():
    body = table("Id," + NARROW, ["1,4/13/2016 0:00,5", "2,4/13/2016 0:00,5"])
    values, _, _, problems = read(body)
    assert not values
    assert "another person" in problems[0]


def test_a_header_without_rows_is_said():
    assert "no rows" in read(table(WIDE, []))[3][0]


def test_a_line_beyond_a_mebibyte_is_refused_by_its_number():
    body = table(WIDE, [hour("4/13/2016 0:00", 5), "4/13/2016 1:00," + "9" * (1 << 20)])
    values, _, _, problems = read(body)
    assert not values
    assert problems[0].startswith("line 3 is longer than 1 MiB")


def test_lines_are_named_as_the_person_finds_them():
    body = table(NARROW, ["4/13/2016 0:00,x", "4/13/2016 0:01,x", "4/13/2016 0:02,x"])
    assert [p.split(",")[0] for p in read(body, lines="40-41,90-95")[3]] == [
        "line 40",
        "line 41",
        "line 90",
    ]
    assert read(body, lines="rows")[3][0].startswith("row 1 of this person, Steps:")


def test_the_zone_of_the_machine_changes_nothing():
    rows = [hour(f"3/13/2016 {h}:00", h) for h in range(24)]
    here = read(table(WIDE, rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        elsewhere = read(table(WIDE, rows))
    time.tzset()
    assert elsewhere == here
