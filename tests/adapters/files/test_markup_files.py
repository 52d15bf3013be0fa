"""GPX and TCX from the door to the record: recognised by content, packed or not, hostile or not."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from syncd.contract import Workout
from syncd_files.settings import Limits
from tests.adapters.files.reading import NOW, fetch, read
from tests.adapters.files.test_files_adapter import ZONE, saved
from tests.unit.formats import test_gpx as gpx
from tests.unit.formats import test_tcx as tcx

GPX = gpx.document(gpx.track(gpx.walk()))
TCX = tcx.document(tcx.activity(tcx.lap(tcx.walk())))


@pytest.mark.parametrize(("content", "kind"), [(GPX, "gpx"), (TCX, "tcx")])
@pytest.mark.parametrize("name", ["walk.fit", "walk", "walk.xml.gz"])
def test_the_content_decides_and_a_gz_is_the_same_bytes(tmp_path, content, kind, name):
    plain = read(saved(tmp_path, name, content))
    packed = read(saved(tmp_path, name, gzip.compress(content)))
    (payload,) = plain.payloads
    assert dict(payload.facts) == {"name": name, "format": kind}
    assert payload.media_type.startswith("application/")
    assert payload.body == content == packed.payloads[0].body
    assert plain.records == packed.records
    assert [r.type for r in plain.records] == ["workout"]


@pytest.mark.parametrize(
    "before",
    [
        b"\n" * 50,
        b"\xef\xbb\xbf",
        b"<!-- <gpxx> -->\n",
        b"<?xml version='1.0'?><?style x?><!-- a --> <!-- b -->",
        b"<!--" + b"x" * 9000 + b"-->",
    ],
)
def test_what_comes_before_the_first_element_does_not_hide_it(tmp_path, before):
    document = GPX.partition(b"?>")[2]
    assert len(read(saved(tmp_path, "walk.gpx", before + document)).records) == 1


def test_a_recording_in_utf_16_is_read(tmp_path):
    text = GPX.decode().replace("UTF-8", "UTF-16")
    assert len(read(saved(tmp_path, "walk.gpx", text.encode("utf-16"))).records) == 1


def test_only_a_zone_given_for_this_import_is_a_fact_about_a_recording(tmp_path):
    path = saved(tmp_path, "walk.gpx", GPX)
    assert fetch(path, zone=ZONE).payloads[0].facts["zone"] == ZONE
    assert "zone" not in fetch(path, zone=ZONE, zone_from="person").payloads[0].facts
    (record,) = read(path, zone=ZONE).records
    assert isinstance(record, Workout)
    assert record.zone == ZONE


def test_what_is_dated_after_the_import_is_not_believed(tmp_path):
    late = (NOW + timedelta(days=1, seconds=1) - gpx.START).total_seconds()
    data = gpx.document(gpx.track(gpx.walk() + gpx.point(late)))
    got = read(saved(tmp_path, "walk.gpx", data))
    assert len(got.records) == 1
    assert "dated in the future" in str(got.message)


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;">' % (i + 1, i, i) for i in range(97, 121))
    + b"]>"
)


@pytest.mark.parametrize("kind", ["gpx", "TrainingCenterDatabase"])
def test_entity_bombs_and_external_entities_are_refused_in_words(tmp_path, kind):
    for start in (BOMB, b'<!DOCTYPE %b SYSTEM "file:///etc/hostname">' % kind.encode()):
        told = start.replace(b"DOCTYPE gpx", b"DOCTYPE " + kind.encode())
        got = read(saved(tmp_path, "x.gpx", told + b"<a>&y;</a>"))
        assert not got.records
        assert "it has a document type" in str(got.message)
        assert str(got.message).startswith("x.gpx: ")


def test_a_recording_beyond_its_cap_is_refused(tmp_path):
    got = read(saved(tmp_path, "x.gpx", GPX + b" " * (1 << 20)), Limits(markup=1 << 20))
    assert "larger than 1 MiB unpacked" in str(got.message)
    bomb = gzip.compress(GPX + b" " * (20 << 20))
    got = read(saved(tmp_path, "x.gpx.gz", bomb))
    assert "more than 400 times its size" in str(got.message)


def test_a_packed_recording_that_ends_early_is_refused(tmp_path):
    got = read(saved(tmp_path, "x.gpx.gz", gzip.compress(GPX)[:-20]))
    assert "end too early" in str(got.message)
    assert not got.records
