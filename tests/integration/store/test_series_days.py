"""What a pull does to the minutes that were held before, on both databases."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest

from syncd.contract import OnConflict, Series, Source, SourceKind, StepSeries, Window, Write
from syncd.store import Store, open_store, people, series, series_days
from syncd.store import tables as t
from syncd.store.accounts import Account
from tests.integration.store.made import (
    DAY,
    DAY_S,
    NOW,
    PHONE,
    a_day,
    account_of,
    at,
    source_of,
    steps,
)

MIDNIGHT = DAY * DAY_S


@pytest.fixture
def account(store: Store) -> Account:
    return account_of(store)


@pytest.fixture
def source(store: Store, account: Account) -> int:
    return source_of(store, account)


def window(start: float, end: float) -> Window:
    return Window(at(MIDNIGHT) + (at(1) - at(0)) * start, at(MIDNIGHT) + (at(1) - at(0)) * end)


def put(store: Store, account: Account, source: int, said: StepSeries, **how) -> set[int]:
    with store.write() as tx:
        return series_days.put_series(tx, account.id, source, said, **how)


def held(store: Store, account: Account, of: Series = Series.STEPS) -> dict[int, float | None]:
    """Return seconds since the first midnight -> value."""
    with store.read() as cx:
        rows = series_days.load(cx, account.person_id, of, DAY - 10, DAY + 10)
        days = [series.unpack(of, row.utc_day, row.body) for row in rows]
    return {
        start - MIDNIGHT: value
        for day in days
        for start, value in zip(day.start, day.value, strict=True)
    }


def bodies(store: Store) -> list[tuple[object, ...]]:
    with store.read() as cx:
        rows = cx.execute(t.series_day.select().order_by(t.series_day.c.utc_day))
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]


def test_minutes_come_back_by_person_day_and_source(store, account, source):
    other = source_of(store, account, PHONE)
    put(store, account, source, steps(MIDNIGHT + DAY_S - 120, [1, 2, 3]))
    put(store, account, other, steps(MIDNIGHT, [9], source=PHONE))
    with store.read() as cx:
        rows = series_days.load(cx, account.person_id, Series.STEPS, DAY, DAY + 1)
        assert [(row.utc_day, row.source_id) for row in rows] == [
            (DAY, source),
            (DAY, other),
            (DAY + 1, source),
        ]
        assert series.minute_grid(rows[0].body)[:2] == (1438, bytes([1, 2]))
        assert series_days.load(cx, account.person_id, Series.DISTANCE, DAY, DAY) == []
        assert series_days.days_span(cx, account.person_id) == (DAY, DAY + 1)


def test_an_interval_lives_whole_in_the_day_it_starts_on(store, account, source):
    said = steps(MIDNIGHT + DAY_S - 600, [70], every=1200)
    assert put(store, account, source, said) == {DAY, DAY + 1}  # it reaches into the next
    assert held(store, account) == {DAY_S - 600: 70}
    assert len(bodies(store)) == 1


def test_the_same_again_writes_nothing(store, account, source, store_url):
    said = a_day()
    assert put(store, account, source, said) == {DAY}
    before = bodies(store)
    with store.write() as tx:
        writes = _writes(tx)
        for how in (
            {},
            {"on_conflict": OnConflict.RICHEST},
            {"mode": Write.REPLACE, "covers": window(0, DAY_S)},
        ):
            assert series_days.put_series(tx, account.id, source, said, **how) == set()
        assert _writes(tx) == writes
    assert bodies(store) == before


def test_the_same_again_leaves_the_files_of_sqlite_as_they_are(tmp_path):
    def sizes() -> dict[str, int]:
        return {path.name: path.stat().st_size for path in tmp_path.iterdir()}

    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    account = account_of(store)
    source = source_of(store, account)
    put(store, account, source, a_day(), on_conflict=OnConflict.RICHEST)
    before = sizes()
    for _ in range(20):
        put(store, account, source, a_day(), on_conflict=OnConflict.RICHEST)
    assert sizes() == before
    store.close()


def _writes(tx) -> int:
    """Count the rows this connection (SQLite) or transaction (PostgreSQL) has written."""
    if tx.dialect.name == "sqlite":
        return tx.exec_driver_sql("SELECT total_changes()").scalar_one()
    told = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
    return int(tx.exec_driver_sql(told).scalar_one())


@pytest.mark.parametrize(
    ("covers", "said", "expected"),
    [
        pytest.param((0, 300), [5, 5], {0: 5, 60: 5, 300: 1, 360: 1}, id="what it covers goes"),
        pytest.param((60, 120), [5], {0: 5, 120: 1, 180: 1, 240: 1, 300: 1, 360: 1}, id="outside"),
        pytest.param((1, 60.5), [5], {0: 5} | {60 * i: 1 for i in range(2, 7)}, id="half seconds"),
        pytest.param((0, 0), [5], {0: 5} | {60 * i: 1 for i in range(1, 7)}, id="covers nothing"),
        pytest.param((0, 900), [None], {}, id="all is gone"),
    ],
)
def test_replace_retires_what_starts_in_the_window(store, account, source, covers, said, expected):
    put(store, account, source, steps(MIDNIGHT, [1] * 7))
    put(store, account, source, steps(MIDNIGHT, said), mode=Write.REPLACE, covers=window(*covers))
    assert held(store, account) == expected


def test_replace_leaves_other_sources_and_other_series_alone(store, account, source):
    other = source_of(store, account, PHONE)
    put(store, account, source, steps(MIDNIGHT, [1, 1]))
    put(store, account, source, steps(MIDNIGHT, [1.5, 1.5], series=Series.DISTANCE))
    put(store, account, other, steps(MIDNIGHT + 600, [3], source=PHONE))
    whole = {"mode": Write.REPLACE, "covers": window(0, DAY_S)}
    put(store, account, source, steps(MIDNIGHT + 60, [7]), **whole)
    assert held(store, account) == {60: 7, 600: 3}
    assert held(store, account, Series.DISTANCE) == {0: 1.5, 60: 1.5}


def test_a_day_that_loses_all_its_minutes_loses_its_row(store, account, source):
    put(store, account, source, steps(MIDNIGHT, [1]))
    changed = put(
        store,
        account,
        source,
        steps(MIDNIGHT + DAY_S, [2]),
        mode=Write.REPLACE,
        covers=window(0, 2 * DAY_S),
    )
    assert changed == {DAY, DAY + 1}
    assert [row[3] for row in bodies(store)] == [DAY + 1]


def test_a_newer_pull_wins_and_its_holes_take_away(store, account, source):
    put(store, account, source, steps(MIDNIGHT, [9, 9, 9, 9]))
    put(store, account, source, steps(MIDNIGHT + 60, [1, None]))
    assert held(store, account) == {0: 9, 60: 1, 180: 9}


def test_the_richest_wins_whatever_came_first_and_holes_take_nothing(store, account, source):
    richest = {"on_conflict": OnConflict.RICHEST}
    put(store, account, source, steps(MIDNIGHT, [9, 2, 9, None]), **richest)
    put(store, account, source, steps(MIDNIGHT, [1, 5, None, 0]), **richest)
    assert held(store, account) == {0: 9, 60: 5, 120: 9, 180: 0}


PARTS = [
    steps(MIDNIGHT, [1, 5, None, 0, 300]),
    steps(MIDNIGHT + 60, [9, 9], offset_s=7200),
    steps(MIDNIGHT + 120, [40], every=900),
    steps(MIDNIGHT + DAY_S - 60, [7, 8]),
    steps(MIDNIGHT + 30, [3, 3], offset_s=None),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(PARTS))))[::13])
def test_the_order_of_imports_leaves_no_trace(store, account, source, order):
    first, second = (source_of(store, account, named(str(n))) for n in (1, 2))
    for i in range(len(PARTS)):
        put(store, account, first, PARTS[i], on_conflict=OnConflict.RICHEST)
    for i in order:
        put(store, account, second, PARTS[i], on_conflict=OnConflict.RICHEST)
    found = bodies(store)
    assert [row[2:] for row in found if row[1] == first] == [
        row[2:] for row in found if row[1] == second
    ]


def named(key: str) -> Source:
    return Source(key=key, kind=SourceKind.FILE, whole_day=True)


def test_a_newer_interval_pushes_out_what_it_overlaps_across_midnight(store, account, source):
    put(store, account, source, steps(MIDNIGHT + DAY_S - 1800, [100, 200], every=1800))
    changed = put(store, account, source, steps(MIDNIGHT + DAY_S - 900, [50], every=1800))
    assert held(store, account) == {DAY_S - 900: 50}
    assert changed == {DAY, DAY + 1}


def test_a_day_read_at_another_resolution_is_not_counted_twice(store, account, source):
    put(store, account, source, steps(MIDNIGHT, [10] * 30))
    put(store, account, source, steps(MIDNIGHT, [120], every=900))
    assert sum(held(store, account).values()) == 120 + 15 * 10


def test_a_year_comes_back_and_a_changed_minute_rewrites_one_day(store, account, source):
    year = steps(MIDNIGHT, [float(i % 130) for i in range(1440)] * 365)
    assert len(put(store, account, source, year)) == 365
    again = steps(MIDNIGHT + 5 * DAY_S, [99.0])
    assert put(store, account, source, again) == {DAY + 5}
    with store.read() as cx:
        assert series_days.days_span(cx, account.person_id) == (DAY, DAY + 364)


def test_a_naive_instant_never_reaches_the_database(store):
    with pytest.raises(ValueError, match="UTC offset"), store.write() as tx:
        people.add(tx, "me", now=datetime(2026, 3, 1))  # noqa: DTZ001 -- what is refused
    with store.read() as cx:
        assert people.find(cx, "me") is None
    assert NOW.tzinfo is not None
