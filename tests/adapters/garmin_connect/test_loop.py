"""The loop, closed: a true life -> Garmin -> the package -> records and syncs.

How good the verdicts are, tests/accuracy tells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from statistics import mean

import pytest

from syncd.contract import DeviceSync, Stream, Window, Workout
from syncd.sim.characters import OFFICE
from syncd.sim.cloud import EditKind
from syncd.store import open_store
from tests.adapters.garmin_connect.home import DAY, FIRST, HOUR, garmin_home, lived
from tests.adapters.garmin_connect.vendor import values, weeks, window


def test_v9_quarters_add_up_to_the_truth_over_both_clock_changes_and_two_flights(account):
    truth, cloud = weeks().truth, weeks().cloud
    asked = window("2026-03-28", "2026-04-17")
    account.clock.at = asked.end + DAY
    found, start = [], asked.start
    while start < asked.end:
        found += account.records(Stream.STEPS, Window(start, start + DAY))
        start += DAY
    steps = values(found, "steps")
    now = int(account.clock.at.timestamp())
    bounds = int(asked.start.timestamp()), int(asked.end.timestamp())
    true = defaultdict(int)
    for minute in cloud.watch_minutes(now, *bounds):
        true[minute.at * 60 // 900 * 900] += minute.steps
    assert steps == {at: float(count) for at, count in true.items()}
    told = {run.start: run.offset_s for r in found for run in r.offsets}
    right = [truth.offset_at(start).offset_s == offset for start, offset in told.items()]
    assert mean(right) > 0.9  # on the day of a landing the rows tell the zone that was left


def test_l1_l2_late_data_grow_a_day_and_four_silent_days_come_in_one_burst(account):
    noon = datetime(2026, 3, 12, 12, tzinfo=UTC)
    account.clock.at = noon
    asked = window("2026-03-12", "2026-03-13")
    early = values(account.records(Stream.STEPS, asked), "steps")
    account.clock.at = noon + DAY
    late = values(account.records(Stream.STEPS, asked), "steps")
    assert early.keys() < late.keys()
    assert all(late[at] >= value for at, value in early.items())
    start, end = (datetime.fromtimestamp(at, UTC) for at in weeks().silent)
    account.clock.at = end - timedelta(minutes=1)
    [before] = account.records(Stream.DEVICES, None)
    account.clock.at = end + timedelta(minutes=1)
    [after] = account.records(Stream.DEVICES, None)
    assert isinstance(before, DeviceSync)
    assert (before.at < start, after.at) == (True, end)
    assert len(values(account.records(Stream.STEPS, Window(start + DAY, start + 2 * DAY)), "steps"))


def test_l4_edits_and_deletions_are_seen_and_a_recorded_walk_comes_with_its_samples(account):
    recorded = list(weeks().cloud.edits)
    for kind in EditKind:
        edit = next(e for e in recorded if e.kind is kind)
        begun = datetime.fromtimestamp(edit.start, UTC)
        asked = Window(begun - HOUR, begun + HOUR)

        def now(at: int, asked: Window = asked) -> dict[str, Workout]:
            account.clock.at = datetime.fromtimestamp(at, UTC)
            return {w.key: w for w in account.records(Stream.WORKOUTS, asked)}

        before, after = now(edit.at - 60), now(edit.at + 60)
        key = next(k for k, w in before.items() if w.start == begun)
        assert (key in after) == (kind is not EditKind.DELETED)
        if kind is EditKind.LONGER:
            assert after[key].end == before[key].end + timedelta(seconds=edit.by_s)
    tracks = [w for w in account.records(Stream.ROUTES, asked) if w.track is not None]
    assert all(len(w.track.at) > 20 for w in tracks)


@pytest.fixture
def home(tmp_path):
    _, cloud = lived(OFFICE, 2, 10)
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    now = datetime.combine(FIRST + 8 * DAY, time(7), tzinfo=UTC)
    with garmin_home(store, tmp_path, cloud, "Europe/Berlin", now) as one:
        one.synced()
        yield one
    store.close()


def test_a_poll_costs_one_request_without_a_sync_and_three_with_one(home):
    home.synced()
    assert home.asks() == {"device": 1}
    told = Counter()
    for _ in range(2):  # activities are asked every other time
        home.clock.at += HOUR
        told += home.asks()
    new = told.pop("detail", 0) + told.pop("file", 0) + told.pop("minutes", 0)
    assert told == {"device": 2, "rows": 2, "list": 1}
    assert new <= 10


def test_a_renewed_sign_in_outlives_the_process(home):
    before = home.account().token_generation
    home.vendor.sso.forget_access()
    home.clock.at += HOUR
    home.synced()
    assert home.account().token_generation == before + 1
    home.clock.at += HOUR
    home.synced()
    assert home.vendor.sso.refreshes == 1


def test_a_sign_in_that_garmin_has_ended_waits_for_the_person(home):
    home.vendor.sso.revoke()
    home.clock.at += HOUR
    report = home.sync()
    assert "does not accept the sign-in any more" in str(report.error)
    assert home.account().state == "needs_sign_in"
    home.signs_in()
    assert home.account().state == "active"
    home.synced()
