"""Scenarios from the field, B2, B3 and B6: what counts as brisk walking, and what is no miss."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from syncd.walks.model import CountMode, Outcome, Rules, Why
from syncd.walks.sentences import reason
from tests.unit.walks.lives import DAY, LONG_AFTER, life, tracker, waking

BOUTS = Rules(day_target=10, count_mode=CountMode.BOUTS)


@pytest.mark.parametrize(("pause_min", "bouted", "outcome"), [(2, 10, "met"), (3, 0, "missed")])
def test_b2_ten_minutes_with_a_pause_of_two_count_and_with_one_of_three_do_not(
    pause_min: int, bouted: int, outcome: str
) -> None:
    walk = [105] * 5 + [0] * pause_min + [105] * 5
    day = life(tracker([waking(at_0900=walk)]), rules=BOUTS).judge(DAY, LONG_AFTER).day
    assert (day.bouted_min, day.outcome) == (bouted, outcome)
    plain = life(tracker([waking(at_0900=walk)]), rules=Rules(day_target=10))
    assert plain.judge(DAY, LONG_AFTER).day.outcome is Outcome.MET  # minutes are minutes


THREE_TENS = waking(at_0805=[105] * 10, at_1205=[105] * 10, at_1805=[105] * 10)
ONE_THIRTY = waking(at_0805=[105] * 30)
SCATTERED = waking(at_0805=[105, 0, 0, 0] * 30)


@pytest.mark.parametrize(
    ("day", "minutes", "bouts", "plan"),
    [
        pytest.param(THREE_TENS, "met", "met", "met", id="3 x 10"),
        pytest.param(ONE_THIRTY, "met", "met", "met", id="1 x 30"),
        pytest.param(SCATTERED, "met", "missed", "missed", id="30 scattered"),
    ],
)
def test_b3_thirty_minutes_in_three_walks_in_one_and_scattered_by_every_policy(
    day: list[int | None], minutes: str, bouts: str, plan: str
) -> None:
    told = {
        mode: life(tracker([day]), rules=Rules(count_mode=mode)).judge(DAY, LONG_AFTER).day
        for mode in CountMode
    }
    assert {mode: one.outcome for mode, one in told.items()} == {
        CountMode.MINUTES: minutes,
        CountMode.BOUTS: bouts,
        CountMode.WALKING: plan,
    }
    assert {one.brisk_min for one in told.values()} == {30}


def test_b6_a_day_that_nobody_wore_the_tracker_is_unknown_and_never_missed() -> None:
    still = tracker([[0] * 1440])
    judged = life(still).judge(DAY, LONG_AFTER)
    day = judged.day
    assert (day.outcome, day.why, day.flagged) == (Outcome.UNKNOWN, Why.UNSEEN, False)
    assert "it was probably not worn" in reason(judged.facts)


def test_b6_a_day_that_was_never_synced_is_unknown_and_never_missed() -> None:
    midnight = LONG_AFTER.replace(month=3, day=10)
    watch = tracker([waking(at_0900=[105] * 8), waking()], synced=midnight, first_day=-1)
    reading = life(watch)
    waits = reading.judge(DAY, midnight + timedelta(hours=30)).day
    assert (waits.outcome, waits.why, waits.flagged) == (None, Why.NOT_SYNCED, False)
    over = reading.judge(DAY, midnight + timedelta(hours=61)).day
    assert (over.outcome, over.why, over.flagged) == (Outcome.UNKNOWN, Why.NOT_SYNCED, False)


def test_a_date_that_nobody_lived_is_no_day_and_one_lived_twice_is_a_long_one() -> None:
    """Westward over the date line and back: UTC+12 to UTC-12 and the other way."""
    skipped = life(tracker([waking()] * 4), offsets=((0, -11), (24 * 60 + 11 * 60, 13)))
    lengths = [sum(p.end - p.start for p in pieces) for pieces in skipped.days.values()]
    dates = sorted(skipped.days)
    assert [b - a for a, b in pairwise(dates)].count(timedelta(2)) == 1
    assert max(lengths) == 1440
    twice = life(tracker([waking()] * 4), offsets=((0, 13), (24 * 60 - 13 * 60, -11)))
    judged = twice.judge(DAY, LONG_AFTER).day
    assert judged.length_h == 48
    assert not judged.flagged
