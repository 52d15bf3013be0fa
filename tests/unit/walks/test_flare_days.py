"""Walks of a flare are slower, and a plan's day is judged on minutes in walks."""

from __future__ import annotations

from datetime import timedelta

from syncd.walks.model import CountMode, Mark, Outcome, Rules
from syncd.walks.sentences import reason
from tests.unit.walks.coarse_lives import coarse_tracker
from tests.unit.walks.lives import DAY, LONG_AFTER, life, outing, tracker, waking

SLOW = waking(at_0900=[45] * 8)


def test_a_walk_of_a_flare_day_is_found_from_forty_steps_a_minute() -> None:
    marked = life(tracker([SLOW, SLOW]), marks={DAY: Mark.FLARE})
    assert [s.start for s in marked.sessions([DAY, DAY + timedelta(1)])] == [
        s.start for s in marked.sessions([DAY])
    ]
    [walk] = marked.sessions([DAY])
    assert walk.steps == 8 * 45
    judged = marked.judge(DAY, LONG_AFTER)
    assert (judged.facts.easy_walks, judged.facts.easy_min) == (1, 8)
    assert judged.day.walking_min == 0  # that counts minutes of sixty steps, whoever has a flare
    assert life(tracker([SLOW])).sessions([DAY]) == []


def test_the_minutes_of_a_flare_day_s_walk_are_about_where_buckets_alone_tell_of_it() -> None:
    walk = waking(at_1800=[80] * 45)
    said = "Flare day, not counted: one easy walk, {}45 minutes."
    for source, about in ((coarse_tracker(walk), "about "), (tracker([walk]), "")):
        told = life(source, marks={DAY: Mark.FLARE}).judge(DAY, LONG_AFTER)
        assert reason(told.facts) == said.format(about)


def test_a_slow_walk_out_of_a_flare_over_midnight_ends_at_midnight() -> None:
    days = waking(), waking()
    days[0][1435:1440] = [45] * 5
    days[1][0:5] = [45] * 5
    [walk] = life(tracker(days), marks={DAY: Mark.FLARE}).sessions([DAY, DAY + timedelta(1)])
    assert walk.end - walk.start == 5 * 60


def test_a_plan_s_day_is_judged_on_minutes_in_walks_at_any_pace() -> None:
    rules = Rules(day_target=13, count_mode=CountMode.WALKING)
    slow = tracker([waking(at_0900=[70] * 7, at_1500=[65] * 6)])
    judged = life(slow, rules=rules).judge(DAY, LONG_AFTER)
    assert (judged.day.outcome, judged.day.brisk_min, judged.day.target_min) == (
        Outcome.MET,
        0,
        13,
    )
    assert judged.facts.brisk == 13
    scattered = tracker([waking(at_0900=[70, 0, 0, 0] * 13)])
    assert life(scattered, rules=rules).judge(DAY, LONG_AFTER).day.outcome is Outcome.MISSED


def test_a_recorded_walk_counts_in_a_plan_with_the_time_it_moved() -> None:
    rules = Rules(day_target=13, count_mode=CountMode.WALKING)
    reading = life(tracker([waking()]), outings=[outing(36_000, 800, cadence=80)], rules=rules)
    judged = reading.judge(DAY, LONG_AFTER)
    assert (judged.facts.brisk, judged.day.outcome) == (13, Outcome.MET)
