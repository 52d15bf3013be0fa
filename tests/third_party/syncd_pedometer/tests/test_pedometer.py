"""The pedometer does what every adapter must, and what only a pedometer does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import pytest

from syncd.contract import (
    Adapter,
    AuthExpired,
    Malformed,
    Profile,
    RawPayload,
    Series,
    StepSeries,
    Stream,
    Window,
)
from syncd.sim.weeks import eventful
from syncd.testing.conformance import AdapterConformance
from syncd.testing.fakes import SetClock
from syncd.testing.recorder import Scrubber, read, write
from syncd.testing.road import Road
from syncd.testing.sandbox import Sandbox
from syncd_pedometer import adapter
from syncd_pedometer.settings import PedometerSettings
from syncd_pedometer.simulator import KEY, USER, Pedometer

MID_MARCH = datetime(2026, 3, 18, 10, 30, tzinfo=UTC)


def window(first: int, last: int) -> Window:
    """Return days of March 2026 (UTC), the last excluded."""
    return Window(datetime(2026, 3, first, tzinfo=UTC), datetime(2026, 3, last, tzinfo=UTC))


@cache
def weeks() -> Any:
    return eventful()


@contextmanager
def account() -> Iterator[tuple[Pedometer, Road]]:
    clock = SetClock(MID_MARCH)
    with Pedometer(weeks().cloud, clock, silence_s=0.4) as vendor:
        settings = PedometerSettings(base_url=vendor.server.url)
        yield vendor, Road(adapter=adapter, settings=settings, now=clock, key=KEY, silence_s=0.2)


@cache
def looked_at(asked: Window) -> tuple[RawPayload, ...]:
    with account() as (_, road):
        return tuple(p for stream in adapter.capabilities.streams
                     for p in road.fetched(stream, asked))  # fmt: skip


class TestPedometer(AdapterConformance):
    def adapter(self) -> Adapter[Any]:
        return adapter

    def payloads(self) -> Sequence[RawPayload]:
        return looked_at(window(11, 14))

    def overlapping(self) -> Sequence[RawPayload]:
        return looked_at(window(12, 16))

    @contextmanager
    def sandbox(self) -> Iterator[Sandbox]:
        with account() as (vendor, road):
            road.token()
            yield Sandbox(
                connect=road.connected,
                faults=vendor.faults,
                windows=dict.fromkeys(adapter.capabilities.streams, window(12, 13)),
                secrets=(KEY, "sim-token", USER),
                requests=lambda: len(vendor.server.log),
                cursors={},
            )


def series(found: Sequence[object], kind: Series) -> dict[int, float | None]:
    return {
        at: value
        for record in found
        if isinstance(record, StepSeries) and record.series is kind
        for at, value in zip(record.start, record.value, strict=True)
    }


def test_every_minute_the_watch_saw_arrives_with_its_steps_and_metres():
    asked = window(11, 14)
    with account() as (_, road):
        found = road.records(Stream.STEPS, asked)
    steps, metres = series(found, Series.STEPS), series(found, Series.DISTANCE)
    start, end = int(asked.start.timestamp()), int(asked.end.timestamp())
    true = list(weeks().cloud.watch_minutes(int(MID_MARCH.timestamp()), start, end))
    assert {m.at * 60: m.steps for m in true} == {a: v for a, v in steps.items() if v is not None}
    assert sum(m.distance_mm for m in true) / 1000 == pytest.approx(
        sum(value or 0 for value in metres.values()), rel=1e-4
    )


def test_a_minute_without_the_pedometer_is_not_measured_and_never_zero():
    with account() as (_, road):
        steps = series(road.records(Stream.STEPS, window(17, 18)), Series.STEPS)
    off = int(datetime(2026, 3, 17, 9, tzinfo=UTC).timestamp())  # the life has it taken off then
    assert steps[off] is None
    assert 0.0 in steps.values()


def test_three_days_take_three_requests():
    with account() as (vendor, road):
        road.token()
        vendor.server.forget()
        road.fetched(Stream.STEPS, window(11, 14))
        assert len(vendor.server.log) == 3


def test_the_clock_change_of_march_is_told_with_the_minutes():
    with account() as (vendor, road):
        vendor.now.move(datetime(2026, 3, 31, tzinfo=UTC) - MID_MARCH)
        found = road.records(Stream.STEPS, window(29, 30))
    runs = [run.offset_s for r in found if isinstance(r, StepSeries) for run in r.offsets]
    assert set(runs) == {3600, 7200}


def test_a_token_that_ended_is_exchanged_for_a_fresh_one_by_itself():
    with account() as (vendor, road):
        road.fetched(Stream.PROFILE, None)
        vendor.tokens.clear()
        [profile] = road.records(Stream.PROFILE, None)
    assert isinstance(profile, Profile)
    assert profile.user == USER


def test_a_wrong_key_says_where_to_make_another():
    with account() as (_, road):
        road.key = "mistyped"
        with pytest.raises(AuthExpired, match="Account, Keys"):
            road.token()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"minutes": [{"at": "2026-03-12T08:00:00", "offset_min": 60, "steps": 1, "feet": 2}]}',
        b'{"minutes": [{"at": "2026-03-12T08:00:30Z", "offset_min": 60, "steps": 1, "feet": 2}]}',
        b'{"minutes": [{"at": "2026-03-12T08:00:00Z", "offset_min": 60, "steps": -1, "feet": 2}]}',
        b'{"minutes": [{"at": "2026-03-12T08:00:00Z", "offset_min": 60, "steps": 1, "feet": NaN}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_as_we_know_it_is_refused_in_words(body):
    [good, *_] = [p for p in looked_at(window(11, 14)) if p.stream is Stream.STEPS]
    with pytest.raises(Malformed, match=r"^minutes: "):
        list(adapter.parse(replace(good, body=body)))


def test_a_recording_names_nobody_and_still_tells_the_same_steps(tmp_path):
    file, true = tmp_path / "pedometer.jsonl", looked_at(window(11, 14))
    write(file, true, Scrubber(shift=timedelta(weeks=-53)))
    assert USER not in file.read_text()
    steps = [series([r for p in told for r in adapter.parse(p)], Series.STEPS)
             for told in (true, read(file))]  # fmt: skip
    assert list(steps[0].values()) == list(steps[1].values())


def test_syncd_finds_the_adapter_and_its_simulator_by_their_entry_points():
    [found] = entry_points(group="syncd.adapters", name="pedometer")
    assert found.load() is adapter
    [found] = entry_points(group="syncd.simulators", name="pedometer")
    assert found.load().name == "pedometer"
