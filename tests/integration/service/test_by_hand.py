"""Walks entered by hand: shown, counted where nobody else speaks, and taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syncd.service.by_hand import ByHandError, Typed, add_walk, drop_walk
from syncd.service.rebuild import rebuild
from syncd.service.show import walk_view
from syncd.store import Store, people
from syncd.walks.model import Outcome
from tests.integration.service.lives import NOW, at, bring, minutes_csv, published
from tests.integration.service.test_spine import waking

MONDAY = date(2026, 3, 9)
PARIS = ZoneInfo("Europe/Paris")
WHY = "treadmill at the clinic"


@pytest.fixture
def me(store: Store, tmp_path: Path) -> people.Person:
    bring(store, minutes_csv(tmp_path / "days.csv", MONDAY, [waking(19), waking(34)]))
    with store.read() as cx:
        return people.listing(cx)[0]


def typed(
    store: Store, person: people.Person, day: date, minutes: int = 20, brisk: int = 20
) -> Typed:
    start = datetime(day.year, day.month, day.day, 18, 1, tzinfo=PARIS)
    return add_walk(store, person, start, minutes, brisk_min=brisk, why=WHY, clock=at())


def test_a_walk_by_hand_is_shown_counts_and_can_be_taken_back(
    store: Store, me: people.Person
) -> None:
    before = published(store)
    row = typed(store, me, MONDAY).row
    assert row is not None
    days, walks, _ = published(store)
    assert (days[0].day.outcome, days[0].day.brisk_min) == (Outcome.MET, 39)
    assert days[0].day.reason == "Met: 39 brisk minutes (target 30)."
    assert [w.session.kind for w in walks] == ["inferred", "manual", "inferred"]
    assert (row.session.detected, row.session.label, row.session.steps) == ("person", None, None)
    with store.read() as cx:
        view = walk_view(cx, row)
    assert view.why == WHY
    assert [minute.brisk_by for minute in view.minutes] == ["hand"] * 20
    drop_walk(store, row.id[:8], clock=at())
    after = published(store)
    assert [r.day for r in after[0]] == [r.day for r in before[0]]
    assert after[1] == before[1]


def test_its_id_outlives_a_rebuild(store: Store, me: people.Person) -> None:
    typed(store, me, MONDAY)
    before = published(store)
    rebuild(store, since=None, clock=at())
    assert published(store) == before


def test_a_walk_beyond_all_data_makes_its_day(store: Store, me: people.Person) -> None:
    later = MONDAY + timedelta(days=4)
    row = typed(store, me, later, 40, 35).row
    assert row is not None
    days = {r.day.day: r.day for r in published(store)[0]}
    assert sorted(days) == [MONDAY + timedelta(days=i) for i in range(5)]
    assert days[later].outcome is Outcome.MET
    assert days[later - timedelta(days=1)].outcome is Outcome.UNKNOWN
    drop_walk(store, row.id, clock=at())
    assert len(published(store)[0]) == 2


def test_a_person_without_any_tracker_can_enter_walks(store: Store) -> None:
    with store.write() as tx:
        person = people.add(tx, "me", now=NOW)
        people.set_zone(tx, person.id, "Europe/Paris", None)
    row = typed(store, person, MONDAY, 30, 30).row
    assert row is not None
    [day] = published(store)[0]
    assert (day.day.outcome, day.day.brisk_min, day.day.steps) == (Outcome.MET, 30, None)
    drop_walk(store, row.id, clock=at())
    assert published(store)[0] == []


def test_what_trackers_saw_is_not_shown_twice(store: Store, me: people.Person) -> None:
    before = published(store)
    start = datetime(2026, 3, 9, 10, tzinfo=PARIS)
    kept = add_walk(store, me, start, 19, brisk_min=19, why=WHY, clock=at())
    assert kept.row is None
    assert published(store)[:2] == before[:2]
    drop_walk(store, kept.walk.id[:8], clock=at())
    with pytest.raises(ByHandError, match="There is no walk"):
        drop_walk(store, kept.walk.id[:8], clock=at())


def test_a_walk_that_was_measured_cannot_be_dropped(store: Store, me: people.Person) -> None:
    walk = published(store)[1][0]
    with pytest.raises(ByHandError, match="was not entered by hand"):
        drop_walk(store, walk.id, clock=at())


@pytest.mark.parametrize(
    ("start", "minutes", "brisk", "why", "sentence"),
    [
        (datetime(2026, 3, 9, 18, tzinfo=UTC), 0, 0, WHY, "takes 1 to 600 minutes, not 0"),
        (datetime(2026, 3, 9, 18, tzinfo=UTC), 20, 21, WHY, "--brisk is 0 to 20"),
        (datetime(2026, 3, 9, 18, tzinfo=UTC), 20, 20, " ", "--why is one line"),
        (NOW, 20, 20, WHY, "not over yet"),
        (datetime(1926, 3, 9, 18, tzinfo=UTC), 20, 20, WHY, "more than ten years ago"),
    ],
)
def test_a_walk_that_cannot_be_meant_is_refused(
    store: Store,
    me: people.Person,
    start: datetime,
    minutes: int,
    brisk: int,
    why: str,
    sentence: str,
) -> None:
    before = published(store)
    with pytest.raises(ByHandError, match=sentence):
        add_walk(store, me, start, minutes, brisk_min=brisk, why=why, clock=at())
    typed(store, me, MONDAY)
    with pytest.raises(ByHandError, match="There is a walk by hand at 2026-03-09 18:01 already"):
        typed(store, me, MONDAY, 5, 0)
    assert len(published(store)[1]) == len(before[1]) + 1
