from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import Malformed, SourceKind, Workout
from syncd.formats import tcx

START = datetime(2024, 5, 1, 10, tzinfo=UTC)
BEFORE = datetime(2024, 6, 1, tzinfo=UTC)
T0 = int(START.timestamp())
NS = "http://www.garmin.com/xmlschemas/"
CREATOR = "<Creator><Name>Watch 5</Name><UnitId>123</UnitId><ProductID>7</ProductID></Creator>"


def when(second: float) -> str:
    return (START + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")


def point(second: float | None, metres: float | None = None, more: str = "") -> str:
    at = "" if second is None else f"<Time>{when(second)}</Time>"
    far = "" if metres is None else f"<DistanceMeters>{metres}</DistanceMeters>"
    return f"<Trackpoint>{at}<AltitudeMeters>250.5</AltitudeMeters>{far}{more}</Trackpoint>"


def place(north: float) -> str:
    return (
        f"<Position><LatitudeDegrees>{45 + north:.7f}</LatitudeDegrees>"
        "<LongitudeDegrees>14.5</LongitudeDegrees></Position>"
    )


def tpx(**values: float) -> str:
    told = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return f'<Extensions><TPX xmlns="{NS}ActivityExtension/v2">{told}</TPX></Extensions>'


def walk(first: int = 0, last: int = 100, more: str = "") -> str:
    return "".join(point(s, s * 1.5, more) for s in range(first, last + 1, 10))


def lap(
    *tracks: str,
    start: float = 0,
    total: float | None = 100,
    far: float | None = 150,
    more: str = "",
) -> str:
    told = "" if total is None else f"<TotalTimeSeconds>{total}</TotalTimeSeconds>"
    told += "" if far is None else f"<DistanceMeters>{far}</DistanceMeters>"
    inside = "".join(f"<Track>{points}</Track>" for points in tracks)
    return f'<Lap StartTime="{when(start)}">{told}<Cadence>50</Cadence>{inside}{more}</Lap>'


def activity(*laps: str, sport: str = "Running", creator: str = CREATOR, began: float = 0) -> str:
    return f'<Activity Sport="{sport}"><Id>{when(began)}</Id>{"".join(laps)}{creator}</Activity>'


def document(*activities: str, also: str = "") -> bytes:
    return (
        f'\n  <?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase xmlns="{NS}'
        f'TrainingCenterDatabase/v2"><Activities>{"".join(activities)}</Activities>{also}'
        "</TrainingCenterDatabase>"
    ).encode()


def everything(data: bytes, zone: str | None = None) -> tuple[list[Workout], Sequence[str]]:
    found: list[Workout] = []
    try:
        found.extend(tcx.workouts(data, name="walk.tcx", before=BEFORE, zone=zone))
    except Malformed as error:
        return found, error.problems
    return found, ()


def one(data: bytes, zone: str | None = None) -> Workout:
    found, problems = everything(data, zone)
    assert not problems
    (workout,) = found
    return workout


def test_totals_of_the_laps_stand_beside_the_samples():
    laps = lap(walk(0, 100), far=151.5), lap(walk(101, 201), start=100, total=101.25)
    outing = one(document(activity(*laps)))
    assert (outing.start, outing.end) == (START, START + timedelta(seconds=201))
    assert outing.key == f"tcx:{T0}"
    assert (outing.source.key, outing.source.kind) == ("tcx:watch 5:123", SourceKind.FILE)
    assert (outing.source.device, outing.source.whole_day) == ("Watch 5", False)
    assert outing.label == "running"
    assert outing.distance_m == 301.5
    assert outing.timer_s == 201.0
    assert outing.elevation_source is None
    assert outing.steps is outing.utc_offset_s is None
    assert outing.pauses == ()
    samples = outing.track
    assert samples is not None
    assert samples.distance_m[10] == 150.0
    assert samples.altitude_m[0] == 250.5
    assert samples.latitude == samples.cadence_spm == samples.speed_mps == ()


def test_a_gap_between_tracks_is_a_pause_and_a_new_lap_is_none():
    laps = lap(walk(0, 100), walk(400, 500)), lap(walk(505, 605), start=505)
    outing = one(document(activity(*laps)))
    assert [(p.start - T0, p.end - T0) for p in outing.pauses] == [(100, 400)]


@pytest.mark.parametrize("sport", ["Running", "Walking", "Hiking"])
def test_on_foot_the_cadence_is_a_legs(sport):
    samples = one(document(activity(lap(walk(more="<Cadence>56</Cadence>")), sport=sport))).track
    assert samples is not None
    assert set(samples.cadence_spm) == {112.0}


@pytest.mark.parametrize("sport", ["Biking", "Other"])
def test_turns_of_a_crank_and_strokes_are_no_steps(sport):
    steps = "<Extensions><LX><Steps>65</Steps></LX></Extensions>"
    outing = one(
        document(activity(lap(walk(more="<Cadence>56</Cadence>"), more=steps), sport=sport))
    )
    assert outing.steps is None
    assert outing.track is not None
    assert outing.track.cadence_spm == ()


@pytest.mark.parametrize("sport", ["Running", "Other"])
def test_the_cadence_and_steps_of_a_running_sensor_count_whatever_the_sport_is_called(sport):
    steps = "<Extensions><LX><AvgSpeed>1.5</AvgSpeed><Steps>187</Steps></LX></Extensions>"
    points = walk(more="<Cadence>20</Cadence>" + tpx(Speed=1.4, RunCadence=55))
    outing = one(document(activity(lap(points, more=steps), sport=sport)))
    assert outing.steps == 187
    assert outing.track is not None
    assert set(outing.track.cadence_spm) == {110.0}
    assert set(outing.track.speed_mps) == {1.4}


def test_steps_and_metres_are_sums_only_if_every_lap_tells():
    steps = "<Extensions><LX><Steps>90</Steps></LX></Extensions>"
    both = one(document(activity(lap(walk(), more=steps), lap(more=steps, start=100))))
    assert (both.steps, both.distance_m) == (180, 300.0)
    some = one(document(activity(lap(walk(), more=steps), lap(start=100, far=None, total=None))))
    assert (some.steps, some.distance_m, some.timer_s) == (None, None, None)


def test_a_treadmill_without_samples_is_an_outing_by_its_laps():
    outing = one(document(activity(lap(), lap(start=100, total=80, far=120))))
    assert outing.track is None
    assert (outing.end - outing.start).seconds == 180
    assert (outing.distance_m, outing.timer_s) == (270.0, 180.0)


def test_without_the_devices_distance_the_way_along_the_points_stands():
    tracks = [
        "".join(point(s, None, place(s * 1e-5)) for s in range(a, a + 100, 10)) for a in (0, 95)
    ]
    outing = one(document(activity(lap(*tracks, far=None))))
    assert outing.distance_m is None
    assert outing.track is not None
    assert outing.track.distance_m[-1] == pytest.approx(185 * 1.1119508, abs=0.1)


def test_a_distance_that_starts_anew_or_leaps_costs_only_itself():
    samples = one(document(activity(lap(walk() + point(101, 9e9) + point(102, 153.0))))).track
    assert samples is not None
    assert samples.distance_m[-3:] == (150.0, None, 153.0)


def test_local_time_is_the_zones_where_the_file_has_none():
    outing = one(document(activity(lap(walk()))), zone="Asia/Tokyo")
    assert (outing.utc_offset_s, outing.zone) == (9 * 3600, "Asia/Tokyo")


def test_several_activities_and_those_of_a_multisport_session_are_outings():
    first, second = activity(lap(walk())), activity(lap(walk(900, 999), start=900), began=900)
    session = (
        f"<MultiSportSession><Id>{when(0)}</Id><FirstSport>{first}</FirstSport>"
        f"<NextSport>{second}</NextSport></MultiSportSession>"
    )
    expected = everything(document(first, second))
    assert [w.key for w in expected[0]] == [f"tcx:{T0}", f"tcx:{T0 + 900}"]
    assert everything(document(session)) == expected


def test_courses_and_plans_are_no_walk():
    course = f"<Courses><Course><Name>x</Name><Track>{walk()}</Track></Course></Courses>"
    assert everything(document(also=course)) == (
        [],
        ("no activity in it: courses and plans are no walk.",),
    )
    plan = "<Training><Plan><Name>Monday</Name></Plan></Training>"
    assert one(document(activity(lap(walk()), plan))).source.key == "tcx:watch 5:123"


@pytest.mark.parametrize(
    ("creator", "key"),
    [
        ("", "tcx"),
        ("<Creator><Name>Polar M400</Name><UnitId>0</UnitId></Creator>", "tcx:polar m400"),
        ("<Creator><Name>\n</Name><UnitId>-5</UnitId></Creator>", "tcx"),
    ],
)
def test_a_source_is_the_device_as_far_as_it_is_told(creator, key):
    assert one(document(activity(lap(walk()), creator=creator))).source.key == key


def test_points_without_times_are_left_out_and_told():
    found, problems = everything(document(activity(lap(walk() + point(None) * 3))))
    assert [len(w.track.at) for w in found if w.track] == [11]
    assert problems == ("3 of its 14 points have no time and were left out.",)


def test_impossible_times_are_told_and_what_can_be_is_kept():
    wrong = point(-30 * 365 * 86400) + point(90 * 86400)
    found, problems = everything(document(activity(lap(walk() + wrong))))
    assert (found[0].end - found[0].start).seconds == 100
    assert len(problems) == 2
    old = activity(lap(point(-90 * 365 * 86400), start=-90 * 365 * 86400))
    found, problems = everything(document(old, activity(lap(walk()))))
    assert len(found) == 1
    assert problems[-1] == "an activity in it tells no time that can be; it was left out."


def test_a_lap_on_another_clock_does_not_stretch_the_outing():
    outing = one(document(activity(lap(walk(), start=-7200), began=-7200)))
    assert (outing.start, outing.key) == (START, f"tcx:{T0 - 7200}")


def test_an_activity_of_a_month_is_left_out():
    month = "".join(point(-6000.0 * i) for i in range(31 * 86400 // 6000, -1, -1))
    found, problems = everything(document(activity(lap(month)), activity(lap(walk()))))
    assert len(found) == 1
    assert problems[0].startswith("an outing of 31 days")


def test_totals_that_cannot_be_are_left_out():
    steps = "<Extensions><LX><Steps>9999999</Steps></LX></Extensions>"
    found, problems = everything(document(activity(lap(walk(), far=9e9, more=steps, total=-5))))
    assert (found[0].distance_m, found[0].steps, found[0].timer_s) == (None, None, None)
    assert len(problems) == 2


def test_a_file_cut_off_keeps_its_points_and_its_key():
    whole = document(activity(lap(walk(0, 1000), total=1000)))
    found, problems = everything(whole[: len(whole) // 2])
    assert [w.key for w in found] == [one(whole).key]
    assert len(found[0].track.at if found[0].track else ()) > 30
    assert problems[0].startswith("cut off in line")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (document(), "no activity in it"),
        (document("<Activity/>"), "tells no time that can be"),
        (b"<gpx/>", "not a TCX document"),
        (
            b"<!DOCTYPE TrainingCenterDatabase [<!ENTITY x 'y'>]><TrainingCenterDatabase/>",
            "refused",
        ),
        (b"<TrainingCenterDatabase>", "cut off in line 1"),
    ],
)
def test_what_holds_no_activity_is_said_in_words(data, words):
    found, problems = everything(data)
    assert not found
    assert words in problems[0]
