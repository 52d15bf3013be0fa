"""Seen time: worn, off, asleep, carried, and waking hours of any day (walking rules 0.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from syncd.walks.minutes import cut, from_values
from syncd.walks.model import UNSEEN, Minutes, Outcome, SourceView, Why
from tests.unit.walks.lives import DAY, FIRST, LONG_AFTER, life, tracker, waking

STILL: list[int | None] = [0] * 1440


def said(*spans: tuple[int, int, int], otherwise: int = UNSEEN) -> Minutes:
    """Return a mask: (from hour, to hour, 1 or 0), counted from DAY's midnight in UTC."""
    values = bytearray([otherwise]) * (20 * 1440)
    for a, b, value in spans:
        values[8 * 1440 + a * 60 : 8 * 1440 + b * 60] = bytes([value]) * ((b - a) * 60)
    return Minutes(FIRST - 8 * 1440, bytes(values))


def walked(at: int, brisk: int) -> list[int | None]:
    """Return a day without a step but for a walk at an hour."""
    day = list(STILL)
    day[at * 60 : at * 60 + brisk] = [105] * brisk
    return day


def worn(day: Sequence[int | None], wear: Minutes, **more: Minutes) -> SourceView:
    return replace(tracker([day]), wear=wear, **more)


def test_still_minutes_of_a_watch_that_says_it_is_worn_are_seen() -> None:
    day = walked(9, 12)
    plain = life(tracker([day])).judge(DAY, LONG_AFTER).day
    assert (plain.outcome, plain.why) == (Outcome.UNKNOWN, Why.UNSEEN)
    told = life(worn(day, said((0, 24, 1)))).judge(DAY, LONG_AFTER).day
    assert (told.outcome, told.seen_h, told.longest_unseen_min) == (Outcome.MISSED, 16.0, 0)


def test_still_minutes_of_a_watch_that_is_off_are_unseen_however_few() -> None:
    sitting = waking(at_0959=[5, *[0] * 120, 5])
    day = life(worn(sitting, said((10, 12, 0)))).judge(DAY, LONG_AFTER).day
    assert (day.longest_unseen_min, day.seen_h) == (120, 14.0)
    assert day.outcome is Outcome.LIKELY_MISSED
    assert life(tracker([sitting])).judge(DAY, LONG_AFTER).day.outcome is Outcome.MISSED


def test_a_step_is_believed_even_where_a_watch_says_it_is_off() -> None:
    watch = worn(waking(at_1000=[105] * 30), said((10, 11, 0)))
    assert life(watch).judge(DAY, LONG_AFTER).day.outcome is Outcome.MET


def test_while_the_watch_is_off_the_phone_speaks() -> None:
    watch = worn(waking(), said((10, 12, 0)))
    phone = tracker([waking(at_1005=[110] * 31)], name="the phone", rank=40)
    assert life(watch, phone).judge(DAY, LONG_AFTER).day.brisk_min == 31
    assert life(tracker([waking()]), phone).judge(DAY, LONG_AFTER).day.brisk_min == 0


def test_a_watch_that_was_off_all_day_leaves_it_unknown_and_never_missed() -> None:
    judged = life(worn(STILL, said((0, 24, 0)))).judge(DAY, LONG_AFTER).day
    assert (judged.outcome, judged.why, judged.seen_h) == (Outcome.UNKNOWN, Why.UNSEEN, 0)


def test_sleep_that_is_told_is_not_held_against_the_day() -> None:
    late = list(waking(at_1400=[105] * 12))
    late[7 * 60 : 13 * 60] = [None] * 360  # off until one o'clock
    night_shift = replace(tracker([late]), asleep=said((5, 13, 1), (13, 24, 0)))
    judged = life(night_shift).judge(DAY, LONG_AFTER).day
    assert judged.longest_unseen_min == 0
    assert judged.outcome is Outcome.MISSED
    assert life(tracker([late])).judge(DAY, LONG_AFTER).day.outcome is Outcome.UNKNOWN


def test_a_nap_is_not_held_against_the_day_and_does_not_move_the_night() -> None:
    day = list(waking())
    day[13 * 60 : 15 * 60] = [None] * 120
    napping = replace(tracker([day]), asleep=said((13, 15, 1)))
    judged = life(napping).judge(DAY, LONG_AFTER).day
    assert (judged.longest_unseen_min, judged.seen_h) == (0, 14.0)


def test_minutes_awake_at_night_are_seen_time_where_the_night_is_told() -> None:
    day = list(waking())
    day[0:60] = [1] * 60
    up_late = replace(tracker([day]), asleep=said((1, 7, 1)))
    assert life(up_late).judge(DAY, LONG_AFTER).day.seen_h == 18.0
    day[0:60] = [None] * 60
    unknown = replace(tracker([day]), asleep=said((1, 7, 1)))
    assert life(unknown).judge(DAY, LONG_AFTER).day.longest_unseen_min == 0


@pytest.mark.parametrize(
    ("hours", "seen_h", "longest_unseen_min"),
    [
        ((8, 12, 16, 20), 13, 120),  # gaps of three hours are seen, what lies outside is not
        ((8, 13, 17, 20), 9, 240),  # one of four hours is not
        ((7, 10, 13, 16, 19, 22), 16, 0),
        ((), 0, 960),
    ],
)
def test_a_phone_is_seen_in_hours_with_steps_and_short_gaps_between_them(
    hours: tuple[int, ...], seen_h: float, longest_unseen_min: int
) -> None:
    day = list(STILL)
    for hour in hours:
        day[hour * 60 + 30] = 40
    phone = replace(tracker([day], name="the phone", rank=40), carried=True)
    judged = life(phone).judge(DAY, LONG_AFTER).day
    assert (judged.seen_h, judged.longest_unseen_min) == (seen_h, longest_unseen_min)
    sparse = [value or None for value in day]
    if hours:
        told_steps_only = replace(tracker([sparse], name="the phone", rank=40), carried=True)
        assert life(told_steps_only).judge(DAY, LONG_AFTER).day.seen_h == seen_h


def test_a_watch_with_zeros_beside_a_phone_that_lies_about_is_seen() -> None:
    phone = replace(tracker([STILL], name="the phone", rank=40), carried=True)
    assert life(tracker([waking()]), phone).judge(DAY, LONG_AFTER).day.seen_h == 16.0


@pytest.mark.parametrize(("hours", "waking_h"), [(0, 16), (1, 16), (-1, 16)])
def test_a_day_of_23_or_25_hours_has_its_waking_hours(hours: int, waking_h: int) -> None:
    """The clock moves by ``hours`` at two at night."""
    reading = life(tracker([waking(), waking()]), offsets=((0, 0), (120, hours)))
    judged = reading.judge(DAY, LONG_AFTER)
    assert judged.day.length_h == 24 - hours
    assert judged.facts.waking_h == waking_h


def test_a_minute_is_cut_where_what_is_said_ends() -> None:
    minutes = from_values(FIRST, [0, 0])
    assert cut(minutes, FIRST, FIRST + 3).steps == b"\x00\x00\xff"
