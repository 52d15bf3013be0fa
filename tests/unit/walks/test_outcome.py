"""The outcome function, line by line (walking-rules 0.2): the first that fits decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.walks.model import Mark, Outcome, Rules, State, Why
from syncd.walks.outcome import DayEvidence, Verdict, is_flagged, judge

RULES = Rules()
PLAIN = DayEvidence(
    low=12,
    high=12,
    running=False,
    silent=False,
    wait_over=True,
    settled=True,
    any_data=True,
    whole_day=True,
    length_h=24.0,
    seen_h=16.0,
    longest_unseen_min=0,
)


def verdict(**changes: object) -> Verdict:
    return judge(replace(PLAIN, **changes), RULES)  # type: ignore[arg-type]


def test_line_1_a_reached_target_is_met_at_any_seen_time_and_while_open() -> None:
    assert verdict(low=30, high=30, seen_h=0.6) == Verdict(Outcome.MET, State.FINAL, Why.ENOUGH)
    assert verdict(low=30, running=True).outcome is Outcome.MET
    assert verdict(low=30, running=True).state is State.OPEN
    assert verdict(low=30, silent=True, wait_over=False).state is State.WAITING
    assert verdict(low=30, whole_day=False).outcome is Outcome.MET


def test_line_2_a_running_day_has_no_outcome_yet() -> None:
    assert verdict(running=True, silent=True) == Verdict(None, State.OPEN, None)


def test_line_3_a_silent_tracker_is_waited_for_and_then_nobody_can_tell() -> None:
    assert verdict(silent=True, wait_over=False) == Verdict(None, State.WAITING, Why.NOT_SYNCED)
    over = verdict(silent=True)
    assert over == Verdict(Outcome.UNKNOWN, State.JUDGED, Why.NOT_SYNCED)


def test_line_4_recorded_walks_alone_never_miss_a_day() -> None:
    assert verdict(whole_day=False).why is Why.RECORDED_ONLY
    assert verdict(whole_day=False).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"any_data": False, "whole_day": False}, Why.NO_DATA),
        ({"length_h": 17.0, "seen_h": 11.0}, Why.TRAVEL),
        ({"seen_h": 9.9}, Why.UNSEEN),
        ({"longest_unseen_min": 181}, Why.UNSEEN),
    ],
)
def test_line_5_what_was_not_seen_is_unknown(changes: dict[str, object], why: Why) -> None:
    assert verdict(**changes) == Verdict(Outcome.UNKNOWN, State.FINAL, why)


def test_line_5_the_seen_hours_asked_for_shrink_with_the_day() -> None:
    assert verdict(length_h=19.0, seen_h=8.0).outcome is Outcome.MISSED
    assert verdict(length_h=24.0, seen_h=8.0).outcome is Outcome.UNKNOWN


def test_line_6_a_day_seen_and_short_is_missed_and_probably_so_with_a_hole() -> None:
    assert verdict() == Verdict(Outcome.MISSED, State.FINAL, Why.SHORT)
    assert verdict(longest_unseen_min=90).outcome is Outcome.MISSED
    assert verdict(longest_unseen_min=91).outcome is Outcome.LIKELY_MISSED


def coarse(**changes: object) -> Verdict:
    """Return the verdict on a day whose bounds leave it open."""
    return verdict(**{"low": 2, "high": 80, **changes})


def test_line_4_a_total_is_as_good_as_a_tracker_but_shows_no_wear() -> None:
    assert verdict(whole_day=False, total=True).outcome is Outcome.MISSED
    unworn = verdict(whole_day=False, total=True, seen_h=0.0)
    assert (unworn.outcome, unworn.why) == (Outcome.UNKNOWN, Why.UNSEEN)


@pytest.mark.parametrize("chance", [0.8, 1.0])
def test_line_7_a_likely_target_is_probably_met_also_when_much_was_not_seen(chance: float) -> None:
    likely = Verdict(Outcome.LIKELY_MET, State.FINAL, Why.COARSE)
    assert coarse(chance=chance) == likely
    assert coarse(chance=chance, seen_h=2.0) == likely
    assert coarse(chance=chance, length_h=17.0) == likely
    assert coarse(chance=chance, running=True).outcome is None
    assert coarse(chance=chance, silent=True).why is Why.NOT_SYNCED


def test_line_7_a_walk_two_minutes_above_the_target_is_probably_met() -> None:
    assert coarse(chance=0.05, one_walk=32).outcome is Outcome.LIKELY_MET
    assert coarse(chance=None, one_walk=32).outcome is Outcome.LIKELY_MET
    assert coarse(chance=0.05, one_walk=31.9).outcome is Outcome.UNKNOWN
    assert verdict(high=29, one_walk=40).outcome is Outcome.MISSED  # bounds come first


def test_line_8_an_unlikely_target_is_probably_missed_unless_a_walk_comes_near() -> None:
    assert coarse(chance=0.2) == Verdict(Outcome.LIKELY_MISSED, State.FINAL, Why.COARSE)
    assert coarse(chance=0.1, one_walk=26.9).outcome is Outcome.LIKELY_MISSED
    assert coarse(chance=0.1, one_walk=27).outcome is Outcome.UNKNOWN
    assert coarse(chance=0.1, seen_h=2.0).why is Why.UNSEEN


@pytest.mark.parametrize("chance", [0.21, 0.5, 0.79, None])
def test_line_8_in_between_nobody_can_tell(chance: float | None) -> None:
    assert coarse(chance=chance) == Verdict(Outcome.UNKNOWN, State.FINAL, Why.COARSE)


def test_bounds_that_straddle_the_target_leave_the_day_unknown() -> None:
    assert verdict(low=12, high=40) == Verdict(Outcome.UNKNOWN, State.FINAL, Why.COARSE)


def test_a_day_that_may_still_change_is_judged_but_not_final() -> None:
    assert verdict(settled=False).state is State.JUDGED


def test_only_settled_unmarked_misses_are_flagged() -> None:
    missed = verdict()
    assert is_flagged(missed, None)
    assert is_flagged(verdict(longest_unseen_min=100), None)
    assert not is_flagged(missed, Mark.FLARE)
    assert not is_flagged(verdict(seen_h=1.0), None)
    assert not is_flagged(Verdict(None, State.WAITING, None), None)
