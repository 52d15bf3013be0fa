"""Recordings that real devices made, against figures worked out beside this project."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from syncd.contract import DeviceSync, StepSeries, Track, Workout
from tests.adapters.files.reading import Imported, read

pytestmark = pytest.mark.realdata

ZONE = "America/New_York"


class Facts(NamedTuple):
    name: str
    label: str
    elapsed_s: float
    timer_s: float
    distance_m: float
    climb: tuple[int, int]
    steps: int | None
    steps_by_cadence: int
    records: tuple[int, int, int, int, int]
    """All, and those with altitude, speed, cadence on foot, position."""


FACTS = [
    Facts("neg-bike-fenix5", "cycling", 60.4, 60.4, 459.52, (0, 4), None, 0, (19, 19, 19, 0, 19)),
    Facts(
        *("neg-run-fenix2", "running", 2832, 2832, 9008.22, (64, 61), None, 7652),
        (2809, 2809, 2809, 2809, 2809),
    ),
    Facts(
        *("neg-run-fenix5", "running", 56.9, 56.9, 157.56, (2, 0), 156, 153),
        (21, 21, 21, 21, 21),
    ),
    Facts(
        *("walk-31min-mit", "walking", 1882.1, 1873.1, 2440.57, (19, 13), 3138, 3144),
        (419, 419, 419, 419, 419),
    ),
    Facts("walk-45s-fenix5", "walking", 45.4, 45.4, 67.85, (1, 0), 82, 93, (17, 17, 17, 17, 17)),
    Facts(
        *("walk-label-almost-still-fr955", "walking", 308.5, 308.5, 59.61, (0, 0), 132, 130),
        (310, 310, 310, 310, 309),
    ),
]


def measured(column: tuple[float | None, ...]) -> int:
    return sum(value is not None for value in column)


def steps_by_cadence(track: Track) -> float:
    """Return the integral of cadence: a sample speaks until the next, 60 s at most."""
    spans = zip(track.at, track.at[1:], track.cadence_spm, strict=False)
    return sum((c or 0.0) * (b - a) / 60.0 for a, b, c in spans if b - a <= 60)


@pytest.mark.parametrize("facts", FACTS, ids=lambda facts: facts.name)
def test_a_recording_reads_as_its_device_meant_it(realdata: Path, facts: Facts):
    got = read(realdata / "fit" / f"{facts.name}.fit")
    assert got.message is None
    (walk,) = got.records
    assert isinstance(walk, Workout)
    assert walk.label == facts.label
    assert (walk.end - walk.start).total_seconds() == pytest.approx(facts.elapsed_s, abs=0.6)
    assert walk.timer_s == pytest.approx(facts.timer_s, abs=0.06)
    assert walk.distance_m == facts.distance_m
    assert (walk.ascent_m, walk.descent_m) == facts.climb
    assert walk.steps == facts.steps
    track = walk.track
    assert track is not None
    columns = (track.altitude_m, track.speed_mps, track.cadence_spm, track.latitude)
    assert (len(track.at), *map(measured, columns)) == facts.records
    assert measured(track.distance_m) == len(track.at)
    assert steps_by_cadence(track) == pytest.approx(facts.steps_by_cadence, abs=1)


def test_the_walk_of_half_an_hour_has_its_pause_and_its_local_time(realdata: Path):
    (walk,) = read(realdata / "fit" / "walk-31min-mit.fit").records
    assert isinstance(walk, Workout)
    assert [p.end - p.start for p in walk.pauses] == [9]
    assert walk.utc_offset_s == -5 * 3600
    assert walk.source.device == "Garmin venu"


@pytest.mark.parametrize(
    ("name", "walks", "words"),
    [
        ("bad-crc", 0, "byte 769"),
        ("bad-eof", 0, "cut off at byte 768"),
        ("chained-two-files", 1, "part 2, from byte 771 on"),
    ],
)
def test_a_broken_recording_says_where_it_broke(realdata: Path, name, walks, words):
    got = read(realdata / "fit" / f"{name}.fit")
    assert len(got.records) == walks
    assert len(got.problems) == 1
    assert words in got.problems[0]


def test_a_recording_by_two_roads_is_one_walk(realdata: Path, tmp_path: Path):
    plain = realdata / "fit" / "walk-31min-mit.fit"
    packed = tmp_path / "again.fit.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    a, b = read(plain), read(packed)
    assert a.payloads[0].body == b.payloads[0].body
    assert a.records == b.records


@pytest.fixture(scope="module")
def cohort(realdata: Path) -> Imported:
    folder = realdata / "cohort-fitbit-mturk-2016"
    return read(folder / "minuteStepsWide.csv.gz", zone=ZONE)


def by_person(cohort: Imported) -> dict[str, list[StepSeries]]:
    from syncd_files import adapter

    return {
        payload.facts["subject"]: [r for r in adapter.parse(payload) if isinstance(r, StepSeries)]
        for payload in cohort.payloads
    }


def test_the_cohort_is_twenty_people_and_every_cell_of_them(cohort: Imported):
    assert cohort.message is None
    assert len(cohort.payloads) == 20
    assert sum(p.body.count(b"\n") - 1 for p in cohort.payloads) == 13_031
    series = [r for r in cohort.records if isinstance(r, StepSeries)]
    assert sum(len(s.start) for s in series) == 13_031 * 60
    assert all(v is not None for s in series for v in s.value)
    assert max(v or 0 for s in series for v in s.value) <= 220


def test_the_cohorts_minutes_add_up_to_its_hours(realdata: Path, cohort: Imported):
    zone = ZoneInfo(ZONE)
    hours: Counter[tuple[str, int]] = Counter()
    for person, series in by_person(cohort).items():
        for s in series:
            for at, value in zip(s.start, s.value, strict=True):
                hours[person, at // 3600] += int(value or 0)
    path = realdata / "cohort-fitbit-mturk-2016" / "hourlySteps.csv.gz"
    common = 0
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            wall = datetime.strptime(row["ActivityHour"], "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007
            key = row["Id"], int(wall.replace(tzinfo=zone).timestamp()) // 3600
            if key in hours:
                common += 1
                assert hours[key] == int(row["StepTotal"]), row
    assert common > 12_000


def test_each_person_of_the_cohort_is_complete_to_a_midnight(cohort: Imported):
    zone = ZoneInfo(ZONE)
    syncs = [r for r in cohort.records if isinstance(r, DeviceSync)]
    assert len(syncs) == 20
    assert {s.at.astimezone(zone).strftime("%H:%M") for s in syncs} == {"00:00"}
