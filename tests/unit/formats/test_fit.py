from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import Malformed, SourceKind, Workout
from syncd.formats import fit
from syncd.sim.fit_wire import Field, fit_seconds, wrap
from syncd.sim.fit_writer import (
    CYCLING,
    GENERIC,
    HIKING,
    RECORD,
    RUNNING,
    WALKING,
    FitWriter,
    Lap,
    Sample,
    Totals,
)

START = datetime(2024, 5, 1, 10, tzinfo=UTC)
BEFORE = datetime(2024, 6, 1, tzinfo=UTC)
T0 = int(START.timestamp())


def steady_walk(count: int = 120) -> list[Sample]:
    return [
        Sample(i, round(i * 1.4, 2), 100.0 + i * 0.2, 1.4, 55.5, 48.0 + i * 1e-5, 2.0)
        for i in range(count + 1)
    ]


def one(data: bytes, zone: str | None = None) -> Workout:
    (workout,) = fit.records(data, name="walk.fit", before=BEFORE, zone=zone)
    return workout


def everything(data: bytes) -> tuple[list[Workout], Sequence[str]]:
    found: list[Workout] = []
    try:
        found.extend(fit.records(data, name="walk.fit", before=BEFORE))
    except Malformed as error:
        return found, error.problems
    return found, ()


