"""A device's whole folder: what holds nothing of ours is left out and is no problem."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from syncd.cli.screens.paper import Paper
from syncd.cli.screens.reports import DONE, FAILED, IN_PART, import_exit_code, import_lines
from syncd.sim.fit_writer import FitWriter
from syncd.store import Store
from tests.integration.service.lives import NOW, bring, walk_fit

SETTINGS, TOTALS, DEVICE = 2, 10, 1
XML = b'<?xml version="1.0"?>\n<Device xmlns="urn:x"><Id>1</Id></Device>\n'
LEFT_OUT = "5 other files of the device were left out: "


def side_file(file_type: int) -> bytes:
    """Return a sound FIT file that tells of nothing but itself."""
    writer = FitWriter(serial=7)
    writer.file_id(NOW, file_type=file_type)
    return writer.finish()


def folder(path: Path) -> Path:
    """Write a device's folder: a walk among five files of other kinds."""
    device = path / "GARMIN"
    device.mkdir()
    walk_fit(device / "walk.fit", NOW.replace(hour=8), 35)
    for name, kind in (("a.fit", SETTINGS), ("b.fit", TOTALS), ("walk2.gpx", DEVICE)):
        (device / name).write_bytes(side_file(kind))
    (device / "d.xml").write_bytes(XML)
    (device / "e.json").write_bytes(b'{"key": 1}\n')
    return device


def test_the_other_files_of_a_device_are_counted_and_no_problem(
    store: Store, tmp_path: Path
) -> None:
    device = folder(tmp_path)
    for _ in range(2):
        report = bring(store, device)
        assert not report.failed
        assert import_exit_code(report) == DONE
        lines = import_lines(report, Paper())
        assert f"{LEFT_OUT}a.fit, b.fit, d.xml, ..." in lines
        assert not any("could not be used" in line for line in lines)
    packed = tmp_path / "GARMIN.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(device.iterdir()):
            archive.write(file, file.name)
    report = bring(store, packed, dry_run=True)
    assert import_exit_code(report) == DONE
    assert any(line.startswith(LEFT_OUT) for line in import_lines(report, Paper()))


def test_a_broken_file_among_them_stays_a_problem(store: Store, tmp_path: Path) -> None:
    device = folder(tmp_path)
    (device / "f.fit").write_bytes(side_file(SETTINGS)[:-4])
    (device / "g.fit").write_bytes(side_file(4))
    (device / "a.fit").write_bytes(side_file(SETTINGS) * 3)
    (device / "h.html").write_bytes(b"<!doctype html><html></html>")
    report = bring(store, device)
    assert [f.path.name for f in report.files if f.problems] == ["f.fit", "g.fit", "h.html"]
    assert import_exit_code(report) == IN_PART
    assert any(line.startswith(LEFT_OUT) for line in import_lines(report, Paper()))
    assert "3 files could not be used." in " ".join(import_lines(report, Paper()))


def test_settings_behind_a_recording_in_one_file_are_no_problem_and_no_other_file(
    store: Store, tmp_path: Path
) -> None:
    walk = walk_fit(tmp_path / "walk.fit", NOW.replace(hour=8), 35)
    walk.write_bytes(walk.read_bytes() + side_file(SETTINGS))
    report = bring(store, walk)
    assert import_exit_code(report) == DONE
    assert not any("left out" in line for line in import_lines(report, Paper()))


@pytest.mark.parametrize(
    ("name", "words"),
    [("a.fit", "a FIT file of the kind 'settings'"), ("d.xml", "it looks like an XML document")],
)
def test_one_that_is_named_by_itself_says_why_it_gave_nothing(
    store: Store, tmp_path: Path, name: str, words: str
) -> None:
    report = bring(store, folder(tmp_path) / name)
    assert words in report.files[0].problems[0]
    assert import_exit_code(report) == FAILED
    assert import_lines(report, Paper()) == ["Nothing was imported. 1 file could not be used."]


def test_a_document_type_is_refused_with_its_reason_whatever_the_document(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "folder" / "x.xml"
    file.parent.mkdir()
    for start in (b"<!DOCTYPE svg [", b'<?xml version="1.0"?>\n<!-- x --><!DOCTYPE svg ['):
        file.write_bytes(start + b'<!ENTITY a "b">]><svg>&a;</svg>')
        [told] = bring(store, file.parent).files
        assert told.problems[0].startswith("it has a document type with definitions of its own")
