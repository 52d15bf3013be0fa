"""Bounds, estimate and chance of buckets: the vectors of walking-rules 8, and what must hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.coarse import Coarse, Part, bounds, chance, guess, spread, together
from syncd.walks.coarse_tables import brisk_share
from syncd.walks.model import Rules


def whole(minutes: int, steps: int) -> Part:
    return Part(60 * minutes, steps, steps, steps)


@pytest.mark.parametrize(
    ("minutes", "steps", "expected"),
    [
        (15, 99, (0, 0)),
        (15, 1000, (0, 10)),
        (15, 1485, (0, 14)),
        (15, 1500, (1, 15)),
        (15, 1600, (1, 15)),
        (15, 1800, (3, 15)),
        (5, 500, (1, 5)),
        (5, 550, (1, 5)),
    ],
)
def test_vectors_31_to_33(minutes: int, steps: int, expected: tuple[int, int]) -> None:
    assert bounds(60 * minutes, steps, steps, 100) == expected


@pytest.mark.parametrize(("steps", "expected"), [(1500, (1, 15)), (1600, (3, 15)), (1800, (8, 15))])
def test_vector_32_where_nobody_steps_more_than_140(steps: int, expected: tuple[int, int]) -> None:
    assert bounds(900, steps, steps, 100, cap=140) == expected


def test_a_bucket_of_1500_steps_is_not_claimed_as_15_brisk_minutes() -> None:
    """Scenario B4."""
    said = guess(whole(15, 1500), Rules())
    assert (said.low, said.high) == (1, 15)
    assert said.mean == pytest.approx(15 * 0.78)


@pytest.mark.parametrize(
    ("minutes", "spm", "mean", "sd"),
    [(15, 105, 0.78, 0.13), (15, 9, 0.0, 0.0), (5, 95, 0.47, 0.21), (5, 200, 0.98, 0.07)],
)
def test_the_tables_are_read_as_they_stand(
    minutes: int, spm: float, mean: float, sd: float
) -> None:
    assert brisk_share(minutes, spm, 100) == (pytest.approx(mean), pytest.approx(sd))


def test_other_lengths_lie_between_the_tables_and_beyond_them() -> None:
    means = [brisk_share(minutes, 75, 100).mean for minutes in (2, 5, 8, 15, 60)]
    assert means == sorted(means)
    assert brisk_share(60, 105, 100).mean < 0.78


def test_a_higher_cadence_asks_for_more_steps() -> None:
    assert brisk_share(15, 105, 110).mean < brisk_share(15, 105, 100).mean
    assert brisk_share(15, 95, 90).mean > brisk_share(15, 95, 100).mean


def test_a_day_is_the_sum_of_its_buckets_and_twice_and_a_half_their_variance() -> None:
    day = together(guess(whole(15, 1575), Rules()) for _ in range(4))
    assert day.mean == pytest.approx(46.8)
    assert spread(day) == pytest.approx((2.5 * 4 * (15 * 0.13) ** 2) ** 0.5)
    assert together([]) == Coarse()


def test_chances() -> None:
    assert chance(30, 30, 5) == pytest.approx(0.5)
    assert chance(30, 38.416, 10) == pytest.approx(0.8, abs=1e-3)
    assert chance(30, 30, 0) == 1.0
    assert chance(30, 29.9, 0) == 0.0


def test_without_runs_nothing_is_certain_and_runs_are_taken_from_the_estimate() -> None:
    counted, not_counted = (guess(whole(15, 2900), Rules(run_counts=r)) for r in (True, False))
    assert counted.low == 12
    assert not_counted.low == 0
    assert not_counted.mean < counted.mean


def test_a_second_beside_a_minute_holds_no_brisk_minute() -> None:
    assert bounds(61, 105, 105, 100) == (1, 1)
    assert bounds(89, 105, 105, 100) == (0, 1)


minutes_of_steps = st.lists(st.integers(0, 220), min_size=1, max_size=60)


@given(minutes_of_steps, st.integers(1, 220), st.booleans())
def test_the_bounds_contain_the_truth_at_any_threshold(
    steps: list[int], threshold: int, runs: bool
) -> None:
    """``runs`` says whether minutes from 140 steps on count."""
    run_from = None if runs else 140
    brisk = sum(threshold <= s < (run_from or 221) for s in steps)
    low, high = bounds(60 * len(steps), sum(steps), sum(steps), threshold, run_from=run_from)
    assert low <= brisk <= high


@given(st.integers(1, 60), st.integers(0, 13_000), st.integers(1, 220))
def test_the_bounds_are_reached(minutes: int, steps: int, threshold: int) -> None:
    steps = min(steps, 220 * minutes)
    low, high = bounds(60 * minutes, steps, steps, threshold)
    for brisk in (low, high):
        least, most = brisk * threshold, brisk * 220 + (minutes - brisk) * (threshold - 1)
        assert least <= steps <= most or (brisk == high and steps > most)


@given(st.integers(1, 60), st.integers(0, 13_000), st.integers(0, 500), st.integers(1, 220))
def test_more_steps_never_lower_a_bound(minutes: int, steps: int, more: int, at: int) -> None:
    before = bounds(60 * minutes, steps, steps, at)
    after = bounds(60 * minutes, steps + more, steps + more, at)
    assert before.low <= after.low
    assert before.high <= after.high
