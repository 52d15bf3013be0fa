"""Whatever XML or archive comes in, only records or ``Malformed`` come out of the file readers."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.contract import Workout
from syncd.formats import gpx, markup, tcx, trail
from syncd.formats.problems import Problems
from syncd.formats.trail import Point
from tests.adapters.files.reading import read
from tests.properties.test_files_fuzz import ACTIVITIES, CSV, FEW, MANY, mutated, said, taken
from tests.unit.formats import test_gpx as gpx_files
from tests.unit.formats import test_tcx as tcx_files

BEFORE = gpx_files.BEFORE
READERS = {b"gpx": gpx.workouts, b"TrainingCenterDatabase": tcx.workouts}


def _documents() -> list[bytes]:
    points = "".join(
        gpx_files.point(i * 7, i * 1e-4, ele=100.0 + i, more=gpx_files.extension("55"))
        for i in range(6)
    )
    steps = "<Extensions><LX><Steps>90</Steps></LX></Extensions>"
    more = tcx_files.place(0.1) + "<Cadence>50</Cadence>" + tcx_files.tpx(Speed=1.5, RunCadence=55)
    return [
        gpx_files.document(gpx_files.track(points, gpx_files.walk(99), kind="walking")),
        gpx_files.document(
            gpx_files.track(gpx_files.walk()), gpx_files.track(gpx_files.walk(4000))
        ),
        tcx_files.document(
            tcx_files.activity(
                tcx_files.lap(
                    tcx_files.walk(0, 60, more), tcx_files.walk(90, 150, more), more=steps
                )
            )
        ),
        tcx_files.document(tcx_files.activity(tcx_files.lap()), tcx_files.activity()),
    ]


DOCUMENTS = _documents()
NAMES = [
    *("gpx", "trk", "trkseg", "trkpt", "ele", "time", "type", "extensions", "cad", "speed"),
    *("Activity", "Id", "Lap", "Track", "Trackpoint", "Time", "AltitudeMeters", "DistanceMeters"),
    *("Position", "LatitudeDegrees", "LongitudeDegrees", "Cadence", "Extensions", "TPX"),
    *("RunCadence", "LX", "Steps", "TotalTimeSeconds", "Creator", "Name", "UnitId"),
]
TIMES = st.sampled_from(
    [
        *("2024-05-01T10:00:00Z", "2024-05-01T10:00:09.5+02:00", "2024-05-09T10:00:00"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1901-12-13T20:45:52Z"),
    ]
)
TEXTS = TIMES | st.text(max_size=9) | st.floats().map(str) | st.integers().map(str)


def only_records_or_malformed(data: bytes) -> None:
    for reader in READERS.values():
        found, error = taken(reader(data, name="x", before=BEFORE, zone="Europe/Paris"))
        assert error is None or said(error)
        for workout in found:
            assert isinstance(workout, Workout)
            assert workout.start <= workout.end <= BEFORE
            assert workout.end - workout.start <= timedelta(days=7)


def escaped(text: str) -> str:
    kept = "".join(c for c in text if c.isprintable())
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def attribute(pair: tuple[str, str]) -> str:
    return f' {pair[0]}="{escaped(pair[1])}"'


TIMED = st.lists(TIMES, min_size=1, max_size=9).map(
    lambda times: gpx_files.document(
        gpx_files.track(
            "".join(
                f'<trkpt lat="45" lon="{i}"><time>{t}</time></trkpt>' for i, t in enumerate(times)
            )
        )
    )
)
ATTRIBUTES = st.lists(
    st.tuples(st.sampled_from(["lat", "lon", "Sport", "StartTime", "creator"]), TEXTS),
    max_size=3,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: "".join(map(attribute, pairs)))


def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda name, attributes, content: f"<{name}{attributes}>{''.join(content)}</{name}>",
        st.sampled_from(NAMES),
        ATTRIBUTES,
        st.lists(inside, max_size=4),
    )


GPX_POINT = "<trkpt lat='1' lon='2'>%s<time>2024-05-01T10:00:00Z</time></trkpt>"
TCX_LAP = (
    "<Lap StartTime='2024-05-01T10:00:00Z'><Track><Trackpoint><Time>2024-05-01T10:00:00Z</Time>"
    "%s</Trackpoint></Track></Lap>"
)
FRAMES = [
    "<gpx>%s</gpx>",
    f"<gpx><trk><trkseg>{GPX_POINT}</trkseg></trk></gpx>",
    f"<gpx><trk><trkseg>{GPX_POINT.replace('time', 'name')}</trkseg></trk></gpx>",
    "<gpx><trk>%s</trk></gpx>",
    "<TrainingCenterDatabase><Activity>%s</Activity></TrainingCenterDatabase>",
    f"<TrainingCenterDatabase><Activity>{TCX_LAP}</Activity></TrainingCenterDatabase>",
]


@st.composite
def well_formed(draw: st.DrawFn) -> bytes:
    """Draw a document whose elements stand anywhere and hold anything."""
    tree = draw(st.recursive(TEXTS.map(escaped), element, max_leaves=20))
    return (draw(st.sampled_from(FRAMES)) % tree).encode()


def packed(members: list[tuple[str, bytes]], method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for i, (name, content) in enumerate(members):
            archive.writestr(zipfile.ZipInfo(f"{i}{name}"), content, method)
    return stream.getvalue()


MEMBERS = [(f"{i}.x", data) for i, data in enumerate([*DOCUMENTS, ACTIVITIES[0], CSV])]
ARCHIVES = [packed(MEMBERS, zipfile.ZIP_STORED), packed(MEMBERS[:2], zipfile.ZIP_DEFLATED)]


@FEW
@given(well_formed())
def test_well_formed_documents_that_hold_anything(data):
    only_records_or_malformed(data)


@FEW
@given(mutated(st.sampled_from(DOCUMENTS)))
def test_documents_gone_wrong(data):
    only_records_or_malformed(data)


@FEW
@given(TIMED)
def test_times_of_any_age_in_any_order(data):
    only_records_or_malformed(data)


@FEW
@given(st.binary(max_size=300))
def test_random_bytes_as_documents(data):
    only_records_or_malformed(data)
    only_records_or_malformed(b"<gpx><trk><trkseg>" + data)


@given(st.sampled_from(DOCUMENTS), st.data())
def test_a_document_cut_off_anywhere_keeps_the_key_of_its_first_outing(document, data):
    kind = b"gpx" if b"<gpx" in document else b"TrainingCenterDatabase"
    cut = data.draw(st.integers(0, len(document)))
    whole, _ = taken(READERS[kind](document, name="x", before=BEFORE))
    part, error = taken(READERS[kind](document[:cut], name="x", before=BEFORE))
    assert error is not None or part == whole
    assert {w.key for w in part} <= {w.key for w in whole}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(mutated(st.sampled_from([*DOCUMENTS, *ARCHIVES, gzip.compress(DOCUMENTS[0], mtime=0)])))
def test_files_and_archives_gone_wrong_on_disk(tmp_path: Path, data: bytes):
    path = tmp_path / "file"
    path.write_bytes(data)
    read(path, zone="America/New_York")


PLACES = st.just((None, None)) | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
TRAILS = st.lists(
    st.lists(
        st.builds(
            lambda at, place, height: Point(at, *place, height),
            st.floats(1.7e9, 1.7e9 + 90_000),
            PLACES,
            st.none() | st.floats(allow_nan=False),
        ),
        max_size=12,
    ),
    max_size=5,
)


@given(TRAILS)
def test_no_point_is_in_two_outings_and_the_way_never_shrinks(stretches):
    believed = trail.believed(stretches, 1.8e9, Problems())
    outings = trail.outings(believed)
    flat = [p for outing in outings for stretch in outing for p in stretch]
    assert flat == [p for stretch in believed for p in stretch]
    assert [p.at for p in flat] == sorted(p.at for p in flat)
    for outing in outings:
        samples = trail.track(outing)
        assert samples is not None
        far = [d for d in samples.distance_m if d is not None]
        assert far == sorted(far)


@given(st.lists(st.lists(st.sampled_from([0.0, 5.0, 50.0]), min_size=1), min_size=1, max_size=5))
def test_the_order_of_segments_changes_nothing(gaps):
    stretches, at = [], 1.7e9
    for steps in gaps:
        stretch = []
        for step in steps:
            at += 1 + step
            stretch.append(Point(at, 45.0, 14.0 + at / 1e6))
        stretches.append(stretch)
    ordered = trail.believed(stretches, 1.8e9, Problems())
    assert trail.believed(stretches[::-1], 1.8e9, Problems()) == ordered == stretches


class _Deaf:
    def opened(self, path, attributes):
        assert 1 <= len(path) <= markup.DEEPEST

    def closed(self, path, text):
        assert len(text) <= markup.LONGEST_TEXT


@given(well_formed())
def test_a_well_formed_document_is_read_to_its_end(data):
    assert markup.read(data, _Deaf()) is None


@pytest.mark.soak
@MANY
@given(well_formed())
def test_well_formed_documents_that_hold_anything_for_long(data):
    only_records_or_malformed(data)


@pytest.mark.soak
@MANY
@given(mutated(st.sampled_from(DOCUMENTS)))
def test_documents_gone_wrong_for_long(data):
    only_records_or_malformed(data)


@pytest.mark.soak
@settings(MANY, suppress_health_check=list(HealthCheck), deadline=None)
@given(mutated(st.sampled_from(ARCHIVES)))
def test_archives_gone_wrong_for_long(tmp_path: Path, data: bytes):
    path = tmp_path / "file"
    path.write_bytes(data)
    read(path, zone="America/New_York")
