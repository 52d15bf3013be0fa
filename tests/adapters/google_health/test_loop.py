"""The loop, closed: what really happened -> the vendor -> sockets -> fetch -> parse -> records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.contract import CanonicalRecord, DailyTotal, DeviceSync, Profile, Stream, Window, Workout
from syncd.sim.cloud import EditKind
from syncd.sim.truth import MINUTE_S, Truth
from syncd.sim.weeks import lately
from tests.adapters.google_health.vendor import minutes, parsed, weeks, window

DAY = timedelta(days=1)


def by_day(truth: Truth, values: dict[int, float | None]) -> dict[date, float]:
    """Return sums by the wearer's civil day."""
    sums: dict[date, float] = defaultdict(float)
    for start, value in values.items():
        sums[truth.local(start).date()] += value or 0.0
    return dict(sums)


def offsets(found: Iterable[CanonicalRecord]) -> list[tuple[int, int]]:
    runs = {run.start: run.offset_s for r in found for run in getattr(r, "offsets", ())}
    return sorted(runs.items())


def workouts(found: Iterable[CanonicalRecord]) -> dict[str, Workout]:
    return {record.key: record for record in found if isinstance(record, Workout)}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(window("2026-03-28", "2026-04-17"), id="clock-changes-and-flights"),
        pytest.param(window("2026-03-09", "2026-05-04"), id="all", marks=pytest.mark.soak),
    ],
)
def test_daily_steps_equal_the_vendors_merged_truth_exactly(account, asked):
    truth, cloud = weeks().truth, weeks().cloud
    account.clock.at = asked.end + DAY
    now, found = int(account.clock.at.timestamp()), list[CanonicalRecord]()
    start = asked.start
    while start < asked.end:  # as a backfill would ask
        end = min(start + 7 * DAY, asked.end)
        found += account.records(Stream.STEPS, Window(start, end))
        start = end
    steps, metres = minutes(found, "steps"), minutes(found, "distance")
    bounds = int(asked.start.timestamp()), int(asked.end.timestamp())
    merged = list(cloud.minutes(now, *bounds))
    assert steps == {m.at * MINUTE_S: m.steps for m in merged}
    assert metres == {m.at * MINUTE_S: m.distance_mm / 1000 for m in merged}
    climbs = {m.at * MINUTE_S: m.climb_mm / 1000 for m in merged if m.climb_mm is not None}
    assert minutes(found, "climb") == climbs
    assert max(climbs.values()) > 3
    sums = by_day(truth, steps)
    inner = sorted(sums)[1:-1]
    assert len(inner) >= 18
    assert {day: sums[day] for day in inner} == {day: cloud.steps_on(now, day) for day in inner}
    # Local time: forward in Berlin, east, back in Sydney, west; each told by the minutes alone.
    assert {offset for _, offset in offsets(found)} == {3600, 7200, 36_000, 39_600}
    local = [truth.offset_at(start).offset_s for start, _ in offsets(found)]
    assert local == [offset for _, offset in offsets(found)]


def test_v1_daily_rollups_are_the_vendors_truth_on_every_civil_day(account):
    cloud = weeks().cloud
    account.clock.at = datetime(2026, 4, 18, 8, tzinfo=UTC)
    asked = window("2026-03-27", "2026-04-17")  # both clock changes and both flights
    totals: dict[date, dict[str, float]] = defaultdict(dict)
    for record in account.records(Stream.DAILY, asked):
        assert isinstance(record, DailyTotal)
        said = record.model_dump(include={"steps", "distance_m", "floors"}, exclude_none=True)
        assert len(said) == 1
        totals[record.day] |= said
    assert sorted(totals) == [date(2026, 3, 27) + i * DAY for i in range(21)]
    now = int(account.clock.at.timestamp())
    for day, said in totals.items():
        assert said["steps"] == cloud.steps_on(now, day), day
        spans = [(a * MINUTE_S, b * MINUTE_S) for a, b in cloud.truth.spans(day)]
        metres = sum(m.distance_mm for a, b in spans for m in cloud.minutes(now, a, b)) / 1000
        assert said["distance_m"] == metres
    assert max(said.get("floors", 0) for said in totals.values()) >= 3


def test_every_outing_comes_with_the_vendors_totals_and_a_route_where_it_was_recorded(account):
    cloud, truth = weeks().cloud, weeks().truth
    account.clock.at = datetime(2026, 5, 3, 20, tzinfo=UTC)
    asked = Window(datetime(2026, 3, 1, tzinfo=UTC), account.clock.at)
    listed = workouts(account.records(Stream.WORKOUTS, asked))
    routes = workouts(account.records(Stream.ROUTES, asked))
    true = {f"google:9{o.start}": o for o in cloud.outings(int(account.clock.at.timestamp()))}
    assert listed.keys() == true.keys()
    assert len(true) > 25  # more than one page
    assert routes.keys() == {key for key, outing in true.items() if not outing.detected}
    for key, workout in listed.items():
        walk = true[key].walk
        assert workout.start == datetime.fromtimestamp(walk.start, UTC)
        assert workout.end == datetime.fromtimestamp(true[key].end, UTC)
        assert workout.steps == walk.steps
        assert workout.distance_m is not None
        assert abs(workout.distance_m - walk.distance_m) < 0.001
        assert workout.utc_offset_s == truth.offset_at(walk.start).offset_s
        assert workout.detected == ("device" if true[key].detected else "person")
        assert workout.label in {"walking", "running"}
        assert (workout.ascent_m or 0.0) == round(walk.ascent_m, 4)
    for key, workout in routes.items():
        assert workout.track is not None
        assert len(workout.track.at) > 50
        assert workout.model_copy(update={"track": None}) == listed[key]


