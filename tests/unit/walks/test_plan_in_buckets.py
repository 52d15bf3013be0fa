"""A plan's day seen in buckets: met only by minutes, missed only where no walk can hide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.counted import Counting
from syncd.walks.model import CountMode, Mark, Outcome, Resolution, Rules
from syncd.walks.on_foot import minutes_by_day
from syncd.walks.sentences import reason
from tests.unit.walks.coarse_lives import buckets_of, coarse_tracker
from tests.unit.walks.lives import DAY, LONG_AFTER, life, tracker, waking

PLAN = Rules(day_target=13, count_mode=CountMode.WALKING)
DECIDED = {Outcome.MET, Outcome.MISSED}


def judged(source, rules=PLAN, **more):
    return life(source, rules=rules, **more).judge(DAY, LONG_AFTER)


def test_a_walk_in_a_bucket_is_possible_and_never_sure():
    walk = waking(at_1800=[108] * 45)
    assert judged(tracker([walk])).day.outcome is Outcome.MET
    coarse = judged(coarse_tracker(walk))
    assert coarse.day.outcome is Outcome.UNKNOWN
    assert coarse.day.resolution is Resolution.QUARTER
    assert reason(coarse.facts) == "Can't tell: 0 to 45 walking minutes, from 15-minute steps."


def test_a_day_of_buckets_too_small_for_a_walk_is_missed_in_a_plan():
    assert judged(coarse_tracker(waking())).day.outcome is Outcome.MISSED


@pytest.mark.parametrize("cadence", [100, 130])
def test_slow_walks_hide_in_buckets_that_hold_no_brisk_minute(cadence):
    """Walking takes 60 steps a minute: three buckets of 99 can be a walk, whatever is brisk."""
    steps = waking()
    for k in range(16):
        steps[600 + 15 * k] = 99
    rules = replace(PLAN, cadence_min=cadence)
    told = judged(coarse_tracker(steps), rules)
    assert told.day.outcome is Outcome.UNKNOWN
    assert reason(told.facts) == "Can't tell: 0 to 16 walking minutes, from 15-minute steps."


def test_the_slower_walks_of_a_flare_hide_in_smaller_buckets():
    steps = waking()
    for k in range(48):
        steps[420 + 15 * k] = 45
    source = coarse_tracker(steps)
    assert judged(source).day.outcome is Outcome.MISSED
    assert judged(source, marks={DAY: Mark.FLARE}).day.outcome is Outcome.UNKNOWN


def test_minutes_that_begin_a_walk_may_end_it_in_a_bucket():
    minutes = waking(at_1756=[70] * 4)
    known = [v if i < 18 * 60 else None for i, v in enumerate(minutes)]
    watch = replace(
        tracker([known]),
        buckets=tuple(b for b in buckets_of(waking(at_1800=[70] * 2)) if b.start % 86400 >= 64800),
    )
    rules = replace(PLAN, day_target=6)
    assert judged(watch, rules).day.outcome is Outcome.UNKNOWN
    assert judged(watch, replace(PLAN, day_target=8)).day.outcome is Outcome.MISSED


def test_minutes_alone_can_meet_a_plan_beside_buckets():
    minutes = waking(at_0900=[70] * 14)
    watch = replace(
        tracker([[v if i < 720 else None for i, v in enumerate(minutes)]]),
        buckets=tuple(
            b for b in buckets_of(waking(at_1800=[108] * 40)) if b.start % 86400 >= 43200
        ),
    )
    told = judged(watch)
    assert (told.day.outcome, told.day.resolution) == (Outcome.MET, Resolution.MINUTE)


walks = st.lists(
    st.tuples(
        st.integers(420, 1435), st.integers(1, 40), st.sampled_from([45, 59, 60, 61, 75, 110])
    ),
    max_size=6,
)


@given(walks, st.sampled_from([5, 15, 30]), st.integers(1, 40), st.booleans())
def test_buckets_never_decide_a_plan_s_day_against_its_minutes(laid, epoch_min, target, flare):
    steps = waking()
    for at, length, cadence in laid:
        steps[at : min(1440, at + length)] = [cadence] * (min(1440, at + length) - at)
    rules = replace(PLAN, day_target=target)
    marks = {DAY: Mark.FLARE} if flare else {}
    true = judged(tracker([steps]), rules, marks=marks).day.outcome
    told = judged(coarse_tracker(steps, epoch_min), rules, marks=marks).day.outcome
    assert told is not Outcome.MET
    if told in DECIDED:
        assert told is true
    assert told in {Outcome.UNKNOWN, Outcome.MISSED}


@given(walks, st.integers(0, 1439), st.integers(1, 40))
def test_minutes_and_buckets_of_one_day_decide_no_plan_against_the_minutes(laid, cut, target):
    cut -= cut % 15
    steps = waking()
    for at, length, cadence in laid:
        steps[at : min(1440, at + length)] = [cadence] * (min(1440, at + length) - at)
    rules = replace(PLAN, day_target=target)
    true = judged(tracker([steps]), rules).day.outcome
    watch = replace(
        tracker([[v if i < cut else None for i, v in enumerate(steps)]]),
        buckets=tuple(b for b in buckets_of(steps) if b.start % 86400 >= 60 * cut),
    )
    reading = life(watch, rules=rules)
    told = reading.judge(DAY, LONG_AFTER)
    if told.day.outcome in DECIDED:
        assert told.day.outcome is true
    shown = Counting([(None, CountMode.WALKING)], minutes_by_day(reading.sessions([DAY])))
    assert shown.minutes(told.day) == told.facts.brisk


def test_a_walk_past_midnight_may_be_in_the_buckets_of_the_next_day():
    evening, night = waking(), [0] * 1440
    evening[1437:1440] = [70] * 3
    night[0:10] = [70] * 10
    known = replace(
        tracker([evening]),
        buckets=buckets_of([*[None] * 1440, *night]),
    )
    rules = replace(PLAN, day_target=8)
    whole = life(tracker([evening, night]), rules=rules)
    assert whole.judge(DAY, LONG_AFTER).day.outcome is Outcome.MET
    told = life(known, rules=rules).judge(DAY, LONG_AFTER + timedelta(1)).day
    assert told.outcome is Outcome.UNKNOWN
