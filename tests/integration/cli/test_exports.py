"""Exports as typed: files, folders, pipes, what lies beside them, and what is said."""

from __future__ import annotations

import builtins
import csv
import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import gpxpy
import pyarrow.parquet as pq
import pytest

from syncd.export import FIELDS, Kind
from syncd.sim.fit_writer import WALKING, FitWriter, Sample
from tests.integration.cli.conftest import Cli, csv_of

KINDS: tuple[Kind, ...] = ("walks", "days", "weeks", "minutes")
START = datetime(2026, 3, 26, 9, 0, 20, tzinfo=UTC)


def gpx_of(path: Path, *, minutes: int = 20) -> Path:
    """Write a walk with places, heights and cadence, a pause of two minutes in its middle."""
    half = minutes * 30
    points = [_point(s) for s in range(0, half, 5)]
    later = [_point(s) for s in range(half + 120, 2 * half + 121, 5)]
    segments = "".join(f"<trkseg>{''.join(some)}</trkseg>" for some in (points, later))
    path.write_text(
        '<gpx version="1.1" creator="Logger" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><type>walking</type>{segments}</trk></gpx>",
        encoding="utf-8",
    )
    return path


def _point(s: int) -> str:
    at = datetime.fromtimestamp(START.timestamp() + s, UTC)
    return (
        f'<trkpt lat="{46 + s * 1.3e-5:.7f}" lon="14.5"><ele>{300 + s * 0.03:.1f}</ele>'
        f"<time>{at:%Y-%m-%dT%H:%M:%SZ}</time>"
        f"<extensions><cad>{52.5 + s % 3 * 0.5}</cad></extensions></trkpt>"
    )


def fit_of(path: Path) -> Path:
    """Write a recorded walk without places, as on a treadmill."""
    samples = [
        Sample(at_s=s, distance_m=1.4 * s, altitude_m=None, speed_mps=1.4, cadence_per_leg=55)
        for s in range(0, 721, 5)
    ]
    start = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
    path.write_bytes(FitWriter(serial=7).activity(start=start, samples=samples, sport=WALKING))
    return path


@pytest.fixture
def filled(cli: Cli, tmp_path: Path) -> Cli:
    files = tmp_path / "in"
    files.mkdir()
    gpx_of(files / "walk.gpx")
    fit_of(files / "treadmill.fit")
    csv_of(files / "minuteSteps.csv", {date(2026, 3, 25): {600: (31, 120)}})
    assert cli("import", files, "--tz", "Europe/Paris").code == 0
    return cli


@pytest.fixture
def machine_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_has_its_codebook_beside_it_unless_refused(filled, tmp_path, kind):
    for form in ("csv", "jsonl", "parquet"):
        out = tmp_path / f"{kind}.{form}"
        assert filled("export", kind, "--format", form, "-o", out).code == 0
        schema = json.loads((tmp_path / f"{out.name}.schema.json").read_text(encoding="utf-8"))
        names = [field["name"] for field in schema["fields"]]
        assert {field.name for field in FIELDS[kind]} <= set(names)
        text = (tmp_path / f"{out.name}.codebook.txt").read_text(encoding="utf-8")
        assert all(f"\n{name}: " in text for name in names)
        assert all(len(line) <= 78 for line in text.splitlines())
    plain = tmp_path / "plain.csv"
    said = filled("export", kind, "--format", "csv", "-o", plain, "--no-codebook")
    assert said.code == 0
    assert list(tmp_path.glob("plain*")) == [plain]


