"""What real devices recorded, through the whole path: the figures that must come out."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import date, datetime
from math import floor
from pathlib import Path

import pytest

from syncd.contract import Context, Stream, Workout
from syncd.ingest import registry
from syncd.service.minutes import iter_minutes
from syncd.store import Store, derived
from syncd.walks.model import Activity, Day, Outcome, Rules, WalkSession
from syncd.walks.recorded import Recorded
from tests.integration.service.lives import at, bring, published

pytestmark = pytest.mark.realdata


def walks(store: Store) -> list[WalkSession]:
    return [row.session for row in published(store)[1]]


def full_days(path: Path) -> set[tuple[str, date]]:
    """Return the (person, day) pairs that have all 24 hourly rows."""
    hours: Counter[tuple[str, date]] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            hour = datetime.strptime(row["ActivityHour"], "%m/%d/%Y %H:%M")  # noqa: DTZ007
            hours[f"mturk/{row['Id']}", hour.date()] += 1
    return {key for key, n in hours.items() if n == 24}


def test_the_cohort_reads_as_counted_by_hand(store: Store, realdata: Path) -> None:
    path = realdata / "cohort-fitbit-mturk-2016" / "minuteStepsWide.csv.gz"
    report = bring(store, path, cohort="mturk", zone="America/New_York")
    assert not report.failed
    assert report.people == 20
    full = full_days(path)
    with store.read() as cx:
        days = [r.day for r in derived.iter_days(cx, None) if (r.person, r.day.day) in full]
    assert len(days) == 535
    assert sum((d.brisk_min or 0) >= 30 for d in days) == 122
    assert sum(floor((d.brisk_min or 0) + (d.edge_min or 0) + 1e-9) >= 30 for d in days) == 125
    assert sum((d.bouted_min or 0) >= 30 for d in days) == 84
    still: list[Day] = [d for d in days if d.steps == 0]
    assert len(still) == 39
    assert {d.outcome for d in still} == {Outcome.UNKNOWN}


def test_the_half_hour_walk_is_one_recorded_walk(store: Store, realdata: Path) -> None:
    bring(store, realdata / "fit" / "walk-31min-mit.fit")
    (walk,) = walks(store)
    assert walk.activity is Activity.WALKING
    assert walk.distance_m == pytest.approx(2440.6, rel=0.01)
    assert walk.steps == pytest.approx(3138, rel=0.01)
    assert walk.end - walk.start == 1882
    assert walk.gain_device_m == 19


def test_the_half_hour_walk_sits_on_the_cliff_at_a_hundred(realdata: Path) -> None:
    """Twenty of its 32 own minutes reach 100 steps when samples are split at the minute.

    A rougher count, which gives every sample's whole interval to the clock minute it begins in,
    reads 16: some of those minutes then hold 64 seconds and some 55.
    """
    workout = _workout(realdata / "fit" / "walk-31min-mit.fit")
    recorded = Recorded(workout, 1, "fit", 10, Rules(speed_min_kmh=None))
    assert recorded.length == 32
    assert sum((s or 0) >= 100 for s in recorded.step_minutes) == 20
    assert _rough_count(workout) == 16
    assert sum(p.end - p.start for p in workout.pauses) == 9


def _rough_count(workout: Workout) -> int:
    track = workout.track
    assert track is not None
    steps: Counter[int] = Counter()
    for a, b, cadence in zip(track.at, track.at[1:], track.cadence_spm, strict=False):
        steps[a // 60] += (cadence or 0.0) * min(60, b - a) / 60  # type: ignore[assignment]
    return sum(value >= 100 for value in steps.values())


def _workout(path: Path) -> Workout:
    adapter = registry.find("files")
    context = Context(account="test", now=at())
    with adapter.connect(adapter.settings(path=path), context) as connection:
        (payload,) = connection.fetch(Stream.FILES, None, None)
        (workout,) = adapter.parse(payload)
    assert isinstance(workout, Workout)
    return workout


def test_a_walk_that_hardly_moved_has_no_brisk_minute(store: Store, realdata: Path) -> None:
    bring(store, realdata / "fit" / "walk-label-almost-still-fr955.fit")
    (walk,) = walks(store)
    assert (walk.label, walk.activity, walk.brisk_min) == ("walking", Activity.UNKNOWN, 0)
    assert published(store)[0][0].day.brisk_min == 0


def test_a_ride_is_no_walk_and_runs_are_runs(store: Store, realdata: Path) -> None:
    bring(store, realdata / "fit" / "neg-bike-fenix5.fit")
    assert walks(store) == []
    bring(store, realdata / "gpx" / "around-visnjan-with-car.gpx")
    (drive,) = walks(store)
    assert (drive.activity, drive.brisk_min, drive.uphill_min) == (Activity.UNKNOWN, 0, None)
    bring(store, realdata / "fit" / "neg-run-fenix2.fit", realdata / "fit" / "neg-run-fenix5.fit")
    runs = [w.activity for w in walks(store) if w != drive]
    assert runs == [Activity.RUNNING, Activity.RUNNING]


def test_a_folder_of_hikes_is_a_list_of_walks_and_no_climb_by_satellite_counts(
    store: Store, realdata: Path
) -> None:
    report = bring(store, realdata / "gpx-gpl3", zone="Europe/Paris")
    assert not report.failed
    found = walks(store)
    assert [w.activity for w in found] == [Activity.WALKING] * 9
    assert {w.elevation_source for w in found} == {"gnss"}
    assert all((w.elevation_gain_m or 0) > 200 and w.uphill_min and w.downhill_min for w in found)
    with store.read() as cx:
        days = {r.day.day for r in derived.iter_days(cx, [1]) if r.day.brisk_min}
        minutes = [m for d in sorted(days) for m in iter_minutes(cx, [1], first=d, last=d)]
    assert {m.minute.brisk_by for m in minutes} == {None, "speed"}
    met = {r.day.day for r in published(store)[0] if r.day.outcome is Outcome.MET}
    assert met == {date(2015, 12, 27)}


def test_all_the_recordings_at_once_and_the_broken_ones_named(store: Store, realdata: Path) -> None:
    report = bring(store, realdata / "fit")
    problems = {f.path.name: f.problems for f in report.files if f.problems}
    assert sorted(problems) == ["bad-crc.fit", "bad-eof.fit", "chained-two-files.fit"]
    chained = next(f for f in report.files if f.path.name == "chained-two-files.fit")
    assert chained.imported
    assert "part 2" in chained.problems[0]
    assert len(report.files) == 10
    assert report.days_judged == 6 + 1 + 8  # of outings, of the watch, waiting for the watch
