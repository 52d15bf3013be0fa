"""What bad input gets: each broken thing in a folder is named and counted, the rest imported."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syncd.cli.screens.reports import IN_PART, import_exit_code
from syncd.sim.fit_writer import FitWriter, Sample
from syncd.store import Store
from tests.integration.service.lives import bring, published, walk_fit
from tests.integration.service.test_one_outing import START, fit_file, gpx_file, samples
from tests.unit.formats import test_gpx as gpx_files

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><gpx><trk><name>&i;</name></trk></gpx>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    "<gpx><trk><name>&e;</name></trk></gpx>"
)
TIMES = "<time>2026-05-0{}T10:00:00Z</time>"


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name.replace("UP_", "../../"), content)
    return stream.getvalue()


def month(days: int) -> bytes:
    """Return a recording that lasts for days, a sample every two hours."""
    told = [Sample(s, 0.1 * s) for s in range(0, days * 86_400, 7200)]
    return FitWriter(serial=9).activity(start=START - timedelta(days=days), samples=told)


def test_every_bad_file_is_named_and_counted_and_the_rest_is_imported(
    store: Store, tmp_path: Path
) -> None:
    good = samples(35)
    bad = {
        "bomb.gpx": BOMB.encode(),
        "external.gpx": EXTERNAL.encode(),
        "burst.zip": archive(**{"zeros.csv": b"0" * 40_000_000}),
        "nested.zip": archive(**{"a.zip": archive(**{"b.zip": archive(x=b"y")})}),
        "half.fit": fit_file(tmp_path, good).read_bytes()[:-30],
        "month.fit": month(31),
        "picture.fit": b"\xff\xd8\xff\xe0 not a walk",
        "empty.gpx": gpx_files.document(gpx_files.track("", "")),
        "nothing.tcx": b"",
    }
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    (folder / "z-good.gpx").write_bytes(gpx_file(tmp_path, good).read_bytes())
    report = bring(store, folder)
    said = {f.path.name: f.problems for f in report.files if f.problems}
    assert sorted(said) == sorted(bad)
    assert [f.path.name for f in report.files if f.imported] == ["z-good.gpx"]
    assert import_exit_code(report) == IN_PART
    words = {
        "bomb.gpx": "a document type with definitions of its own",
        "external.gpx": "a document type with definitions of its own",
        "burst.zip": "unpacks to more than 400 times its size",
        "nested.zip": "an archive too deep inside others",
        "half.fit": "cut off at byte",
        "month.fit": "an outing of 31 days",
        "picture.fit": "a JPEG image",
        "empty.gpx": "no track with points in it",
        "nothing.tcx": "it is empty (0 bytes)",
    }
    for name, text in words.items():
        assert text in said[name][0], name
    assert len(published(store)[1]) == 1


def test_a_member_that_climbs_out_is_read_in_place_and_writes_nothing(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    data = gpx_file(tmp_path, samples(35)).read_bytes()
    (tmp_path / "b.gpx").unlink()
    (folder / "climb.zip").write_bytes(archive(UP_evil_gpx=data, broken=b"no"))
    before = sorted(p for p in tmp_path.rglob("*") if "state" not in p.parts)
    (report,) = bring(store, folder).files
    assert report.imported
    assert len(report.problems) == 1
    assert report.problems[0].startswith("broken: ")
    assert sorted(p for p in tmp_path.rglob("*") if "state" not in p.parts) == before


def test_a_recording_called_something_else_is_read_all_the_same(
    store: Store, tmp_path: Path
) -> None:
    path = walk_fit(tmp_path / "walk.fit", START, 35)
    renamed = path.rename(tmp_path / "walk.gpx")
    assert not bring(store, renamed).failed
    assert len(published(store)[1]) == 1


def test_empty_segments_beside_a_walk_cost_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "walk.gpx"
    path.write_bytes(
        gpx_files.document(gpx_files.track("", gpx_files.walk(count=60), "", kind="walking"))
    )
    report = bring(store, path, now=datetime(2026, 6, 1, tzinfo=UTC))
    assert not report.failed
    assert report.files[0].walks == 1


def test_a_walk_of_31_days_in_any_format_is_left_out(store: Store, tmp_path: Path) -> None:
    points = "".join(gpx_files.point(n * 3600, n * 1e-4) for n in range(31 * 24))
    path = tmp_path / "month.gpx"
    path.write_bytes(gpx_files.document(gpx_files.track(points, kind="walking")))
    report = bring(store, path)
    assert report.failed
    assert "days" in report.files[0].problems[0]
    assert published(store)[1] == []
