"""Parse: from Fitbit's answers to records. Pure: the payload and its facts, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from syncd.contract import (
    CanonicalRecord,
    DailyTotal,
    DeviceSync,
    Malformed,
    Profile,
    RawPayload,
    Series,
    Source,
    SourceKind,
    Stream,
    Window,
)
from syncd_fitbit import outings, walls, wire

CLOUD: Final = Source(key="cloud", kind=SourceKind.HUB, whole_day=True, device="Fitbit")
"""What Fitbit has merged of all trackers of an account."""

KINDS: Final[Mapping[str, tuple[Series, float]]] = {
    "steps": (Series.STEPS, 1.0),
    "distance": (Series.DISTANCE, 1000.0),
    "elevation": (Series.CLIMB, 1.0),
}
"""What is read in minutes: the series, and how many of our units Fitbit's metric one is."""
TOTALS: Final[Mapping[str, tuple[str, float]]] = {
    "steps": ("steps", 1.0),
    "distance": ("distance_m", 1000.0),
    "floors": ("floors", 1.0),
}
"""What is read as totals of days: the field, and how many of our units Fitbit's metric one is."""


def parse(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Yield the records of one answer; raise ``Malformed`` for one that we do not understand."""
    reader = _READERS.get((payload.stream, payload.facts.get("type", "")))
    if reader is None:
        raise Malformed(f"an answer about {payload.stream} of no known type", payload=payload)
    try:
        yield from reader(payload)
    except (ValidationError, OverflowError):
        raise Malformed(f"{payload.stream}: a value in it cannot be.", payload=payload) from None


def newest_sync(devices: Iterable[wire.Device], zone: ZoneInfo) -> datetime | None:
    """Return until when trackers have handed over; a scale hands over no steps.

    A time that the clock showed twice is taken for the first: what is behind it is sure.
    """
    synced = [
        walls.instant(device.last_sync_time, zone)[0]
        for device in devices
        if device.last_sync_time is not None and device.type.upper() != "SCALE"
    ]
    return max(synced, default=None)


def _devices(payload: RawPayload) -> Iterator[CanonicalRecord]:
    synced = newest_sync(wire.read_devices(payload), _zone(payload))
    if synced is not None:
        at = min(synced, payload.fetched_at).astimezone(UTC)
        yield DeviceSync(source=CLOUD, at=at.replace(microsecond=0))


def _minutes(payload: RawPayload) -> Iterator[CanonicalRecord]:
    kind, zone = payload.facts["type"], _zone(payload)
    slots = wire.read(wire.Day, payload, f"minutes of {kind}").slots(kind)
    if slots is None:
        raise Malformed(f"minutes of {kind}: there are none in it", payload=payload)
    series, per_unit = KINDS[kind]
    values: dict[int, float] = {}
    for slot in slots.dataset:
        minute = 60 * int(slot.time[:2]) + int(slot.time[3:5])
        values[minute] = max(values.get(minute, 0.0), slot.value * per_unit)
    rows = walls.laid(_day(payload), values, zone, slots.dataset_interval)
    until = int(payload.fetched_at.timestamp())
    told = walls.measured(rows, synced=_synced(payload), until=until)
    yield from walls.series_of(
        CLOUD, series, [row for row in told if _inside(row.start, payload.covers)], zone
    )


def _totals(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Tell totals of days up to that of the last sync; a day without any step is not measured.

    Floors are told once the account has any: without an altimeter Fitbit writes zeros.
    """
    kind = payload.facts["type"]
    name, per_unit = TOTALS[kind]
    totals = wire.read(wire.Day, payload, f"days of {kind}").totals(kind)
    climbs = kind == "floors" and any(total.value for total in totals)
    synced = _synced(payload)
    last = datetime.fromtimestamp(
        int(payload.fetched_at.timestamp()) if synced is None else synced, _zone(payload)
    ).date()
    for total in totals:
        if total.date_time <= last and (total.value > 0 or climbs):
            value = total.value * per_unit
            told: Mapping[str, Any] = {name: int(value) if kind == "steps" else value}
            yield DailyTotal(source=CLOUD, day=total.date_time, **told)


def _logs(payload: RawPayload) -> Iterator[CanonicalRecord]:
    for log in wire.read(wire.Logs, payload, "activity log").activities:
        found = outings.workout(log, CLOUD, _zone(payload))
        if _inside(found.start.timestamp(), payload.covers):
            yield found


def _route(payload: RawPayload) -> Iterator[CanonicalRecord]:
    yield from outings.with_route(payload, CLOUD, _zone(payload))


def _profile(payload: RawPayload) -> Iterator[CanonicalRecord]:
    person = wire.read(wire.Profile, payload, "profile").user
    offset = person.offset_from_utc_millis
    yield Profile(
        source=CLOUD,
        at=payload.fetched_at,
        user=person.encoded_id,
        zone=person.timezone or None,
        utc_offset_s=None if offset is None else round(offset / 1000),
    )


_READERS: Final[Mapping[tuple[Stream, str], Callable[[RawPayload], Iterable[CanonicalRecord]]]] = {
    (Stream.DEVICES, ""): _devices,
    **{(Stream.STEPS, kind): _minutes for kind in KINDS},
    (Stream.WORKOUTS, "logs"): _logs,
    (Stream.ROUTES, "tcx"): _route,
    **{(Stream.DAILY, kind): _totals for kind in TOTALS},
    (Stream.PROFILE, ""): _profile,
}


def _zone(payload: RawPayload) -> ZoneInfo:
    try:
        return ZoneInfo(payload.facts["zone"])
    except (KeyError, OSError, ValueError):
        raise Malformed("an answer without the zone it was given in", payload=payload) from None


def _day(payload: RawPayload) -> date:
    try:
        return date.fromisoformat(payload.facts["day"])
    except (KeyError, ValueError):
        raise Malformed("minutes without their day", payload=payload) from None


def _synced(payload: RawPayload) -> int | None:
    told = payload.facts.get("synced", "")
    return int(told) if told.isdecimal() else None


def _inside(start: float, covers: Window | None) -> bool:
    """Tell whether something begins in the span that the answer speaks for."""
    return covers is None or covers.start.timestamp() <= start < covers.end.timestamp()
