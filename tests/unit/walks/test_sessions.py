"""Walk sessions: inferred from minutes, recorded, and one where two tell of it."""

from __future__ import annotations

from datetime import timedelta

from syncd.contract import Workout
from syncd.walks.day import Reading
from syncd.walks.model import Activity, Rules, WalkSession
from tests.unit.walks.lives import DAY, LONG_AFTER, MIDNIGHT, life, outing, tracker, waking

WALK = [110] * 20


def found(reading: Reading, *days: int) -> list[WalkSession]:
    wanted = [DAY + timedelta(days=d) for d in (days or (0,))]
    return reading.sessions(wanted)


def spans(sessions: list[WalkSession]) -> list[tuple[int, int]]:
    return [((s.start - MIDNIGHT) // 60, (s.end - MIDNIGHT) // 60) for s in sessions]


def test_a_run_of_walking_minutes_is_a_walk_with_its_own_figures() -> None:
    walks = found(life(tracker([waking(at_1200=[30, *WALK, 30])])))
    assert spans(walks) == [(721, 741)]
    walk = walks[0]
    assert (walk.kind, walk.detected, walk.precision) == ("inferred", "syncd", "minute")
    assert (walk.steps, walk.brisk_min, walk.cadence_spm) == (2200, 20, 110.0)
    assert walk.sources == ("the watch",)
    assert walk.distance_m is None


def test_two_still_minutes_are_bridged_and_three_cut() -> None:
    bridged = waking(at_1200=[*[80] * 6, 0, 0, *[80] * 6])
    cut = waking(at_1200=[*[80] * 6, 0, 0, 0, *[80] * 6])
    assert spans(found(life(tracker([bridged])))) == [(720, 734)]
    assert spans(found(life(tracker([cut])))) == [(720, 726), (729, 735)]


def test_less_than_five_minutes_is_no_walk() -> None:
    assert found(life(tracker([waking(at_1200=[110] * 4)]))) == []
    assert len(found(life(tracker([waking(at_1200=[110] * 5)])))) == 1


def test_a_walk_over_midnight_is_one_walk_of_the_day_it_starts_on() -> None:
    late = waking()
    late[1430:] = [105] * 10
    early = waking(at_0000=[105] * 25)
    reading = life(tracker([late, early]))
    assert spans(found(reading, 0)) == [(1430, 1465)]
    assert found(reading, 1) == []
    assert reading.judge(DAY, LONG_AFTER).day.brisk_min == 10
    assert reading.judge(DAY + timedelta(days=1), LONG_AFTER).day.brisk_min == 25


def test_a_recorded_walk_swallows_the_inferred_one_it_covers() -> None:
    reading = life(tracker([waking(at_1200=WALK)]), outings=[outing(12 * 3600 + 30, 1140)])
    walks = found(reading)
    assert [w.kind for w in walks] == ["recorded"]
    assert walks[0].recorded_key == "fit:3:1"


def test_what_was_walked_outside_a_short_recording_stays_a_walk() -> None:
    reading = life(tracker([waking(at_1200=[100] * 60)]), outings=[outing(12 * 3600 + 1200, 600)])
    walks = found(reading)
    assert [(w.kind, *s) for w, s in zip(walks, spans(walks), strict=True)] == [
        ("inferred", 720, 740),
        ("recorded", 740, 750),
        ("inferred", 750, 780),
    ]


def test_one_outing_by_two_devices_is_one_walk() -> None:
    first = outing(36000, 1800, key="fit:3:1")
    second = outing(36090, 1740, key="strava:7", cadence=None)
    walks = found(life(outings=[second, first]))
    assert [w.recorded_key for w in walks] == ["fit:3:1"]
    assert found(life(outings=[first, second])) == walks


def test_a_ride_is_no_walk_and_blanks_its_steps() -> None:
    ride = outing(36000, 1800, label="cycling", cadence=None, speed=6.0)
    reading = life(tracker([waking(at_1000=[110] * 30)]), outings=[ride])
    assert found(reading) == []
    day = reading.judge(DAY, LONG_AFTER).day
    assert (day.brisk_min, day.walking_min) == (0, 0)
    assert day.steps == 110 * 30 + 5 * 15


def bus_on_the_way() -> Workout:
    """Return a recorded walk of 30 minutes with five minutes of bus, without steps."""
    walk = outing(36000, 1800, cadence=None, speed=1.5)
    metres, at = [], 0.0
    for second in range(1801):
        metres.append(at)
        at += 8.0 if 600 <= second < 900 else 1.5
    assert walk.track is not None
    track = walk.track.model_copy(update={"distance_m": tuple(metres)})
    return walk.model_copy(update={"track": track})


def test_a_bus_in_the_middle_of_a_recorded_walk_does_not_count() -> None:
    assert life(outings=[bus_on_the_way()]).judge(DAY, LONG_AFTER).day.brisk_min == 25


def test_a_fast_walk_without_steps_counts_by_speed_and_a_slow_one_does_not() -> None:
    assert found(life(outings=[outing(36000, 600, cadence=None, speed=1.4)]))[0].brisk_min == 10
    assert found(life(outings=[outing(36000, 600, cadence=None, speed=1.2)]))[0].brisk_min == 0
    slow_steps = outing(36000, 600, cadence=40.0, speed=1.4)
    assert found(life(outings=[slow_steps]))[0].brisk_min == 0
    off = Rules(speed_min_kmh=None)
    assert found(life(outings=[outing(36000, 600, cadence=None)], rules=off))[0].brisk_min == 0


def test_a_run_by_its_steps_is_shown_as_a_run() -> None:
    walks = found(life(tracker([waking(at_1200=[165] * 20)])))
    assert walks[0].activity is Activity.RUNNING
    assert walks[0].brisk_min == 20
    strict = life(tracker([waking(at_1200=[165] * 20)]), rules=Rules(run_counts=False))
    assert found(strict)[0].brisk_min == 0


def test_an_unnamed_outing_without_steps_is_shown_and_does_not_count() -> None:
    walks = found(life(outings=[outing(36000, 900, label="other", cadence=None, speed=1.4)]))
    assert [(w.activity, w.brisk_min) for w in walks] == [(Activity.UNKNOWN, 0)]


def test_the_end_of_a_walk_that_was_mostly_recorded_is_no_walk_of_its_own() -> None:
    recording = outing(12 * 3600, 13 * 60)
    walks = found(life(tracker([waking(at_1200=WALK)]), outings=[recording]))
    assert spans(walks) == [(720, 733)]


def test_steps_at_the_speed_of_a_bus_do_not_count_and_a_runners_do() -> None:
    shaken = life(tracker([waking(at_1000=[110] * 30)]), outings=[bus_on_the_way()])
    assert shaken.judge(DAY, LONG_AFTER).day.brisk_min == 25
    running = waking(at_1000=[*[110] * 10, *[165] * 5, *[110] * 15])
    sprint = life(tracker([running]), outings=[bus_on_the_way()])
    assert sprint.judge(DAY, LONG_AFTER).day.brisk_min == 30


def test_a_ride_in_the_middle_cuts_a_walk_in_two() -> None:
    ride = outing(36000 + 600, 600, label="cycling", cadence=None, speed=6.0)
    reading = life(tracker([waking(at_1000=[110] * 30)]), outings=[ride])
    assert spans(found(reading)) == [(600, 610), (620, 630)]
    assert reading.judge(DAY, LONG_AFTER).day.brisk_min == 20
    short = outing(36000 + 600, 60, label="cycling", cadence=None, speed=6.0)
    reading = life(tracker([waking(at_1000=[110] * 30)]), outings=[short])
    assert spans(found(reading)) == [(600, 610), (611, 630)]
