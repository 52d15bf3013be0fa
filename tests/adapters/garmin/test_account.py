"""A Garmin account under the engine: kept as it was, a key that dies, two roads to one outing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncd.ingest.retry import SignIn
from syncd.service.key_files import FoundKey
from syncd.service.key_sign_in import keep_key, tried_key
from syncd.service.syncing import Wish
from syncd.sim.faults import FaultKind
from syncd.sim.weeks import lately
from syncd.store import dirty, due, open_store
from syncd.store import tables as t
from syncd.walks.model import Outcome
from tests.adapters.garmin.home import ADAPTER, GarminHome, garmin_home

ZONE = "Europe/Berlin"
NOW = datetime(2026, 3, 16, 10, 5, tzinfo=UTC)
SINCE = Wish(since=NOW - timedelta(days=30), slices_most=None)
KEPT = (t.series_day, t.workout, t.track, t.daily_total, t.archive, t.walk, t.day, t.day_revision)


@pytest.fixture
def garmin(tmp_path: Path) -> Iterator[GarminHome]:
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    cloud = lately(5, ZONE, NOW.date() + timedelta(days=4), 40)
    with garmin_home(store, tmp_path, cloud, ZONE, NOW) as home:
        yield home
    store.close()


def rows(garmin: GarminHome) -> list[list[object]]:
    with garmin.store.read() as cx:
        return [[tuple(row) for row in cx.execute(table.select())] for table in KEPT]


def test_an_unchanged_sync_writes_nothing_that_was_read(garmin: GarminHome):
    for _ in range(2):  # the second asks for all of it at once, which is another answer
        garmin.synced(SINCE)
    before = rows(garmin)
    assert all(before[:-1])
    asked = garmin.asks(SINCE)
    assert asked["list"] >= 1
    assert asked["days"] >= 1
    assert rows(garmin) == before


def test_lists_and_details_do_not_wipe_out_what_the_recordings_told(garmin: GarminHome):
    garmin.synced(SINCE)
    garmin.clock.move(timedelta(hours=25))
    garmin.synced()
    for workout in garmin.workouts():
        assert workout.track is not None
        assert (workout.zone, workout.elevation_source) == (ZONE, "barometric")


def test_a_key_that_dies_in_the_middle_of_the_past_loses_nothing(garmin: GarminHome):
    requests = len(garmin.vendor.server.log)
    garmin.vendor.faults.add(FaultKind.UNAUTHORIZED, route="activitylist", at=3, times=None)
    report = garmin.sync(SINCE)
    assert isinstance(report.step, SignIn)
    assert garmin.account().state == due.NEEDS_SIGN_IN
    assert len(garmin.vendor.server.log) - requests > 5
    early = garmin.days()
    garmin.vendor.faults.clear()
    garmin.vendor.keys.key = "another-garmin-key"
    lock = garmin.roads.lock()
    assert lock is not None
    keep_key(
        garmin.roads,
        tried_key(garmin.roads, garmin.account_id, ADAPTER, FoundKey("another-garmin-key")),
        lock,
    )
    assert garmin.account().state == due.ACTIVE
    garmin.synced(SINCE)
    late = garmin.days()
    assert len(late) > len(early)
    for day, row in early.items():
        assert late[day].outcome is row.outcome


def test_a_day_of_few_steps_is_missed_only_where_a_pulse_says_that_the_watch_was_worn(
    garmin: GarminHome,
):
    garmin.synced(SINCE)
    missed = [d for d, row in garmin.days().items() if row.outcome is Outcome.MISSED]
    assert missed
    for day in missed:
        row = garmin.days()[day]
        assert row.resolution == "total"
        assert row.seen_h >= 10
        assert row.brisk_min_high < 30
    with garmin.store.write() as tx:
        tx.execute(t.series_day.delete())  # nobody tells any more when it was worn
        account = garmin.account()
        epoch = datetime(1970, 1, 1, tzinfo=UTC).date()
        dirty.mark(tx, account.person_id, {(day - epoch).days for day in missed})
    garmin.refresh()
    assert {garmin.days()[day].outcome for day in missed} == {Outcome.UNKNOWN}
