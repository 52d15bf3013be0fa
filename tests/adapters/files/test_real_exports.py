"""Real minutes and real recordings, packed as accounts hand them out."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syncd.contract import StepCounter, Workout
from syncd.formats.takeout_offsets import Evidence, Steps, decide
from syncd.formats.takeout_times import EPOCH_DAY
from syncd.sim.takeout_writer import zipped
from tests.adapters.files.reading import read

pytestmark = pytest.mark.realdata

NEW_YORK = ZoneInfo("America/New_York")
PEOPLE = 8


def lives(realdata: Path) -> list[dict[datetime, int]]:
    """Return the minutes of some people of the cohort by local time."""
    people: dict[str, dict[datetime, int]] = defaultdict(dict)
    path = realdata / "cohort-fitbit-mturk-2016" / "minuteStepsWide.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            hour = datetime.strptime(row["ActivityHour"], "%m/%d/%Y %H:%M").replace(tzinfo=NEW_YORK)
            held = people[row["Id"]]
            for minute in range(60):
                held[hour + timedelta(minutes=minute)] = int(row[f"Steps{minute:02}"])
            if len(people) > PEOPLE:
                break
    return list(people.values())[:PEOPLE]


def laid(minutes: dict[datetime, int], *, utc: bool) -> Steps:
    found = Steps()
    for at, steps in minutes.items():
        told = at.astimezone(UTC) if utc else at
        found.put(told.date().toordinal(), 60 * told.hour + told.minute, steps)
    return found


def test_the_minutes_of_real_people_agree_at_their_own_offset_and_with_nobody_elses(realdata):
    people = lives(realdata)
    for i, minutes in enumerate(people):
        local, in_utc = laid(minutes, utc=False), laid(minutes, utc=True)
        stepped = [
            day for day, held in local.days.items() if sum(0 < steps < 255 for steps in held) >= 60
        ]
        for walls, offset in ((local, -4 * 3600), (in_utc, 0)):
            found = decide(walls, Evidence({"Air": in_utc}, ()))
            assert len(stepped) > 3
            assert {found.of(day) for day in stepped if day in walls.days} == {offset}
        other = laid(people[(i + 1) % len(people)], utc=True)
        found = decide(local, Evidence({"Air": other}, ()))
        assert {found.of(day) for day in local.days} == {None}
        assert min(local.days) > EPOCH_DAY


def test_a_zip_of_zips_gives_the_steps_and_walks_of_real_devices(realdata, tmp_path):
    names = ["monitoring-vivofit-2014.fit", "walk-31min-mit.fit", "walk-45s-fenix5.fit"]
    files = [(f"x_{i}.fit", (realdata / "fit" / name).read_bytes()) for i, name in enumerate(names)]
    path = tmp_path / "export.zip"
    folder = "DI_CONNECT/DI-Connect-Uploaded-Files"
    path.write_bytes(
        zipped([(f"{folder}/A.zip", zipped(files[:2])), (f"{folder}/B.zip", zipped(files[2:]))])
    )
    got = read(path)
    assert list(got.problems) == []
    assert [r.steps for r in got.records if isinstance(r, Workout)] == [3138, 82]
    last: dict[str, int] = defaultdict(int)
    for record in got.records:
        if isinstance(record, StepCounter):
            last[record.activity] = max(last[record.activity], record.total)
    assert (last["walking"], last["running"]) == (3142, 31)
