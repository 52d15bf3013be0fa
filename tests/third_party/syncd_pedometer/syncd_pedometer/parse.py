"""Parse: from the vendor's bytes to records. Pure: the payload is all it knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from syncd.contract import (
    CanonicalRecord,
    DeviceSync,
    Malformed,
    OffsetRun,
    Profile,
    RawPayload,
    Series,
    Source,
    SourceKind,
    StepSeries,
    Stream,
)
from syncd.contract.units import FOOT_M
from syncd_pedometer import wire

MINUTE_S: Final = 60
PEDOMETER: Final = Source(
    key="pedometer", kind=SourceKind.WATCH, whole_day=True, device="pedometer"
)


def parse(payload: RawPayload) -> Iterable[CanonicalRecord]:
    """Return the records of a payload; raise ``Malformed`` for what is not as we know it."""
    match payload.stream:
        case Stream.STEPS:
            said = wire.read(wire.Minutes, payload.body, "minutes", payload)
            return list(_series(said.minutes, payload))
        case Stream.DEVICES:
            device = wire.read(wire.Device, payload.body, "device", payload)
            synced = device.last_upload
            return [DeviceSync(source=PEDOMETER, at=synced)] if synced is not None else []
        case Stream.PROFILE:
            person = wire.read(wire.Person, payload.body, "person", payload)
            at = payload.fetched_at
            return [Profile(source=PEDOMETER, at=at, user=person.id, zone=person.zone)]
    raise Malformed(f"{payload.stream} is nothing a pedometer tells.", payload=payload)


def _series(minutes: list[wire.Minute], payload: RawPayload) -> Iterator[StepSeries]:
    """Yield the columns of a page: what was not measured stays ``None``, and is never 0."""
    by_start = {int(minute.at.timestamp()): minute for minute in minutes}
    start = tuple(sorted(by_start))
    if not start:
        return
    if any(at % MINUTE_S for at in start):
        raise Malformed("minutes: one does not begin at a full minute.", payload=payload)
    inside = [by_start[at] for at in start]
    steps = tuple(None if m.steps is None else float(m.steps) for m in inside)
    metres = tuple(None if m.feet is None else m.feet * FOOT_M for m in inside)
    for series, value in ((Series.STEPS, steps), (Series.DISTANCE, metres)):
        yield StepSeries(
            source=PEDOMETER,
            series=series,
            start=start,
            duration=(MINUTE_S,) * len(start),
            value=value,
            offsets=_offsets(start, inside),
        )


def _offsets(start: tuple[int, ...], minutes: list[wire.Minute]) -> tuple[OffsetRun, ...]:
    """Return from when on which offset held; the pedometer tells one with each minute."""
    runs: list[OffsetRun] = []
    for at, minute in zip(start, minutes, strict=True):
        offset_s = minute.offset_min * MINUTE_S
        if not runs or runs[-1].offset_s != offset_s:
            runs.append(OffsetRun(start=at, offset_s=offset_s))
    return tuple(runs)
