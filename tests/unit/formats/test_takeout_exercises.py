"""``UserExercises``: outings in true UTC with their offset, and what is not measured."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.contract import Malformed, SourceKind, Workout
from syncd.formats.takeout_exercises import exercises

BEFORE = datetime(2026, 11, 23, tzinfo=UTC)
COLUMNS = (
    "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,log_type,"
    "tracker_total_steps,tracker_total_distance_mm,tracker_total_altitude_mm,"
    "manually_logged_total_steps,manually_logged_total_distance_mm,events,deletion_reason"
)
GOOD = (
    "17,2026-05-30 06:00:00+0000,2026-05-30 06:30:00+0000,+05:30,Outdoor Walk,TRACKER,"
    "3300,2400500,12000,,,,"
)


def read(*rows: str, header: str = COLUMNS) -> tuple[list[Workout], Malformed | None]:
    found: list[Workout] = []
    try:
        found.extend(exercises("\n".join([header, *rows]).encode(), name="x", before=BEFORE))
    except Malformed as error:
        return found, error
    return found, None


def test_an_exercise_is_an_outing_with_its_totals_and_local_time():
    [walk], error = read(GOOD)
    assert error is None
    assert (walk.key, walk.label, walk.detected) == ("takeout:17", "outdoor walk", "person")
    assert walk.start == datetime(2026, 5, 30, 6, tzinfo=UTC)
    assert walk.end == datetime(2026, 5, 30, 6, 30, tzinfo=UTC)
    assert (walk.steps, walk.distance_m, walk.ascent_m) == (3300, 2400.5, 12.0)
    assert walk.utc_offset_s == 19_800
    assert not walk.source.whole_day


def test_what_is_blank_or_zero_is_not_measured_and_other_times_are_read_too():
    [walk], error = read(
        "5,2026-10-04T12:54:29Z,2026-10-04T14:03:06Z,-03:30,Walk,AUTO_DETECTED,0,,0,,,,"
    )
    assert error is None
    assert (walk.steps, walk.distance_m, walk.ascent_m) == (None, None, None)
    assert (walk.detected, walk.utc_offset_s) == ("device", -12_600)


def test_typed_by_hand_is_by_hand_but_what_a_device_counted_is_not():
    [typed], _ = read(
        "5,2026-10-04T12:00:00Z,2026-10-04T13:00:00Z,+00:00,Walk,MANUAL,,,,5000,4000000,,"
    )
    assert (typed.source.kind, typed.steps, typed.distance_m) == (SourceKind.MANUAL, 5000, 4000)
    [counted], _ = read(
        "5,2026-10-04T12:00:00Z,2026-10-04T13:00:00Z,+00:00,Walk,MANUAL,,4000000,,,,,"
    )
    assert (counted.source.kind, counted.distance_m) == (SourceKind.FILE, 4000)


def test_deleted_exercises_are_left_out_without_a_word():
    found, error = read(GOOD, GOOD.replace("17,", "18,", 1) + "USER_DELETED")
    assert ([w.key for w in found], error) == (["takeout:17"], None)
    found, error = read(GOOD + "UNSPECIFIED")
    assert (len(found), error) == (1, None)


def test_cells_with_quotes_and_line_breaks_are_one_row():
    told = GOOD[: -len(",")] + '"[{""type"":""split"",\n""d"":1}]",'
    found, error = read(told.replace(",,,,", ",,,", 1), GOOD.replace("17,", "18,", 1))
    assert error is None
    assert [w.key for w in found] == ["takeout:17", "takeout:18"]


def test_fewer_and_more_columns_are_read():
    [walk], error = read(
        "1,2026-10-04T12:00:00Z,2026-10-04T12:10:00Z,,Walk,new",
        header="exercise_id,exercise_start,exercise_end,utc_offset,activity_name,something",
    )
    assert error is None
    assert (walk.utc_offset_s, walk.steps) == (None, None)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (GOOD.replace("2026-05-30 06:00:00+0000", "x"), "its exercise_start is no time"),
        (GOOD.replace("06:30:00+0000", "06:30:00"), "its exercise_end is no time"),
        (GOOD.replace("06:30", "05:30"), "it lasts less than no time"),
        (GOOD.replace("2026-05-30 06:30", "2026-06-30 06:30"), "more than 7 days"),
        (GOOD.replace("2026-", "1970-"), "before 2000 or in the future"),
        (GOOD.replace("2026-", "2027-"), "before 2000 or in the future"),
        (GOOD.removeprefix("17"), "it has no id"),
    ],
)
def test_an_exercise_that_cannot_be_is_told_and_the_others_stand(row, why):
    found, error = read(row, GOOD.replace("17,", "18,", 1))
    assert [w.key for w in found] == ["takeout:18"]
    assert error is not None
    assert error.problems[0].startswith("line 2: an exercise that is not usable: ")
    assert why in error.problems[0]


def test_totals_that_cannot_be_are_not_measured():
    [walk], _ = read(GOOD.replace("3300", "99999999").replace("2400500", "1e300"))
    assert (walk.steps, walk.distance_m) == (None, None)


def test_a_table_without_exercises_is_nothing_of_ours():
    found, error = read()
    assert not found
    assert error is not None
    assert error.problems == ()
