from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import Malformed, SourceKind, Workout
from syncd.formats import gpx

START = datetime(2024, 5, 1, 10, tzinfo=UTC)
BEFORE = datetime(2024, 6, 1, tzinfo=UTC)
T0 = int(START.timestamp())
A_DEGREE_M = 111_195.08
"""Of latitude, on the round Earth."""


def point(
    second: float | None, north: float = 0.0, *, ele: float | None = 100.0, more: str = ""
) -> str:
    at = None if second is None else START + timedelta(seconds=second)
    inside = "" if ele is None else f"<ele>{ele}</ele>"
    inside += "" if at is None else f"<time>{at.isoformat().replace('+00:00', 'Z')}</time>"
    return f'<trkpt lat="{45 + north:.7f}" lon="14.5">{inside}{more}</trkpt>'


def walk(first: int = 0, count: int = 10, every: int = 10) -> str:
    """Return points 11.12 m apart."""
    return "".join(point(first + every * i, (first + every * i) * 1e-5) for i in range(count))


def track(*segments: str, kind: str = "") -> str:
    told = f"<type>{kind}</type>" if kind else ""
    return (
        f"<trk><name>x</name>{told}" + "".join(f"<trkseg>{s}</trkseg>" for s in segments) + "</trk>"
    )


def document(*tracks: str, creator: str = "Some Logger 1.2.3", version: str = "1/1") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="{creator}"'
        f' xmlns="http://www.topografix.com/GPX/{version}"'
        ' xmlns:tpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">'
        f"{''.join(tracks)}</gpx>"
    ).encode()


def everything(data: bytes, zone: str | None = None) -> tuple[list[Workout], Sequence[str]]:
    found: list[Workout] = []
    try:
        found.extend(gpx.workouts(data, name="walk.gpx", before=BEFORE, zone=zone))
    except Malformed as error:
        return found, error.problems
    return found, ()


def one(data: bytes, zone: str | None = None) -> Workout:
    found, problems = everything(data, zone)
    assert not problems
    (workout,) = found
    return workout


def refused(data: bytes) -> str:
    found, problems = everything(data)
    assert not found
    (problem,) = problems
    return problem


@pytest.mark.parametrize("version", ["1/0", "1/1"])
def test_a_track_is_an_outing_with_distance_height_and_place(version):
    outing = one(document(track(walk()), version=version))
    assert (outing.start, outing.end) == (START, START + timedelta(seconds=90))
    assert outing.key == f"gpx:{T0}"
    assert (outing.source.key, outing.source.kind) == ("gpx:some logger", SourceKind.FILE)
    assert not outing.source.whole_day
    assert outing.source.device == "Some Logger 1.2.3"
    assert (outing.label, outing.utc_offset_s, outing.zone) == (None, None, None)
    assert outing.elevation_source == "gnss"
    assert outing.steps is outing.timer_s is outing.ascent_m is None
    assert outing.distance_m == pytest.approx(90e-5 * A_DEGREE_M, abs=0.02)
    samples = outing.track
    assert samples is not None
    assert samples.at == tuple(range(T0, T0 + 100, 10))
    assert samples.distance_m[0] == 0.0
    assert samples.distance_m[1] == pytest.approx(11.12, abs=0.01)
    assert samples.distance_m[-1] == outing.distance_m
    assert samples.altitude_m == (100.0,) * 10
    assert samples.latitude[1] == 45.0001
    assert samples.longitude == (14.5,) * 10
    assert samples.speed_mps == samples.cadence_spm == ()


def test_a_prefix_of_the_namespace_changes_nothing():
    plain = document(track(walk()))
    text = plain.decode().replace("<gpx version", "<g:gpx version").replace("</gpx>", "</g:gpx>")
    text = text.replace(' xmlns="', ' xmlns:g="')
    for name in ("trk>", "trkseg>", "trkpt", "ele>", "time>", "name>"):
        text = text.replace(f"</{name}", f"</g:{name}").replace(f"<{name}", f"<g:{name}")
    assert everything(text.encode()) == everything(plain)


def extension(cadence: str, speed: str = "1.5", name: str = "cad") -> str:
    return (
        f"<extensions><tpx:TrackPointExtension><tpx:hr>90</tpx:hr><tpx:{name}>{cadence}</tpx:{name}>"
        f"<tpx:speed>{speed}</tpx:speed></tpx:TrackPointExtension></extensions>"
    )


@pytest.mark.parametrize("kind", ["walking", "Hiking", "10", "running", "", "other", "Unknown"])
def test_cadence_on_foot_or_of_nobody_knows_what_counts_one_leg(kind):
    points = "".join(point(10 * i, i * 1e-4, more=extension("55")) for i in range(3))
    samples = one(document(track(points, kind=kind))).track
    assert samples is not None
    assert samples.cadence_spm == (110.0, 110.0, 110.0)
    assert samples.speed_mps == (1.5, 1.5, 1.5)


