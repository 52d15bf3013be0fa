"""Recorded outings: own minutes, totals, and what they really were."""

from __future__ import annotations

from itertools import accumulate

import pytest

from syncd.contract import Pause
from syncd.walks.activity import Movement, judge
from syncd.walks.model import UNSEEN, Activity, Rules
from syncd.walks.recorded import Recorded
from tests.unit.walks.lives import DAY, FIRST, MIDNIGHT, life, outing

RULES = Rules()


def recorded(*args: object, **kwargs: object) -> Recorded:
    return Recorded(outing(*args, **kwargs), 1, "fit:1:2:3", 10, RULES)  # type: ignore[arg-type]


@pytest.mark.parametrize("second", [0, 1, 29, 30, 31, 59])
def test_a_walk_of_thirty_minutes_is_thirty_minutes_whatever_second_it_began(second: int) -> None:
    walk = recorded(36000 + second, 1800, cadence=104.0)
    assert [s for s in walk.step_minutes if s is not None and s >= 100] == [104] * 30
    assert walk.first == FIRST + 600 + (1 if second >= 30 else 0)
    assert walk.ends_full


def test_a_partial_last_minute_speaks_only_as_a_tail() -> None:
    walk = recorded(36000, 95)
    assert list(walk.minutes.steps) == [110, UNSEEN]
    assert list(walk.tail.steps) == [UNSEEN, 64]


def test_the_devices_own_totals_beat_the_integral() -> None:
    assert recorded(0, 600).steps == 1100
    assert recorded(0, 600, steps=1042).steps == 1042


def test_sparse_samples_hold_for_a_minute_and_no_longer() -> None:
    assert recorded(0, 600, every_s=30).step_minutes == [110] * 10
    thin = recorded(0, 600, every_s=300)
    assert thin.step_minutes.count(None) == 8


def test_a_pause_is_not_walked_through() -> None:
    walk = outing(0, 300)
    paused = walk.model_copy(update={"pauses": (Pause(start=MIDNIGHT + 60, end=MIDNIGHT + 180),)})
    minutes = Recorded(paused, 1, "k", 10, RULES).step_minutes
    assert minutes == [110, None, None, 110, 110]


def test_moving_time_leaves_out_standing() -> None:
    walk = outing(0, 200, speed=1.0)
    assert walk.track is not None
    metres = tuple(min(float(i), 100.0) for i in range(201))
    still = walk.model_copy(update={"track": walk.track.model_copy(update={"distance_m": metres})})
    assert Recorded(still, 1, "k", 10, RULES).moving_time_s == 100.0


def test_a_long_leg_is_motion_if_it_covers_ground_and_speaks_for_no_minute() -> None:
    walk = recorded(0, 1200, cadence=None, speed=1.4, every_s=240)
    assert walk.moving_time_s == 1200.0
    assert walk.distance_minutes == pytest.approx([84.0] * 20)
    assert walk.spoken_minutes == [None] * 20
    dense = recorded(0, 1200, cadence=None, speed=1.4, every_s=60)
    assert dense.spoken_minutes == pytest.approx([84.0] * 20)


@pytest.mark.parametrize(("every_s", "brisk"), [(60, 20), (240, 0)])
def test_the_average_of_a_long_leg_makes_no_minute_brisk(every_s: int, brisk: int) -> None:
    walk = outing(36_000, 1200, cadence=None, speed=1.4, every_s=every_s)
    (session,) = life(outings=[walk]).sessions([DAY])
    assert session.brisk_min == brisk
    assert session.moving_time_s == 1200.0


def test_a_long_leg_at_the_speed_of_a_car_is_a_vehicle_all_the_same() -> None:
    walk = outing(36_000, 1200, cadence=None, speed=1.4, every_s=60)
    assert walk.track is not None
    kept = [i for i in range(21) if not 15 < i < 18]
    metres = [
        float(d or 0.0) + (2000.0 if i >= 18 else 0.0) for i, d in enumerate(walk.track.distance_m)
    ]
    thin = walk.track.model_copy(
        update={
            "at": tuple(walk.track.at[i] for i in kept),
            "distance_m": tuple(metres[i] for i in kept),
        }
    )
    (session,) = life(outings=[walk.model_copy(update={"track": thin})]).sessions([DAY])
    assert session.brisk_min == 17


