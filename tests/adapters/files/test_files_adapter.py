from __future__ import annotations

import gzip
import os
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest

from syncd.contract import (
    ConfigError,
    Context,
    OnConflict,
    StepSeries,
    Stream,
    Workout,
    Write,
)
from syncd.sim.fit_writer import FitWriter, Sample
from syncd_files import adapter
from syncd_files.settings import FilesSettings, Limits
from tests.adapters.files.reading import NOW, fetch, read

ZONE = "America/New_York"
WIDE = "ActivityHour," + ",".join(f"Steps{m:02d}" for m in range(60))
START = datetime(2024, 5, 1, 10, tzinfo=UTC)


def walk(serial: int = 5, minutes: int = 10) -> bytes:
    samples = [Sample(s, s * 1.4, cadence_per_leg=56.0) for s in range(60 * minutes)]
    return FitWriter(serial).activity(start=START, samples=samples, local_offset_s=7200)


def hour(subject: str | None, time_text: str, steps: int = 1) -> str:
    cells = [time_text, *([str(steps)] * 60)]
    return ",".join(cells if subject is None else [subject, *cells]) + "\n"


def days_of(subject: str | None, *days: int, steps: int = 1) -> str:
    return "".join(hour(subject, f"4/{d}/2016 {h}:00", steps) for d in days for h in range(24))


