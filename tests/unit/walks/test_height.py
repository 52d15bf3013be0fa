"""The cadence that is brisk at a person's height (walking rules 1.1, vector 20)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.service.show import rule_words
from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.effort import height_cadence_spm
from syncd.walks.model import Outcome, Rules
from tests.unit.walks.lives import DAY, LONG_AFTER, life, tracker, waking

TALL = Rules(height_adjust=True, height_cm=190)
SMALL = Rules(height_adjust=True, height_cm=160)


@pytest.mark.parametrize(
    ("height_cm", "spm"),
    [
        *[(152, 113), (160, 109), (165, 106.5), (170, 104), (178, 100), (190, 94), (198, 90)],
        *[(120, 113), (220, 90)],
    ],
)
def test_vector_20_the_height_rule(height_cm: float, spm: float) -> None:
    assert height_cadence_spm(height_cm) == spm


def test_a_height_alone_changes_nothing_until_it_is_asked_for() -> None:
    assert brisk_spm(Rules(height_cm=190)) == 100
    assert brisk_spm(Rules(height_adjust=True)) == 100


def test_the_height_decides_brisk_minutes_edges_and_close_calls() -> None:
    day = tracker([waking(at_0900=[47, *[95] * 29, 47])])
    tall, usual = life(day, rules=TALL), life(day)
    judged = tall.judge(DAY, LONG_AFTER).day
    assert (judged.brisk_min, judged.edge_min, judged.outcome) == (29, 1.0, Outcome.MET)
    assert usual.judge(DAY, LONG_AFTER).day.brisk_min == 0
    call = tall.judge(DAY, LONG_AFTER).facts.close_call
    assert call is not None
    assert call.cadence == 99


def test_a_small_person_needs_more_steps_and_the_rule_says_so() -> None:
    day = tracker([waking(at_0900=[108] * 31)])
    assert life(day, rules=SMALL).judge(DAY, LONG_AFTER).day.outcome is Outcome.MISSED
    assert life(day).judge(DAY, LONG_AFTER).day.outcome is Outcome.MET
    assert "(109 steps a minute or more at 160 cm" in rule_words(SMALL)


def test_an_open_day_goes_by_the_height_too() -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert life(tracker([waking(at_0900=[95] * 31)]), rules=TALL).judge(DAY, now).day.outcome
