"""The number of a day, in a report whose rule became a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.walks.counted import Counting, minutes_words, number_words
from syncd.walks.digest import digest
from syncd.walks.model import Activity, CountMode
from syncd.walks.on_foot import minutes_by_day
from syncd.walks.report import Promise, figures, planned_minutes
from tests.unit.walks.reports import MONDAY, PROMISE, days, report, walk

PLAN = "12 minutes in walks, at any pace: the graded plan's."
WEEK = timedelta(days=7)


def planned():
    """Return four weeks, the last two of which a plan judged, and ten brisk minutes a day."""
    held = days("m" * 28, brisk=10)
    steps = [
        Promise(MONDAY + i * WEEK, PLAN.replace("12", str(10 + i)), 10 + i, 3, CountMode.WALKING)
        for i in (2, 3)
    ]
    walks = tuple(walk(day.day, 17) for day in held[::2])
    return report(held, promises=(PROMISE, *steps), walks=walks)


def test_a_day_counts_what_it_was_judged_on():
    facts = planned()
    before, after = facts.days[12], facts.days[14]
    assert facts.counting.minutes(before) == 10, "brisk minutes, although a walk of 17 was found"
    assert facts.counting.minutes(after) == 17
    assert facts.counting.minutes(facts.days[15]) == 0, "no walk on that day"
    assert facts.counting.minutes(replace(after, brisk_min=None)) is None, "nothing was seen"
    edged = replace(before, brisk_min=29, edge_min=1.0, bouted_min=20)
    assert Counting().minutes(edged) == 30
    assert Counting([(None, CountMode.BOUTS)]).minutes(edged) == 20


def test_minutes_in_walks_are_whole_and_of_the_day_a_walk_starts_on():
    late = walk(MONDAY, 20, hour=23)
    short = replace(walk(MONDAY, 5), moving_time_s=299.0)
    ride = walk(MONDAY, 60, activity=Activity.OTHER)
    run = walk(MONDAY + WEEK, 9, activity=Activity.RUNNING)
    assert minutes_by_day([late, short, ride, run]) == {MONDAY: 24, MONDAY + WEEK: 9}


def test_the_unit_is_said():
    assert minutes_words(1, CountMode.WALKING) == "1 minute in walks"
    assert minutes_words(20, CountMode.BOUTS) == "20 brisk minutes in bouts"
    assert number_words([CountMode.MINUTES]) == "the number is brisk minutes"
    assert number_words([CountMode.WALKING]) == "the number is minutes in walks"


def test_a_digest_of_a_plan_says_minutes_in_walks_beside_brisk_ones_and_no_weekly_rule():
    facts = planned()
    lines = digest(facts)
    assert "51 minutes in walks. 70 brisk minutes; 70 on average in the 3 weeks before." in lines
    assert not any(line.startswith("Changed: since") for line in lines), "the plan goes on"
    assert planned_minutes(facts, facts.weeks[1]) is None
    comparison = figures(facts).comparison
    assert comparison is not None
    assert comparison.recent_min == 70, "brisk minutes stay brisk minutes across a plan's start"


def test_a_digest_says_that_a_plan_began():
    facts = planned()
    begun = replace(facts, promises=facts.promises[:1] + facts.promises[2:])
    assert any("Changed: since Mon 23 March: 13 minutes in walks" in line for line in digest(begun))
