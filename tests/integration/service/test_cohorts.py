"""A cohort at once: paused, resumed, removed; and nobody else."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from syncd.service import purge as purging
from syncd.service.absent import Absent, Lack, absent
from syncd.service.compliance import cohort_weeks
from syncd.service.purge import purge_cohort
from syncd.store import Store, accounts, cohorts, due, people
from syncd.store import tables as t
from syncd.store.derived import iter_days
from tests.integration.service.lives import NOW, WATCH
from tests.integration.service.lives import put as tracked
from tests.integration.store.every_table import fill

LATER = NOW + timedelta(hours=3)


def enrol(store: Store, *names: str) -> None:
    """Add people, each with an account that is due and the one of their files."""
    with store.write() as tx:
        for name in names:
            group = name.partition("/")[0] if "/" in name else None
            person = people.add(tx, name, cohort=group, now=NOW)
            made = accounts.add(tx, person.id, "fitbit", name, settings={}, now=NOW)
            due.starts(tx, made.id, now=NOW)
            accounts.files_account(tx, person.id, now=NOW)


def standing(store: Store) -> dict[str, tuple[bool, datetime | None]]:
    here = t.account.c
    query = select(here.name, here.paused_at, here.next_sync_at).where(here.vendor == "fitbit")
    with store.read() as cx:
        return {name: (paused is not None, at) for name, paused, at in cx.execute(query)}


def test_a_pause_and_its_end_reach_the_cohort_and_nobody_else(store: Store):
    enrol(store, "a/1", "a/2", "ab/1", "Ada")
    with store.write() as tx:
        assert cohorts.accounts_of(tx, "a") == 2
        assert cohorts.pause(tx, "a", NOW) == 2
        assert cohorts.pause(tx, "a", LATER) == 0
        assert due.claim(tx, now=LATER, most=9, hold=timedelta(hours=1)) != []
    held = standing(store)
    assert [name for name, (paused, _) in held.items() if paused] == ["a/1", "a/2"]
    with store.write() as tx:
        assert cohorts.resume(tx, "a", LATER) == 2
        assert cohorts.resume(tx, "a", LATER) == 0
    held = standing(store)
    assert not any(paused for paused, _ in held.values())
    assert (held["a/1"][1], held["Ada"][1]) == (LATER, NOW)
    with store.read() as cx:
        files = cx.execute(select(t.account.c.paused_at).where(t.account.c.vendor == "files"))
        assert set(files.scalars()) == {None}


def test_a_resumed_account_that_waits_or_needs_a_sign_in_still_does(store: Store):
    enrol(store, "a/1", "a/2", "a/3")
    with store.write() as tx:
        ids = {one.name: one.id for one in accounts.where(tx, t.account.c.vendor == "fitbit")}
        due.waits(tx, ids["a/1"], until=LATER, why="busy", bidden=True)
        due.stops(tx, ids["a/2"], state=due.NEEDS_SIGN_IN, why="ended")
        due.stops(tx, ids["a/3"], state=due.REMOVED, why="given up")
        assert cohorts.pause(tx, "a", NOW) == 2
        assert cohorts.resume(tx, "a", NOW) == 2
        states = {name: accounts.get(tx, account_id).state for name, account_id in ids.items()}
    assert standing(store) == {"a/1": (False, LATER), "a/2": (False, None), "a/3": (False, None)}
    assert states == {"a/1": due.HELD_OFF, "a/2": due.NEEDS_SIGN_IN, "a/3": due.REMOVED}


def test_a_cohort_is_removed_with_every_row_and_others_keep_theirs(store, tmp_path, monkeypatch):
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    with store.write() as tx:
        fill(tx, "Ada", 3)
    enrol(store, *(f"a/{number}" for number in range(5)), "ab/1")
    with store.read() as cx:
        expected = {"day": 0, "walk": 0, "account": 10, "archive": 0}
        assert cohorts.rows_of(cx, "a") == expected
    report = purge_cohort(store, "a", folder=tmp_path)
    assert report.name == "a (5 people)"
    assert (report.rows["person"], report.rows["account"]) == (5, 10)
    with store.read() as cx:
        left = [one.name for one in people.listing(cx)]
        assert sorted(left) == ["Ada of person.name", "ab/1"]
        assert cohorts.size(cx, "a") == 0
        for table in t.metadata.sorted_tables:
            assert cx.execute(select(table).limit(1)).first() is not None, table.name


def test_a_removal_that_was_broken_off_leaves_people_whole_and_goes_on(
    store, tmp_path, monkeypatch
):
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    enrol(store, *(f"a/{number}" for number in range(5)))
    remove, gone = purging.purging.remove, []

    def breaks(tx, person_id):
        gone.append(person_id)
        if len(gone) == 4:
            raise RuntimeError("broken off")
        return remove(tx, person_id)

    with monkeypatch.context() as patch:
        patch.setattr(purging.purging, "remove", breaks)
        with pytest.raises(RuntimeError, match="broken off"):
            purge_cohort(store, "a", folder=tmp_path)
    with store.read() as cx:
        assert cohorts.size(cx, "a") == 3
        assert cohorts.accounts_of(cx, "a") == 3
    assert purge_cohort(store, "a", folder=tmp_path).rows["person"] == 3


def test_who_must_sign_in_and_whose_tracker_is_silent_are_named_once(store: Store):
    enrol(store, *(f"a/{number}" for number in range(8)), "b/1", "Ada")
    week = timedelta(days=7)
    with store.write() as tx:
        people.add(tx, "a/without", cohort="a", now=NOW)
        ids = {one.name: one.id for one in accounts.where(tx, t.account.c.vendor == "fitbit")}
        due.stops(tx, ids["a/1"], state=due.NEEDS_SIGN_IN, why="ended")
        for name, synced, device in (
            ("a/2", week, None),
            ("a/3", week * 2, week),
            ("a/4", week * 2, timedelta()),
            ("b/1", timedelta(), None),
        ):
            due.succeeded(
                tx,
                ids[name],
                now=NOW + synced,
                device_sync=None if device is None else NOW + device,
            )
        due.pause(tx, ids["a/5"], NOW)
        due.stops(tx, ids["a/6"], state=due.REMOVED, why="given up")
        second = accounts.add(tx, people_id(tx, "a/7"), "garmin", "g", settings={}, now=NOW)
        due.succeeded(tx, second.id, now=NOW + week * 2, device_sync=None)
    with store.read() as cx:
        assert list(absent(cx, "a", NOW + week - timedelta(seconds=1))) == [
            Absent("a/1", Lack.SIGN_IN, None)
        ]
        assert list(absent(cx, "a", NOW + week * 2)) == [
            Absent("a/0", Lack.SYNC, None),
            Absent("a/1", Lack.SIGN_IN, None),
            Absent("a/2", Lack.SYNC, NOW + week),
            Absent("a/3", Lack.SYNC, NOW + week),
            Absent("a/4", Lack.SYNC, NOW),
        ]


def people_id(tx, name: str) -> int:
    found = people.find(tx, name)
    assert found is not None
    return found.id


def test_the_weeks_of_ten_times_the_people_take_no_more_memory(store: Store):
    tracked(store, WATCH, 29_550_000, [100] * 7 * 1440)
    names = ", ".join(column.name for column in t.day.c if column.name != "person_id")
    with store.write() as tx:
        for number in range(500):
            people.add(tx, f"a/{number}", cohort="a", now=NOW)
        copied = (
            f"INSERT INTO day (person_id, {names}) SELECT p.id, {names} FROM day, person p"
            " WHERE p.id <> day.person_id"
        )
        tx.execute(text(copied))
    with store.read() as cx:
        ids = [one.id for one in people.listing(cx, cohort="a")]
        today = NOW.date()
        some = peak_bytes(lambda: cohort_weeks(cx, ids[:50], weeks=3, today=today, now=NOW))
        many = peak_bytes(lambda: cohort_weeks(cx, ids, weeks=3, today=today, now=NOW))
        assert sum(1 for _ in iter_days(cx, ids)) >= 3500
    assert many - some < 1_000_000


def peak_bytes(work: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