@pytest.mark.parametrize("kind", ["cycling", "1", "rowing", "jkljkl"])
def test_turns_of_a_crank_are_no_steps(kind):
    points = "".join(point(10 * i, i * 1e-4, more=extension("55")) for i in range(3))
    samples = one(document(track(points, kind=kind))).track
    assert samples is not None
    assert samples.cadence_spm == ()


def test_speed_and_cadence_right_under_extensions_and_in_gpx_1_0():
    more = "<extensions><cadence>50</cadence><speed>1.25</speed></extensions>"
    samples = one(
        document(track(point(0, more=more) + point(9, 1e-4, more="<speed>2</speed>")))
    ).track
    assert samples is not None
    assert samples.cadence_spm == (100.0, None)
    assert samples.speed_mps == (1.25, 2.0)


@pytest.mark.parametrize(
    ("kind", "label"),
    [("Hiking", "hiking"), ("4", "hike"), ("9", "run"), ("  Nordic \n walking ", "nordic walking")],
)
def test_the_type_of_a_track_is_its_label(kind, label):
    assert one(document(track(walk(), kind=kind))).label == label


def test_segments_within_half_an_hour_are_one_outing_and_no_way_lies_between_them():
    outing = one(document(track(walk(0), "", walk(890))))
    assert outing.end == START + timedelta(seconds=980)
    assert outing.distance_m == pytest.approx(2 * 90e-5 * A_DEGREE_M, abs=0.02)
    assert [(p.start - T0, p.end - T0) for p in outing.pauses] == [(90, 890)]
    assert outing.track is not None
    assert outing.track.distance_m[9] == outing.track.distance_m[10]


def test_segments_farther_apart_are_two_outings_whatever_their_order():
    early, late = everything(document(track(walk(1900), walk(0))))[0]
    assert (early.key, late.key) == (f"gpx:{T0}", f"gpx:{T0 + 1900}")
    assert early.pauses == late.pauses == ()


def test_tracks_that_follow_each_other_are_one_outing_only_if_they_are_of_one_sport():
    assert len(everything(document(track(walk(0)), track(walk(200))))[0]) == 1
    walked, driven = everything(document(track(walk(0), kind="walk"), track(walk(99), kind="car")))[
        0
    ]
    assert (walked.label, driven.label) == ("walk", "car")


def test_tracks_at_the_same_time_are_two_recordings():
    assert len(everything(document(track(walk(0)), track(walk(50))))[0]) == 2


def test_a_logger_that_was_off_for_hours_inside_a_segment_recorded_two_outings():
    assert len(everything(document(track(walk(0) + walk(7 * 3600))))[0]) == 2
    outing = one(document(track(walk(0) + walk(3600))))
    assert outing.distance_m == pytest.approx(3690e-5 * A_DEGREE_M, abs=0.5)


def test_a_segment_without_times_belongs_to_no_day():
    untimed = "".join(point(None, i * 1e-3) for i in range(9))
    outing = one(document(track("", untimed, walk())))
    assert outing.distance_m == pytest.approx(90e-5 * A_DEGREE_M, abs=0.02)


def test_a_file_without_times_is_refused_and_one_almost_without_is_told():
    assert refused(document(track(point(None) * 5))).startswith(
        "no times: syncd cannot tell the day"
    )
    found, problems = everything(document(track(point(None) * 15, walk())))
    assert len(found) == 1
    assert problems[0].startswith("15 of its 25 points have no time")


def test_heights_that_were_not_measured_are_unknown_and_not_flat():
    for height in (None, 0.0):
        points = "".join(point(i * 5, i * 1e-4, ele=height) for i in range(5))
        outing = one(document(track(points)))
        assert outing.track is not None
        assert outing.track.altitude_m == ()
        assert outing.elevation_source is None
    mixed = point(0, ele=0.0) + point(5, 1e-4, ele=None) + point(10, 2e-4, ele=3.0)
    outing = one(document(track(mixed)))
    assert outing.track is not None
    assert outing.track.altitude_m == (0.0, None, 3.0)


def test_a_receiver_that_says_it_has_a_barometer_is_believed():
    assert one(document(track(walk()), creator="X with Barometer")).elevation_source == "barometric"


@pytest.mark.parametrize(
    ("creator", "key"),
    [
        ("Garmin Connect", "gpx:garmin connect"),
        ("GPSBabel - http://www.gpsbabel.org", "gpx:gpsbabel"),
        ("OsmAnd v4.7.2", "gpx:osmand"),
        ("eTrex 20x", "gpx:etrex 20x"),
        ("", "gpx"),
        ("x" * 300, "gpx:" + "x" * 80),
    ],
)
def test_a_source_is_the_program_whatever_its_version(creator, key):
    assert one(document(track(walk()), creator=creator)).source.key == key


def test_impossible_times_cost_their_points_and_are_told():
    wrong = point(-30 * 365 * 86400) + point(90 * 86400) + point(45, 45e-5)
    found, problems = everything(document(track(walk() + wrong)))
    (outing,) = found
    assert (outing.end - outing.start).seconds == 90
    assert [p.partition(" (")[0] for p in problems] == [
        "1 point is dated before 2000",
        "1 point is dated in the future",
        "1 point is earlier than those before",
    ]


