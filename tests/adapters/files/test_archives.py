"""ZIP archives: members as if they had come alone, and nothing believed of what they claim."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from syncd.contract import Workout
from syncd_files.settings import Limits
from tests.adapters.files.reading import read
from tests.adapters.files.test_files_adapter import WIDE, ZONE, days_of, walk
from tests.unit.formats import test_gpx as gpx
from tests.unit.formats import test_tcx as tcx

FIT = walk()
GPX = gpx.document(gpx.track(gpx.walk()))
TCX = tcx.document(tcx.activity(tcx.lap(tcx.walk())))


def packed(
    folder: Path,
    members: dict[str, bytes],
    method: int = zipfile.ZIP_DEFLATED,
    comment: bytes = b"",
) -> Path:
    path = folder / "archive.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
        archive.comment = comment
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_are_recognised_by_content_like_files(tmp_path, method):
    csv = (WIDE + "\n" + days_of(None, 13)).encode()
    members = {
        "activities/1.fit": FIT,
        "activities/2.gpx.gz": gzip.compress(GPX),
        "strange.name": TCX,
        "steps.csv": csv,
    }
    got = read(packed(tmp_path, members, method), zone=ZONE)
    assert got.message is None
    assert [p.facts["format"] for p in got.payloads] == ["fit", "gpx", "tcx", "minutes_wide"]
    assert [p.body for p in got.payloads] == [FIT, GPX, TCX, csv]
    assert [p.seq for p in got.payloads] == [0, 1, 2, 3]
    assert got.payloads[1].facts["name"] == "archive.zip: activities/2.gpx.gz"
    assert [r.type for r in got.records] == [*["workout"] * 3, "step_series", "device_sync"]


def test_a_broken_member_is_told_by_its_name_and_the_rest_is_imported(tmp_path):
    members = {"a.fit": FIT[:-40], "b.jpg": b"\xff\xd8\xff" + bytes(99), "c.gpx": GPX, "d": b""}
    got = read(packed(tmp_path, members))
    assert [type(r) for r in got.records] == [Workout]
    assert [p.partition(": ")[0] for p in got.problems] == ["b.jpg", "d", "a.fit"]
    assert "it looks like a JPEG image" in got.problems[0]
    assert got.problems[1] == "d: it is empty (0 bytes)."
    assert "cut off" in got.problems[2]


def test_a_member_with_damaged_bytes_is_told(tmp_path):
    path = packed(tmp_path, {"a.gpx": GPX, "b.gpx": GPX}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"Some Logger", b"Some Lagger", 1))
    got = read(path)
    assert len(got.records) == 1
    assert got.problems == ("a.gpx: its packed data are damaged. Copy or download it again.",)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "etc/passwd"),
        ("/etc/cron.d/x", "etc/cron.d/x"),
        ("..\\..\\x.fit", "x.fit"),
        ("C:\\con\\aux.fit", "C:/con/aux.fit"),
        ("a\x1b[31m\u202eb", "a?[31m?b"),
        ("x" * 300, "..." + "x" * 100),
        ("../..", "?"),
    ],
)
def test_names_that_climb_out_are_only_ever_shown_and_harmless(tmp_path, name, shown):
    before = sorted(tmp_path.rglob("*"))
    path = packed(tmp_path, {name: GPX, "bad" + name: b"hello"})
    got = read(path)
    assert len(got.records) == 1
    assert got.payloads[0].facts["name"] == f"archive.zip: {shown}"
    assert all(c.isprintable() for c in got.problems[0])
    assert sorted(tmp_path.rglob("*")) == [*before, path]


def test_a_member_without_a_name_is_read(tmp_path):
    path = packed(tmp_path, {"": GPX})
    assert read(path).payloads[0].facts["name"] == "archive.zip: ?"


def test_folders_and_what_computers_add_for_themselves_are_no_news(tmp_path):
    members = {"a/": b"", "__MACOSX/._a.gpx": b"x", "a/.DS_Store": b"x", "a/b.gpx": GPX}
    got = read(packed(tmp_path, members))
    assert (len(got.records), got.message) == (1, None)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def test_an_archive_inside_an_archive_is_read_and_one_deeper_is_refused(tmp_path):
    inner = zipped({"x.gpx": GPX, "deeper.zip": zipped({"y.fit": FIT})})
    members = {"in.zip": inner, "in.zip.gz": gzip.compress(inner), "a.fit": FIT}
    got = read(packed(tmp_path, members))
    assert [p.facts["name"] for p in got.payloads] == [
        "archive.zip: in.zip/x.gpx",
        "archive.zip: in.zip.gz/x.gpx",
        "archive.zip: a.fit",
    ]
    assert list(got.problems) == [
        f"{name}: deeper.zip: an archive too deep inside others; unpack the outer ones first."
        for name in ("in.zip", "in.zip.gz")
    ]


def test_an_archive_inside_an_archive_is_bounded_in_size_and_in_files(tmp_path):
    inner = zipped({f"{i}.gpx": GPX for i in range(12)}, zipfile.ZIP_STORED)
    path = packed(tmp_path, {"a.fit": FIT, "in.zip": inner})
    got = read(path, Limits(nested=len(inner) - 1, memory=100))
    assert len(got.payloads) == 1
    assert "inside another; unpack the outer one" in str(got.problems)
    got = read(path, Limits(files=10))
    assert len(got.payloads) == 1
    assert "an archive of more than 10 files, with those in the archives inside it" in str(
        got.problems
    )
    got = read(path, Limits(archive=len(FIT) + len(inner) + 4 * len(GPX)))
    assert 1 < len(got.payloads) < 13
    assert "unpacked; the rest was not read" in str(got.problems)
    assert len(read(path, Limits(memory=100)).payloads) == 13


def test_bytes_packed_again_and_again_are_refused_by_how_they_burst(tmp_path):
    bomb = zipped({f"{i}.gpx": GPX + b" " * 2_000_000 for i in range(10)})
    path = packed(tmp_path, {f"{i}.zip": bomb for i in range(10)})
    got = read(path, Limits(ratio=100, ratio_from=1 << 20))
    assert len(got.payloads) < 20
    assert "unpacks to more than 100 times its size" in str(got.problems)


def test_a_member_locked_with_a_password_is_told(tmp_path):
    path = packed(tmp_path, {"a.gpx": GPX})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert read(path).problems == (
        "a.gpx: locked with a password; unpack it yourself and import what is in it.",
    )


def test_an_unusual_method_is_told(tmp_path):
    got = read(packed(tmp_path, {"a.gpx": GPX}, zipfile.ZIP_LZMA))
    assert "packed by an unusual method" in got.problems[0]


@pytest.mark.parametrize("name", ["[Content_Types].xml", "content.xml"])
def test_a_spreadsheet_is_told(tmp_path, name):
    got = read(packed(tmp_path, {name: b"<a/>", "a.gpx": GPX}))
    assert not got.payloads
    assert "save the sheet as CSV" in str(got.message)


def test_an_empty_archive_is_told(tmp_path):
    assert "without any file in it" in str(read(packed(tmp_path, {})).message)


def test_an_archive_cut_off_is_told(tmp_path):
    path = packed(tmp_path, {"a.gpx": GPX, "b.fit": FIT})
    for kept in (5, 100, 30):
        path.write_bytes(path.read_bytes()[:-kept])
        assert "damaged or cut off" in str(read(path).message)


def test_a_member_that_bursts_is_refused_by_its_claim_and_by_what_comes(tmp_path):
    few = Limits(markup=1 << 20, ratio_from=1 << 20)
    bomb = GPX[:60] + bytes(8 << 20)
    got = read(packed(tmp_path, {"a.gpx": bomb, "b.fit": FIT}), few)
    assert len(got.records) == 1
    assert "more than 400 times its size" in got.problems[0]
    got = read(packed(tmp_path, {"a.gpx": bomb, "b.fit": FIT}), Limits(markup=1 << 20))
    assert len(got.records) == 1
    assert "larger than 1 MiB unpacked" in got.problems[0]


def test_an_archive_is_refused_that_bursts_as_a_whole(tmp_path):
    members = {f"{i:02}.gpx": GPX + b" " * 300_000 for i in range(20)}
    path = packed(tmp_path, members)
    got = read(path, Limits(archive=2 << 20))
    assert len(got.payloads) == 6
    assert "an archive of more than 2 MiB unpacked" in str(got.problems)
    got = read(path, Limits(ratio=100, ratio_from=1 << 20))
    assert len(got.payloads) < 20
    assert "unpacks to more than 100 times its size" in str(got.problems)


def test_members_that_share_their_bytes_do_not_multiply_them(tmp_path):
    path = packed(tmp_path, {"a.gpx": GPX + b" " * 3_000_000})
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    entry = data[at:end]
    many = entry * 500
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 500, 500, len(many))
    path.write_bytes(data[:at] + many + bytes(tail))
    got = read(path, Limits(ratio_from=16 << 20))
    assert len(got.payloads) <= 6
    assert got.message is not None


def test_a_crowded_archive_is_refused_before_its_list_is_read(tmp_path):
    path = packed(tmp_path, {f"{i}.gpx": b"" for i in range(30)})
    got = read(path, Limits(members=20))
    assert "an archive of more than 20 files; unpack it" in str(got.message)


@pytest.mark.parametrize("count", [1 << 20, 1 << 62])
def test_a_list_that_claims_to_be_huge_costs_nothing(tmp_path, count):
    path = packed(tmp_path, {"a.gpx": GPX})
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, count, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    path.write_bytes(data[:end] + record + locator + data[end:])
    tracemalloc.start()
    try:
        got = read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "more than 50,000 files" in str(got.message)
    assert peak < 4 << 20


def test_a_large_archive_of_the_newer_form_and_one_with_a_comment_are_read(tmp_path):
    path = packed(tmp_path, {"a.gpx": GPX}, comment=b"made by somebody")
    assert len(read(path).records) == 1
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w") as archive,
        archive.open("a.gpx", "w", force_zip64=True) as member,
    ):
        member.write(GPX)
    path.write_bytes(stream.getvalue())
    assert len(read(path).records) == 1


def test_lies_about_a_member_are_found_out(tmp_path):
    path = packed(tmp_path, {"a.gpx": GPX, "b.fit": FIT})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 50)  # claims to unpack to 50 bytes
    path.write_bytes(bytes(data))
    got = read(path)
    assert len(got.records) == 1
    assert got.problems[0].startswith("a.gpx: ")