def refused(data: bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        list(fit.records(data, name="walk.fit", before=BEFORE))
    return caught.value


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("developer", [False, True])
@pytest.mark.parametrize("header_size", [12, 14])
def test_every_way_of_writing_a_walk_reads_the_same(big_endian, compressed, developer, header_size):
    def written(writer: FitWriter) -> Workout:
        writer.file_id(START)
        writer.timer(START, running=True)
        for sample in steady_walk(100):
            writer.record(START, sample)
        writer.session(START, START + timedelta(seconds=100), Totals(elapsed_s=100, cycles=92))
        return one(writer.finish(header_size=header_size))

    odd = FitWriter(
        big_endian=big_endian, compressed_timestamps=compressed, developer_fields=developer
    )
    assert written(odd) == written(FitWriter())


def test_totals_of_the_session_stand_beside_the_samples():
    data = FitWriter().activity(
        start=START,
        samples=steady_walk(),
        total_cycles=111,
        total_distance_m=170.25,
        moving_s=99,
        ascent_m=24,
        descent_m=1,
        pauses=[(30, 40)],
        local_offset_s=7200,
    )
    walk = one(data)
    assert (walk.start, walk.end) == (START, START + timedelta(seconds=120))
    assert walk.steps == 222
    assert walk.distance_m == 170.25
    assert (walk.timer_s, walk.moving_time_s) == (110.0, 99.0)
    assert (walk.ascent_m, walk.descent_m) == (24.0, 1.0)
    assert walk.elevation_source is None
    assert walk.utc_offset_s == 7200
    assert [(p.start - T0, p.end - T0) for p in walk.pauses] == [(30, 40)]
    assert walk.track is not None
    assert walk.track.at == tuple(range(T0, T0 + 121))
    assert walk.track.distance_m[100] == 140.0
    assert walk.track.altitude_m[5] == pytest.approx(101.0)
    assert walk.track.speed_mps[0] == 1.4
    assert walk.track.cadence_spm[0] == 111.0  # 55.5 strides of one leg
    assert walk.track.latitude[50] == pytest.approx(48.0005, abs=1e-6)


@pytest.mark.parametrize(("barometer", "sensor"), [(True, "barometric"), (False, None)])
def test_the_barometer_is_one_of_the_parts_that_the_device_lists(barometer, sensor):
    walk = one(FitWriter(barometer=barometer).activity(start=START, samples=steady_walk()))
    assert walk.elevation_source == sensor
    flat = [Sample(i, i * 1.4) for i in range(60)]
    assert (
        one(FitWriter(barometer=True).activity(start=START, samples=flat)).elevation_source is None
    )


def test_a_hike_counts_strides_too_although_the_profile_has_no_word_for_it():
    data = FitWriter().activity(start=START, samples=steady_walk(), sport=HIKING, total_cycles=100)
    walk = one(data)
    assert (walk.label, walk.steps) == ("hiking", 200)
    assert walk.track is not None
    assert walk.track.cadence_spm[3] == 111.0


@pytest.mark.parametrize(("sport", "label"), [(CYCLING, "cycling"), (GENERIC, "generic")])
def test_turns_of_a_crank_are_no_steps(sport, label):
    walk = one(
        FitWriter().activity(start=START, samples=steady_walk(), sport=sport, total_cycles=100)
    )
    assert (walk.label, walk.steps) == (label, None)
    assert walk.track is not None
    assert walk.track.cadence_spm == ()


def test_a_treadmill_is_on_foot_whatever_the_sport_says():
    data = FitWriter().activity(
        start=START, samples=steady_walk(), sport=4, sub_sport=1, total_cycles=100
    )
    assert one(data).steps == 200


def test_key_and_source_say_which_device_and_when():
    walk = one(FitWriter(serial=77, product=3226).activity(start=START, samples=steady_walk()))
    assert walk.key == f"fit:77:{T0}"
    assert walk.source.key == "fit:1:3226:77"
    assert (walk.source.kind, walk.source.whole_day) == (SourceKind.FILE, False)
    assert walk.source.device == "Garmin venu"


def test_a_device_without_serial_has_a_key_that_does_not_depend_on_the_time_of_export():
    def key(created: datetime) -> str:
        writer = FitWriter(serial=None)
        return one(writer.activity(start=START, samples=steady_walk(), time_created=created)).key

    assert key(START) == key(START + timedelta(hours=5)) == f"fit:0.1.2697:{T0}"


def test_a_device_that_did_not_know_the_time_is_keyed_by_the_start():
    writer = FitWriter(serial=5)
    writer.file_id(datetime(1990, 1, 1, tzinfo=UTC))
    writer.record(START, Sample(0, 0.0))
    writer.record(START, Sample(60, 80.0))
    assert one(writer.finish()).key == f"fit:5:{T0}"


def test_several_sessions_are_several_workouts_each_with_its_own_samples():
    writer = FitWriter(serial=9)
    writer.file_id(START)
    for sample in steady_walk(99):
        writer.record(START, sample)
    middle, end = START + timedelta(seconds=50), START + timedelta(seconds=100)
    writer.session(middle, end, Totals(elapsed_s=50, cycles=40), sport=RUNNING)
    writer.session(START, middle, Totals(elapsed_s=50, cycles=30), sport=WALKING)
    walk, run = fit.records(writer.finish(), name="x.fit", before=BEFORE)
    assert [w.key for w in (walk, run)] == [f"fit:9:{T0}", f"fit:9:{T0}:1"]
    assert [w.label for w in (walk, run)] == ["walking", "running"]
    assert [len(w.track.at) for w in (walk, run) if w.track] == [50, 50]


def test_without_a_session_laps_are_summed():
    laps = [
        Lap(0, 60, Totals(elapsed_s=60, timer_s=60, distance_m=84, cycles=55)),
        Lap(60, 120, Totals(elapsed_s=60, timer_s=50, distance_m=84.5, cycles=56)),
    ]
    data = FitWriter().activity(start=START, samples=steady_walk(), laps=laps, with_session=False)
    walk = one(data)
    assert (walk.label, walk.steps, walk.distance_m, walk.timer_s) == ("walking", 222, 168.5, 110)
    assert walk.end == START + timedelta(seconds=120)


def test_a_watch_that_died_leaves_an_outing_without_totals():
    walk = one(FitWriter().activity(start=START, samples=steady_walk(), with_session=False))
    assert (walk.start, walk.end) == (START, START + timedelta(seconds=120))
    assert (walk.label, walk.steps, walk.distance_m, walk.timer_s) == (None, None, None, None)
    assert walk.track is not None


def test_a_session_without_samples_is_a_workout_without_track():
    writer = FitWriter()
    writer.file_id(START)
    writer.session(START, START + timedelta(minutes=30), Totals(elapsed_s=1800, cycles=1500))
    walk = one(writer.finish())
    assert (walk.steps, walk.track) == (3000, None)


def test_two_records_in_one_second_are_merged_and_the_later_wins():
    samples = [
        Sample(0, 0.0, speed_mps=1.0),
        Sample(1, 1.0, speed_mps=1.1, cadence_per_leg=50.0),
        Sample(1, 1.5, speed_mps=1.2),
        Sample(2, 3.0, speed_mps=1.3),
    ]
    track = one(FitWriter().activity(start=START, samples=samples)).track
    assert track is not None
    assert track.distance_m == (0.0, 1.5, 3.0)
    assert track.speed_mps == (1.0, 1.2, 1.3)
    assert track.cadence_spm == (None, 100.0, None)


def test_records_out_of_order_are_sorted():
    samples = steady_walk(20)
    shuffled = samples[10:] + samples[:10]
    track = one(FitWriter().activity(start=START, samples=shuffled)).track
    straight = one(FitWriter().activity(start=START, samples=samples)).track
    assert track == straight


def test_a_distance_that_falls_back_is_not_measured():
    def distances(*values: float) -> tuple[float | None, ...]:
        samples = [Sample(i, v) for i, v in enumerate(values)]
        track = one(FitWriter().activity(start=START, samples=samples)).track
        assert track is not None
        return track.distance_m

    assert distances(0, 10, 5, 20, 30) == (0, 10, None, 20, 30) or distances(0, 10, 5, 20, 30) == (
        0,
        None,
        5,
        20,
        30,
    )
    assert distances(0, 10, 90_000, 20, 30) == (0, 10, None, 20, 30)
    assert distances(90_000, 10, 20, 30) == (None, 10, 20, 30)


def test_fifty_metres_a_second_are_kept_as_measured():
    samples = steady_walk(20)
    samples[7] = Sample(7, 9.8, speed_mps=50.0)
    track = one(FitWriter().activity(start=START, samples=samples)).track
    assert track is not None
    assert track.speed_mps[7] == 50.0


def test_registers_gone_wild_are_not_measured():
    writer = FitWriter()
    writer.file_id(START)
    for i in range(3):
        at = Field(253, "uint32", fit_seconds(START) + i)
        writer.message(
            RECORD,
            at,
            Field(73, "uint32", 4_000_000_000 if i == 1 else 1400),
            Field(78, "float32", float("nan") if i == 1 else 3000.0),
            Field(0, "sint32", 2**31 - 2),
            Field(1, "sint32", 2**31 - 2),
        )
    track = one(writer.finish()).track
    assert track is not None
    assert track.speed_mps == (1.4, None, 1.4)
    assert track.altitude_m == (100.0, None, 100.0)
    assert track.latitude == ()


def test_a_timer_longer_than_the_outing_is_cut_to_it():
    data = FitWriter().activity(start=START, samples=steady_walk(), timer_s=5000)
    assert one(data).timer_s == 120.0


def test_impossible_totals_are_left_out_and_said():
    walks, problems = everything(
        FitWriter().activity(start=START, samples=steady_walk(), total_cycles=4_000_000_000)
    )
    assert [w.steps for w in walks] == [None]
    assert problems == ("its total of 8000000000 steps cannot be and was left out.",)


def test_an_elapsed_time_without_the_pauses_does_not_cut_the_walk_short():
    writer = FitWriter()
    writer.file_id(START)
    writer.timer(START, running=True)
    for sample in steady_walk(600):
        if not 100 < sample.at_s < 400:
            writer.record(START, sample)
    end = START + timedelta(seconds=605)
    writer.session(START, end, Totals(elapsed_s=300, timer_s=300))
    walk = one(writer.finish())
    assert walk.end == START + timedelta(seconds=600)
    assert walk.timer_s == 300


@pytest.mark.parametrize(
    ("offset", "expected"), [(7200, 7200), (-18000, -18000), (20700, 20700), (7199, 7200)]
)
def test_local_time_gives_the_offset(offset, expected):
    data = FitWriter().activity(start=START, samples=steady_walk(), local_offset_s=offset)
    assert one(data).utc_offset_s == expected


@pytest.mark.parametrize("offset", [1234, 20 * 3600, -19 * 3600])
def test_an_offset_that_no_zone_has_is_left_open_and_said(offset):
    walks, problems = everything(
        FitWriter().activity(start=START, samples=steady_walk(), local_offset_s=offset)
    )
    assert [w.utc_offset_s for w in walks] == [None]
    assert str(offset) in problems[0]
    assert "--tz" in problems[0]


def test_a_zone_given_speaks_only_where_the_file_is_silent():
    told = FitWriter().activity(start=START, samples=steady_walk(), local_offset_s=-18000)
    silent = FitWriter().activity(start=START, samples=steady_walk())
    assert one(told, "Europe/Paris").utc_offset_s == -18000
    walk = one(silent, "Europe/Paris")
    assert (walk.utc_offset_s, walk.zone) == (7200, "Europe/Paris")


def test_chained_files_are_read_one_by_one_and_a_broken_one_is_stepped_over():
    first = FitWriter(serial=1).activity(start=START, samples=steady_walk())
    broken = bytearray(FitWriter(serial=2).activity(start=START, samples=steady_walk()))
    broken[200] ^= 0x10
    third = FitWriter(serial=3).activity(start=START, samples=steady_walk())
    walks, problems = everything(first + bytes(broken) + third)
    assert [w.key for w in walks] == [f"fit:1:{T0}", f"fit:3:{T0}"]
    assert len(problems) == 1
    assert problems[0].startswith(f"part 2, from byte {len(first)} on: damaged")
    assert f"byte {len(first) + len(broken) - 2}" in problems[0]


def test_an_appended_strap_file_without_kind_is_no_news():
    writer = FitWriter()
    writer.message(132, Field(253, "uint32", fit_seconds(START)), Field(0, "uint16", 1))
    strap = writer.finish()
    walk = FitWriter().activity(start=START, samples=steady_walk())
    assert everything(walk + strap) == ([one(walk)], ())
    assert everything(walk + b"\0\0\r\n") == ([one(walk)], ())


def test_garbage_behind_a_recording_is_said():
    walk = FitWriter().activity(start=START, samples=steady_walk())
    walks, problems = everything(walk + b"garbage that is no recording")
    assert len(walks) == 1
    assert "not a FIT file" in problems[0]


def test_a_file_cut_off_anywhere_is_refused_with_the_byte():
    whole = FitWriter().activity(start=START, samples=steady_walk(5))
    for length in range(len(whole)):
        walks, problems = everything(whole[:length])
        assert not walks
        assert len(problems) == 1
        if length >= 12:
            assert f"byte {length}" in problems[0]


def test_every_single_flipped_byte_is_noticed():
    whole = FitWriter().activity(start=START, samples=steady_walk(5))
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x55
        walks, problems = everything(bytes(damaged))
        assert not walks, at
        assert problems, at


def test_nothing_and_something_else_are_refused_in_words():
    assert "0 bytes" in str(refused(b""))
    assert "not a FIT file" in str(refused(b"\xff\xd8\xff\xe0 a JPEG that is called walk.fit"))
    header = struct.pack("<2BHI4s", 12, 0x20, 100, 0, b".FIT")
    assert "never closed" in str(refused(header + b"some records"))


@pytest.mark.parametrize(
    ("kind", "word"), [(32, "without steps"), (15, "without steps"), (2, "settings"), (6, "course")]
)
def test_other_fit_files_are_named_not_read(kind, word):
    writer = FitWriter()
    writer.file_id(START, file_type=kind)
    writer.record(START, Sample(0, 0.0))
    assert word in str(refused(writer.finish()))


def test_messages_without_a_definition_are_refused_with_the_byte():
    assert "byte" in str(refused(wrap(b"\x03\x00\x00\x00")))


def test_an_activity_without_anything_in_it_is_refused():
    writer = FitWriter()
    writer.file_id(START)
    assert "without any recorded outing" in str(refused(writer.finish()))


def test_an_outing_of_31_days_is_refused():
    end = timedelta(days=31)
    data = FitWriter().activity(
        start=START - end, samples=[Sample(0, 0.0), Sample(31 * 86400, 9.0)]
    )
    error = refused(data)
    assert "31 days" in str(error)
    assert error.problems[0].endswith("left out.")


@pytest.mark.parametrize(
    ("start", "word"),
    [
        (datetime(1990, 1, 2, tzinfo=UTC), "before 2000"),
        (datetime(2024, 6, 2, tzinfo=UTC), "in the future"),
    ],
)
def test_times_that_cannot_be_are_refused(start, word):
    assert word in str(refused(FitWriter().activity(start=start, samples=steady_walk())))


def test_samples_of_another_time_are_left_out_and_said():
    samples = [Sample(-30 * 86400, 0.0), *steady_walk(), Sample(3 * 86400, 500.0)]
    walks, problems = everything(FitWriter().activity(start=START, samples=samples, elapsed_s=120))
    assert [len(w.track.at) for w in walks if w.track] == [121]
    assert "2 samples" in problems[0]


def test_pauses_are_cut_to_the_outing_and_a_stop_at_its_end_is_none():
    data = FitWriter().activity(
        start=START,
        samples=steady_walk(),
        pauses=[(10, 20), (15, 30), (90, 110)],
        elapsed_s=100.6,
        timer_s=70,
    )
    pauses = one(data).pauses
    assert [(p.start - T0, p.end - T0) for p in pauses] == [(10, 20), (90, 101)]


def test_the_zone_of_the_machine_changes_nothing():
    data = FitWriter().activity(start=START, samples=steady_walk(), local_offset_s=7200)
    here = one(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        elsewhere = one(data)
    time.tzset()
    assert elsewhere == here