def test_l4_edits_and_deletions_replace_what_was_said_before(account):
    cloud = weeks().cloud
    edited = next(e for e in cloud.edits if e.kind is EditKind.LONGER)
    deleted = next(e for e in cloud.edits if e.kind is EditKind.DELETED)
    for edit in (edited, deleted):
        key = f"google:9{edit.start}"
        begun = datetime.fromtimestamp(edit.start, UTC)
        asked = Window(begun - DAY, begun + 2 * DAY)
        account.clock.at = datetime.fromtimestamp(edit.at - 60, UTC)
        before = workouts(account.records(Stream.WORKOUTS, asked))
        account.clock.at = datetime.fromtimestamp(edit.at + 60, UTC)
        after = workouts(account.records(Stream.WORKOUTS, asked))
        if edit is deleted:
            assert key in before
            assert key not in after
        else:
            assert after[key].end == before[key].end + timedelta(seconds=edit.by_s)  # L5
            assert after[key].start == before[key].start


def test_l1_a_day_grows_from_noon_to_evening_and_the_cut_minute_is_made_whole(account):
    asked = window("2026-03-12", "2026-03-13")
    account.clock.at = datetime(2026, 3, 12, 12, tzinfo=UTC)
    noon = minutes(account.records(Stream.STEPS, asked), "steps")
    account.clock.at = datetime(2026, 3, 13, 6, tzinfo=UTC)
    later = minutes(account.records(Stream.STEPS, asked), "steps")
    assert sum(v or 0 for v in later.values()) > sum(v or 0 for v in noon.values())
    assert noon.keys() < later.keys()
    assert all((later[at] or 0) >= (value or 0) for at, value in noon.items())


def test_l2_four_silent_days_come_in_one_burst_and_the_freshness_says_so(account):
    start, end = (datetime.fromtimestamp(at, UTC) for at in weeks().silent)
    asked = Window(start + DAY, end - DAY)
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
    assert len(told) > len(seen) + 2000


def test_t2_t8_a_walk_before_midnight_is_on_its_local_day_and_one_across_it_is_one(account):
    truth = weeks().truth
    late = next(w for w in truth.walks if truth.local(w.start).date() != truth.local(w.end).date())
    day = truth.local(late.start).date()
    begun = datetime.fromtimestamp(late.start, UTC)
    account.clock.at = begun + DAY
    found = minutes(account.records(Stream.STEPS, Window(begun - DAY, begun + DAY)), "steps")
    sums = by_day(truth, found)
    now = int(account.clock.at.timestamp())
    assert sums[day] == weeks().cloud.steps_on(now, day)
    during = [at for at in found if late.start <= at < late.end]
    assert {truth.local(at).date() for at in during} == {day, day + DAY}


def test_who_the_person_is_and_their_zone_of_today(account):
    settings, identity = account.records(Stream.PROFILE, None)
    assert isinstance(settings, Profile)
    assert isinstance(identity, Profile)
    assert (settings.zone, settings.utc_offset_s) == ("Europe/Berlin", 3600)
    assert identity.user == "1112223334445556667"
    account.vendor.quirks.zone = None  # T9: no zone is no UTC
    assert parsed(account.fetched(Stream.PROFILE, None))[0].zone is None


@pytest.mark.parametrize("zone", [None, "America/Los_Angeles"])
def test_an_outing_is_found_by_the_very_second_it_begins_wherever_the_wearer_is(account, zone):
    account.clock.at = datetime(2026, 5, 3, 20, tzinfo=UTC)
    if zone is not None:
        account.vendor.cloud = lately(3, zone, date(2026, 4, 30), 12)
    cloud = account.vendor.cloud
    outings = cloud.outings(int(account.clock.at.timestamp()))
    seen = {cloud.truth.offset_at(outing.start).offset_s for outing in outings}
    assert seen == {-25_200} if zone else seen >= {3600, 7200, 36_000}
    with account.connected() as connection:
        for outing in outings:
            begun = datetime.fromtimestamp(outing.start, UTC)
            asked = Window(begun, begun + timedelta(seconds=1))
            [found] = parsed(list(connection.fetch(Stream.WORKOUTS, asked, None)))
            assert found.start == begun
            before = Window(begun - timedelta(seconds=1), begun)
            assert parsed(list(connection.fetch(Stream.WORKOUTS, before, None))) == []
