"""What lies in account exports gone wrong: records or ``Malformed`` come out, nothing else.

A few inputs in the normal run; 200,000 a parser and 50,000 whole exports in `make soak`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from syncd.formats import garmin_export, takeout_csv, takeout_exercises, takeout_json
from syncd.sim.takeout_writer import zipped
from tests.adapters.files.reading import read
from tests.properties.mutations import mutants
from tests.properties.test_parsers_for_long import BEFORE, FEW, LONG, Parser, _fuzzed, fed, seed
from tests.unit.formats.test_garmin_export import DAY, WALK
from tests.unit.formats.test_takeout_exercises import COLUMNS, GOOD

__all__ = ["seed"]

STEPS = [
    (
        b"timestamp,steps,data source\n2024-05-01T06:15:00Z,84,Google Fitbit Air\n"
        b"2024-05-01T06:16:37.552Z,12,MobileTrack\n2024-05-01T06:17:00Z,0,Google Fitbit Air\n"
    ),
    b"timestamp,steps\n2024-05-01T06:15:00Z,84\n2024-05-01T06:16:00Z,0\n",
    b"timestamp,distance,data source\n2024-05-01T06:15:00Z,61.5,Google Fitbit Air\n",
]
EXERCISES = [
    f"{COLUMNS}\n{GOOD}\n{GOOD}\n".replace("2026", "2024").encode(),
    (
        b"exercise_id,exercise_start,exercise_end,events\n1,2024-05-01T06:15:00Z,2024-05-01T06:45:00Z,"
        b'"[{""d"":\n1}]"\n'
    ),
]
LISTED = [
    json.dumps(
        [{"dateTime": f"05/{day:02}/24 20:{minute}:00", "value": "13"}
         for day in (1, 2) for minute in (10, 11)]
    ).encode()
]  # fmt: skip
OLD = {"calendarDate": "2024-05-01", "beginTimestamp": 1_714_550_400_000, "startTimeGmt": None}
ACTIVITIES = [json.dumps([{**WALK, **OLD}, {**WALK, **OLD, "activityId": 18}]).encode()]
DAYS = [json.dumps([{**DAY, **OLD}, {"calendarDate": "2024-05-02", "valueInML": 5.0}]).encode()]
OFFSETS = "local;2024-05-01=7200,2024-05-02=-"

PARSERS = {
    "takeout csv": Parser(STEPS, lambda d: takeout_csv.minutes(d, name="x", before=BEFORE)),
    "takeout exercises": Parser(
        EXERCISES, lambda d: takeout_exercises.exercises(d, name="x", before=BEFORE)
    ),
    "takeout json": Parser(
        LISTED, lambda d: takeout_json.minutes(d, name="x", before=BEFORE, offsets=OFFSETS)
    ),
    "garmin activities": Parser(
        ACTIVITIES, lambda d: garmin_export.activities(d, name="x", before=BEFORE)
    ),
    "garmin days": Parser(DAYS, lambda d: garmin_export.days(d, name="x", before=BEFORE)),
}


def fuzz(name: str, number: int, inputs: int) -> str:
    parser = PARSERS[name]
    return _fuzzed(name, mutants(parser.wholes, number, inputs), lambda data: fed(parser, data))


def exports() -> list[bytes]:
    """Return small exports: a Takeout with both kinds of minutes, a Garmin zip of zips."""
    root = "Takeout/Fitbit"
    takeout = [
        (f"{root}/Physical Activity_GoogleData/steps_2024-05-01.csv", STEPS[0]),
        (f"{root}/Global Export Data/steps-2024-05-01.json", LISTED[0]),
        (f"{root}/Health Fitness Data_GoogleData/UserExercises_2024-05-01.csv", EXERCISES[0]),
    ]
    garmin = [
        ("DI_CONNECT/DI-Connect-Uploaded-Files/Part1.zip", zipped([("1.csv", STEPS[1])])),
        ("DI_CONNECT/a_summarizedActivities.json",
         b'[{"summarizedActivitiesExport":' + ACTIVITIES[0] + b"}]"),
        ("DI_CONNECT/UDSFile_2024.json", DAYS[0]),
    ]  # fmt: skip
    return [zipped(takeout), zipped(garmin), LISTED[0]]


def fuzz_exports(folder: Path, number: int, inputs: int) -> str:
    """Open damaged exports from a disk, as an import does."""
    path = folder / "takeout-001.zip"

    def opened(data: bytes) -> tuple[int, bool]:
        path.write_bytes(data)
        got = read(path)
        return len(got.records), got.message is not None

    return _fuzzed("exports", mutants(exports(), number, inputs), opened)


@pytest.mark.parametrize("name", PARSERS)
def test_parts_of_exports_gone_wrong_give_records_or_malformed(name, seed):
    assert fuzz(name, seed, FEW).startswith(f"{name}: {FEW} inputs")


def test_exports_gone_wrong_give_records_or_malformed(tmp_path, seed):
    assert fuzz_exports(tmp_path, seed, FEW // 2).startswith(f"exports: {FEW // 2} inputs")


@pytest.mark.soak
@pytest.mark.parametrize("name", PARSERS)
def test_parts_of_exports_gone_wrong_for_long(name, seed, capsys):
    told = fuzz(name, seed, LONG)
    with capsys.disabled():
        print(f"\n{told}, seed {seed}")  # noqa: T201 - what a long run is for


@pytest.mark.soak
def test_exports_gone_wrong_for_long(tmp_path, seed, capsys):
    told = fuzz_exports(tmp_path, seed, LONG // 4)  # each is opened, laid out and read three ways
    with capsys.disabled():
        print(f"\n{told}, seed {seed}")  # noqa: T201 - what a long run is for
