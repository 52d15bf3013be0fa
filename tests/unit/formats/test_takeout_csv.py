"""Tables of minutes in a Google Takeout: sources apart, padding dropped, nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.contract import DeviceSync, Malformed, Series, SourceKind, StepSeries
from syncd.formats import takeout_csv
from syncd.formats.takeout_layout import takeout_layout
from syncd.formats.takeout_sources import source_named
from syncd.formats.takeout_times import Stamps

BEFORE = datetime(2026, 10, 7, tzinfo=UTC)
HEADER = "timestamp,steps,data source"


def read(
    *rows: str, header: str = HEADER
) -> tuple[dict[str, dict[str, float]], dict[str, str], Malformed | None]:
    """Return minutes by source and clock, the moment each source is complete, and the error."""
    data = "\n".join([header, *rows, ""]).encode()
    found: dict[str, dict[str, float]] = {}
    synced: dict[str, str] = {}
    try:
        for record in takeout_csv.minutes(data, name="x", before=BEFORE):
            if isinstance(record, StepSeries):
                found[record.source.key] = {
                    f"{datetime.fromtimestamp(start, UTC):%d %H:%M}": value or 0.0
                    for start, value in zip(record.start, record.value, strict=True)
                }
                assert set(record.duration) == {60}
            elif isinstance(record, DeviceSync):
                synced[record.source.key] = f"{record.at:%d %H:%M}"
    except Malformed as error:
        return found, synced, error
    return found, synced, None


def test_each_data_source_is_a_source_of_its_own_and_complete_where_the_table_ends():
    found, synced, error = read(
        "2026-10-01T06:15:00Z,84,Google Fitbit Air",
        "2026-10-01T06:15:00.000Z,90,MobileTrack",
        "2026-10-01T06:16:00Z,0,Google Fitbit Air",
        "2026-10-02T09:00:00Z,12,Google Fitbit Air",
    )
    assert error is None
    assert found == {
        "takeout:Google Fitbit Air": {"01 06:15": 84, "01 06:16": 0, "02 09:00": 12},
        "takeout:MobileTrack": {"01 06:15": 90},
    }
    assert set(synced.values()) == {"02 09:01"}


def test_odd_seconds_belong_to_their_minute_and_a_row_that_comes_twice_is_one():
    found, _, error = read(
        "2026-10-01T06:14:03.552356Z,51,Phone Health Kit",
        "2026-10-01T06:14:40.1Z,9,Phone Health Kit",
        "2026-10-01T06:14:40.1Z,9,Phone Health Kit",
        "2026-10-01T06:20:00Z,20,Phone Health Kit",
        "2026-10-01T06:20:00Z,20,Phone Health Kit",
    )
    assert error is None
    assert found == {"takeout:Phone Health Kit": {"01 06:14": 60, "01 06:20": 20}}


def test_zeros_long_after_the_last_step_are_padding():
    rows = [f"2026-10-01T{h:02}:{m:02}:00Z,{int(h == 6)},Air" for h in range(6, 24) for m in
            range(60)]  # fmt: skip
    rows += [f"{year}-01-01T00:00:00Z,0,Air" for year in (2027, 2035)]
    found, synced, error = read(*rows)
    assert error is None
    minutes = found["takeout:Air"]
    assert list(minutes)[-1] == "01 10:00"
    assert list(minutes.values()).count(0) == 181  # one more than may be seen in a row
    assert synced == {"takeout:Air": "01 10:01"}


def test_steps_in_the_future_and_before_2000_are_told():
    found, _, error = read(
        "2026-10-01T06:15:00Z,84,Air", "2027-10-01T06:15:00Z,84,Air", "1999-01-01T06:15:00Z,1,Air"
    )
    assert list(found["takeout:Air"]) == ["01 06:15"]
    assert error is not None
    assert error.problems == (
        "line 3: a time that lies in the future; the row was left out.",
        "line 4: a time that lies before 2000; the row was left out.",
    )


@pytest.mark.parametrize(
    "row",
    [
        "2026-10-01 06:15,5,x",
        "2026-10-01T06:15:00,5,x",
        "2026-10-01T06:15:00+02:00,5,x",
        "2026-13-01T06:15:00Z,5,x",
        "2026-10-01T25:15:00Z,5,x",
        "2026-10-01T06:15:00Z,1_0,x",
        "2026-10-01T06:15:00Z,nan,x",
        "2026-10-01T06:15:00Z,-3,x",
        "2026-10-01T06:15:00Z,1e9,x",
        "2026-10-01T06:15:00Z,,x",
        '2026-10-01T06:15:00Z,"5,x',
        "2026-10-01T06:15:00Z",
    ],
)
def test_a_row_that_cannot_be_is_told_with_its_line_and_the_others_stand(row):
    found, _, error = read("2026-10-01T06:15:00Z,84,Air", row, "2026-10-01T06:16:00Z,85,Air")
    assert found == {"takeout:Air": {"01 06:15": 84, "01 06:16": 85}}
    assert error is not None
    assert error.problems[0].startswith("line 3: ")


def test_exports_without_a_source_column_and_metres_are_read():
    found, synced, error = read("2026-10-01T06:15:00Z,84", header="timestamp,steps")
    assert (found, error) == ({"takeout:unnamed": {"01 06:15": 84}}, None)
    found, synced, error = read(
        "2026-10-01T06:15:00Z,61.5,Air", header="timestamp,distance,data source"
    )
    assert (found, synced, error) == ({"takeout:Air": {"01 06:15": 61.5}}, {}, None)


def test_metres_are_no_steps():
    data = b"timestamp,distance\n2026-10-01T06:15:00Z,61.5\n"
    [series] = takeout_csv.minutes(data, name="x", before=BEFORE)
    assert isinstance(series, StepSeries)
    assert series.series is Series.DISTANCE


@pytest.mark.parametrize("rows", [[], ["2026-10-01T06:15:00Z,0,Air"]])
def test_a_table_without_a_step_is_nothing_of_ours_and_no_problem(rows):
    found, _, error = read(*rows)
    assert not found
    assert error is not None
    assert (error.problems, len(error.others)) == ((), 1)


@pytest.mark.parametrize(
    "header",
    [
        "timestamp,steps,distance millimeters,altitude gain millimeters",
        "timestamp,beats per minute,data source",
        "timestamp,calories",
        "dateTime,steps",
        "day,steps",
        "timestamp,steps,distance",
        "",
    ],
)
def test_tables_of_other_families_are_none_of_minutes(header):
    assert takeout_layout(header.encode()) is None


@pytest.mark.parametrize(
    ("name", "key", "kind", "origin"),
    [
        ("Google Fitbit Air", "takeout:Google Fitbit Air", SourceKind.FILE, None),
        ("MobileTrack", "takeout:MobileTrack", SourceKind.PHONE, None),
        ("Google Health App", "takeout:Google Health App", SourceKind.PHONE, None),
        ("Fit Health Connect", "takeout:Fit Health Connect", SourceKind.PHONE, "Health Connect"),
        ("Phone Health Kit", "takeout:Phone Health Kit", SourceKind.PHONE, "Health Kit"),
        ("", "takeout:unnamed", SourceKind.FILE, None),
        ("a\x1b[31m  b", "takeout:a [31m b", SourceKind.FILE, None),
        ("x" * 500, "takeout:" + "x" * 80, SourceKind.FILE, None),
    ],
)
def test_a_telephone_and_what_came_through_one_rank_behind_a_tracker(name, key, kind, origin):
    source = source_named(name)
    assert (source.key, source.kind, source.origin) == (key, kind, origin)


def test_times_that_come_again_are_read_alike_and_the_memory_of_them_is_bounded():
    stamps = Stamps()
    texts = [f"2026-10-01T06:{s // 60 % 60:02}:{s % 60:02}.{s:06}Z".encode() for s in range(30_000)]
    once = [stamps.read(text) for text in texts]
    assert [stamps.read(text) for text in texts] == once
    assert once[0][1]
    assert not once[1][1]
