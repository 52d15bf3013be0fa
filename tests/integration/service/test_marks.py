"""Flares and excuses: what counts changes, what was walked does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from syncd.service.marks import (
    MarkError,
    drop_excuse,
    drop_flare,
    end_flare,
    excuse,
    listing,
    start_flare,
)
from syncd.service.show import day_view
from syncd.store import Store, people
from syncd.store.derived import DayRow
from syncd.walks.model import Mark
from tests.integration.service.lives import NOW, at, bring, minutes_csv, published
from tests.integration.service.test_spine import waking

MONDAY = date(2026, 3, 9)
BRISK = [34, 19, 30, 0, 12, 61, 29]
TODAY = MONDAY + timedelta(days=7)
WHY = "my sister's wedding"


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


@pytest.fixture
def me(store: Store, tmp_path: Path) -> people.Person:
    bring(store, minutes_csv(tmp_path / "week.csv", MONDAY, [waking(n) for n in BRISK]))
    with store.read() as cx:
        return people.listing(cx)[0]


def days(store: Store) -> list[DayRow]:
    return published(store)[0]


def signs(store: Store) -> str:
    letters = {Mark.FLARE: "f", Mark.EXCUSED: "e", None: "."}
    return "".join(letters[row.day.mark] for row in days(store))


def spans(store: Store, person: people.Person, kind: Mark) -> list[tuple[int, int | None]]:
    with store.read() as cx:
        return [
            ((m.first_day - MONDAY).days, m.last_day and (m.last_day - MONDAY).days)
            for m in listing(cx, person.id, kind)
        ]


def test_a_flare_marks_its_days_until_it_ends(store: Store, me: people.Person) -> None:
    start_flare(store, me.id, day(3), today=TODAY, clock=at())
    assert signs(store) == "...ffff"
    end_flare(store, me.id, day(4), today=TODAY, clock=at())
    assert signs(store) == "...ff.."
    assert days(store)[4].day.reason == "Flare day, not counted: one easy walk, 12 minutes."
    assert days(store)[3].day.reason == "Flare day, not counted. Rest is fine."


def test_both_ends_of_a_flare_may_be_set_afterwards(store: Store, me: people.Person) -> None:
    start_flare(store, me.id, day(3), today=TODAY, clock=at())
    start_flare(store, me.id, day(2), today=TODAY, clock=at())
    assert spans(store, me, Mark.FLARE) == [(2, None)]
    end_flare(store, me.id, None, today=day(4), clock=at())
    assert signs(store) == "..fff.."
    end_flare(store, me.id, day(5), today=TODAY, clock=at())
    assert signs(store) == "..ffff."
    end_flare(store, me.id, day(2), today=TODAY, clock=at())
    assert signs(store) == "..f...."
    drop_flare(store, me.id, day(2), clock=at())
    assert signs(store) == "......."


def test_what_a_flare_cannot_be_is_said(store: Store, me: people.Person) -> None:
    with pytest.raises(MarkError, match="No flare is running"):
        end_flare(store, me.id, None, today=TODAY, clock=at())
    with pytest.raises(MarkError, match="has not come yet"):
        start_flare(store, me.id, TODAY + timedelta(days=1), today=TODAY, clock=at())
    start_flare(store, me.id, day(3), today=TODAY, clock=at())
    with pytest.raises(MarkError, match="running since 2026-03-12"):
        start_flare(store, me.id, day(4), today=TODAY, clock=at())
    with pytest.raises(MarkError, match="began on 2026-03-12, after 2026-03-10"):
        end_flare(store, me.id, day(1), today=TODAY, clock=at())
    with pytest.raises(MarkError, match="has not come yet"):
        end_flare(store, me.id, TODAY + timedelta(days=1), today=TODAY, clock=at())
    with pytest.raises(MarkError, match="lies in no flare"):
        drop_flare(store, me.id, day(1), clock=at())
    assert spans(store, me, Mark.FLARE) == [(3, None)]


def test_a_mark_changes_only_what_counts(store: Store, me: people.Person) -> None:
    before = days(store)
    _, walks, ledger = published(store)
    excuse(store, me.id, (day(1), day(2)), WHY, today=TODAY, clock=at())
    after = days(store)
    for old, new in zip(before, after, strict=True):
        said = {"mark": old.day.mark, "flagged": old.day.flagged, "reason": old.day.reason}
        assert replace(new.day, **said) == old.day
    assert [row.day.flagged for row in after[:3]] == [False, False, False]
    assert published(store)[1:] == (walks, ledger)


def test_a_person_s_reason_is_on_their_screen_and_in_nothing_derived(
    store: Store, me: people.Person
) -> None:
    excuse(store, me.id, (day(1), day(1)), WHY, today=TODAY, clock=at())
    assert days(store)[1].day.reason == "Excused, not counted: 19 brisk minutes."
    with store.read() as cx:
        view = day_view(cx, me, day(1), NOW)
    assert view.mark_why == WHY


def test_a_week_needs_less_for_days_that_do_not_count(store: Store, me: people.Person) -> None:
    excuse(store, me.id, (day(3), day(4)), WHY, today=TODAY, clock=at())
    with store.read() as cx:
        week = day_view(cx, me, day(0), NOW).week
    assert week is not None
    assert (week.need, week.met, week.excused, week.outcome) == (3, 3, 2, "met")


def test_a_dropped_excuse_leaves_the_days_around_it_excused(
    store: Store, me: people.Person
) -> None:
    excuse(store, me.id, (day(1), day(5)), WHY, today=TODAY, clock=at())
    assert drop_excuse(store, me.id, (day(3), day(3)), clock=at())
    assert signs(store) == ".ee.ee."
    assert spans(store, me, Mark.EXCUSED) == [(1, 2), (4, 5)]
    drop_excuse(store, me.id, (day(0), day(6)), clock=at())
    assert signs(store) == "......."
    with pytest.raises(MarkError, match="is not excused"):
        drop_excuse(store, me.id, (day(3), day(3)), clock=at())


def test_what_is_taken_back_reads_as_it_did(store: Store, me: people.Person) -> None:
    before = [row.day for row in days(store)]
    excuse(store, me.id, (day(1), day(2)), WHY, today=TODAY, clock=at())
    drop_excuse(store, me.id, (day(1), day(2)), clock=at())
    assert [row.day for row in days(store)] == before


@pytest.mark.parametrize(
    ("first", "last", "why", "sentence"),
    [
        (2, 1, WHY, "is after"),
        (0, 400, WHY, "more than a year; excuse it in parts"),
        (400, 401, WHY, "more than a year ahead"),
        (0, 0, " \n", "--why is one line"),
        (0, 0, "x" * 201, "--why is one line"),
    ],
)
def test_what_an_excuse_cannot_be_is_said(
    store: Store, me: people.Person, first: int, last: int, why: str, sentence: str
) -> None:
    with pytest.raises(MarkError, match=sentence):
        excuse(store, me.id, (day(first), day(last)), why, today=TODAY, clock=at())
    assert spans(store, me, Mark.EXCUSED) == []


def test_days_to_come_can_be_excused_before_their_data_are_there(
    store: Store, me: people.Person, tmp_path: Path
) -> None:
    marked = excuse(store, me.id, (day(8), day(9)), WHY, today=TODAY, clock=at())
    assert marked.days <= 1, "only the neighbour may share an hour"
    bring(store, minutes_csv(tmp_path / "next.csv", day(7), [waking(3)] * 3))
    assert signs(store) == "........ee"
