from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import DeviceSync, Malformed, SourceKind, StepCounter
from syncd.formats import fit
from syncd.sim.fit_monitoring_writer import MONITORING, RUN, STILL, WALK, Told, monitoring
from syncd.sim.fit_wire import Field, fit_seconds
from syncd.sim.fit_writer import FitWriter, Sample

MIDNIGHT = datetime(2024, 5, 1, 6, tzinfo=UTC)
"""Of a wearer six hours behind UTC."""
SIX_HOURS_BEHIND = -21_600
BEFORE = datetime(2024, 6, 1, tzinfo=UTC)


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def written(told: Iterable[Told], offset: int | None = SIX_HOURS_BEHIND) -> bytes:
    return monitoring(told, begins=MIDNIGHT, local_offset_s=offset)


def read(data: bytes, zone: str | None = None) -> tuple[list[StepCounter], DeviceSync | None]:
    found = list(fit.records(data, name="day.fit", before=BEFORE, zone=zone))
    syncs = [r for r in found if isinstance(r, DeviceSync)]
    assert len(syncs) <= 1
    return [r for r in found if isinstance(r, StepCounter)], syncs[0] if syncs else None


def problems(data: bytes) -> Sequence[str]:
    with pytest.raises(Malformed) as caught:
        list(fit.records(data, name="day.fit", before=BEFORE))
    return caught.value.problems


def brief(counters: Iterable[StepCounter]) -> list[tuple[str, int, int]]:
    return [(c.activity, round((c.at - MIDNIGHT).total_seconds() / 60), c.total) for c in counters]


def test_totals_of_each_activity_are_read_with_their_local_day():
    counters, _ = read(
        written([Told(at(480), STILL), Told(at(484), WALK, 400), Told(at(490), RUN, 900)])
    )
    assert brief(counters) == [
        ("sedentary", 480, 0),
        ("walking", 484, 400),
        ("running", 490, 900),
    ]
    assert {c.day_start for c in counters} == {MIDNIGHT}
    assert {c.utc_offset_s for c in counters} == {SIX_HOURS_BEHIND}


def test_the_source_is_the_watch_and_speaks_for_whole_days():
    ((counter,), _) = read(written([Told(at(60), WALK, 5)]))
    assert counter.source.key == "fit:1:2697:123456789"
    assert counter.source.kind is SourceKind.WATCH
    assert counter.source.whole_day


def test_sixteen_bits_of_time_are_rebuilt_over_a_day_of_more_than_they_hold():
    told = [Told(at(minute), WALK, minute) for minute in range(10, 1440, 35)]
    counters, _ = read(written(told))
    assert brief(counters) == [("walking", t, t) for t in range(10, 1440, 35)]


def test_a_message_a_little_out_of_order_is_not_taken_for_one_of_the_next_evening():
    counters, _ = read(written([Told(at(60), WALK, 5), Told(at(58), STILL), Told(at(61), WALK, 9)]))
    assert brief(counters) == [("sedentary", 58, 0), ("walking", 60, 5), ("walking", 61, 9)]


def test_a_full_time_is_believed_and_counted_on_from():
    counters, _ = read(written([Told(at(2000), WALK, 7, packed=False), Told(at(2010), WALK, 9)]))
    assert brief(counters) == [("walking", 2000, 7), ("walking", 2010, 9)]


def test_the_record_at_midnight_belongs_to_the_day_before_and_completes_it():
    counters, sync = read(
        written([Told(at(1439), WALK, 800), Told(at(1440), WALK, 800, packed=False)])
    )
    assert [c.day_start for c in counters] == [MIDNIGHT, MIDNIGHT]
    assert sync is not None
    assert sync.at == at(1440)


def test_a_day_under_way_is_complete_to_its_midnight_only():
    _, sync = read(written([Told(at(600), WALK, 800), Told(at(1500), WALK, 3)]))
    assert sync is not None
    assert sync.at == at(1440)


def test_stillness_behind_a_run_that_told_no_total_does_not_push_its_steps_together():
    counters, _ = read(
        written(
            [
                Told(at(60), STILL),
                Told(at(70), WALK),
                Told(at(79), STILL),
                Told(at(80), WALK, 1000),
                Told(at(90), STILL),
            ]
        )
    )
    assert brief(counters) == [("sedentary", 60, 0), ("walking", 80, 1000), ("sedentary", 90, 0)]


def test_turns_of_a_crank_and_unknown_kinds_are_no_steps():
    told = [Told(at(60), kind, 500) for kind in (0, 2, 3, 4, 5, 254 & 0x1F)]
    assert read(written([*told, Told(at(90), WALK, 1)]))[0][0].total == 1


def test_without_local_time_a_zone_is_needed_and_is_enough():
    data = written([Told(at(60), WALK, 5)], offset=None)
    assert "--tz ZONE" in problems(data)[0]
    ((counter,), _) = read(data, zone="America/Denver")
    assert counter.day_start == MIDNIGHT
    assert counter.utc_offset_s == SIX_HOURS_BEHIND


def test_a_day_on_which_the_clocks_change_begins_at_its_own_midnight():
    begins = datetime(2024, 3, 31, 12, tzinfo=UTC)
    data = monitoring([Told(begins, WALK, 5)], begins=begins, local_offset_s=None)
    ((counter,), _) = read(data, zone="Europe/Paris")
    assert counter.day_start == datetime(2024, 3, 30, 23, tzinfo=UTC)
    assert counter.utc_offset_s == 7200


def test_what_tells_no_time_or_cannot_be_is_left_out_and_counted():
    writer = FitWriter()
    writer.file_id(None, file_type=32)
    writer.message(MONITORING, Field(3, "uint32", 5), Field(5, "enum", WALK))
    for moment, total in ((at(60), 3_000_000_000), (datetime(2031, 1, 1, tzinfo=UTC), 6)):
        stamp = Field(253, "uint32", fit_seconds(moment))
        writer.message(MONITORING, stamp, Field(3, "uint32", total), Field(5, "enum", WALK))
    said = problems(writer.finish())
    assert said[0].startswith("1 of its step readings tell no time")
    assert said[1].startswith("2 of its step readings cannot be")


def test_a_file_without_steps_is_said_to_be_one():
    with pytest.raises(Malformed) as caught:
        list(fit.records(written([]), name="x", before=BEFORE))
    assert caught.value.others == ("a monitoring file without steps in it.",)
    assert caught.value.problems == ()  # accounts hold thousands of them: no fault of anybody's


def test_an_activity_chained_to_a_monitoring_file_is_read_too():
    outing = FitWriter().activity(start=MIDNIGHT, samples=[Sample(0, 0.0), Sample(60, 80.0)])
    found = list(fit.records(written([Told(at(60), WALK, 5)]) + outing, name="x", before=BEFORE))
    assert [r.type for r in found] == ["step_counter", "device_sync", "workout"]
    assert {r.source.key for r in found} == {"fit:1:2697:123456789"}
