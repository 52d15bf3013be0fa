"""Parse: from Garmin Connect's answers to records. Pure: the payload and its facts, nothing else.

What both of Garmin's interfaces answer alike is read by the one parser of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from pydantic import ValidationError

from syncd.contract import (
    CanonicalRecord,
    DeviceSync,
    Malformed,
    RawPayload,
    StepCounter,
    Stream,
)
from syncd.formats import fit
from syncd_garmin import days, wire
from syncd_garmin.app import buckets
from syncd_garmin.app.asking import closed_to_us
from syncd_garmin.app.wire import DeviceLastUsed, FloorsChart, StepBucket
from syncd_garmin.archives import members
from syncd_garmin.parse import parse as of_both
from syncd_garmin.sources import CLOUD

CLOCKS_DIFFER: Final = timedelta(days=1)
"""How far ahead of the moment of asking a watch's clock may be."""


def parse(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Yield the records of one answer; raise ``Malformed`` for one that we do not understand."""
    kind = payload.facts.get("type", "")
    reader = _READERS.get((payload.stream, kind))
    if reader is None:
        yield from of_both(payload)
        return
    if not payload.body.strip() or payload.facts.get("gone"):
        return
    try:
        yield from reader(payload)
    except (ValidationError, ValueError, OverflowError):
        raise Malformed(f"{kind}: a value in it cannot be.", payload=payload) from None


def _device(payload: RawPayload) -> Iterator[CanonicalRecord]:
    said = wire.read(DeviceLastUsed, payload, "the device last used")
    if said.uploaded_at is not None:
        at = min(said.uploaded_at, payload.fetched_at).replace(microsecond=0)
        yield DeviceSync(source=CLOUD, at=at)


def _rows(payload: RawPayload) -> Iterator[CanonicalRecord]:
    rows = wire.read_list(StepBucket, payload, "steps of a day")
    if buckets.is_blank(rows):
        return
    covers = payload.covers if payload.stream is Stream.STEPS else None
    day = date.fromisoformat(payload.facts["day"])
    zone = payload.facts.get("zone") or None
    yield from buckets.step_series(rows, day=day, zone=zone, covers=covers)


def _floors(payload: RawPayload) -> Iterator[CanonicalRecord]:
    chart = wire.read(FloorsChart, payload, "floors of a day")
    yield from buckets.floor_series(chart, payload.covers)


def _day(payload: RawPayload) -> Iterator[CanonicalRecord]:
    said = wire.read(wire.DailySummary, payload, "a day's summary")
    if said.privacy_protected:
        raise closed_to_us("the sums of days")
    total = days.of_summary(said)
    if total is not None:
        yield total


def _steps(payload: RawPayload) -> Iterator[CanonicalRecord]:
    for day in wire.read_list(wire.DailySteps, payload, "steps of days"):
        total = days.of_steps(day)
        if total is not None:
            yield total


def _minutes(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Yield the step counters of a watch; it speaks of days that were asked for, not of all."""
    before, zone = payload.fetched_at + CLOCKS_DIFFER, payload.facts.get("zone") or None
    problems: list[str] = []
    for data in members(payload.body):
        try:
            for record in fit.records(data, name="minutes", before=before, zone=zone):
                if isinstance(record, StepCounter):
                    source = record.source.model_copy(update={"whole_day": False})
                    yield record.model_copy(update={"source": source})
        except Malformed as error:
            problems += error.problems
    if problems:
        raise Malformed(f"the watch's minutes of {payload.facts['day']}: {problems[0]}")


def _nothing(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Read nothing: that Garmin fetches a day back is no measurement."""
    del payload
    yield from ()


_READERS: Final[Mapping[tuple[Stream, str], Callable[[RawPayload], Iterable[CanonicalRecord]]]] = {
    (Stream.DEVICES, "device"): _device,
    (Stream.STEPS, "rows"): _rows,
    (Stream.DAILY, "floors"): _floors,
    (Stream.DAILY, "day"): _day,
    (Stream.DAILY, "steps"): _steps,
    (Stream.FILES, "rows"): _rows,
    (Stream.FILES, "minutes"): _minutes,
    (Stream.FILES, "reload"): _nothing,
}
