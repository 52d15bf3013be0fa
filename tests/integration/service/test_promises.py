"""Targets with a first day: what they change, what they leave, and what is told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from syncd.service.loading import target_on
from syncd.service.promises import preview_target, set_target, targets_in_force
from syncd.store import Store, derived, journal, people
from syncd.walks.knobs import KnobError
from syncd.walks.model import Outcome
from tests.integration.service.lives import at, bring, minutes_csv, published
from tests.integration.service.test_spine import waking

MONDAY = date(2026, 3, 9)
BRISK = [34, 19, 30, 0, 12, 61, 29]


@pytest.fixture
def me(store: Store, tmp_path: Path) -> people.Person:
    bring(store, minutes_csv(tmp_path / "week.csv", MONDAY, [waking(n) for n in BRISK]))
    with store.read() as cx:
        return people.listing(cx)[0]


def days(store: Store) -> list[derived.DayRow]:
    return published(store)[0]


def met(store: Store) -> list[bool]:
    return [row.day.outcome is Outcome.MET for row in days(store)]


def knobs_on(store: Store, person: people.Person, day: date) -> tuple[int, float]:
    with store.read() as cx:
        rules = target_on(targets_in_force(cx, person.id), day).rules
    return rules.day_target, rules.cadence_min


def test_days_before_a_target_keep_the_rule_they_were_judged_by(
    store: Store, me: people.Person
) -> None:
    before = days(store)
    report = set_target(store, me.id, {"day_target": 12}, MONDAY + timedelta(days=4), clock=at())
    assert report is not None
    after = days(store)
    assert after[:4] == before[:4]
    assert met(store) == [True, False, True, False, True, True, True]
    assert [row.day.target_min for row in after] == [30] * 4 + [12] * 3
    assert [row.day.target_id for row in after] == [0] * 4 + [1] * 3


def test_another_target_is_no_late_data(store: Store, me: people.Person) -> None:
    set_target(store, me.id, {"day_target": 12}, MONDAY, clock=at())
    tuesday = days(store)[1]
    assert tuesday.revision == 2
    assert tuesday.day.reason == "Met: 19 brisk minutes (target 12)."
    set_target(store, me.id, {"day_target": 25}, MONDAY, clock=at())
    assert "late data" not in " ".join(row.day.reason for row in days(store))
    assert [row.day.outcome for row in days(store)][1] is Outcome.MISSED


def test_a_preview_counts_the_flips_and_keeps_nothing(store: Store, me: people.Person) -> None:
    before = published(store)
    today = MONDAY + timedelta(days=6)
    preview = preview_target(store, me, {"day_target": 12}, MONDAY, today=today, clock=at())
    assert preview.days == 6
    assert [flip.day for flip in preview.flips] == [
        MONDAY + timedelta(days=1),
        MONDAY + timedelta(days=4),
    ]
    assert published(store) == before
    with store.read() as cx:
        assert journal.targets(cx, me.id) == []


def test_the_same_rule_again_writes_nothing(store: Store, me: people.Person) -> None:
    assert set_target(store, me.id, {"day_target": 30}, MONDAY, clock=at()) is None
    assert set_target(store, me.id, {"day_target": 20}, MONDAY, clock=at()) is not None
    before = published(store)
    assert set_target(store, me.id, {"day_target": 20}, MONDAY, clock=at()) is None
    assert published(store) == before


def test_a_knob_holds_until_a_later_target_turned_that_same_knob(
    store: Store, me: people.Person
) -> None:
    friday = MONDAY + timedelta(days=4)
    set_target(store, me.id, {"day_target": 20}, friday, clock=at())
    set_target(store, me.id, {"cadence_min": 105.0}, MONDAY, clock=at())
    assert knobs_on(store, me, MONDAY - timedelta(days=1)) == (30, 100)
    assert knobs_on(store, me, MONDAY) == (30, 105)
    assert knobs_on(store, me, friday) == (20, 105)
    set_target(store, me.id, {"day_target": 10}, MONDAY, clock=at())
    assert knobs_on(store, me, MONDAY) == (10, 105)
    assert knobs_on(store, me, friday) == (20, 105)
    by_id = {row.day.day: row.day.target_id for row in days(store)}
    with store.read() as cx:
        told = journal.targets(cx, me.id)
    assert by_id[friday] == max(row.id for row in told if row.first_day == friday)


def test_counting_bouts_is_read_back_as_it_was_said(store: Store, me: people.Person) -> None:
    set_target(store, me.id, {"count_mode": "bouts"}, MONDAY, clock=at())
    assert days(store)[0].day.reason == "Met: 34 brisk minutes in walks of 10 or more (target 30)."


def test_knobs_that_contradict_each_other_change_nothing(store: Store, me: people.Person) -> None:
    before = published(store)
    with pytest.raises(KnobError):
        set_target(store, me.id, {"waking_from_h": 23}, MONDAY, clock=at())
    assert published(store) == before