def saved(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_adapter_says_what_it_is():
    spec = adapter.capabilities.streams[Stream.FILES]
    assert adapter.name == "files"
    assert (spec.write, spec.on_conflict) == (Write.UPSERT, OnConflict.RICHEST)
    assert spec.keeps_partial
    assert spec.epoch is None
    assert spec.poll_every is None


def test_only_the_stream_of_files_exists(tmp_path):
    settings = FilesSettings(path=tmp_path / "x")
    context = Context("a", lambda: NOW)
    with adapter.connect(settings, context) as connection, pytest.raises(ConfigError):
        list(connection.fetch(Stream.STEPS, None, None))


def test_a_recording_and_its_gz_are_the_same_bytes_and_the_same_walk(tmp_path):
    plain = read(saved(tmp_path, "walk.fit", walk()))
    packed = read(saved(tmp_path, "walk.fit.gz", gzip.compress(walk())))
    assert plain.message is None
    assert [p.body for p in plain.payloads] == [p.body for p in packed.payloads] == [walk()]
    assert plain.records == packed.records
    assert [r.type for r in plain.records] == ["workout"]
    (payload,) = plain.payloads
    assert payload.media_type == "application/vnd.ant.fit"
    assert dict(payload.facts) == {"name": "walk.fit", "format": "fit"}
    assert (payload.covers, payload.seq, payload.fetched_at) == (None, 0, NOW)


@pytest.mark.parametrize("name", ["walk.csv", "walk", "walk.fit.gz", "walk.jpeg"])
def test_the_content_decides_whatever_the_file_is_called(tmp_path, name):
    assert len(read(saved(tmp_path, name, walk())).records) == 1


def test_the_usual_zone_of_a_person_is_no_fact_about_a_recording(tmp_path):
    path = saved(tmp_path, "walk.fit", walk())
    assert fetch(path, zone=ZONE).payloads[0].facts["zone"] == ZONE
    assert "zone" not in fetch(path, zone=ZONE, zone_from="person").payloads[0].facts
    csv = saved(tmp_path, "steps.csv", WIDE + "\n" + days_of(None, 13))
    assert fetch(csv, zone=ZONE, zone_from="person").payloads[0].facts["zone"] == ZONE


def test_a_minute_csv_of_one_person_is_one_payload_verbatim(tmp_path):
    text = WIDE + "\r\n" + days_of(None, 13).replace("\n", "\r\n")
    got = read(saved(tmp_path, "steps.csv", "\ufeff" + text), zone=ZONE)
    (payload,) = got.payloads
    assert payload.body == text.encode()
    assert payload.media_type == "text/csv"
    assert dict(payload.facts) == {"name": "steps.csv", "format": "minutes_wide", "zone": ZONE}
    assert [r.type for r in got.records] == ["step_series", "device_sync"]


def test_people_sharing_a_file_get_their_own_rows_and_only_those(tmp_path):
    header = "Id," + WIDE + "\n"
    sorted_by_person = header + days_of("7", 13, 14) + days_of("ab.c-d_9", 13, steps=2)
    mixed = (
        header
        + "".join(
            chain.from_iterable(
                (hour("7", f"4/13/2016 {h}:00"), hour("ab.c-d_9", f"4/13/2016 {h}:00", 2))
                for h in range(24)
            )
        )
        + days_of("7", 14)
    )
    got = read(saved(tmp_path, "a.csv", sorted_by_person), zone=ZONE)
    also = read(saved(tmp_path, "b.csv", mixed), zone=ZONE)
    assert [p.facts["subject"] for p in got.payloads] == ["7", "ab.c-d_9"]
    assert got.payloads[0].body == (header + days_of("7", 13, 14)).encode()
    assert [p.body for p in got.payloads] == [p.body for p in also.payloads]
    assert got.records == also.records
    assert got.payloads[1].facts["lines"] == "50-73"


def test_rows_beyond_the_memory_wait_on_disk_and_come_back_in_order(tmp_path):
    rows = [hour(f"p{h % 7}", f"4/{d}/2016 {h}:00", d) for d in range(1, 29) for h in range(24)]
    path = saved(tmp_path, "steps.csv", "Id," + WIDE + "\n" + "".join(rows))
    assert fetch(path, Limits(memory=2000)).payloads == fetch(path).payloads


def test_a_long_history_comes_in_parts_cut_where_the_date_changes(tmp_path):
    path = saved(tmp_path, "steps.csv", "Id," + WIDE + "\n" + days_of("7", *range(1, 29)))
    whole, cut = read(path, zone=ZONE), read(path, Limits(payload=10_000), zone=ZONE)
    assert (len(whole.payloads), len(cut.payloads)) == (1, 7)
    for payload in cut.payloads:
        assert (payload.body.count(b"\n") - 1) % 24 == 0
    assert [p.seq for p in cut.payloads] == list(range(7))

    def values(records: list[object]) -> dict[int, float | None]:
        series = [r for r in records if isinstance(r, StepSeries)]
        return {a: v for s in series for a, v in zip(s.start, s.value, strict=True)}

    assert values(list(whole.records)) == values(list(cut.records))


def test_problems_name_the_line_of_the_file_the_person_has(tmp_path):
    text = (
        "Id," + WIDE + "\n" + days_of("7", 13) + hour("8", "4/13/2016 0:00").replace(",1", ",x", 1)
    )
    got = read(saved(tmp_path, "steps.csv", text), zone=ZONE)
    assert got.problems == ('line 26, Steps00: "x" is not a number; that minute stays unknown.',)
    assert len(got.records) == 3


@pytest.mark.parametrize(
    "bad", ["", " ", "../../x", "a/b", "x" * 81, "né", "a b", "-\x00", '"a""b"', "=1+1"]
)
def test_a_row_that_names_nobody_is_left_out_and_said(tmp_path, bad):
    text = "Id," + WIDE + "\n" + hour(bad, "4/13/2016 0:00") + days_of("7", 13)
    got = read(saved(tmp_path, "steps.csv", text), zone=ZONE)
    assert [p.facts["subject"] for p in got.payloads] == ["7"]
    assert got.message is not None
    assert got.message.startswith("steps.csv: line 2: no usable Id")


def test_a_csv_without_a_zone_is_refused_with_the_way_out(tmp_path):
    got = read(saved(tmp_path, "steps.csv", WIDE + "\n" + days_of(None, 13)))
    assert not got.records
    assert "--tz ZONE" in str(got.message)
    assert got.blamed == got.payloads


def test_a_missing_column_is_named(tmp_path):
    got = read(saved(tmp_path, "steps.csv", WIDE.replace("Steps07,", "") + "\n"), zone=ZONE)
    assert str(got.message).startswith("steps.csv: the column Steps07 is missing;")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty (0 bytes)"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1" + bytes(500), "it looks like a JPEG image"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
        (b"PK\x03\x04" + bytes(50), "an archive that is damaged or cut off"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"SQLite format 3\0" + bytes(100), "an SQLite database"),
        (b'<?xml version="1.0"?>\n<kml><Document/></kml>', "a KML document"),
        (b'<?xml version="1.0"?><svg>' + b"<a/>" * 300_000, "an XML document"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b'{"a": 1}\n', "a JSON document"),
        ("ActivityHour,Steps00".encode("utf-16"), "UTF-16"),
        (b"Id,ActivityHour,Calories\n1,2,3\n", "the columns Id, ActivityHour, Calories"),
        (b"Id,ActivityHour,Intensity00,Intensity01,Intensity02\n", "a table with the columns"),
        (b"\x9d\x03\xee\x41\xc8\x7f\x10\xb2" + b"\0" * 3000, "of no kind known here"),
        (b"hello", "of no kind known here"),
        (b"\n\n\n", "of no kind known here"),
        (gzip.compress(gzip.compress(b"x")), "packed twice"),
        (b"\x1f\x8b\x08", "end too early"),
    ],
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
def test_a_file_that_is_none_of_ours_is_said_in_words(tmp_path, content, words):
    got = read(saved(tmp_path, "strange.fit", content), zone=ZONE)
    assert not got.payloads
    assert words in str(got.message)
    assert str(got.message).startswith("strange.fit: ")
    assert str(tmp_path) not in str(got.message)


