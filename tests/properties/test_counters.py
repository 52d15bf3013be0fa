"""What must hold of differenced counters whatever was walked and however files cut it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.counters import MOST_TIGHT, Reading, differenced
from syncd.walks.model import IMPLAUSIBLE_ABOVE

MIDNIGHT, DAY, OFFSET = 1_714_543_200, 86_400, -21_600
ACTIVITIES = st.sampled_from(["walking", "walking", "running", "sedentary"])
GAPS = st.sampled_from([60, 60, 60, 61, 58, 300, 900]) | st.integers(1, 7200)


@st.composite
def lives(draw: st.DrawFn) -> list[Reading]:
    """Draw readings of one to three days whose counters only grow, as feet make them grow."""
    found: list[Reading] = []
    for day in range(draw(st.integers(1, 3))):
        start, at = MIDNIGHT + day * DAY, 0
        totals = {"walking": 0, "running": 0, "sedentary": 0}
        for activity, gap, pace in draw(
            st.lists(st.tuples(ACTIVITIES, GAPS, st.floats(0, 200)), max_size=25)
        ):
            at = min(at + gap, DAY)
            if activity != "sedentary":
                totals[activity] += int(gap * pace / 60)
            found.append(Reading(activity, start + at, start, totals[activity], OFFSET))
    return found


def day_of(at: int) -> int:
    return (at - MIDNIGHT) // DAY


@given(lives())
def test_the_steps_of_a_local_day_are_its_last_totals(readings):
    last: dict[tuple[int, str], int] = {}
    for r in readings:
        last[r.day_start, r.activity] = max(r.total, last.get((r.day_start, r.activity), 0))
    for start in {r.day_start for r in readings}:
        steps = sum(s.steps for s in differenced(readings) if day_of(s.start) == day_of(start))
        assert steps == sum(total for (day, _), total in last.items() if day == start)


@given(lives(), st.randoms())
def test_any_split_and_any_order_of_files_is_the_same(readings, random):
    shuffled = [*readings, *random.sample(readings, len(readings) // 2)]
    random.shuffle(shuffled)
    assert differenced(shuffled) == differenced(readings)


@given(lives())
def test_stretches_are_whole_minutes_in_order_and_never_before_their_midnight(readings):
    found = differenced(readings)
    assert all(a.start + a.duration <= b.start for a, b in pairwise(found))
    assert all(s.duration >= 60 and s.duration % 60 == 0 and s.start % 60 == 0 for s in found)
    assert all(s.steps >= 0 for s in found)
    if found:
        assert found[0].start >= min(r.day_start for r in readings)
        assert found[-1].start + found[-1].duration <= max(r.at for r in readings) + 59


@given(lives())
def test_no_stretch_is_told_faster_than_feet_beyond_what_rounding_adds(readings):
    for s in differenced(readings):
        assert s.steps <= IMPLAUSIBLE_ABOVE * MOST_TIGHT * s.duration / 60 + 1
