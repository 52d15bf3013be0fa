"""Knobs as people type them, and days judged by any rules that they may make."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.walks.knobs import KNOBS, Knob, KnobError, Value, rules_of, said, turned, typed_knobs
from syncd.walks.model import CountMode, Rules
from tests.unit.walks.lives import DAY, LONG_AFTER, life, outing, tracker, waking


def test_every_rule_is_a_knob_and_every_default_is_allowed() -> None:
    assert set(KNOBS) == {field.name for field in fields(Rules)}
    defaults = [f"{knob.name}={said(knob.default)}" for knob in KNOBS.values()]
    assert rules_of(turned({}, typed_knobs(defaults))) == Rules()


def test_the_five_knobs_of_everyday_are_the_ones_shown_first() -> None:
    assert [k.name for k in KNOBS.values() if k.main] == [
        *("day_target", "most_days", "cadence_min", "count_mode", "height_adjust")
    ]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("day_target=20", 20),
        ("Day-Target = 20", 20),
        ("cadence_min=102.5", 102.5),
        ("count_mode=bouts", "bouts"),
        ("speed_min_kmh=off", None),
        ("edge_credit=off", False),
    ],
)
def test_a_knob_is_read_as_it_is_typed(typed: str, value: Value) -> None:
    assert list(typed_knobs([typed]).values()) == [value]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("day_traget=20", "There is no knob 'day_traget'. Did you mean day_target"),
        ("zzz=80", "There is no knob 'zzz'. target show --all lists them."),
        ("day_target", "'day_target' is not K=V: write it as day_target=20."),
        ("day_target=0", "day_target is a whole number from 1 to 600, not 0."),
        ("day_target=12.5", "day_target is a whole number from 1 to 600, not '12.5'."),
        ("day_target=off", "day_target is a whole number from 1 to 600, not 'off'."),
        ("cadence_min=nan", "cadence_min is a number from 60 to 160, not nan."),
        ("speed_min_kmh=20", "speed_min_kmh is a number from 2 to 8, or off, not 20."),
        ("count_mode=walks", "count_mode is minutes or bouts, not 'walks'."),
        ("run_counts=maybe", "run_counts is on or off, not 'maybe'."),
    ],
)
def test_what_a_knob_cannot_be_is_said_in_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(KnobError) as caught:
        typed_knobs([typed])
    assert str(caught.value).startswith(sentence)


def test_a_knob_said_twice_or_against_another_is_refused() -> None:
    with pytest.raises(KnobError, match="day_target is said twice"):
        typed_knobs(["day_target=20", "day_target=30"])
    with pytest.raises(KnobError, match="waking_from_h=23 must be below waking_to_h=23"):
        turned({}, {"waking_from_h": 23})


def test_height_adjust_asks_for_the_height_it_needs() -> None:
    with pytest.raises(KnobError, match=r"height_adjust needs a height.*height_cm=170"):
        turned({}, {"height_adjust": True})
    with pytest.raises(KnobError, match="height_adjust needs a height"):
        turned({"height_adjust": True, "height_cm": 170}, {"height_cm": None})
    with pytest.raises(KnobError, match="run_cadence=105 must be above 113"):
        turned({"height_cm": 150.0}, {"height_adjust": True, "run_cadence": 105})


def test_a_plan_s_way_of_counting_cannot_be_typed() -> None:
    with pytest.raises(KnobError, match="count_mode is minutes or bouts, not 'walking'"):
        typed_knobs(["count_mode=walking"])


def test_stored_knobs_become_rules_and_unknown_ones_are_left_alone() -> None:
    stored = {"count_mode": "bouts", "day_target": 20, "of_a_later_version": 3}
    assert rules_of(stored) == Rules(count_mode=CountMode.BOUTS, day_target=20)


def allowed(knob: Knob) -> st.SearchStrategy[Value]:
    if isinstance(knob.default, bool):
        return st.booleans()
    if isinstance(knob.default, str):
        return st.sampled_from([mode.value for mode in CountMode])
    if knob.whole:
        return st.integers(int(knob.low), int(knob.high))
    numbers: st.SearchStrategy[Value] = st.floats(knob.low, knob.high)
    return st.none() | numbers if knob.optional else numbers


@settings(max_examples=60)
@given(st.fixed_dictionaries({}, optional={name: allowed(knob) for name, knob in KNOBS.items()}))
def test_any_rules_that_can_be_typed_judge_a_day(knobs: dict[str, Value]) -> None:
    try:
        rules = rules_of(turned({}, knobs))
    except KnobError:
        return
    watch = tracker([waking(at_0900=[105] * 25 + [0] * 3 + [135] * 9), waking()])
    reading = life(watch, outings=[outing(40_000, 1900)], rules=rules)
    judged = reading.judge(DAY, LONG_AFTER).day
    assert judged.target_min == rules.day_target
    assert judged.outcome is not None
    assert all(session.end > session.start for session in reading.sessions([DAY]))
