"""Google's answers in the store: a second look writes nothing, routes outlive lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncd.contract import Stream, Window
from syncd.ingest.pull import parsed, store_parsed
from syncd.sim.cloud import EditKind
from syncd.store import Store, accounts, open_store, people, records, workouts
from syncd.store import tables as t
from syncd_google_health import STREAMS, adapter
from tests.adapters.google_health.vendor import MID_MARCH, weeks, window

ASKED = window("2026-03-12", "2026-03-16")


def pull(store: Store, account, stream: Stream, asked: Window = ASKED) -> set[int]:
    spec = STREAMS[stream]
    found = parsed(adapter, account.fetched(stream, asked), spec)
    with store.write() as tx:
        person = people.find(tx, "me") or people.add(tx, "me", now=MID_MARCH)
        return store_parsed(
            tx,
            accounts.files_account(tx, person.id, now=MID_MARCH),
            records.prepare(found.records),
            spec,
            stream=stream,
            covers=asked,
            now=MID_MARCH,
        )


def test_a_second_look_writes_nothing_and_a_route_stays_when_the_list_comes_again(
    account, tmp_path: Path
):
    store = open_store(f"sqlite:///{tmp_path / 'state' / 'syncd.db'}")
    streams = (Stream.STEPS, Stream.WORKOUTS, Stream.ROUTES, Stream.DAILY, Stream.WORKOUTS)
    assert [bool(pull(store, account, one)) for one in streams] == [True, True, True, True, False]
    with store.read() as cx:
        before = cx.execute(t.series_day.select()).all()
        kept = [row.workout for row in workouts.load(cx, 1, 0, 2**31)]
    assert {w.track is not None for w in kept} == {True, False}
    assert {pull(store, account, one) == set() for one in streams} == {True}
    with store.read() as cx:
        assert cx.execute(t.series_day.select()).all() == before
        assert [row.workout for row in workouts.load(cx, 1, 0, 2**31)] == kept
        daily = cx.execute(t.daily_total.select()).all()
    assert len(daily) == 4
    assert all(None not in (row.steps, row.distance_m, row.floors) for row in daily)
    store.close()


def test_l5_an_outing_that_ends_later_and_a_total_that_grows_replace_what_was_held(
    account, tmp_path: Path
):
    store = open_store(f"sqlite:///{tmp_path / 'state' / 'syncd.db'}")
    edit = next(e for e in weeks().cloud.edits if e.kind is EditKind.LONGER)
    begun = datetime.fromtimestamp(edit.start, UTC)
    asked = Window(begun - timedelta(days=1), begun + timedelta(days=2))

    def held(at: int) -> tuple[datetime, datetime]:
        account.clock.at = datetime.fromtimestamp(at, UTC)
        pull(store, account, Stream.WORKOUTS, asked)
        with store.read() as cx:
            found = [row.workout for row in workouts.load(cx, 1, 0, 2**31)]
        (mine,) = [w for w in found if w.start == begun]
        return mine.start, mine.end

    before, after = held(edit.at - 60), held(edit.at + 60)
    assert after == (before[0], before[1] + timedelta(seconds=edit.by_s))

    grown = []
    for hour in (9, 21):
        account.clock.at = datetime(2026, 3, 14, hour, 30, tzinfo=UTC)
        pull(store, account, Stream.DAILY, window("2026-03-14", "2026-03-15"))
        with store.read() as cx:
            (row,) = cx.execute(t.daily_total.select()).all()
        grown.append(row.steps)
    now = int(account.clock.at.timestamp())
    assert grown[0] < grown[1] == weeks().cloud.steps_on(now, date(2026, 3, 14))
    store.close()


def test_pulls_of_other_streams_leave_the_minutes_alone(account, tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path / 'state' / 'syncd.db'}")
    pull(store, account, Stream.STEPS)
    with store.read() as cx:
        before = cx.execute(t.series_day.select()).all()
    assert {row.series for row in before} == {"steps", "distance", "climb"}
    account.clock.at = datetime(2026, 3, 16, 11, tzinfo=UTC)
    for stream in (Stream.DEVICES, Stream.PROFILE, Stream.DAILY, Stream.WORKOUTS, Stream.ROUTES):
        pull(store, account, stream)
    with store.read() as cx:
        assert cx.execute(t.series_day.select()).all() == before
    store.close()
