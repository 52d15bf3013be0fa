"""Floors of a day: the tracker that ranks first among those that count any."""

from __future__ import annotations

from datetime import date, timedelta

from syncd.contract import DailyTotal, OnConflict, Source, Write
from syncd.store import Store, floors, records
from tests.integration.store.made import NOW, PHONE, WATCH, account_of

DAY = date(2026, 3, 1)


def put(store: Store, *said: DailyTotal, name: str = "me") -> int:
    account = account_of(store, name)
    with store.write() as tx:
        records.put_records(
            tx,
            account,
            records.prepare(said),
            write=Write.UPSERT,
            on_conflict=OnConflict.RICHEST,
            covers=None,
            now=NOW,
        )
    return account.person_id


def total(source: Source, count: float | None) -> DailyTotal:
    return DailyTotal(source=source, day=DAY, steps=9000, floors=count)


def read(store: Store, person_id: int, day: date = DAY) -> float | None:
    with store.read() as cx:
        return floors.of_day(cx, person_id, day)


def test_the_watch_counts_first_and_nothing_is_summed(store: Store):
    person = put(store, total(PHONE, 3.0), total(WATCH, 10.0))
    assert read(store, person) == 10.0


def test_a_watch_without_floors_leaves_the_word_to_the_phone(store: Store):
    person = put(store, total(PHONE, 3.0), total(WATCH, None))
    assert read(store, person) == 3.0


def test_no_floors_are_none_and_not_zero(store: Store):
    person = put(store, total(WATCH, None))
    assert read(store, person) is None
    assert read(store, person, DAY + timedelta(days=1)) is None
    assert read(store, put(store, total(WATCH, 0.0), name="you")) == 0.0
    assert read(store, person) is None
