"""Devices see the truth minus what they cannot see; recordings agree with it to the step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from itertools import pairwise

import pytest

from syncd.contract import SourceKind
from syncd.sim.characters import STEADY
from syncd.sim.devices import (
    UNSEEN,
    phone_minutes,
    phone_series,
    recorded_walks,
    watch_log,
    watch_minutes,
    watch_series,
    workouts,
)
from syncd.sim.plan import Episode, EpisodeKind
from syncd.sim.truth import MINUTE_S, Truth
from syncd.sim.walker import Life, live

OFF_DAY, DEAD_DAY = date(2026, 11, 4), date(2026, 11, 6)
LIFE = Life(
    seed=9,
    first_day=date(2026, 11, 1),
    days=21,
    home="America/New_York",
    who=replace(STEADY, watch_off_chance=0.0, battery_chance=0.0, record_chance=0.8),
    episodes=(
        Episode(EpisodeKind.WATCH_OFF, OFF_DAY, OFF_DAY, time(12)),
        Episode(EpisodeKind.BATTERY_DEAD, DEAD_DAY, DEAD_DAY, time(15)),
    ),
)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return live(LIFE)


def test_a_watch_sees_every_step_while_it_is_worn_and_has_power(truth: Truth) -> None:
    seen = watch_minutes(truth).steps
    for true, watch, worn, power in zip(truth.steps, seen, truth.worn, truth.charged, strict=True):
        assert watch == (true if worn and power else UNSEEN)


def test_a_watch_without_a_wear_sensor_says_0_when_it_is_off_and_nothing_when_dead(
    truth: Truth,
) -> None:
    log = watch_log(truth)
    ((first, end),) = truth.spans(OFF_DAY)
    assert not any(log.steps[first + 12 * 60 - log.first : end - log.first])
    ((first, end),) = truth.spans(DEAD_DAY)
    assert set(log.steps[first + 15 * 60 - log.first : end - log.first]) == {UNSEEN}


def test_a_phone_counts_a_little_differently_and_only_where_it_is_carried(truth: Truth) -> None:
    phone = phone_minutes(truth)
    both = [(s, p) for s, p in zip(truth.steps, phone.steps, strict=True) if p != UNSEEN]
    assert 0.2 < len(both) / len(truth.steps) < 0.6
    true, counted = map(sum, zip(*both, strict=True))
    assert true != counted
    assert counted == pytest.approx(true, rel=0.12)
    assert all(bool(c) == (p != UNSEEN) for c, p in zip(truth.carried, phone.steps, strict=True))


def test_records_hold_the_same_steps_as_the_minutes(truth: Truth) -> None:
    watch, phone = watch_series(truth), phone_series(truth)
    assert watch.source.kind is SourceKind.WATCH
    assert watch.source.whole_day
    assert phone.source.kind is SourceKind.PHONE
    assert sum(v or 0 for v in watch.value) == watch_minutes(truth).total()
    assert sum(v or 0 for v in phone.value) == phone_minutes(truth).total()
    assert 0.0 in watch.value
    assert 0.0 not in phone.value
    assert watch.offsets == truth.offsets


def test_a_recording_holds_its_walk_to_the_step_and_the_metre(truth: Truth) -> None:
    walks = recorded_walks(truth)
    assert len(walks) > 5
    for walk, workout in zip(walks, workouts(truth), strict=True):
        track = workout.track
        assert track is not None
        integral = sum(
            (spm or 0) * (b - a) / MINUTE_S
            for (a, b), spm in zip(pairwise(track.at), track.cadence_spm, strict=False)
        )
        assert workout.steps == walk.steps
        assert walk.steps <= integral < walk.steps + 1
        assert track.distance_m[-1] == pytest.approx(walk.distance_m, abs=0.01)
        assert (workout.end - workout.start).total_seconds() == walk.end - walk.start
        assert workout.utc_offset_s == truth.offset_at(walk.start).offset_s


def test_no_sample_falls_into_a_pause(truth: Truth) -> None:
    paused = [w for w in workouts(truth) if w.pauses]
    assert paused
    for workout in paused:
        assert workout.track is not None
        for pause in workout.pauses:
            assert not [at for at in workout.track.at if pause.start < at < pause.end]
        stood = sum(p.end - p.start for p in workout.pauses)
        assert workout.timer_s == (workout.end - workout.start).total_seconds() - stood


def test_a_watch_that_is_off_records_nothing(truth: Truth) -> None:
    off = replace(truth, worn=bytes(len(truth.worn)))
    assert workouts(off) == ()
    assert set(watch_minutes(off).steps) == {UNSEEN}
