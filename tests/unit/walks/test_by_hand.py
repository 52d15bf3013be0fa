"""Walks typed by hand: they speak where trackers do not, and nothing counts twice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.walks.by_hand import ByHand
from syncd.walks.day import Reading
from syncd.walks.model import Outcome, SourceView, WalkSession
from tests.unit.walks.lives import DAY, FIRST, LONG_AFTER, life, outing, tracker, waking


def typed(start: int, minutes: int, brisk: int = 0) -> ByHand:
    return ByHand("a", FIRST + start, FIRST + start + minutes, brisk)


def reading_of(*sources: SourceView, by_hand: ByHand, **more: object) -> Reading:
    plain = life(*sources, **more)  # type: ignore[arg-type]
    return Reading(replace(plain.history, by_hand=(by_hand,)))


def walks(reading: Reading) -> list[WalkSession]:
    return reading.sessions([DAY])


NOON = 12 * 60 + 30


def test_a_treadmill_walk_counts_where_the_watch_says_no_steps() -> None:
    watch = tracker([waking(at_0900=[105] * 12)])
    assert life(watch).judge(DAY, LONG_AFTER).day.outcome is Outcome.MISSED
    reading = reading_of(watch, by_hand=typed(NOON, 20, 20))
    day = reading.judge(DAY, LONG_AFTER).day
    assert (day.brisk_min, day.outcome) == (32, Outcome.MET)
    assert [(w.kind, w.brisk_min, w.steps) for w in walks(reading)] == [
        ("inferred", 12, 1260),
        ("manual", 20, None),
    ]


def test_without_a_word_on_brisk_minutes_a_typed_walk_is_only_walking() -> None:
    plain = life(tracker([waking()])).judge(DAY, LONG_AFTER).day
    day = reading_of(tracker([waking()]), by_hand=typed(NOON, 20)).judge(DAY, LONG_AFTER).day
    assert (day.brisk_min, day.walking_min) == (0, 20)
    assert (day.steps, day.seen_h, day.longest_unseen_min) == (
        plain.steps,
        plain.seen_h,
        plain.longest_unseen_min,
    )


def test_a_walk_that_the_watch_saw_does_not_count_again() -> None:
    watch = tracker([waking(at_1230=[105] * 20)])
    reading = reading_of(watch, by_hand=typed(NOON, 20, 20))
    assert reading.judge(DAY, LONG_AFTER).day == life(watch).judge(DAY, LONG_AFTER).day
    assert [w.kind for w in walks(reading)] == ["inferred"]


def test_minutes_that_were_measured_brisk_are_among_those_typed() -> None:
    watch = tracker([waking(at_1230=[105] * 6)])
    reading = reading_of(watch, by_hand=typed(NOON, 20, 12))
    assert reading.judge(DAY, LONG_AFTER).day.brisk_min == 12
    [walk] = walks(reading)
    assert (walk.kind, walk.brisk_min) == ("manual", 12)


def test_a_ride_that_was_recorded_is_no_walk_by_hand() -> None:
    ride = outing(NOON * 60, 1200, cadence=None, speed=7.0, label="cycling")
    reading = reading_of(tracker([waking()]), by_hand=typed(NOON, 20, 20), outings=[ride])
    assert reading.judge(DAY, LONG_AFTER).day.brisk_min == 0
    assert walks(reading) == []


def test_a_day_known_by_hand_alone_can_be_met_and_is_never_missed() -> None:
    met = reading_of(by_hand=typed(NOON, 40, 30)).judge(DAY, LONG_AFTER)
    assert met.has_data
    assert met.day.outcome is Outcome.MET
    short = reading_of(by_hand=typed(NOON, 40, 10)).judge(DAY, LONG_AFTER)
    assert short.day.outcome is Outcome.UNKNOWN


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([None, 0, 0, 40, 105, 140]), min_size=40, max_size=40),
    st.integers(0, 30),
    st.integers(1, 30),
    st.data(),
)
def test_a_typed_walk_adds_at_most_what_it_says(
    steps: list[int | None], start: int, length: int, data: st.DataObject
) -> None:
    watch = tracker([waking(at_1230=steps)])
    brisk = data.draw(st.integers(0, length))
    before = life(watch).judge(DAY, LONG_AFTER).day
    reading = reading_of(watch, by_hand=typed(NOON + start, length, brisk))
    after = reading.judge(DAY, LONG_AFTER).day
    assert before.brisk_min is not None
    assert after.brisk_min is not None
    assert before.brisk_min <= after.brisk_min <= before.brisk_min + brisk
    assert after.edge_min == before.edge_min
    assert after.steps == before.steps
    assert all(w.end > w.start for w in walks(reading))
