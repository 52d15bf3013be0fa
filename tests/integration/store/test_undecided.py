"""Which days are undecided: over, and open to what more detail could say."""

from __future__ import annotations

from datetime import date, timedelta

from syncd.store import Store, derived
from syncd.store.undecided import MOST, undecided_days
from syncd.walks.model import Outcome, State, Why
from tests.integration.store.made import NOW, account_of, judged

FIRST = date(2026, 2, 1)


def put(store: Store, person: int, rows: list[derived.DayRow]) -> None:
    with store.write() as tx:
        derived.replace_days(tx, person, rows[0].day.day, rows[-1].day.day, rows)


def row(person: int, number: int, outcome, why, state=State.JUDGED) -> derived.DayRow:
    day = judged(FIRST + timedelta(days=number), outcome=outcome, why=why, state=state)
    return derived.DayRow(person, "me", day, 1, NOW)


def test_days_that_detail_could_decide_come_newest_first_with_their_why(store: Store):
    person = account_of(store).person_id
    kinds = [
        (Outcome.MET, Why.ENOUGH, State.FINAL),
        (Outcome.LIKELY_MET, Why.COARSE, State.FINAL),
        (Outcome.MISSED, Why.SHORT, State.FINAL),
        (Outcome.UNKNOWN, Why.UNSEEN, State.FINAL),
        (Outcome.UNKNOWN, Why.NO_DATA, State.FINAL),
        (Outcome.UNKNOWN, Why.NOT_SYNCED, State.JUDGED),
        (Outcome.LIKELY_MISSED, Why.COARSE, State.JUDGED),
        (None, Why.NOT_SYNCED, State.WAITING),
        (None, None, State.OPEN),
    ]
    put(store, person, [row(person, n, *kind) for n, kind in enumerate(kinds)])
    with store.read() as cx:
        found = list(undecided_days(cx, person).items())
    assert found == [
        (date(2026, 2, 7), "coarse"),
        (date(2026, 2, 4), "unseen"),
        (date(2026, 2, 2), "coarse"),
    ]


def test_another_persons_days_are_not_told_and_no_more_than_a_year_of_them(store: Store):
    mine, other = account_of(store).person_id, account_of(store, "other").person_id
    put(
        store,
        other,
        [row(other, n, Outcome.UNKNOWN, Why.COARSE, State.FINAL) for n in range(MOST + 5)],
    )
    with store.read() as cx:
        assert undecided_days(cx, mine) == {}
        found = list(undecided_days(cx, other))
    assert (len(found), found[0]) == (MOST, FIRST + timedelta(days=MOST + 4))
