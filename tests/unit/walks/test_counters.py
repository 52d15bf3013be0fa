"""Counters of a local day, differenced: what each odd thing that devices do comes to."""

from __future__ import annotations

from syncd.walks.counters import Reading, differenced

MIDNIGHT = 1_714_543_200
"""2024-05-01 06:00 UTC, midnight six hours behind."""
OFFSET = -21_600
DAY = 86_400


def walked(second: int, total: int, activity: str = "walking", day: int = 0) -> Reading:
    start = MIDNIGHT + day * DAY
    return Reading(activity, start + second, start, total, OFFSET)


def told(*readings: Reading) -> list[tuple[float, float, int]]:
    """Return (minute of the day, minutes, steps), without what nobody stepped in."""
    return [
        ((s.start - MIDNIGHT) / 60, s.duration / 60, s.steps)
        for s in differenced(readings)
        if s.steps
    ]


def test_a_minute_between_two_readings_is_a_minute():
    assert told(walked(600, 100), walked(660, 210)) == [(0, 10, 100), (10, 1, 110)]


def test_a_longer_gap_is_a_bucket_of_its_own_length():
    assert told(walked(60, 100), walked(960, 1600)) == [(0, 1, 100), (1, 15, 1500)]


def test_a_gap_without_steps_is_told_as_zero_and_not_left_open():
    (_, still) = differenced([walked(60, 100), walked(3660, 100)])
    assert (still.start, still.duration, still.steps) == (MIDNIGHT + 60, 3600, 0)


def test_readings_a_little_beside_the_minute_are_taken_at_it():
    readings = [walked(60 * i + jitter, 100 * i) for i, jitter in enumerate((0, 2, -1, 1, 0, -2))]
    assert told(*readings[1:]) == [(i, 1, 100) for i in range(5)]


def test_readings_always_half_a_minute_late_are_minutes_all_the_same():
    found = told(*(walked(60 * i + 37, 90 * i) for i in range(1, 6)))
    assert [length for _, length, _ in found] == [2, 1, 1, 1, 1]
    assert [steps for _, _, steps in found] == [90] * 5


def test_a_minute_and_a_half_is_never_told_as_a_minute():
    found = told(walked(600, 0), walked(690, 135), walked(780, 270))
    assert sum(steps for _, _, steps in found) == 270
    assert max(steps / length for _, length, steps in found) <= 90 * 1.05


def test_a_last_reading_inside_a_minute_closes_at_its_end():
    assert told(walked(600, 100), walked(613, 120)) == [(0, 10, 100), (10, 1, 20)]
    assert told(walked(600, 100), walked(629, 120), walked(720, 150)) == [
        (0, 10, 100),
        (10, 2, 50),
    ]


def test_two_activities_at_one_moment_are_added():
    assert told(walked(600, 100), walked(660, 120), walked(660, 80, "running")) == [
        (0, 10, 100),
        (10, 1, 100),
    ]


def test_a_run_lies_behind_the_walk_before_it():
    assert told(walked(600, 400), walked(660, 150, "running"), walked(720, 450)) == [
        (0, 10, 400),
        (10, 1, 150),
        (11, 1, 50),
    ]


def test_a_walk_lies_behind_the_stillness_before_it():
    assert told(walked(600, 400), walked(5940, 0, "sedentary"), walked(6000, 480)) == [
        (0, 10, 400),
        (99, 1, 80),
    ]


def test_steps_that_no_feet_make_in_the_time_reach_back_to_the_reading_of_their_own_counter():
    found = told(walked(600, 10), walked(1440, 0, "sedentary"), walked(1500, 1510))
    assert found == [(0, 10, 10), (10, 15, 1500)]


def test_a_repeated_total_adds_nothing():
    once = differenced([walked(600, 100), walked(660, 210)])
    assert differenced([walked(660, 210), walked(600, 100), walked(660, 210)]) == once
    assert told(walked(600, 100), walked(660, 100), walked(720, 210))[-1] == (11, 1, 110)


def test_a_counter_that_began_anew_counts_from_nothing():
    assert told(walked(3600, 1000), walked(3660, 50), walked(3720, 130)) == [
        (0, 60, 1000),
        (60, 1, 50),
        (61, 1, 80),
    ]


def test_one_low_total_between_two_higher_ones_is_a_slip():
    assert told(walked(600, 100), walked(660, 3), walked(720, 160)) == [(0, 10, 100), (11, 1, 60)]


def test_one_total_far_beyond_what_feet_make_is_a_slip():
    assert told(walked(600, 100), walked(660, 60_000), walked(720, 160)) == [
        (0, 10, 100),
        (11, 1, 60),
    ]


def test_the_total_at_midnight_belongs_to_the_day_before():
    readings = [walked(DAY - 60, 900), walked(DAY, 960), walked(60, 40, day=1)]
    assert told(*readings) == [(0, 1439, 900), (1439, 1, 60), (1440, 1, 40)]


def test_a_new_day_that_tells_nothing_at_midnight_takes_nothing_away():
    readings = [walked(600, 960), walked(DAY, 0, "sedentary"), walked(DAY, 960)]
    assert sum(s.steps for s in differenced(readings)) == 960


def test_a_day_far_east_begins_where_the_last_one_was_over():
    east = MIDNIGHT + DAY - 7 * 3600
    readings = [
        walked(DAY - 3600, 5000),
        Reading("walking", MIDNIGHT + DAY, east, 30, 3600),
    ]
    found = differenced(readings)
    assert [s.steps for s in found] == [5000, 30]
    assert found[1].start == found[0].start + found[0].duration


def test_a_day_on_which_the_clock_moves_is_one_day_with_one_midnight():
    paris = 1_711_839_600  # 2024-03-31 00:00 at +1; clocks go to +2
    readings = [
        Reading("walking", paris + 3600, paris, 100, 3600),
        Reading("walking", paris + 7200, paris, 300, 7200),
        Reading("walking", paris + 10_800, paris - 3600, 450, 7200),
    ]
    assert [s.steps for s in differenced(readings)] == [100, 200, 150]


def test_nothing_comes_of_nothing():
    assert differenced([]) == []
    assert differenced([Reading("walking", MIDNIGHT, MIDNIGHT, 7)]) == []
