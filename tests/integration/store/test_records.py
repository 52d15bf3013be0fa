"""Records of a pull entering the store: sources, workouts, totals, syncs, and what is retired."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from syncd.contract import (
    DailyTotal,
    DeviceSync,
    OnConflict,
    Series,
    Source,
    SourceKind,
    StepCounter,
    StepInterval,
    Stream,
    Window,
    Workout,
    Write,
)
from syncd.store import Store, records, series, series_days, sources, workouts
from syncd.store import tables as t
from syncd.store.accounts import Account
from tests.integration.store.made import (
    DAY,
    DAY_S,
    NOW,
    PHONE,
    WATCH,
    a_day,
    a_workout,
    account_of,
    at,
    steps,
)

MIDNIGHT = DAY * DAY_S
WHOLE_DAY = Window(at(MIDNIGHT), at(MIDNIGHT + DAY_S))
TABLES = (t.source, t.series_day, t.workout, t.track, t.daily_total, t.step_counter)


@pytest.fixture
def account(store: Store) -> Account:
    return account_of(store)


def put(store: Store, account: Account, *said, **how) -> set[int]:
    rules = {
        "write": Write.UPSERT,
        "on_conflict": OnConflict.RICHEST,
        "covers": None,
        "now": NOW,
        **how,
    }
    prepared = records.prepare(said)
    with store.write() as tx:
        return records.put_records(tx, account, prepared, **rules)


def replace(store: Store, account: Account, *said, **how) -> set[int]:
    rules = {"write": Write.REPLACE, "on_conflict": OnConflict.NEWEST, "covers": WHOLE_DAY}
    return put(store, account, *said, **{**rules, **how})


def everything(store: Store) -> list[object]:
    with store.read() as cx:
        return [
            sorted(
                repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in rows
            )
            for rows in (cx.execute(table.select()) for table in TABLES)
        ]


def outings(store: Store, account: Account) -> list[Workout]:
    with store.read() as cx:
        rows = workouts.load(cx, account.person_id, MIDNIGHT - 40 * DAY_S, MIDNIGHT + 40 * DAY_S)
    return [row.workout for row in rows]


def minutes(store: Store, account: Account) -> dict[int, float | None]:
    with store.read() as cx:
        rows = series_days.load(cx, account.person_id, Series.STEPS, DAY - 3, DAY + 3)
        days = [series.unpack(Series.STEPS, row.utc_day, row.body) for row in rows]
    return {
        start - MIDNIGHT: value
        for day in days
        for start, value in zip(day.start, day.value, strict=True)
    }


def test_a_workout_comes_back_as_it_was(store, account):
    said = a_workout(samples=400)
    assert put(store, account, said) == {DAY}
    assert outings(store, account) == [said]


def test_a_workout_without_samples_keeps_none_apart_from_zero(store, account):
    said = Workout(source=WATCH, key="k", label=None, start=at(MIDNIGHT), end=at(MIDNIGHT), steps=0)
    put(store, account, said)
    [found] = outings(store, account)
    assert found == said
    assert (found.steps, found.distance_m) == (0, None)


def test_a_workout_over_midnight_marks_every_day_it_touches(store, account):
    assert put(store, account, a_workout(MIDNIGHT + DAY_S - 900)) == {DAY, DAY + 1}


def test_the_same_records_again_write_nothing_at_all(store, account):
    said = (
        a_day(),
        a_workout(),
        DailyTotal(source=WATCH, day=date(2016, 4, 9), steps=7000),
        StepCounter(
            source=WATCH, activity="walking", at=at(MIDNIGHT + 60), day_start=at(MIDNIGHT), total=9
        ),
        DeviceSync(source=WATCH, at=at(MIDNIGHT + 5)),
    )
    assert put(store, account, *said)
    before = everything(store)
    assert put(store, account, *said) == set()
    assert put(store, account, *said, on_conflict=OnConflict.NEWEST) == set()
    assert everything(store) == before


def test_of_two_records_of_one_outing_the_richer_stands_in_either_order(store, account):
    poor, rich = a_workout(samples=0), a_workout(samples=9)
    first, second = account_of(store, "one"), account_of(store, "other")
    for whose, order in ((first, (poor, rich)), (second, (rich, poor))):
        for said in order:
            put(store, whose, said)
        assert outings(store, whose) == [rich]
    newer = poor.model_copy(update={"steps": 5})
    assert put(store, first, newer, on_conflict=OnConflict.NEWEST) == {DAY}
    assert outings(store, first) == [newer.model_copy(update={"track": rich.track})]


def test_the_order_of_records_within_a_pull_leaves_no_trace(store):
    said = [
        a_day(seed=1),
        a_day(seed=2),
        steps(MIDNIGHT + DAY_S, [3, None, 4]),
        steps(MIDNIGHT, [8], source=PHONE),
        a_workout(samples=2),
        a_workout(samples=5),
        a_workout(MIDNIGHT + 7200, key="other"),
        DailyTotal(source=WATCH, day=date(2016, 4, 9), steps=7000, distance_m=None),
        DailyTotal(source=WATCH, day=date(2016, 4, 9), steps=6000, distance_m=12.5),
        DeviceSync(source=WATCH.model_copy(update={"device": "Older"}), at=at(MIDNIGHT + 5)),
    ]
    draw = random.Random(4)
    found = []
    for name in ("one", "two", "three"):
        whose = account_of(store, name)
        cut = draw.randrange(len(said))
        put(store, whose, *said[:cut])
        put(store, whose, *said[cut:])
        with store.read() as cx:
            days = series_days.load(cx, whose.person_id, Series.STEPS, DAY - 3, DAY + 3)
            kept = sources.of_person(cx, whose.person_id)
            totals = cx.execute(t.daily_total.select()).all()[-1][2:]
        found.append(
            (
                sorted((day.utc_day, day.body) for day in days),
                outings(store, whose),
                [(s.key, s.kind, s.whole_day, s.device, s.last_sync) for s in kept],
                totals,
            )
        )
        draw.shuffle(said)
    assert found[0] == found[1] == found[2]
    assert found[0][3] == (date(2016, 4, 9), 7000, 12.5, None)


def test_one_key_from_two_sources_is_two_rows(store, account):
    other = a_workout().model_copy(update={"source": PHONE})
    put(store, account, a_workout(), other)
    assert [w.source.key for w in outings(store, account)] == ["phone", "watch"]


def test_an_outing_the_vendor_deleted_is_retired_and_comes_back_when_it_does(store, account):
    put(store, account, a_workout(key="kept"), a_workout(MIDNIGHT + 60, key="gone"))
    put(store, account, a_workout(MIDNIGHT + DAY_S, key="later"))
    assert replace(store, account, a_workout(key="kept")) == {DAY}
    assert [w.key for w in outings(store, account)] == ["kept", "later"]
    with store.read() as cx:
        kept = cx.execute(t.workout.select().where(t.workout.c.key == "gone")).one()
    assert kept.retired_at == NOW
    assert replace(store, account, a_workout(MIDNIGHT + 60, key="gone")) == {DAY}
    assert [w.key for w in outings(store, account)] == ["gone", "later"]


def test_an_empty_answer_for_a_stream_takes_what_it_covers_from_every_source(store, account):
    put(store, account, a_workout(), a_day(), steps(MIDNIGHT, [5], source=PHONE))
    assert replace(store, account) == set()
    assert replace(store, account, stream=Stream.WORKOUTS) == {DAY}
    assert outings(store, account) == []
    assert len(minutes(store, account)) == 1440
    assert replace(store, account, stream=Stream.STEPS) == {DAY}
    assert minutes(store, account) == {}


def test_a_pull_that_speaks_of_one_source_leaves_the_other(store, account):
    put(store, account, steps(MIDNIGHT, [5, 5]), steps(MIDNIGHT + 600, [7], source=PHONE))
    replace(store, account, steps(MIDNIGHT + 60, [6]))
    assert minutes(store, account) == {60: 6, 600: 7}


def test_sparse_intervals_are_stored_as_one_series_and_a_later_one_wins(store, account):
    def interval(start: int, value: float | None, duration: int = 60) -> StepInterval:
        return StepInterval(
            source=WATCH,
            start=at(MIDNIGHT + start),
            duration_s=duration,
            value=value,
            utc_offset_s=3600,
        )

    said = [interval(600, 4), interval(0, 1), interval(60, 2), interval(60, 3)]
    assert put(store, account, *said, on_conflict=OnConflict.NEWEST) == {DAY}
    assert minutes(store, account) == {0: 1, 60: 3, 600: 4}
    put(store, account, interval(0, 90, 660), on_conflict=OnConflict.NEWEST)
    assert minutes(store, account) == {0: 90}


def test_a_sync_moves_forward_only_and_settles_the_days_between(store, account):
    def sync(day: int) -> set[int]:
        return put(store, account, DeviceSync(source=WATCH, at=at(MIDNIGHT + day * DAY_S + 7)))

    assert sync(0) == {DAY - 3, DAY - 2, DAY - 1, DAY}
    assert sync(2) == {DAY, DAY + 1, DAY + 2}
    assert sync(1) == set()
    with store.read() as cx:
        [row] = sources.of_account(cx, account.id)
    assert row.last_sync == at(MIDNIGHT + 2 * DAY_S + 7)


def test_a_source_keeps_the_rank_a_person_gave_it(store, account):
    put(store, account, steps(MIDNIGHT, [1]), steps(MIDNIGHT, [1], source=PHONE))
    with store.write() as tx:
        ranks = [row.rank for row in sources.of_account(tx, account.id)]
        tx.execute(t.source.update().where(t.source.c.key == "phone").values(rank=1))
        renamed = Source(key="phone", kind=SourceKind.PHONE, whole_day=False, device="New")
        row = sources.put(tx, account.id, renamed)
        assert [found.key for found in sources.of_person(tx, account.person_id)] == [
            "phone",
            "watch",
        ]
    assert ranks == [20, 40]
    assert (row.rank, row.whole_day, row.device) == (1, False, "New")


def test_a_wiped_account_is_filled_again_by_its_records_with_the_same_bytes(store, account):
    said = (a_day(), a_workout(), DailyTotal(source=WATCH, day=date(2016, 4, 9), steps=1))
    put(store, account, *said)
    before = everything(store)
    with store.write() as tx:
        records.wipe(tx, account.id)
    assert everything(store) != before
    put(store, account, *said)
    assert everything(store) == before


def test_a_person_who_goes_takes_everything_along(store, account):
    put(store, account, a_day(), a_workout())
    with store.write() as tx:
        tx.execute(t.person.delete())
    assert everything(store) == [[] for _ in TABLES]


def test_a_workout_is_found_by_any_moment_of_it(store, account):
    put(store, account, a_workout())
    with store.read() as cx:
        for start, end, found in ((1799, 1801, 1), (-60, 1, 1), (-60, 0, 0), (1801, 9000, 0)):
            rows = workouts.load(cx, account.person_id, MIDNIGHT + start, MIDNIGHT + end)
            assert len(rows) == found, (start, end)
        assert series_days.days_span(cx, account.person_id) == (DAY, DAY)
    assert at(MIDNIGHT) + timedelta(seconds=1800) == a_workout().end
