"""Original files: joined with their activity, and whatever else an archive may hold."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import Malformed, Workout
from syncd.sim.cloud import Outing
from syncd_garmin import activities, recordings, wire
from syncd_garmin.archives import MOST_MEMBERS
from syncd_garmin.simulated import files, telling
from syncd_garmin.simulated.world import World
from tests.adapters.garmin.vendor import MID_MARCH, weeks


@pytest.fixture
def world() -> World:
    return World(weeks().cloud, lambda: MID_MARCH)


def outing(world: World) -> Outing:
    """Return a walk with a pause in it, when its file has one."""
    return next(o for o in world.outings() if o.walk.stops())


def told(world: World, of: Outing | None = None, **other: object) -> Workout:
    said = {**telling.item(world, of or outing(world)), **other}
    found = activities.workout(wire.ActivityItem.model_validate(said))
    assert found is not None
    return found


def refined(told: Workout, body: bytes) -> Workout:
    found = recordings.refined(told, body, before=MID_MARCH)
    assert found is not None
    return found


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def test_a_fit_file_brings_samples_and_pauses_and_leaves_the_totals_alone(world):
    walk, before = outing(world).walk, told(world)
    after = refined(before, files.original(world, outing(world)))
    assert after.key == before.key
    assert after.source == before.source
    assert (after.steps, after.distance_m) == (walk.steps, before.distance_m)
    assert after.track is not None
    assert len(after.pauses) >= 1
    assert after.elevation_source == "barometric"
    # the file counts one leg: a hundred and some steps a minute come of fifty and some
    assert max(c for c in after.track.cadence_spm if c is not None) > 95


def test_what_garmin_leaves_out_is_taken_from_the_file(world):
    untouched = next(o for o in world.outings() if o.end == o.walk.end)
    before = told(world, untouched, steps=None, distance=None, elevationGain=None)
    after = refined(before, files.original(world, untouched))
    walk = untouched.walk
    assert abs(after.steps - walk.steps) <= 1  # a stride is two steps
    assert after.distance_m == pytest.approx(walk.distance_m, abs=0.01)
    assert after.ascent_m == round(walk.ascent_m)


def test_an_activity_that_was_trimmed_takes_only_its_part_of_the_file(world):
    walk = outing(world).walk
    half = walk.start + (walk.end - walk.start) // 2
    before = told(world, endTimeGMT=telling.spaced(half), steps=None)
    after = refined(before, files.original(world, outing(world)))
    assert max(after.track.at) <= half + 2
    assert after.steps is None  # the file's own total is of the whole
    assert all(p.end <= half for p in after.pauses)


def test_of_a_climb_that_was_corrected_a_file_without_barometer_keeps_no_altitude(world):
    corrected = told(world, elevationCorrected=True)
    by_air = refined(corrected, files.original(world, outing(world)))
    assert by_air.elevation_source == "terrain"
    assert by_air.track.altitude_m
    gpx = zipped(file=files.gpx(outing(world)))
    assert refined(corrected, gpx).track.altitude_m == ()
    assert refined(told(world), gpx).track.altitude_m


def test_v18_what_a_member_is_its_content_says(world):
    body = zipped(**{"1_ACTIVITY.fit": files.gpx(outing(world)), "readme.txt": b"hello"})
    assert len(refined(told(world), body).track.at) > 100
    bare = files.activity(world, outing(world))
    assert len(refined(told(world), bare).track.at) > 100  # no archive around it at all


def test_the_recording_of_another_time_is_not_this_activitys(world):
    other = told(world).model_copy(
        update={
            "start": datetime(2026, 3, 1, tzinfo=UTC),
            "end": datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=30),
        }
    )
    body = files.original(world, outing(world))
    assert recordings.refined(other, body, before=MID_MARCH) is None


def test_one_damaged_member_does_not_take_the_sound_one_along(world):
    fit = files.activity(world, outing(world))
    body = zipped(**{"a.fit": fit[: len(fit) // 2] + b"\0" * 9, "b.fit": fit})
    assert len(refined(told(world), body).track.at) > 100


def bomb() -> bytes:
    return zipped(bomb=b"\0" * (65 << 20))


def crowd() -> bytes:
    return zipped(**{f"{i}.fit": b"" for i in range(MOST_MEMBERS + 1)})


def locked() -> bytes:
    body = bytearray(zipped(a=b"x"))
    body[6] |= 1
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


@pytest.mark.parametrize(
    "body",
    [
        b"this is no archive",
        b"PK\x03\x04 and then nothing",
        b"{}",
        zipped(),
        zipped(**{"../../etc/passwd": b"root"}),
        zipped(deep=zipped(a=b"x")),
        bomb(),
        crowd(),
        locked(),
    ],
    ids=["junk", "stub", "json", "empty", "climbs", "nested", "bomb", "crowd", "locked"],
)
def test_what_is_no_recording_is_refused_with_a_sentence(world, body):
    with pytest.raises(Malformed) as caught:
        recordings.refined(told(world), body, before=MID_MARCH)
    assert str(caught.value)[0].islower()
