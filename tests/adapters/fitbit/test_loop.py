"""The loop, closed: what really happened -> the vendor -> the real package -> parse -> records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.contract import DailyTotal, DeviceSync, Profile, Stream, Window, Workout
from syncd.sim.cloud import EditKind
from syncd.sim.truth import MINUTE_S
from syncd.sim.weeks import lately
from tests.adapters.fitbit.vendor import minutes, parsed, weeks, window

DAY = timedelta(days=1)


def outings(found: object) -> dict[str, Workout]:
    return {w.key: w for w in found if isinstance(w, Workout)}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("zone", "last"),
    [
        pytest.param("Europe/Berlin", date(2026, 3, 30), id="forward"),
        pytest.param("Australia/Sydney", date(2026, 4, 6), id="back"),
        pytest.param("Asia/Kathmandu", date(2026, 4, 3), id="quarters"),
    ],
)
def test_minutes_of_every_measure_are_the_truth_but_for_the_hour_that_came_twice(
    account, zone, last
):
    cloud = account.vendor.cloud = lately(4, zone, last, 5)
    account.vendor.quirks.limit = 10_000
    account.clock.at = datetime.combine(last, datetime.min.time(), UTC) + DAY
    asked = Window(account.clock.at - 3 * DAY, account.clock.at)
    found, start = [], asked.start
    with account.connected() as connection:
        while start < asked.end:  # as the engine asks
            piece = Window(start, start + DAY)
            found += parsed(list(connection.fetch(Stream.STEPS, piece, None)))
            start += DAY
    now = int(account.clock.at.timestamp())
    true = {
        m.at * MINUTE_S: m
        for m in cloud.minutes(now, *(int(at.timestamp()) for at in (asked.start, asked.end)))
    }
    steps = minutes(found, "steps")
    buckets = {
        at: (seconds, value)
        for r in found
        if getattr(r, "series", "") == "steps"
        for at, seconds, value in zip(r.start, r.duration, r.value, strict=True)
        if seconds > MINUTE_S
    }
    twice = {at + s for at, (seconds, _) in buckets.items() for s in range(0, seconds, MINUTE_S)}
    for at, (seconds, value) in buckets.items():
        assert (seconds, zone) == (7200, "Australia/Sydney")
        assert value == sum(true[t].steps for t in range(at, at + seconds, 60) if t in true)
    assert {at: v for at, v in steps.items() if v and at not in twice} == {
        at: m.steps for at, m in true.items() if m.steps and at not in twice
    }
    metres = minutes(found, "distance")
    assert all(abs(metres[at] - m.distance_mm / 1000) < 1e-4
               for at, m in true.items() if m.steps and at not in twice)  # fmt: skip
    climbs = minutes(found, "climb")
    assert all(abs(climbs[at] - m.climb_mm / 1000) < 1e-4
               for at, m in true.items() if m.climb_mm and at not in twice)  # fmt: skip
    known = {run.offset_s for r in found for run in getattr(r, "offsets", ())}
    assert known == {cloud.truth.offset_at(at).offset_s for at in true}
    cut = cloud.last_sync(now) // MINUTE_S * MINUTE_S  # a zero in the minute of the last sync
    assert {at for at in true if at not in steps and at not in twice} <= {cut}


def test_v1_totals_of_days_are_those_of_the_vendor(account):
    cloud = account.vendor.cloud
    account.clock.at = datetime(2026, 3, 31, 8, tzinfo=UTC)
    found = account.records(Stream.DAILY, window("2026-03-20", "2026-03-31"))
    now = int(account.clock.at.timestamp())
    steps = {r.day: r.steps for r in found if isinstance(r, DailyTotal) and r.steps is not None}
    assert len(steps) >= 10
    assert steps == {day: cloud.steps_on(now, day) for day in steps}
    assert any(isinstance(r, DailyTotal) and r.floors for r in found)


def test_every_outing_comes_with_the_vendors_totals_and_a_route_where_it_was_recorded(account):
    cloud, truth = weeks().cloud, weeks().truth
    account.clock.at = datetime(2026, 5, 3, 20, tzinfo=UTC)
    asked = Window(datetime(2026, 3, 1, tzinfo=UTC), account.clock.at)
    listed = outings(account.records(Stream.WORKOUTS, asked))
    true = {f"fitbit:9{o.start}": o for o in cloud.outings(int(account.clock.at.timestamp()))}
    assert listed.keys() == true.keys()
    for key, workout in listed.items():
        walk = true[key].walk
        assert workout.start == datetime.fromtimestamp(walk.start, UTC)
        assert workout.end == datetime.fromtimestamp(true[key].end, UTC)
        assert workout.steps == walk.steps
        assert abs(workout.distance_m - walk.distance_m) < 0.001
        assert workout.utc_offset_s == truth.offset_at(walk.start).offset_s
        assert workout.detected == ("device" if true[key].detected else "person")
        assert abs((workout.ascent_m or 0.0) - walk.ascent_m) < 0.001
    week = window("2026-03-09", "2026-03-16")
    routes = outings(account.records(Stream.ROUTES, week))
    recorded = {k for k, o in true.items() if not o.detected and o.start < week.end.timestamp()}
    assert routes.keys() == recorded
    for key, workout in routes.items():
        assert len(workout.track.at) > 50
        plain = {"track": None, "pauses": ()}
        assert workout.model_copy(update=plain) == listed[key].model_copy(update=plain)


def test_l4_l5_edits_and_deletions_replace_what_was_said_before(account):
    cloud = weeks().cloud
    for kind in EditKind:
        edit = next(e for e in cloud.edits if e.kind is kind)
        key, begun = f"fitbit:9{edit.start}", datetime.fromtimestamp(edit.start, UTC)
        asked = Window(begun - DAY, begun + 2 * DAY)
        account.clock.at = datetime.fromtimestamp(edit.at - 60, UTC)
        before = outings(account.records(Stream.WORKOUTS, asked))
        account.clock.at = datetime.fromtimestamp(edit.at + 60, UTC)
        after = outings(account.records(Stream.WORKOUTS, asked))
        assert key in before
        if kind is EditKind.DELETED:
            assert key not in after
        else:
            assert after[key].end == before[key].end + timedelta(seconds=edit.by_s)


def test_l2_four_silent_days_come_in_one_burst_and_the_freshness_says_so(account):
    start, end = (datetime.fromtimestamp(at, UTC) for at in weeks().silent)
    asked = Window(start + DAY, start + 2 * DAY)
    account.clock.at = end - timedelta(minutes=1)
    [before] = account.records(Stream.DEVICES, None)
    seen = minutes(account.records(Stream.STEPS, asked), "steps")
    account.clock.at = end + timedelta(minutes=1)
    [after] = account.records(Stream.DEVICES, None)
    told = minutes(account.records(Stream.STEPS, asked), "steps")
    assert isinstance(before, DeviceSync)
    assert isinstance(after, DeviceSync)
    assert before.at < start
    assert after.at == end
    assert all(seen.values())  # the phone's; zeros that the silent tracker did not measure
    assert len(told) > len(seen) + 500


def test_who_the_person_is_and_their_zone_of_today(account):
    [profile] = account.records(Stream.PROFILE, None)
    assert isinstance(profile, Profile)
    assert (profile.user, profile.zone, profile.utc_offset_s) == ("7XK3QD", "Europe/Berlin", 3600)
