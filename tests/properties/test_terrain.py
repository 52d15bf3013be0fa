"""What must hold of gain, loss and climb credit on any ground."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.contract import Pause, Track, Workout
from syncd.walks.effort import lcda_w_per_kg
from syncd.walks.exertion import exertion
from syncd.walks.terrain import cleaned, delta_m, spliced, turns, zig_zag
from syncd.walks.uphill import is_brisk_uphill
from tests.unit.walks.lives import MIDNIGHT, outing
from tests.unit.walks.slopes import ramp, read, sloped

HEIGHTS = st.lists(st.floats(-400, 5000, allow_nan=False), max_size=60)
WALKED = st.lists(st.floats(-8, 8, allow_nan=False), min_size=1, max_size=120).map(
    lambda steps: list(accumulate(steps, initial=100.0))
)
DELTAS = st.sampled_from([3.0, 5.0, 10.0])


@given(HEIGHTS | WALKED, DELTAS)
def test_gain_and_loss_are_never_negative_and_no_more_than_the_naive_sums(
    heights: list[float], delta: float
):
    gain, loss = zig_zag(heights, delta)
    steps = [b - a for a, b in pairwise(heights)]
    assert 0 <= gain <= sum(s for s in steps if s > 0) + 1e-6
    assert 0 <= loss <= sum(-s for s in steps if s < 0) + 1e-6


@given(WALKED, DELTAS)
def test_gain_less_loss_is_the_height_between_the_ends_but_for_two_unconfirmed_ones(
    heights: list[float], delta: float
):
    """What lies before the first turn and after the last is less than delta each."""
    gain, loss = zig_zag(heights, delta)
    assert abs((gain - loss) - (heights[-1] - heights[0])) < 2 * delta


@given(WALKED, DELTAS)
def test_the_way_back_has_gain_and_loss_swapped(heights: list[float], delta: float):
    there, back = zig_zag(heights, delta), zig_zag(heights[::-1], delta)
    assert abs(there[0] - back[1]) <= delta
    assert abs(there[1] - back[0]) <= delta


@given(WALKED.map(lambda hs: [round(h, 1) for h in hs]), DELTAS, st.integers(-300, 3000))
def test_the_level_of_the_sea_changes_nothing(heights: list[float], delta: float, shift: int):
    moved = [h + shift for h in heights]
    assert zig_zag(moved, delta * 1.0001) == pytest.approx(zig_zag(heights, delta * 1.0001))


@given(WALKED, DELTAS)
def test_legs_go_up_and_down_in_turn_and_hang_together(heights: list[float], delta: float):
    legs = turns(heights, delta)
    for (a, b), (c, d) in pairwise(legs):
        assert b == c
        assert (heights[b] > heights[a]) is not (heights[d] > heights[c])


@given(WALKED, st.sampled_from(["barometric", "gnss", "terrain", None]))
def test_cleaning_invents_no_height(heights: list[float], sensor: str | None):
    at = list(range(0, 10 * len(heights), 10))
    clean = [h for _, h in cleaned(at, heights)]
    assert min(heights) <= min(clean)
    assert max(clean) <= max(heights)
    assert spliced(cleaned(at, heights), []) == cleaned(at, heights)
    assert zig_zag(clean, delta_m(sensor))[0] <= zig_zag(clean, 1.0)[0] + 1e-6


@given(st.floats(0.3, 2.2), st.sampled_from(["barometric", "terrain", "gnss", None]))
def test_a_level_way_never_climbs(speed: float, sensor):
    walk = read(sloped(ramp(0.0), speed=speed, sensor=sensor))
    assert walk.hills is not None
    assert not any(walk.hills.uphill)
    assert not any(is_brisk_uphill(walk, k, 90) for k in range(walk.length))


@given(st.floats(0.3, 1.9), st.floats(0, 0.44), st.floats(0, 0.44))
def test_more_climb_at_one_speed_never_loses_credit(speed: float, a: float, b: float):
    less, more = sorted((a, b))

    def credited(grade: float) -> set[int]:
        walk = read(sloped(ramp(grade), speed=speed))
        return {k for k in range(walk.length) if is_brisk_uphill(walk, k, 90)}

    assert credited(less) <= credited(more)


@given(st.floats(0, 1.96), st.floats(0, 0.45), st.floats(0, 0.45))
def test_a_steeper_climb_never_costs_less(speed: float, a: float, b: float):
    less, more = (lcda_w_per_kg(speed, grade) for grade in sorted((a, b)))
    assert less is not None
    assert more is not None
    assert less <= more + 1e-9


@st.composite
def any_outing(draw: st.DrawFn) -> Workout:
    """Draw a recording with holes, gaps, pauses, standing, and heights of any kind."""
    gaps = draw(st.lists(st.sampled_from([1, 5, 30, 61, 200, 301, 900]), min_size=1, max_size=40))
    at = list(accumulate(gaps, initial=MIDNIGHT))
    n = len(at)
    legs = draw(st.lists(st.sampled_from([0.0, 2.0, 40.0, 90.0, 400.0]), min_size=n, max_size=n))
    far = [d if draw(st.booleans()) else None for d in accumulate(legs)]
    high = draw(st.lists(st.none() | st.floats(-50, 400), min_size=n, max_size=n))
    edges = sorted(draw(st.lists(st.integers(MIDNIGHT, at[-1]), max_size=6)))
    pauses = [Pause(start=a, end=b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    walk = outing(0, at[-1] - MIDNIGHT, cadence=draw(st.sampled_from([None, 30.0, 90.0])))
    track = Track(
        at=tuple(at),
        distance_m=tuple(far) if draw(st.booleans()) else (),
        altitude_m=tuple(high),
        speed_mps=tuple([1.2] * n),
    )
    sensor = draw(st.sampled_from(["barometric", "terrain", "gnss", None]))
    changes = {"track": track, "pauses": tuple(pauses), "elevation_source": sensor, "timer_s": None}
    return walk.model_copy(update=changes)


@given(any_outing())
def test_any_recording_has_slopes_that_can_be(workout: Workout):
    walk = read(workout)
    paused = sum(p.end - p.start for p in workout.pauses)
    assert 0 <= (walk.moving_time_s or 0.0) <= walk.end - walk.start - paused
    metres = [m for m in walk.distance_minutes if m is not None]
    assert all(m >= 0 for m in metres)
    assert sum(metres) <= (walk.distance_m or 0.0) + 1e-6
    found = walk.hills
    if found is None:
        return
    assert len(found.grade) == len(found.uphill) == len(found.downhill) == walk.length
    assert not any(a and b for a, b in zip(found.uphill, found.downhill, strict=True))
    assert found.gain_m >= 0 <= found.loss_m
    assert found.grade_max is None or found.grade_max >= 0
    effort = exertion(walk)
    assert effort is None or 0 < effort.low <= effort.mets <= effort.high
    for k in range(walk.length):
        if is_brisk_uphill(walk, k, 90):
            assert found.uphill[k]
            assert found.sensor in {"barometric", "terrain"}
