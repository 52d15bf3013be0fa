"""Somebody who walks for a target, once, on an otherwise quiet day, seen in quarters of an hour.

The tables alone would call such a day a probable miss (walking-rules 2.3 e).
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

from syncd.walks.model import DAY_MIN, Outcome, Rules
from tests.accuracy.reduced import day_after, judged

DRAWS = 600
FIRST = date(2026, 1, 1)
HIT = {Outcome.MET, Outcome.LIKELY_MET}


def quiet_day(rng: Random) -> list[float]:
    """Return a waking day of some 1,500 steps here and there."""
    day = [0.0] * DAY_MIN
    for minute in range(7 * 60, 23 * 60):
        if rng.random() < 0.1:
            day[minute] = rng.randint(3, 30)
    return day


def with_walk(rng: Random, length_min: float, spm: float) -> list[int]:
    """Return the day with one walk that starts at a random second of the day."""
    day = quiet_day(rng)
    start = rng.uniform(8 * 60, 21 * 60)
    for minute in range(int(start), int(start + length_min) + 1):
        walked = min(minute + 1, start + length_min) - max(minute, start)
        day[minute] = max(0.0, walked) * spm + (1 - walked) * day[minute]
    return [round(steps) for steps in day]


def test_a_walk_for_the_target_is_never_a_probable_miss() -> None:
    rng = Random(20)
    lengths = {day_after(FIRST, n): rng.uniform(30, 45) for n in range(DRAWS)}
    days = {d: with_walk(rng, length, rng.uniform(105, 125)) for d, length in lengths.items()}
    verdicts = judged(days, 15, Rules())
    said = Counter(v.outcome for v in verdicts.values())
    long = [d for d in days if lengths[d] >= 35]
    found = sum(verdicts[d].outcome in HIT for d in long)
    print(f"\ntarget walker: {dict(said)}; of {len(long)} from 35 min {found / len(long):.1%} met")
    assert said[Outcome.LIKELY_MISSED] == 0
    assert said[Outcome.MISSED] == 0
    assert found >= 0.9 * len(long)


def test_a_day_without_the_walk_is_no_hit() -> None:
    rng = Random(21)
    days = {day_after(FIRST, n): [round(s) for s in quiet_day(rng)] for n in range(60)}
    said = Counter(v.outcome for v in judged(days, 15, Rules()).values())
    assert said == {Outcome.MISSED: 60}
