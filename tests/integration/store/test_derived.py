"""The derived tables: written only where something changed, streamed, droppable."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect, text

from syncd.store import Store, derived, journal
from syncd.store import tables as t
from syncd.walks.model import Day, Mark, Outcome, Resolution, State, WalkSession, Why
from tests.integration.store.made import DAY_S, NOW, a_walk, account_of, days_from, judged

FIRST = date(2026, 2, 1)
START = int(datetime(2026, 2, 1, 22, tzinfo=UTC).timestamp())
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def person(store: Store) -> int:
    return account_of(store).person_id


def day_rows(person: int, count: int, brisk: int = 31, name: str = "me") -> list[derived.DayRow]:
    return [
        derived.DayRow(person, name, judged(day, brisk), 1, NOW) for day in days_from(FIRST, count)
    ]


def walk_row(person: int, number: int, start: int, name: str = "me", **changes) -> derived.WalkRow:
    walk_id = f"{number:08x}-0000-5000-8000-000000000000"
    return derived.WalkRow(walk_id, person, name, a_walk(start, **changes), 1, NOW)


def put_days(store: Store, person: int, rows: list[derived.DayRow], days: int = 10) -> int:
    with store.write() as tx:
        return derived.replace_days(tx, person, FIRST, FIRST + timedelta(days=days - 1), rows)


def put_walks(store: Store, person: int, rows: list[derived.WalkRow]) -> int:
    with store.write() as tx:
        return derived.replace_walks(tx, person, START - DAY_S, START + DAY_S, rows)


def test_every_field_of_a_day_and_a_walk_has_its_column():
    assert set(Day.__dataclass_fields__) <= set(t.day.c.keys())
    moved = {"start": "start_at", "end": "end_at"}
    fields = {moved.get(name, name) for name in WalkSession.__dataclass_fields__}
    assert fields <= set(t.walk.c.keys())


def test_days_come_back_as_they_were_judged(store: Store, person: int):
    odd = judged(
        FIRST,
        outcome=None,
        state=State.WAITING,
        mark=Mark.FLARE,
        flagged=True,
        close_call=True,
        why=None,
        reason="Can't tell: « rien ».",
        brisk_min=None,
        edge_min=None,
        tz=None,
        length_h=23.5,
        resolution=Resolution.TOTAL,
        steps=2**40,
    )
    rows = [
        derived.DayRow(person, "me", odd, 3, NOW),
        derived.DayRow(person, "me", judged(FIRST + timedelta(days=1), why=Why.SHORT), 1, NOW),
    ]
    put_days(store, person, rows)
    with store.read() as cx:
        assert list(derived.iter_days(cx, [person])) == rows
        assert list(derived.iter_days(cx, [person], flagged=True)) == rows[:1]
        assert derived.unsettled(cx) == [(person, FIRST, State.WAITING, 60)]
        assert derived.days_range(cx, person) == (FIRST, FIRST + timedelta(days=1))
        assert derived.days_range(cx, person + 1) is None


def test_an_unchanged_day_is_not_written_and_a_day_that_is_gone_goes(store: Store, person: int):
    rows = day_rows(person, 10)
    assert put_days(store, person, rows) == 10
    assert put_days(store, person, [replace(row, changed_at=LATER) for row in rows]) == 0
    changed = replace(rows[4], day=judged(rows[4].day.day, 12), revision=2, changed_at=LATER)
    assert put_days(store, person, [*rows[:4], changed, *rows[5:9]]) == 2
    with store.read() as cx:
        assert list(derived.iter_days(cx, None)) == [*rows[:4], changed, *rows[5:9]]
        assert list(derived.iter_days(cx, None, changed_since=LATER)) == [changed]
        assert derived.counts(cx) == (0, 9)


def test_days_outside_the_span_are_left_alone(store: Store, person: int):
    rows = day_rows(person, 10)
    put_days(store, person, rows)
    assert put_days(store, person, rows[:2], days=3) == 1
    with store.read() as cx:
        kept = [row.day.day for row in derived.iter_days(cx, [person])]
        some = list(derived.iter_days(cx, [person], first=kept[3], last=kept[5]))
    assert kept == [row.day.day for row in (*rows[:2], *rows[3:])]
    assert [row.day.day for row in some] == kept[3:6]


def test_walks_come_back_and_only_changes_are_written(store: Store, person: int):
    rows = [
        walk_row(person, 1, START, recorded_key="fit:1", label="walking", distance_m=2440.6),
        walk_row(person, 2, START + 3600, sources=("a", "b, c"), grade_max=0.081),
    ]
    assert put_walks(store, person, rows) == 2
    assert put_walks(store, person, rows) == 0
    with store.read() as cx:
        assert list(derived.iter_walks(cx, [person])) == rows
        assert derived.counts(cx, [person]) == (2, 0)
    moved = replace(rows[0], session=a_walk(START + 60), revision=2, changed_at=LATER)
    assert put_walks(store, person, [moved]) == 2
    with store.read() as cx:
        assert list(derived.iter_walks(cx, None, changed_since=LATER)) == [moved]


def test_a_walk_is_listed_on_the_local_day_it_starts_on(store: Store, person: int):
    row = walk_row(person, 1, START, utc_offset_start_s=3 * 3600)  # 01:00 on the next day
    put_walks(store, person, [row])
    second = FIRST + timedelta(days=1)
    with store.read() as cx:
        assert list(derived.iter_walks(cx, [person], first=FIRST, last=FIRST)) == []
        assert list(derived.iter_walks(cx, [person], first=second, last=second)) == [row]


def test_rows_are_ordered_by_name_and_then_by_time(store: Store):
    names = ["Zoë", "anna", "Émile", "Bob"]
    ids = {name: account_of(store, name).person_id for name in names}
    for number, name in enumerate(names):
        put_days(store, ids[name], day_rows(ids[name], 2, name=name), days=2)
        rows = [walk_row(ids[name], 10 * number + i, START + 60 * i, name) for i in (2, 1)]
        put_walks(store, ids[name], rows)
    with store.read() as cx:
        for some in (None, list(ids.values()), [ids["anna"], ids["Zoë"]]):
            wanted = sorted(n for n in names if some is None or ids[n] in some)
            days = [(row.person, row.day.day) for row in derived.iter_days(cx, some)]
            assert days == [(name, day) for name in wanted for day in days_from(FIRST, 2)]
            walks = [(row.person, row.session.start) for row in derived.iter_walks(cx, some)]
            assert walks == [(name, START + 60 * i) for name in wanted for i in (1, 2)]
        assert list(derived.iter_days(cx, [])) == []


def test_a_walk_is_found_by_the_beginning_of_its_id(store: Store, person: int):
    put_walks(store, person, [walk_row(person, n, START + n) for n in range(0xAB0, 0xAB7)])
    with store.read() as cx:
        assert [row.id[:8] for row in derived.walk_by_id(cx, "00000AB3")] == ["00000ab3"]
        assert len(derived.walk_by_id(cx, "00000ab")) == 5
        for nothing in ("", " ", "ffff", "%", "0000_", "00000ab3-0000-5000-8000-0000000000001"):
            assert derived.walk_by_id(cx, nothing) == []


def test_walks_that_are_no_more_are_told_once_they_went(store: Store, person: int):
    entry = journal.LedgerRow(
        "id-1", person, None, "inferred", START, START + 9, 2, NOW, NOW, bytes(16)
    )
    kept = replace(entry, id="id-2", retired_at=None)
    with store.write() as tx:
        journal.put_ledger(tx, [entry, kept])
    with store.read() as cx:
        gone = [derived.RetiredWalk("id-1", "me")]
        assert list(derived.retired(cx, None, changed_since=NOW)) == gone
        assert list(derived.retired(cx, [person], changed_since=LATER)) == []


def test_dropping_takes_the_derived_rows_and_leaves_a_schema_that_works(store: Store, person: int):
    def schema() -> str:
        with store.read() as cx:
            live = inspect(cx)
            columns = [live.get_columns(name) for name in ("walk", "day")]
            indexes = [
                sorted((index["name"], index["column_names"]) for index in live.get_indexes(name))
                for name in ("walk", "day")
            ]
            return repr(
                (columns, indexes, [live.get_view_definition(n) for n in ("walks_v", "days_v")])
            )

    rows = day_rows(person, 3)
    put_days(store, person, rows)
    before = schema()
    for _ in range(2):
        with store.write() as tx:
            derived.drop(tx)
    assert schema() == before
    with store.read() as cx:
        assert derived.counts(cx) == (0, 0)
    assert put_days(store, person, rows) == 3
    with store.read() as cx:
        assert list(derived.iter_days(cx, None)) == rows


def test_the_views_tell_names_and_local_times(store: Store, person: int):
    put_days(store, person, day_rows(person, 1))
    walk = walk_row(person, 1, START, utc_offset_start_s=-12_600, utc_offset_end_s=20_700)
    put_walks(store, person, [walk])
    with store.read() as cx:
        told = cx.execute(text("SELECT person, start_local, end_local, changed_at FROM walks_v"))
        assert told.one() == (
            "me",
            "2026-02-01T18:30:00-03:30",
            "2026-02-02T04:15:00+05:45",
            "2026-03-01T12:00:00Z",
        )
        told = cx.execute(text("SELECT person, outcome, changed_at FROM days_v")).one()
        assert told == ("me", Outcome.MET.value, "2026-03-01T12:00:00Z")


def test_many_rows_are_streamed_and_not_gathered(store: Store, person: int):
    rows = day_rows(person, 1)
    with store.write() as tx:
        derived.replace_days(tx, person, FIRST, FIRST, rows)
        columns = ", ".join(c.name for c in t.day.columns if c.name != "day")
        later = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) "
            f"INSERT INTO day (day, {columns}) SELECT {{}}, {columns} FROM n, day"
        )
        sqlite = "date('0100-01-01', i || ' days')"
        other = "DATE '0100-01-01' + i"
        tx.execute(text(later.format(sqlite if store.dialect == "sqlite" else other)))
    with store.read() as cx:
        for _ in zip(range(2000), derived.iter_days(cx, None), strict=False):
            pass  # what is loaded once, is loaded
        tracemalloc.start()
        count = sum(1 for _ in derived.iter_days(cx, None))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 50_001
    assert peak < 4_000_000