def test_one_wild_time_costs_itself_and_nothing_after_it():
    found, problems = everything(document(track(point(80, 8e-4) + walk())))
    assert [len(w.track.at) for w in found if w.track] == [10]
    assert len(problems) == 1


def test_a_clock_that_stood_still_tells_no_outing():
    assert "dated before 2000" in refused(document(track(point(-90 * 365 * 86400) * 9)))
    assert refused(document(track(point(5) * 9))).startswith(
        "9 points carry one time (2024-05-01 10:00"
    )
    assert refused(document(track(point(5)))).startswith("its only point carries one time")
    assert len(everything(document(track(point(4000), walk())))[0]) == 1


def test_seconds_that_come_twice_are_one_sample_and_keep_the_way():
    points = point(0) + point(0.4, 1e-5) + point(0.8, 2e-5, ele=None) + point(1, 3e-5)
    samples = one(document(track(points))).track
    assert samples is not None
    assert samples.at == (T0, T0 + 1)
    assert samples.distance_m == pytest.approx((2.224, 3.336), abs=0.01)
    assert samples.altitude_m == (100.0, 100.0)


def test_a_leap_of_a_lost_signal_adds_nothing():
    points = point(0) + point(1, 30) + point(2, 2e-5) + point(3, 3e-5)
    assert one(document(track(points))).distance_m == pytest.approx(1.11, abs=0.01)


@pytest.mark.parametrize("bad", ['lat="0" lon="0"', 'lat="91" lon="5"', 'lat="x" lon="5"', ""])
def test_a_point_without_a_place_keeps_its_time_and_height(bad):
    text = document(track(walk())).decode().replace('lat="45.0001000" lon="14.5"', bad, 1)
    samples = one(text.encode()).track
    assert samples is not None
    assert (samples.latitude[1], samples.longitude[1], samples.distance_m[1]) == (None, None, None)
    assert samples.altitude_m[1] == 100.0
    assert samples.distance_m[-1] == pytest.approx(90e-5 * A_DEGREE_M, abs=0.02)


def test_local_time_is_the_files_own_word_before_that_of_the_zone():
    assert one(document(track(walk())), zone="Europe/Paris").utc_offset_s == 7200
    assert one(document(track(walk())), zone="Europe/Paris").zone == "Europe/Paris"
    text = document(track(walk())).decode().replace("Z</time>", "-05:00</time>")
    outing = one(text.encode(), zone="Europe/Paris")
    assert (outing.utc_offset_s, outing.zone) == (-18000, None)
    assert outing.start == START + timedelta(hours=5)
    no_zone = document(track(walk())).decode().replace("Z</time>", "</time>")
    assert one(no_zone.encode()) == one(document(track(walk())))


@pytest.mark.parametrize(
    "time",
    [
        "",
        "yesterday",
        "2024-05-01",
        "2024-13-01T00:00:00Z",
        "T",
        "9" * 99,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_time_that_is_none_leaves_its_point_out(time):
    extra = f'<trkpt lat="45" lon="14.5"><time>{time}</time></trkpt>'
    outing = one(document(track(walk() + extra)))
    assert outing.track is not None
    assert len(outing.track.at) == 10


@pytest.mark.parametrize("number", ["nan", "inf", "-1e999", "1_0", "1,5", "high", ""])
def test_a_number_that_is_none_is_unknown(number):
    more = f"<ele>{number}</ele>" + extension(number, number)
    samples = one(document(track(point(0, more=more, ele=None) + point(9, 1e-4)))).track
    assert samples is not None
    assert samples.altitude_m == (None, 100.0)
    assert samples.cadence_spm == samples.speed_mps == ()


def test_an_outing_of_a_month_is_left_out_and_the_rest_is_kept():
    month = "".join(point(-i * 6000.0) for i in range(31 * 86400 // 6000, -1, -1))
    found, problems = everything(document(track(month), track(walk(3600))))
    assert [w.key for w in found] == [f"gpx:{T0 + 3600}"]
    assert problems[0].startswith("an outing of 31 days, from 2024-03-31")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (document(), "no track with points in it"),
        (document(track("", "")), "no track with points in it"),
        (document(f'<rte><rtept lat="1" lon="1">{walk()}</rtept></rte>'), "no track with points"),
        (b"<kml/>", "not a GPX document"),
        (b"", "cut off in line 1"),
        (b"hello", "damaged in line 1"),
    ],
)
def test_what_holds_no_track_is_said_in_words(data, words):
    assert words in refused(data)


def test_the_file_is_named():
    with pytest.raises(Malformed, match=r"^walk\.gpx: no track"):
        list(gpx.workouts(document(), name="walk.gpx", before=BEFORE))


def test_a_file_cut_off_keeps_its_points_and_its_key():
    whole = document(track(walk(count=50)))
    found, problems = everything(whole[: len(whole) // 2])
    (outing,) = found
    assert outing.key == one(whole).key
    assert outing.source == one(whole).source
    assert 60 < (outing.end - outing.start).total_seconds() < 490
    assert problems == ("cut off in line 2. Copy or export it again.",)
