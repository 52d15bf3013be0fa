"""GPX and TCX that real devices made, against figures worked out beside this project."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from syncd.contract import Track, Workout
from syncd.walks.model import Activity, Rules
from syncd.walks.recorded import LONGEST_LEG_S, MOVING_MPS, Recorded
from tests.adapters.files.reading import read

pytestmark = pytest.mark.realdata


class Facts(NamedTuple):
    """Samples, metres (the device's where it tells any), seconds from end to end, in motion."""

    path: str
    points: int
    distance_m: float
    elapsed_s: int
    moving_s: int


HIKES = [
    Facts("gpx-gpl3/hike-20130922.gpx", 408, 8697, 11957, 7324),
    Facts("gpx-gpl3/hike-20131110.gpx", 391, 9369, 11342, 8296),
    Facts("gpx-gpl3/hike-20140126.gpx", 394, 8457, 12555, 7309),
    Facts("gpx-gpl3/hike-20140209.gpx", 398, 8677, 10719, 6898),
    Facts("gpx-gpl3/hike-20141229.gpx", 853, 9760, 11880, 8538),
    Facts("gpx-gpl3/hike-20150308.gpx", 998, 8625, 11850, 8178),
    Facts("gpx-gpl3/hike-20150927.gpx", 273, 10129, 12317, 9511),
    Facts("gpx-gpl3/hike-20151227.gpx", 287, 9747, 11092, 7214),
    Facts("gpx-gpl3/hike-20160508.gpx", 299, 9794, 13672, 8687),
]
OTHERS = [
    Facts("gpx/around-visnjan-with-car.gpx", 104, 2733, 514, 265),
    Facts("gpx/cerknicko-jezero.gpx", 296, 4575, 7190, 1967),
    Facts("tcx/neg-ride.tcx", 827, 64670.2, 8207, 8151),
    Facts("tcx/neg-run-garmin.tcx", 384, 4686.3, 1992, 1977),
    Facts("tcx/neg-sup-no-altitude.tcx", 111, 1157.5, 1112, 1033),
]


def outing(folder: Path, path: str) -> Workout:
    got = read(folder / path)
    assert got.message is None
    (record,) = got.records
    assert isinstance(record, Workout)
    return record


def judged(workout: Workout) -> Recorded:
    return Recorded(workout, 1, workout.source.key, 20, Rules())


def legs(track: Track) -> list[tuple[int, float]]:
    """Return (seconds, metres) from sample to sample with a distance."""
    known = [(t, d) for t, d in zip(track.at, track.distance_m, strict=True) if d is not None]
    return [(b - a, far - near) for (a, near), (b, far) in pairwise(known)]


def moving(track: Track, longest: float) -> int:
    return sum(s for s, metres in legs(track) if metres >= MOVING_MPS * s and s <= longest)


@pytest.mark.parametrize("facts", [*HIKES, *OTHERS], ids=lambda f: f.path)
def test_distance_time_and_samples_are_those_of_the_facts(realdata: Path, facts: Facts):
    workout = outing(realdata, facts.path)
    assert workout.track is not None
    assert len(workout.track.at) == facts.points
    assert (workout.end - workout.start).total_seconds() == pytest.approx(facts.elapsed_s, abs=1)
    assert judged(workout).distance_m == pytest.approx(facts.distance_m, rel=0.001)


@pytest.mark.parametrize("facts", [*HIKES, *OTHERS], ids=lambda f: f.path)
def test_moving_time_is_that_of_the_facts_from_sample_to_sample(realdata: Path, facts: Facts):
    track = outing(realdata, facts.path).track
    assert track is not None
    assert moving(track, float("inf")) == pytest.approx(facts.moving_s, rel=0.03)


@pytest.mark.parametrize("facts", HIKES, ids=lambda f: f.path)
def test_a_hike_is_moving_as_long_and_as_far_as_the_facts_say(realdata: Path, facts: Facts):
    walk = judged(outing(realdata, facts.path))
    assert walk.moving_time_s == pytest.approx(facts.moving_s, rel=0.03)
    assert walk.distance_m == pytest.approx(facts.distance_m, rel=0.03)
    assert walk.activity is Activity.WALKING


@pytest.mark.parametrize("facts", HIKES, ids=lambda f: f.path)
def test_every_leg_that_a_hike_moved_in_is_well_inside_the_limit(realdata: Path, facts: Facts):
    """What decision 11 rests on: moved legs end at 224 s, standing ones go on to half an hour."""
    track = outing(realdata, facts.path).track
    assert track is not None
    moved = [s for s, metres in legs(track) if metres >= MOVING_MPS * s]
    assert max(moved) <= 224 < LONGEST_LEG_S


@pytest.mark.parametrize("facts", HIKES, ids=lambda f: f.path)
def test_a_long_leg_makes_no_brisk_minute(realdata: Path, facts: Facts):
    walk = judged(outing(realdata, facts.path))
    whole = sum(m or 0.0 for m in walk.distance_minutes)
    spoken = sum(m or 0.0 for m in walk.spoken_minutes)
    assert spoken <= whole <= (walk.distance_m or 0.0) + 1e-6
    brisk = sum(m is not None and m >= 80 for m in walk.distance_minutes)
    assert sum(m is not None and m >= 80 for m in walk.spoken_minutes) <= brisk


def test_only_the_segments_with_times_count(realdata: Path):
    workout = outing(realdata, "gpx/korita-zbevnica.gpx")
    assert workout.start.isoformat() == "2010-10-03T09:36:30+00:00"
    assert workout.end.isoformat() == "2010-10-03T13:19:31+00:00"
    assert workout.distance_m == pytest.approx(6261, abs=1)
    assert len(workout.pauses) == 1
    assert workout.label is None
    walk = judged(workout)
    assert walk.activity is Activity.WALKING
    assert walk.hills is not None
    assert walk.hills.gain_m < 300, "the 492 m of the older log belong to no day"


def test_a_track_without_elevations_has_none_and_not_zero(realdata: Path):
    workout = outing(realdata, "gpx/cerknicko-jezero-without-elevations.gpx")
    assert workout.track is not None
    assert workout.track.altitude_m == ()
    assert judged(workout).hills is None
    assert workout.elevation_source is None
    assert outing(realdata, "gpx/cerknicko-jezero.gpx").elevation_source == "gnss"


def test_a_track_of_one_time_in_1901_is_refused_in_words(realdata: Path):
    got = read(realdata / "gpx/Mojstrovka.gpx")
    assert not got.records
    (problem,) = got.problems
    assert problem.startswith("184 points are dated before 2000 (the first 1901-12-13 20:45 UTC)")


def test_a_track_almost_without_times_keeps_what_has_some_and_says_so(realdata: Path):
    got = read(realdata / "gpx/cerknicko-without-times.gpx")
    (record,) = got.records
    assert isinstance(record, Workout)
    assert (record.end - record.start).total_seconds() == 57
    assert got.problems[0].startswith("291 of its 296 points have no time")


@pytest.mark.parametrize(
    ("path", "activity"),
    [
        ("gpx/around-visnjan-with-car.gpx", {Activity.OTHER, Activity.UNKNOWN}),
        ("gpx/cerknicko-jezero.gpx", {Activity.UNKNOWN}),  # two drives at 27 and 41 km/h in it
        ("tcx/neg-ride.tcx", {Activity.OTHER}),
        ("tcx/neg-sup-no-altitude.tcx", {Activity.OTHER, Activity.UNKNOWN}),
        ("tcx/neg-run-garmin.tcx", {Activity.RUNNING}),
        ("tcx/walkpace-labelled-running.tcx.gz", {Activity.WALKING}),
    ],
)
def test_what_an_outing_was_is_told_by_its_movement(realdata: Path, path: str, activity):
    assert judged(outing(realdata, path)).activity in activity


FIT_WALKS = [
    "fit/walk-31min-mit.fit",
    "fit/walk-45s-fenix5.fit",
    "fit/walk-label-almost-still-fr955.fit",
]


@pytest.mark.parametrize("path", FIT_WALKS)
def test_the_climb_of_a_watch_is_near_its_own(realdata: Path, path: str):
    """Within 12 % or 4 m of the device's totals, whichever is more."""
    workout = outing(realdata, path)
    assert workout.elevation_source == "barometric"
    walk = judged(workout)
    assert walk.hills is not None
    for ours, device in (
        (walk.hills.gain_m, workout.ascent_m),
        (walk.hills.loss_m, workout.descent_m),
    ):
        assert device is not None
        assert ours == pytest.approx(device, abs=max(4.0, 0.12 * device))


def test_a_watch_that_names_no_barometer_has_heights_of_an_unnamed_sensor(realdata: Path):
    assert outing(realdata, "fit/neg-run-fenix2.fit").elevation_source is None
    walk = judged(outing(realdata, "fit/neg-run-fenix2.fit"))
    assert walk.hills is not None
    assert walk.hills.loss_m < 150, "three seconds of a wrong height at the start are no descent"


def test_a_paddler_has_neither_steps_nor_heights(realdata: Path):
    workout = outing(realdata, "tcx/neg-sup-no-altitude.tcx")
    assert (workout.label, workout.steps) == ("other", None)
    assert workout.track is not None
    assert workout.track.altitude_m == workout.track.cadence_spm == ()
    assert workout.track.speed_mps


def test_a_walk_that_was_labelled_running_keeps_both(realdata: Path):
    workout = outing(realdata, "tcx/walkpace-labelled-running.tcx.gz")
    assert workout.label == "running"
    assert workout.source.key == "tcx:polar m400"
    assert workout.distance_m == pytest.approx(4508.5, abs=0.1)
    assert workout.track is not None
    cadences = workout.track.cadence_spm
    assert sum(c or 0 for c in cadences) / len(cadences) == pytest.approx(2 * 44.3, abs=0.1)
    assert len(workout.pauses) == 1


def test_a_short_run_has_the_cadence_of_its_running_sensor(realdata: Path):
    workout = outing(realdata, "tcx/run-short.tcx")
    assert (workout.end - workout.start).total_seconds() == 222
    assert workout.distance_m == pytest.approx(158.7, abs=0.1)
    assert workout.track is not None
    assert len(workout.track.cadence_spm) == len(workout.track.at)
    assert max(c or 0 for c in workout.track.cadence_spm) > 100


def test_a_route_of_a_telephone_has_its_speeds(realdata: Path):
    workout = outing(realdata, "apple/export-tiny-route.gpx")
    assert workout.source.key == "gpx:apple health export"
    assert workout.track is not None
    assert workout.track.speed_mps == (0.116181, 0.054395)
    assert (workout.end - workout.start).total_seconds() == 1


def test_an_archive_of_all_of_them_is_all_of_them(realdata: Path, tmp_path: Path):
    files = sorted([*realdata.glob("gpx/*.gpx"), *realdata.glob("tcx/*")])
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(realdata).as_posix())
    got, alone = read(path), [read(file) for file in files]
    assert got.records == [record for one in alone for record in one.records]
    assert sorted(p.partition(": ")[0] for p in got.problems) == [
        "gpx/Mojstrovka.gpx",
        "gpx/cerknicko-without-times.gpx",
    ]
