"""A target can only be made harder or easier: no day turns the wrong way."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.walks.model import CountMode, Outcome, Rules
from tests.unit.walks.lives import DAY, LONG_AFTER, life, tracker, waking

ORDER = [
    Outcome.MISSED,
    Outcome.LIKELY_MISSED,
    Outcome.UNKNOWN,
    Outcome.LIKELY_MET,
    Outcome.MET,
]
"""From worst to best: a lower target never moves a day towards the front."""
stretches = st.lists(
    st.tuples(st.integers(420, 1300), st.integers(1, 45), st.integers(60, 139)), max_size=5
)


@settings(max_examples=60)
@given(
    stretches,
    st.integers(1, 90),
    st.integers(0, 60),
    st.sampled_from(CountMode),
    st.none() | st.integers(420, 1200),
)
def test_a_higher_target_never_turns_missed_into_met(
    walked: list[tuple[int, int, int]], target: int, more: int, mode: CountMode, hole: int | None
) -> None:
    day = waking()
    for at, minutes, steps in walked:
        day[at : at + minutes] = [steps] * minutes
    if hole is not None:
        day[hole : hole + 200] = [None] * 200
    watch = tracker([day[:1440]])
    lower, higher = (
        life(watch, rules=Rules(day_target=t, count_mode=mode)).judge(DAY, LONG_AFTER).day
        for t in (target, target + more)
    )
    assert lower.outcome is not None
    assert higher.outcome is not None
    assert ORDER.index(higher.outcome) <= ORDER.index(lower.outcome)
    assert (higher.brisk_min, higher.seen_h) == (lower.brisk_min, lower.seen_h)


@settings(max_examples=60)
@given(stretches, st.integers(420, 1300), st.integers(1, 40), st.sampled_from(CountMode))
def test_another_brisk_minute_never_makes_a_day_worse(
    walked: list[tuple[int, int, int]], at: int, more: int, mode: CountMode
) -> None:
    day = waking()
    for start, minutes, steps in walked:
        day[start : start + minutes] = [steps] * minutes
    richer = list(day)
    richer[at : at + more] = [max(value or 0, 110) for value in day[at : at + more]]
    rules = Rules(count_mode=mode)
    before, after = (
        life(tracker([one[:1440]]), rules=rules).judge(DAY, LONG_AFTER).day for one in (day, richer)
    )
    assert before.bouted_min is not None
    assert after.bouted_min is not None
    assert after.bouted_min >= before.bouted_min
    assert before.outcome is not None
    assert after.outcome is not None
    assert ORDER.index(after.outcome) >= ORDER.index(before.outcome)