def test_what_is_no_file_is_said_in_words(tmp_path):
    assert "it is a folder" in str(fetch(tmp_path).message)
    assert "could not be opened" in str(fetch(tmp_path / "missing.fit").message)
    os.mkfifo(tmp_path / "pipe.fit")
    assert "not a regular file" in str(fetch(tmp_path / "pipe.fit").message)


def test_a_packed_file_that_ends_early_keeps_its_whole_rows(tmp_path):
    rows = "".join(hour(None, f"4/{d}/2016 {h}:00", d * h) for d in range(1, 29) for h in range(24))
    packed = gzip.compress((WIDE + "\n" + rows).encode())
    got = read(saved(tmp_path, "steps.csv.gz", packed[: len(packed) // 2]), zone=ZONE)
    assert "end too early" in str(got.message)
    assert "line" in str(got.message)
    assert any(isinstance(r, StepSeries) for r in got.records)


def test_a_packed_recording_that_ends_early_or_is_damaged_is_refused(tmp_path):
    packed = gzip.compress(walk())
    got = read(saved(tmp_path, "walk.fit.gz", packed[:-20]))
    assert "end too early" in str(got.message)
    damaged = bytearray(packed)
    damaged[len(packed) // 2] ^= 0xFF
    got = read(saved(tmp_path, "walk.fit.gz", bytes(damaged)))
    assert "damaged" in str(got.message)
    assert not got.records


def test_a_packed_recording_that_bursts_is_refused(tmp_path):
    bomb = gzip.compress(walk()[:20] + bytes(3 << 20))
    got = read(saved(tmp_path, "walk.fit.gz", bomb), Limits(fit=1 << 20))
    assert "larger than 1 MiB unpacked" in str(got.message)
    got = read(saved(tmp_path, "walk.fit.gz", bomb), Limits(ratio_from=1 << 20))
    assert "more than 400 times its size" in str(got.message)


def test_a_csv_beyond_its_cap_is_refused(tmp_path):
    path = saved(tmp_path, "steps.csv", "Id," + WIDE + "\n" + days_of("7", *range(1, 29)))
    got = read(path, Limits(csv=10_000), zone=ZONE)
    assert "larger than 10000 bytes at line" in str(got.message)


def packed_line(size: int) -> Iterator[bytes]:
    """Yield a gzip file of a wide CSV whose third line has ``size`` bytes."""
    packer = zlib.compressobj(9, wbits=31)
    yield packer.compress((WIDE + "\n" + hour(None, "4/13/2016 0:00")).encode())
    block = b"1," * (1 << 19)
    for _ in range(size // len(block)):
        yield packer.compress(block)
    yield packer.flush()


def test_a_line_of_a_gigabyte_is_named_and_never_held_in_memory(tmp_path):
    path = tmp_path / "steps.csv.gz"
    with path.open("wb") as file:
        file.writelines(packed_line(1 << 30))
    tracemalloc.start()
    try:
        got = read(path, zone=ZONE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "line 3 is longer than 1 MiB" in str(got.message)
    assert peak < 16 << 20


def test_a_plain_file_of_one_line_of_a_gigabyte_is_named(tmp_path):
    path = tmp_path / "steps.csv"
    with path.open("wb") as file:
        file.write((WIDE + "\n").encode() + b"4")
        file.truncate(1 << 30)  # sparse: zeros, no newline
    assert "line 2 is longer than 1 MiB" in str(read(path, zone=ZONE).message)


def test_nothing_is_read_before_it_is_asked_for(tmp_path):
    context = Context("files", lambda: NOW)
    with adapter.connect(FilesSettings(path=tmp_path / "no.fit"), context) as connection:
        connection.fetch(Stream.FILES, None, None)


def test_records_of_a_recording_are_what_walks_expect(tmp_path):
    (record,) = read(saved(tmp_path, "walk.fit", walk())).records
    assert isinstance(record, Workout)
    assert record.utc_offset_s == 7200
