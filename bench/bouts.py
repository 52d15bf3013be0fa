"""Brisk minutes and bouts of an account-day, against a plain loop over the minutes."""

from __future__ import annotations

from functools import lru_cache

from bench.lives import truths
from bench.measure import SET_ON_US, Row, side_by_side
from syncd.walks.bouts import bouted_minutes
from syncd.walks.minutes import at_least
from syncd.walks.model import DAY_MIN, Rules

GOAL_US = 5.0


@lru_cache(maxsize=1)
def _days() -> list[bytes]:
    return [
        truth.steps[i : i + DAY_MIN]
        for truth in truths()
        for i in range(0, len(truth.steps) - DAY_MIN, DAY_MIN)
    ]


def run() -> list[Row]:
    """Return the row."""
    days = _days()
    rules = Rules()

    def ours() -> int:
        table = at_least(100)
        total = 0
        for day in days:
            mask = day.translate(table)
            if mask.count(1):
                total += bouted_minutes(mask, rules)
        return total

    def loop() -> int:
        return sum(_looped(day) for day in days)

    us, reference = (s / len(days) * 1e6 for s in side_by_side(ours, loop, repeats=15))
    return [
        Row(
            "bouts, an account-day",
            f"{us:.2f} us",
            f"plain loop {reference:.1f} us",
            us / reference,
            f"<= {GOAL_US / SET_ON_US:.3f}x",
            us <= GOAL_US / SET_ON_US * reference,
        )
    ]


def _looped(day: bytes) -> int:
    """Count minutes in stretches of ten with gaps of two, a minute at a time."""
    total = brisk = gap = length = 0
    for steps in day:
        if steps >= 100:
            brisk, length, gap = brisk + 1, length + gap + 1, 0
        elif brisk:
            gap += 1
            if gap > 2:
                total += brisk if length >= 10 else 0
                brisk = gap = length = 0
    return total + (brisk if length >= 10 else 0)