def test_a_gap_of_more_than_five_minutes_is_not_guessed() -> None:
    gap = recorded(0, 1200, cadence=None, speed=1.4, every_s=400)
    assert gap.moving_time_s == 1200.0, "nothing was measured, so all of it is what is known"
    walk = outing(0, 1200, cadence=None, speed=1.4)
    assert walk.track is not None
    kept = [i for i in range(1201) if i <= 300 or i >= 700]
    thin = walk.track.model_copy(
        update={
            "at": tuple(walk.track.at[i] for i in kept),
            "distance_m": tuple(walk.track.distance_m[i] for i in kept),
        }
    )
    holed = Recorded(walk.model_copy(update={"track": thin}), 1, "k", 10, RULES)
    assert holed.moving_time_s == 800.0
    assert holed.distance_minutes[6] is None
    assert holed.speed_mps == pytest.approx(1.4)


def test_the_way_over_a_pause_is_neither_motion_nor_distance_of_its_minutes() -> None:
    walk = outing(0, 600, cadence=None, speed=1.0, every_s=120)
    paused = walk.model_copy(update={"pauses": (Pause(start=MIDNIGHT + 120, end=MIDNIGHT + 240),)})
    read = Recorded(paused, 1, "k", 10, RULES)
    assert read.moving_time_s == 480.0
    assert read.distance_minutes[2:4] == [None, None]


TRACKS = {
    "a stroll": ([60.0] * 30, Activity.WALKING),
    "a walk with one minute of a bad signal": ([80.0] * 29 + [170.0], Activity.WALKING),
    "a minute at thirteen kilometres an hour": ([80.0] * 29 + [217.0], Activity.UNKNOWN),
    "two fast minutes of thirty": ([80.0] * 28 + [150.0] * 2, Activity.UNKNOWN),
    "a ride": ([300.0] * 30, Activity.UNKNOWN),
    "a child's pace": ([32.0] * 30, Activity.UNKNOWN),
    "four minutes": ([80.0] * 4, Activity.UNKNOWN),
}


@pytest.mark.parametrize("name", TRACKS)
def test_a_track_without_a_label_or_steps_is_a_walk_if_all_of_it_is_as_slow_as_one(
    name: str,
) -> None:
    minutes, activity = TRACKS[name]
    walk = outing(0, 60 * len(minutes), cadence=None, label=None, every_s=60)
    assert walk.track is not None
    metres = tuple(accumulate(minutes, initial=0.0))
    track = walk.track.model_copy(update={"distance_m": metres})
    read = Recorded(walk.model_copy(update={"track": track}), 1, "k", 10, RULES)
    assert read.activity is activity
    labelled = walk.model_copy(update={"track": track, "label": "other"})
    assert Recorded(labelled, 1, "k", 10, RULES).activity is not Activity.WALKING


@pytest.mark.parametrize(
    ("label", "cadence", "speed", "activity"),
    [
        ("walking", 110.0, 1.4, Activity.WALKING),
        ("hiking", 95.0, 1.1, Activity.HIKING),
        ("running", 165.0, 2.9, Activity.RUNNING),
        ("running", 108.0, 1.5, Activity.WALKING),
        ("running", None, 1.5, Activity.WALKING),
        ("running", None, 3.2, Activity.RUNNING),
        ("walking", 150.0, 2.0, Activity.RUNNING),
        ("walking", None, 14.0, Activity.OTHER),
        ("walking", 20.0, 9.0, Activity.OTHER),
        ("walking", 10.0, 0.1, Activity.UNKNOWN),
        ("cycling", None, 5.0, Activity.OTHER),
        ("cycling", 100.0, 1.5, Activity.OTHER),
        ("other", None, 1.2, Activity.UNKNOWN),
        ("other", 104.0, 1.3, Activity.WALKING),
        ("other", 12.0, 1.1, Activity.UNKNOWN),
        ("stand_up_paddleboarding", None, 1.1, Activity.OTHER),
        (None, None, None, Activity.UNKNOWN),
        ("running", None, 9.0, Activity.OTHER),
    ],
)
def test_the_activity_is_judged_by_movement(
    label: str | None, cadence: float | None, speed: float | None, activity: Activity
) -> None:
    assert judge(label, Movement(speed, cadence, speed, cadence), RULES) is activity
