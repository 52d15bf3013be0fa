"""The loop closes for exports: truth -> export -> import -> days compared with the truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from syncd.contract import DeviceSync, OnConflict, Source, SourceKind, Write
from syncd.service.derive import derive_person
from syncd.sim.devices import Log, recorded_walks, step_series, watch_minutes
from syncd.sim.garmin_export_writer import account_export, device_folder
from syncd.sim.takeout_writer import Shape, takeout, write_parts
from syncd.sim.truth import MINUTE_S, Truth
from syncd.sim.walker import live, wall_clock
from syncd.store import accounts, dirty, people, records
from syncd.walks.model import Outcome
from tests.properties.exports import LIFE, Told, home, named, same_days, seen
from tests.properties.plain_count import TARGET, brisk, hidden_h, judged, steps

NEWER = Shape(with_exercises=False)
OLDER = Shape(newer=False, with_exercises=False)
LOCAL = replace(NEWER, json_clock=LIFE.home)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return live(LIFE)


def imported(folder: Path, truth: Truth, shape: Shape, zone: str | None = None) -> Told:
    with home(folder, truth) as at:
        report = at.bring(*write_parts(folder / "zips", takeout(truth, shape)), zone=zone)
        assert not report.failed, named(report)
        return at.told()


@pytest.mark.parametrize("shape", [NEWER, OLDER, LOCAL], ids=["newer", "older", "local JSON"])
def test_a_takeout_of_either_generation_tells_every_day_right(
    tmp_path: Path, truth: Truth, shape: Shape
) -> None:
    told = imported(tmp_path, truth, shape)
    assert set(truth.days()) <= set(told.days)
    for day, row in told.days.items():
        if day not in truth.days():  # the first zeros of the padding may lie behind midnight
            assert (row.steps, row.flagged) == (0, False)
            continue
        minutes = seen(truth, day, phone=shape.newer)
        assert (row.steps or 0) == steps(minutes), day
        assert (row.brisk_min or 0) == brisk(minutes), day
        assert (row.outcome is Outcome.MET) == (judged(minutes) >= TARGET), (day, row.reason)
        if hidden_h(truth, day) == 0 and day != max(truth.days()):
            assert row.outcome in {Outcome.MET, Outcome.MISSED}, (day, row.reason)
        if hidden_h(truth, day) > 3 and not shape.newer:  # no telephone speaks for these hours
            assert row.outcome in {Outcome.MET, Outcome.UNKNOWN}, (day, row.reason)


def test_exercises_are_the_recorded_walks_with_their_local_time(
    tmp_path: Path, truth: Truth
) -> None:
    told = imported(tmp_path, truth, Shape())
    recorded = [w for w in told.walks if w.kind == "recorded"]
    assert [(w.start, w.end, w.steps) for w in recorded] == [
        (w.start, w.end, w.steps) for w in recorded_walks(truth)
    ]
    assert recorded
    for walk in recorded:
        assert walk.utc_offset_start_s == truth.offset_at(walk.start).offset_s
    for day, row in told.days.items():
        assert (row.brisk_min or 0) == brisk(seen(truth, day, phone=True)), day


@pytest.mark.parametrize("clock", ["UTC", LIFE.home])
def test_json_before_the_tables_begin_is_read_where_its_clock_is_certain(
    tmp_path: Path, truth: Truth, clock: str
) -> None:
    since = LIFE.first_day + timedelta(days=8)
    shape = Shape(json_clock=clock, csv_from=since, with_exercises=clock == "UTC")
    told = imported(tmp_path, truth, shape, zone=LIFE.home)
    for day in truth.days():
        minutes = seen(truth, day, phone=day >= since)
        if day != since:
            assert (told.days[day].steps or 0) == pytest.approx(steps(minutes), abs=1), day


def test_json_that_nothing_places_is_refused_and_never_guessed(
    tmp_path: Path, truth: Truth
) -> None:
    members = {n: b for n, b in takeout(truth, NEWER).items() if not n.endswith(".csv")}
    with home(tmp_path, truth) as at:
        report = at.bring(*write_parts(tmp_path, members), zone=LIFE.home)
        assert at.told().days == {}
        [problem] = named(report)
        assert problem.startswith("Takeout/Google Health/Global Export Data/steps-2026-02-27.json")
        assert "nothing tells for sure whether their times are UTC or local" in problem
        assert "Import all parts of the export in one call." in problem


def test_parts_come_in_any_order_and_in_one_call_or_several(tmp_path: Path, truth: Truth) -> None:
    members = takeout(truth, Shape())
    whole = imported(tmp_path, truth, Shape())
    parts = write_parts(tmp_path / "parts", members, parts=3)
    with home(tmp_path / "one", truth) as at:
        assert not at.bring(*reversed(parts)).failed
        assert same_days(at.told(), whole)
        assert all(file.unchanged for file in at.bring(*parts).files)
        assert same_days(at.told(), whole)
    with home(tmp_path / "several", truth) as at:
        for part in (parts[1], parts[0], parts[2], parts[1]):
            assert not at.bring(part).failed
        assert same_days(at.told(), whole)


def test_a_newer_export_of_the_same_account_only_adds(tmp_path: Path, truth: Truth) -> None:
    whole = imported(tmp_path, truth, Shape())
    early = wall_clock(LIFE.home, LIFE.first_day + timedelta(days=9), 50_000)
    old = write_parts(tmp_path / "old", takeout(truth, Shape(), until=early))
    new = write_parts(tmp_path / "new", takeout(truth, Shape()))
    with home(tmp_path / "both", truth) as at:
        assert not at.bring(*old).failed
        before = at.told().days
        assert not at.bring(*new).failed
        after = at.told()
        assert same_days(after, whole)
        complete = LIFE.first_day + timedelta(days=8)
        assert all(before[d] == after.days[d] for d in before if d < complete)
        assert not at.bring(*old).failed
        assert same_days(at.told(), whole)


def test_the_minutes_of_an_export_and_of_its_live_account_are_never_doubled(
    tmp_path: Path, truth: Truth
) -> None:
    made = wall_clock(LIFE.home, LIFE.first_day + timedelta(days=9), 50_000)
    since = wall_clock(LIFE.home, LIFE.first_day + timedelta(days=5), 0) // MINUTE_S
    hub = Source(key="reconciled", kind=SourceKind.HUB, whole_day=True)
    log = watch_minutes(truth)
    live_log = Log(since, log.steps[since - log.first :])
    with home(tmp_path, truth) as at:
        assert not at.bring(*write_parts(tmp_path, takeout(truth, NEWER, until=made))).failed
        with at.store.write() as tx:
            person = people.listing(tx)[0]
            account = accounts.add(tx, person.id, "live", "live", settings={}, now=at.now)
            told = (
                step_series(live_log, hub, ()),
                DeviceSync(source=hub, at=datetime.fromtimestamp(log.end * MINUTE_S, UTC)),
            )
            changed = records.put_records(
                tx, account, told, write=Write.UPSERT, on_conflict=OnConflict.NEWEST,
                covers=None, now=at.now,
            )  # fmt: skip
            dirty.mark(tx, person.id, changed)
        derive_person(at.store, person.id, clock=lambda: at.now)
        days = at.told().days
        for day, row in days.items():
            fills = day <= date.fromordinal(LIFE.first_day.toordinal() + 8)
            minutes = seen(truth, day, phone=fills)
            if hidden_h(truth, day) == 0:
                assert (row.steps or 0) == steps(minutes), day
                assert row.outcome in {Outcome.MET, Outcome.MISSED}, (day, row.reason)


# -- Garmin --


def test_a_watchs_folder_and_the_accounts_export_tell_the_same_days(
    tmp_path: Path, truth: Truth
) -> None:
    device_folder(tmp_path / "GARMIN", truth)
    (tmp_path / "garmin-export.zip").write_bytes(account_export(truth))
    with home(tmp_path / "one", truth) as at:
        report = at.bring(tmp_path / "GARMIN")
        assert not report.failed, named(report)
        folder = at.told()
        both = at.bring(tmp_path / "garmin-export.zip")
        assert not both.failed, named(both)
        assert at.told().days == folder.days
        assert [w.recorded_key for w in at.told().walks] == [w.recorded_key for w in folder.walks]
    for day, row in folder.days.items():
        outings = [w for w in recorded_walks(truth) if truth.local(w.start).date() == day]
        minutes = seen(truth, day)
        assert abs((row.steps or 0) - steps(minutes)) <= 90 * len(outings), day
        assert abs((row.brisk_min or 0) - brisk(minutes)) <= 2 * len(outings), day
        if hidden_h(truth, day) == 0:
            assert row.outcome in {Outcome.MET, Outcome.MISSED}, (day, row.reason)


def test_a_garmin_export_comes_again_unchanged_and_a_newer_one_only_adds(
    tmp_path: Path, truth: Truth
) -> None:
    early = wall_clock(LIFE.home, LIFE.first_day + timedelta(days=9), 0)
    old, new = tmp_path / "old.zip", tmp_path / "new.zip"
    old.write_bytes(account_export(truth, until=early))
    new.write_bytes(account_export(truth))
    with home(tmp_path / "new", truth) as at:
        assert not at.bring(new).failed
        whole = at.told()
        assert all(file.unchanged for file in at.bring(new).files)
    with home(tmp_path / "both", truth) as at:
        for path in (old, new, old):
            assert not at.bring(path).failed
        assert same_days(at.told(), whole)
