"""What joining may and may not do, for any two tellings of an outing (walking-rules 5 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncd.contract import Source, SourceKind, Workout
from syncd.walks.joining import agreed, is_same_outing, one_outing
from syncd.walks.model import Activity, Rules
from syncd.walks.recorded import Recorded

DAY = datetime(2026, 3, 10, 6, tzinfo=UTC)
FOOT = ("walking", "hiking", "workout", "walk")
VENDORS = ("garmin", "strava", "health connect", "google")


def told(
    vendor: int, start_s: int, seconds: int, metres: float | None, steps: int | None, label: str
) -> Recorded:
    """Return an outing as one of the vendors tells it: a sum, as lists of activities have it."""
    name = VENDORS[vendor]
    start = DAY + timedelta(seconds=start_s)
    workout = Workout(
        source=Source(key=name, kind=SourceKind.HUB, whole_day=False),
        key=f"{name}:{start_s}:{seconds}",
        label=label,
        start=start,
        end=start + timedelta(seconds=seconds),
        steps=steps,
        distance_m=metres,
    )
    return Recorded(workout, vendor, name, 20 + vendor, Rules())


labels = st.sampled_from((*FOOT, "ride"))
anything = st.builds(
    told,
    st.integers(0, 3),
    st.integers(0, 7200),
    st.integers(60, 5400),
    st.none() | st.floats(1, 8000),
    st.none() | st.integers(0, 9000),
    labels,
)
walk_lengths_s = st.integers(600, 5400)


@st.composite
def echoes(draw: st.DrawFn) -> list[Recorded]:
    """Return one walk and what other vendors made of it, each of what the one before had told."""
    start, seconds = draw(st.integers(0, 3600)), draw(walk_lengths_s)
    metres, steps = seconds * 1.3, round(seconds * 1.8)
    chain = [told(0, start, seconds, metres, steps, "walking")]
    for vendor in range(1, draw(st.integers(2, 4))):
        late = draw(st.integers(-120, 120))
        longer = draw(st.floats(0.8, 2.0))
        way = metres * draw(st.floats(0.985, 1.0))
        counts = draw(st.sampled_from((None, steps)))
        chain.append(told(vendor, start + late, round(seconds * longer), way, counts, draw(labels)))
    return chain


def sets(groups: Sequence[Sequence[Recorded]]) -> set[frozenset[tuple[str, str]]]:
    return {frozenset((r.source_key, r.workout.key) for r in group) for group in groups}


@given(anything, anything)
def test_joining_is_symmetric_and_a_recording_is_one_with_itself(a: Recorded, b: Recorded) -> None:
    assert is_same_outing(a, b) == is_same_outing(b, a)
    assert is_same_outing(a, a)


@given(st.lists(anything, max_size=7), st.randoms(use_true_random=False))
def test_the_order_in_which_recordings_come_changes_nothing(recorded, rng) -> None:
    shuffled = rng.sample(recorded, len(recorded))
    assert sets(one_outing(agreed(shuffled))) == sets(one_outing(agreed(recorded)))


@given(st.lists(anything, max_size=7))
def test_every_recording_is_in_one_outing_and_joining_again_changes_nothing(recorded) -> None:
    groups = one_outing(recorded)
    assert sorted(id(r) for group in groups for r in group) == sorted(map(id, recorded))
    assert all(one_outing(group) == [group] for group in groups)
    assert sets(one_outing([*recorded, *recorded])) == sets(groups)
    assert agreed(agreed(recorded)) == agreed(recorded)


@given(echoes(), st.randoms(use_true_random=False))
def test_l6_an_echo_of_an_echo_is_the_walk_itself_however_it_was_called(chain, rng) -> None:
    """L6: start +- 2 min, other duration, other type, way within 3 %."""
    settled = agreed(rng.sample(chain, len(chain)))
    [group] = one_outing(settled)
    on_foot = {r.activity is Activity.OTHER for r in group}
    assert len(on_foot) == 1  # the richest has the word for all
    assert any(r.steps is not None for r in group)


@given(
    st.integers(0, 3600),
    st.lists(st.integers(300, 1800), min_size=2, max_size=4),
    st.integers(300, 1200),
    st.randoms(use_true_random=False),
)
def test_outings_five_minutes_apart_are_never_joined(start, lengths, gap, rng) -> None:
    recorded, at = [], start
    for seconds in lengths:
        for vendor in (0, 1):
            late = rng.randint(-120, 120) * vendor
            recorded.append(told(vendor, at + late, seconds, 1.3 * seconds, None, "walking"))
        at += seconds + gap
    groups = one_outing(agreed(recorded))
    assert sorted(len(group) for group in groups) == [2] * len(lengths)
    spans = sorted((min(r.start for r in g), max(r.end for r in g)) for g in groups)
    assert all(a_end < b_start for (_, a_end), (b_start, _) in pairwise(spans))


@given(st.integers(600, 1800), st.integers(300, 900), st.floats(1.2, 1.6))
def test_an_echo_that_forgot_to_end_does_not_make_two_outings_one(seconds, gap, speed) -> None:
    first = told(0, 0, seconds, speed * seconds, 2000, "walking")
    second = told(0, seconds + gap, seconds, 2 * speed * seconds, 2000, "walking")
    echo = told(1, 20, 2 * seconds + gap, speed * seconds, None, "walking")
    groups = one_outing([first, second, echo])
    assert sets(groups) == sets([[first, echo], [second]])
