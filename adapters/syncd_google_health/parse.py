"""Parse: from Google's answers to records. Pure: the payload and its facts, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError

from syncd.contract import (
    CanonicalRecord,
    DailyTotal,
    DeviceSync,
    Malformed,
    Profile,
    RawPayload,
    Source,
    SourceKind,
    Stream,
    Window,
)
from syncd_google_health import kinds, outings, wire
from syncd_google_health.intervals import Row, series_of

RECONCILED: Final = Source(
    key="reconciled", kind=SourceKind.HUB, whole_day=True, device="Google Health"
)
"""What Google has merged of all devices; it does not tell which device a minute is from."""


def parse(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Yield the records of one answer; raise ``Malformed`` for one that we do not understand."""
    reader = _READERS.get((payload.stream, payload.facts.get("type", "")))
    if reader is None:
        raise Malformed(f"an answer about {payload.stream} of no known type", payload=payload)
    try:
        yield from reader(payload)
    except (ValidationError, OverflowError):
        raise Malformed(
            f"{payload.facts.get('type', payload.stream)}: a value in it cannot be.",
            payload=payload,
        ) from None


def _devices(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Tell until when trackers have handed over; a scale hands over no steps."""
    said = wire.read(wire.Devices, payload, "paired devices")
    synced = [
        min(device.last_sync_time, payload.fetched_at)
        for device in said.paired_devices
        if device.last_sync_time is not None and device.device_type != "SCALE"
    ]
    if synced:
        yield DeviceSync(source=RECONCILED, at=_whole_second(max(synced)))


def _minutes(payload: RawPayload) -> Iterator[CanonicalRecord]:
    kind = kinds.BY_PATH[payload.facts["type"]]
    said = wire.read(wire.Points, payload, kind.path)
    rows = []
    for point in said.data_points:
        measured: wire.Measured | None = getattr(point, kind.payload)
        if measured is None:
            raise Malformed(f"{kind.path}: an interval of another type", payload=payload)
        if _inside(measured.interval.start_time, payload.covers):
            rows.append(_row(measured, kind))
    yield from series_of(RECONCILED, kind.series, rows)


def _row(measured: wire.Measured, kind: kinds.Kind) -> Row:
    """Return an interval in our units; a negative climb is a descent: none was climbed."""
    interval = measured.interval
    start = int(interval.start_time.timestamp())
    offset = interval.start_utc_offset
    return Row(
        start=start,
        duration=max(1, int(interval.end_time.timestamp()) - start),
        value=max(0, getattr(measured, kind.value)) / kind.per_unit,
        offset=None if offset is None else int(offset),
    )


def _exercises(payload: RawPayload) -> Iterator[CanonicalRecord]:
    for point in wire.read(wire.Exercises, payload, "exercises").data_points:
        if _inside(point.exercise.interval.start_time, payload.covers):
            yield outings.workout(point, RECONCILED)


def _route(payload: RawPayload) -> Iterator[CanonicalRecord]:
    yield from outings.with_route(payload, RECONCILED)


def _days(payload: RawPayload) -> Iterator[CanonicalRecord]:
    kind = kinds.BY_PATH[payload.facts["type"]]
    for rolled in wire.read(wire.RolledDays, payload, f"days of {kind.path}").rollup_data_points:
        summed: wire.Rolled | None = getattr(rolled, kind.payload)
        if summed is None:
            raise Malformed(f"days of {kind.path}: a sum of another type", payload=payload)
        try:
            day = rolled.civil_start_time.date.date
        except ValueError:
            raise Malformed(f"days of {kind.path}: no such date", payload=payload) from None
        total = getattr(summed, kind.sum) / kind.per_unit
        value: Mapping[str, Any] = {kind.total: int(total) if kind is kinds.STEPS else total}
        yield DailyTotal(source=RECONCILED, day=day, **value)


def _settings(payload: RawPayload) -> Iterator[CanonicalRecord]:
    said = wire.read(wire.Settings, payload, "settings")
    yield Profile(
        source=RECONCILED,
        at=payload.fetched_at,
        zone=said.time_zone,
        utc_offset_s=None if said.utc_offset is None else int(said.utc_offset),
    )


def _identity(payload: RawPayload) -> Iterator[CanonicalRecord]:
    said = wire.read(wire.Identity, payload, "identity")
    yield Profile(source=RECONCILED, at=payload.fetched_at, user=said.health_user_id)


_READERS: Final[Mapping[tuple[Stream, str], Callable[[RawPayload], Iterable[CanonicalRecord]]]] = {
    (Stream.DEVICES, ""): _devices,
    **{(Stream.STEPS, kind.path): _minutes for kind in kinds.MINUTES},
    (Stream.WORKOUTS, kinds.EXERCISE): _exercises,
    (Stream.ROUTES, "tcx"): _route,
    **{(Stream.DAILY, kind.path): _days for kind in kinds.DAYS},
    (Stream.PROFILE, "settings"): _settings,
    (Stream.PROFILE, "identity"): _identity,
}


def _inside(start: datetime, covers: Window | None) -> bool:
    """Tell whether something begins in the span that the answer speaks for."""
    return covers is None or covers.start <= start < covers.end


def _whole_second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