def test_a_pipe_gets_a_codebook_only_when_asked(filled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert filled("export", "days", "--format", "csv").err == ""
    assert not list(tmp_path.glob("days*"))
    said = filled("export", "days", "--format", "csv", "--codebook")
    assert said.err == "What its fields mean: days.csv.codebook.txt, days.csv.schema.json\n"
    assert {one.name for one in tmp_path.glob("days*")} == {
        "days.csv.codebook.txt",
        "days.csv.schema.json",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_parquet_holds_what_json_lines_hold(filled, tmp_path, kind):
    out = tmp_path / "out.parquet"
    assert filled("export", kind, "--format", "parquet", "-o", out).code == 0
    lines = filled("export", kind, "--format", "jsonl").lines
    rows = pq.read_table(out).to_pylist()
    assert len(rows) == len(lines) > 0
    for row, line in zip(rows, lines, strict=True):
        for name, told in json.loads(line).items():
            held = row[name]
            if isinstance(held, datetime):
                wall = datetime.fromisoformat(told)
                assert held == (wall if held.tzinfo else wall.replace(tzinfo=None))
            else:
                assert (held.isoformat() if isinstance(held, date) else held) == told


def test_walks_that_changed_and_walks_that_are_gone_fit_into_parquet(filled, tmp_path):
    filled("walk", "add", "2026-03-25 08:00", "20min", "--why", "shoes")
    hand = json.loads(filled("export", "walks", "--format", "jsonl").lines[0])
    assert hand["kind"] == "manual"
    assert "shoes" not in filled("export", "walks", "--format", "jsonl").out
    filled("walk", "drop", hand["id"])
    out = tmp_path / "changed.parquet"
    said = filled(
        *("export", "walks", "--format", "parquet", "--changed-since", "2026-03-01", "-o", out)
    )
    assert said.code == 0
    rows = pq.read_table(out).to_pylist()
    assert [row["id"] for row in rows if row["deleted"]] == [hand["id"]]
    assert [row["deleted"] for row in rows].count(False) == 3
    gpx = filled("export", "walks", "--format", "gpx", "--changed-since", "2026-03-01")
    assert f"1 walk no longer there, which GPX cannot say: {hand['id'][:8]}.\n" in gpx.err


def test_no_zone_of_a_machine_changes_an_export(filled, tmp_path, monkeypatch, machine_zone):
    def all_of_it() -> list[bytes]:
        found = []
        for kind in KINDS:
            for form in ("csv", "jsonl", "parquet", *(["gpx"] if kind == "walks" else [])):
                out = tmp_path / f"tz.{form}"
                said = filled("export", kind, "--format", form, "-o", out)
                assert said.code == 0
                found.append(out.read_bytes())
        return found

    told = []
    for zone in ("Pacific/Kiritimati", "America/St_Johns"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        told.append(all_of_it())
    assert told[0] == told[1]
    assert b"T10:00:20+01:00" in told[0][0]


def test_tracks_go_into_one_file_and_what_has_none_is_named(filled, tmp_path):
    out = tmp_path / "walks.gpx"
    said = filled("export", "walks", "--format", "gpx", "-o", out)
    walks = [json.loads(line) for line in filled("export", "walks", "--format", "jsonl").lines]
    without = [w["id"][:8] for w in walks if w["elevation_gain_m"] is None]
    first, places, left = said.err.splitlines()
    assert first == f"1 walk in {out}"
    assert "shows where" in places
    assert left == f"2 walks without a track left out: {', '.join(without)}."
    (track,) = gpxpy.parse(out.read_text(encoding="utf-8")).tracks
    assert (track.name, track.type) == ("Walking 2026-03-26 10:00", "walking")
    assert [len(segment.points) for segment in track.segments] == [120, 121]
    assert track.segments[0].points[0].time == START
    assert track.segments[0].points[0].elevation == 300.0
    assert not list(tmp_path.glob("walks.gpx.*"))


def test_a_folder_gets_a_file_a_walk(filled, tmp_path):
    folder = tmp_path / "tracks"
    said = filled("export", "walks", "--format", "gpx", "-o", f"{folder}/")
    assert (said.code, said.err.splitlines()[0]) == (
        2,
        f"syncd: There is no folder {folder}. Make it first: mkdir -p {folder}",
    )
    folder.mkdir()
    assert filled("export", "walks", "--format", "gpx", "-o", folder).code == 0
    (file,) = folder.iterdir()
    assert file.name.startswith("2026-03-26-1000-")


def test_our_own_tracks_read_back_change_nothing_beside_the_original(filled, tmp_path):
    before = [filled("export", kind, "--format", "jsonl").out for kind in KINDS]
    out = tmp_path / "walks.gpx"
    assert filled("export", "walks", "--format", "gpx", "-o", out).code == 0
    assert filled("import", out, "--tz", "Europe/Paris").code == 0
    assert [filled("export", kind, "--format", "jsonl").out for kind in KINDS] == before


def test_our_own_tracks_read_back_elsewhere_are_the_same_walk(filled, tmp_path, monkeypatch):
    out = tmp_path / "walks.gpx"
    filled("export", "walks", "--format", "gpx", "-o", out)
    walks = [json.loads(line) for line in filled("export", "walks", "--format", "jsonl").lines]
    (original,) = (walk for walk in walks if walk["elevation_gain_m"] is not None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    assert filled("import", out, "--tz", "Europe/Paris").code == 0
    (again,) = (json.loads(line) for line in filled("export", "walks", "--format", "jsonl").lines)
    own = {"id", "sources", "revision", "changed_at"}
    assert {k: v for k, v in again.items() if k not in own} == {
        k: v for k, v in original.items() if k not in own
    }


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["days", "--format", "gpx"], 2, "GPX holds tracks, and days have none."),
        (["walks", "--format", "gpx", "--codebook"], 2, "leave --codebook out"),
        (["walks", "--format", "csv", "-o", "."], 2, ". is a folder: add the name of a file"),
        (["walks", "--format", "csv", "-o", "no/walks.csv"], 1, "the folder no does not exist"),
        (["weeks", "--format", "csv", "--changed-since", "-7d"], 2, "No such option"),
        (["walks", "--format", "csv", "--person", "Ana"], 2, "There is no person 'Ana'"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_sentence(filled, words, code, sentence):
    said = filled("export", *words)
    assert said.code == code
    assert sentence in " ".join(said.err.split())
    assert said.out == ""


def test_without_pyarrow_it_is_said_what_to_install(filled, monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    said = filled("export", "walks", "--format", "parquet")
    assert said.code == 1
    assert "pip install 'syncd[parquet]'" in said.told
    assert filled("export", "walks", "--format", "csv").code == 0


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "gpx"])
def test_with_nothing_there_yet_an_export_is_empty_and_says_so(cli, tmp_path, form):
    out = tmp_path / f"walks.{form}"
    said = cli("export", "walks", "--format", form, "-o", out)
    assert (said.code, said.err) == (0, f"0 walks in {out}\n")
    assert out.exists()
    if form == "csv":
        (header,) = csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig")))
        assert header == [field.name for field in FIELDS["walks"]]


def test_a_cohort_is_told_by_its_name_and_each_members_id(cli, tmp_path):
    one = csv_of(tmp_path / "one.csv", {date(2026, 3, 18): {600: (31, 120)}})
    rows = one.read_text(encoding="utf-8").splitlines()
    both = [f"Id,{rows[0]}", *(f"{who},{row}" for who in (7, 8) for row in rows[1:])]
    one.write_text("\n".join(both) + "\n", encoding="utf-8")
    assert cli("import", one, "--cohort", "study", "--tz", "UTC").code == 0
    for kind in KINDS:
        lines = cli("export", kind, "--format", "jsonl", "--cohort", "study").lines
        assert {json.loads(line)["person"] for line in lines} == {"study/7", "study/8"}
        some = cli("export", kind, "--format", "jsonl", "--person", "study/8").lines
        assert {json.loads(line)["person"] for line in some} == {"study/8"}
        span = ("--from", "2026-03-18", "--to", "2026-03-18")
        assert cli("export", kind, "--format", "jsonl", *span).lines == lines
        assert cli("export", kind, "--format", "jsonl", "--from", "2026-04-06").lines == []
