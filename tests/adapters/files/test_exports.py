"""Account exports as a person has them: packed, in parts, unpacked, with all that lies beside."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from syncd.contract import DailyTotal, StepSeries, Workout
from syncd.sim.characters import OFFICE
from syncd.sim.garmin_export_writer import account_export
from syncd.sim.takeout_writer import Shape, takeout, write_parts, zipped
from syncd.sim.truth import Truth
from syncd.sim.walker import Life, live
from syncd_files.documents import document_kind
from syncd_files.places import Place, other_parts
from syncd_files.settings import Limits
from tests.adapters.files.reading import Imported, read

WALKER = replace(OFFICE, target_chance=(1.0, 1.0), record_chance=1.0, watch_off_chance=0.0)
LIFE = Life(seed=3, first_day=date(2026, 9, 3), days=4, home="Europe/Berlin", who=WALKER)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return live(LIFE)


def formats(got: Imported) -> set[str]:
    return {payload.facts["format"] for payload in got.payloads}


TAKEOUT = {"takeout_steps", "takeout_distance", "takeout_exercises", "takeout_steps_json"}


def test_a_takeout_gives_its_steps_metres_and_exercises_and_nothing_is_a_problem(tmp_path, truth):
    [path] = write_parts(tmp_path, takeout(truth, Shape()))
    got = read(path)
    assert formats(got) == TAKEOUT
    assert list(got.problems) == []
    assert {r.source.key for r in got.records} == {
        "takeout:Google Fitbit Air",
        "takeout:MobileTrack",
        "takeout:Phone Health Connect",
        "takeout:reconciled",
        "takeout:exercises",
    }
    assert not any("zone" in payload.facts for payload in got.payloads)


def test_a_folder_that_is_unpacked_gives_the_same_records(tmp_path, truth):
    [path] = write_parts(tmp_path, takeout(truth, Shape()))
    packed = read(path).records
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    files = sorted(p for p in (tmp_path / "unpacked").rglob("*") if p.is_file())
    found = [record for file in files for record in read(file, beside=files).records]
    key = lambda r: r.model_dump_json()  # noqa: E731
    assert sorted(found, key=key) == sorted(packed, key=key)


def test_a_part_finds_the_others_of_its_export_beside_it(tmp_path, truth):
    members = takeout(truth, Shape(with_exercises=False))
    tables = {n: b for n, b in members.items() if n.endswith(".csv")}
    listed = {n: b for n, b in members.items() if n.endswith(".json")}
    one, two = (tmp_path / f"takeout-20261006T081500Z-00{i}.zip" for i in (1, 2))
    two.write_bytes(zipped(listed.items()))
    assert "nothing tells for sure" in str(read(two).problems)
    one.write_bytes(zipped(tables.items()))
    assert formats(read(two)) == {"takeout_steps_json"}
    assert other_parts(two) == [one]
    assert other_parts(tmp_path / "takeout.zip") == []
    assert other_parts(tmp_path / "nowhere" / "takeout-1-001.zip") == []


def test_a_large_table_and_a_large_list_come_in_pieces_with_the_same_records(tmp_path, truth):
    [path] = write_parts(tmp_path, takeout(truth, Shape()))
    few, many = read(path), read(path, Limits(piece=20_000))
    assert len(many.payloads) > 2 * len(few.payloads)
    assert all(len(p.body) < 60_000 for p in many.payloads)

    def minutes(got: Imported) -> dict[tuple[str, str, int], float | None]:
        return {
            (r.source.key, r.series, start): value
            for r in got.records
            if isinstance(r, StepSeries)
            for start, value in zip(r.start, r.value, strict=True)
            if value
        }

    assert minutes(many) == minutes(few)


def test_families_of_other_counts_are_never_read_as_steps(tmp_path):
    minute = [{"dateTime": "09/26/26 20:18:00", "value": "13"}]
    body = json.dumps(minute).encode()
    for name in ("calories-2026-09-26.json", "distance-2026-09-26.json", "x.json", "steps.json"):
        assert document_kind(body, name) is None
    assert document_kind(body, "steps-2026-09-26.json") == "takeout_steps_json"
    table = b"timestamp,steps,distance millimeters,altitude gain millimeters\n"
    members = {
        "Takeout/Fitbit/Physical Activity_GoogleData/live_pace_2026-09-26.csv": table
        + b"2026-09-26T10:00:03Z,4,2800,0\n",
        "Takeout/Fitbit/UserActivityProbabilities_2026-09-26.csv": b"timestamp,steps\n"
        b"2026-09-26T10:00:00Z,77\n",
        "Takeout/Fitbit/Physical Activity_GoogleData/floors_2026-09-26.csv": b"no data",
        "Takeout/Fitbit/empty.csv": b"",
        "Takeout/Photos/x.jpg": b"\xff\xd8\xff" + bytes(9),
    }
    path = tmp_path / "takeout.zip"
    path.write_bytes(zipped(members.items()))
    got = read(path)
    assert (got.payloads, list(got.problems)) == ([], [])
    assert got.message is not None


def test_damage_in_an_export_is_a_problem_all_the_same(tmp_path):
    good = b"timestamp,steps\n2026-09-26T10:00:00Z,77\n"
    members = {
        "Takeout/a.csv": good,
        "Takeout/b.csv.gz": gzip.compress(good)[:-12],
        "Takeout/c.zip": b"PK\x03\x04 not a zip",
        "Takeout/Global Export Data/steps-2026-09-26.json": b'[{"dateTime": "x", "value": "1"},',
    }
    path = tmp_path / "takeout.zip"
    path.write_bytes(zipped(members.items()))
    got = read(path)
    assert [type(r).__name__ for r in got.records] == ["StepSeries", "DeviceSync"]
    told = " ".join(got.problems)
    for words in ("b.csv.gz: its packed data", "c.zip: an archive that is damaged", "cut off"):
        assert words in told


def test_a_garmin_export_gives_recordings_counters_activities_and_days(tmp_path, truth):
    path = tmp_path / "garmin-export.zip"
    path.write_bytes(account_export(truth))
    got = read(path)
    assert list(got.problems) == []
    assert formats(got) == {"fit", "garmin_activities", "garmin_days"}
    assert any(isinstance(r, DailyTotal) for r in got.records)
    walks = sorted((r for r in got.records if isinstance(r, Workout)), key=lambda w: w.start)
    listed = [w for w in walks if w.key.startswith("garmin:")]
    recorded = [w for w in walks if w.key.startswith("fit:")]
    assert len(listed) == len(recorded) > 0
    for a, b in zip(listed, recorded, strict=True):
        assert (a.start, a.utc_offset_s) == (b.start, b.utc_offset_s)
        assert a.steps == pytest.approx(b.steps, abs=1)  # the recording counts strides
        assert a.distance_m == pytest.approx(b.distance_m, abs=1)
    shown = [p.facts["name"] for p in got.payloads if p.facts["format"] == "fit"]
    assert shown[0].startswith("garmin-export.zip: DI_CONNECT/")


def test_the_names_of_an_export_are_only_ever_looked_at(tmp_path, truth):
    before = sorted(tmp_path.rglob("*"))
    inner = zipped([("../../../evil.fit", b"x"), ("\x1b[31m.fit", b"y")])
    path = tmp_path / "garmin.zip"
    path.write_bytes(zipped([("DI_CONNECT/../../x.zip", inner), ("DI_CONNECT/" + "y" * 500, b"")]))
    got = read(path)
    assert got.message is not None
    assert all(c.isprintable() for c in got.message)
    assert sorted(tmp_path.rglob("*")) == [*before, path]


def test_an_endless_entry_and_deep_nesting_are_refused_behind_what_is_good(tmp_path):
    good = json.dumps({"calendarDate": "2026-09-01", "totalSteps": 5}).encode()
    path = tmp_path / "UDSFile_x.json"
    for body, words in (
        (b"[" + good + b', {"a": "' + b"x" * 300_000, "an entry larger than"),
        (b"[" + good + b', {"a": ' + b"[" * 500, "nested too deeply"),
        (b"[" + good + b"]]]", "damaged"),
        (b"[" + good + b", {", "cut off"),
    ):
        path.write_bytes(body)
        got = read(path, Limits(element=100_000))
        assert len(got.records) == 1
        assert words in str(got.problems)


def test_a_list_that_is_no_json_or_counts_no_step_says_so(tmp_path):
    path = tmp_path / "steps-2026-09-26.json"
    minute = b'{"dateTime": "09/26/26 20:18:00", "value": "%s"}'
    path.write_bytes(b"[" + minute % b"13" + b', {"a" 1}]')
    assert list(read(path).problems) == ["its JSON is damaged."]
    path.write_bytes(b"[" + minute % b"0" + b"]")
    got = read(path)
    assert (list(got.problems), got.payloads) == ([], [])
    assert "without steps or walks" in str(got.message)


def test_a_table_of_exercises_that_is_too_large_to_hold_is_refused(tmp_path):
    path = tmp_path / "UserExercises_2026-01-01.csv"
    path.write_bytes(b"exercise_id,exercise_start,exercise_end\n" + b"x,y,z\n" * 1000)
    assert "cannot be read in parts" in str(read(path, Limits(document=4000)).problems)


def test_a_place_knows_an_export_by_any_of_its_folders(tmp_path):
    for name in (
        "x/Takeout/y.csv",
        "Google Health/Physical Activity_GoogleData/Steps/y.csv",
        "a/DI_CONNECT/y.json",
    ):
        assert Place.of_file(Path(name), "y").in_export
    assert not Place.of_file(Path("Downloads/steps.csv"), "y").in_export


def test_sizes_behind_the_data_and_the_larger_form_of_zip_are_read(tmp_path, truth):
    body = b"timestamp,steps\n2026-09-26T10:00:00Z,77\n"
    path = tmp_path / "takeout.zip"
    path.write_bytes(zipped([("Takeout/steps.csv", body)]))
    assert path.read_bytes()[6] & 8  # the flag that says so
    assert len(read(path).records) == 2
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w") as archive,
        archive.open("Takeout/steps.csv", "w", force_zip64=True) as member,
    ):
        member.write(body)
    path.write_bytes(zipped([("Takeout/inner.zip", stream.getvalue())]))
    assert len(read(path).records) == 2
