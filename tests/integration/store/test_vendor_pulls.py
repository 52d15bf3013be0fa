"""What vendors do that files do not: tell of one outing, and of one day, in several answers."""

from __future__ import annotations

from datetime import date

import pytest

from syncd.contract import DailyTotal, OnConflict, Profile, Stream, Window, Write
from syncd.store import Store, records, totals, workouts
from syncd.store import tables as t
from syncd.store.accounts import Account
from tests.integration.store.made import DAY, DAY_S, NOW, WATCH, a_workout, account_of, at

MIDNIGHT = DAY * DAY_S
WHOLE_DAY = Window(at(MIDNIGHT), at(MIDNIGHT + DAY_S))
D = date(2016, 4, 9)


@pytest.fixture
def account(store: Store) -> Account:
    return account_of(store)


def put(store: Store, account: Account, *said, write: Write = Write.REPLACE) -> set[int]:
    with store.write() as tx:
        return records.put_records(
            tx,
            account,
            records.prepare(said),
            write=write,
            on_conflict=OnConflict.NEWEST,
            covers=WHOLE_DAY,
            now=NOW,
            stream=Stream.WORKOUTS if write is Write.REPLACE else None,
        )


def held(store: Store, account: Account):
    with store.read() as cx:
        [row] = workouts.load(cx, account.person_id, MIDNIGHT - DAY_S, MIDNIGHT + DAY_S)
        tracks = cx.execute(t.track.select()).all()
    return row.workout, len(tracks)


def test_a_list_without_samples_leaves_the_samples_that_came_apart(store, account):
    whole = a_workout(samples=40)
    listed = whole.model_copy(update={"track": None})
    assert put(store, account, listed) == {DAY}
    assert put(store, account, whole, write=Write.UPSERT) == {DAY}
    assert put(store, account, listed) == set()  # an unchanged answer writes nothing
    assert held(store, account) == (whole, 1)
    edited = listed.model_copy(update={"steps": 17})
    assert put(store, account, edited) == {DAY}
    assert held(store, account) == (edited.model_copy(update={"track": whole.track}), 1)
    assert put(store, account, edited) == set()


def test_a_list_leaves_open_what_only_the_recording_told(store, account):
    whole = a_workout(samples=40).model_copy(update={"elevation_source": "barometric"})
    left_open = {"track": None, "pauses": (), "zone": None, "elevation_source": None}
    listed = whole.model_copy(update=left_open)
    put(store, account, listed)
    put(store, account, whole, write=Write.UPSERT)
    assert put(store, account, listed) == set()
    assert held(store, account) == (whole, 1)
    shorter = listed.model_copy(update={"timer_s": 900.0, "elevation_source": "terrain"})
    assert put(store, account, shorter) == {DAY}
    stays = {"timer_s": 900.0, "elevation_source": "terrain"}
    assert held(store, account) == (whole.model_copy(update=stays), 1)


def test_of_an_outing_without_samples_a_newer_list_says_all(store, account):
    told = a_workout(samples=0)
    put(store, account, told)
    bare = told.model_copy(update={"pauses": (), "zone": None, "steps": None})
    assert put(store, account, bare) == {DAY}
    assert held(store, account) == (bare, 0)


def test_a_deleted_outing_that_comes_back_has_its_samples(store, account):
    whole = a_workout(samples=40)
    put(store, account, whole)
    assert put(store, account) == {DAY}
    assert put(store, account, whole.model_copy(update={"track": None})) == {DAY}
    assert held(store, account) == (whole, 1)


def test_one_days_totals_from_several_answers_are_one_total(store, account):
    told = (
        DailyTotal(source=WATCH, day=D, steps=7000),
        DailyTotal(source=WATCH, day=D, distance_m=5100.5),
        DailyTotal(source=WATCH, day=D, floors=3.0),
    )
    assert len(put(store, account, *told)) == 1
    assert put(store, account, *told) == set()
    with store.read() as cx:
        row = cx.execute(t.daily_total.select()).one()
    assert (row.steps, row.distance_m, row.floors) == (7000, 5100.5, 3.0)


def test_two_answers_that_say_the_same_of_a_day_stay_two():
    one = DailyTotal(source=WATCH, day=D, steps=7000)
    other = DailyTotal(source=WATCH, day=D, steps=7100, floors=2.0)
    assert totals.joined([one, other]) == [one, other]


def test_what_a_vendor_says_of_the_person_is_no_reason_to_judge_a_day(store, account):
    assert put(store, account, Profile(source=WATCH, at=NOW, zone="Europe/Paris")) == set()
