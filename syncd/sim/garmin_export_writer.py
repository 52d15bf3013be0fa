"""Write what a Garmin watch and a Garmin account hand over: a device's folder, an account's export.

The export is a zip of zips of recordings and counters under names that say nothing, beside lists of
activities (centimetres, milliseconds) and of days. It knows nothing of how the files are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from syncd.sim.devices import UNSEEN, recorded_walks, watch_minutes
from syncd.sim.fit_monitoring_writer import STILL, WALK, Told, monitoring
from syncd.sim.fit_writer import FitWriter
from syncd.sim.sample import fit_activity
from syncd.sim.takeout_writer import zipped
from syncd.sim.truth import DAY_S, EPOCH, MINUTE_S, Kind, TrueWalk, Truth

SERIAL = 3_900_001
INNER = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part{}.zip"
ACTIVITY_ID = 11_000_000_000


def device_folder(folder: Path, truth: Truth) -> None:
    """Write a watch's folder as it lies on a disk over USB."""
    for name, body in (*_recordings(truth), *_counters(truth), *_settings()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def account_export(truth: Truth, *, parts: int = 2, until: int | None = None) -> bytes:
    """Return the account's export made at ``until`` (Unix seconds, the end of the life)."""
    end = truth.end_minute * MINUTE_S if until is None else until
    files = [*_recordings(truth, end), *_counters(truth, end), *_settings()]
    named = [(f"somebody@example.org_{i}.fit", body) for i, (_, body) in enumerate(files)]
    walks = [w for w in recorded_walks(truth) if w.end <= end]
    members = [(INNER.format(part + 1), zipped(named[part::parts])) for part in range(parts)]
    members += [
        (
            "DI_CONNECT/DI-Connect-Fitness/somebody_0_summarizedActivities.json",
            json.dumps(
                [{"summarizedActivitiesExport": [_activity(w, truth) for w in walks]}]
            ).encode(),
        ),
        (
            "DI_CONNECT/DI-Connect-Aggregator/UDSFile_2026-01-01_2026-04-11.json",
            json.dumps([entry for day in truth.days() for entry in _day(truth, day, end)]).encode(),
        ),
        ("DI_CONNECT/DI-Connect-Wellness/2026_sleepData.json", b'[{"calendarDate": "2026-01-01"}]'),
        ("DI_CONNECT/DI-Connect-User/user_profile.json", b'{"userName": "somebody"}'),
        ("customer_data/customer.json", b"{}"),
    ]
    return zipped(members)


def counters(truth: Truth, day: date, until: int) -> bytes | None:
    """Return the monitoring file of one civil day, ``None`` where the watch saw none of it."""
    log, told, total = watch_minutes(truth), list[Told](), 0
    spans = truth.spans(day)
    for first, end in spans:
        last = min(end, until // MINUTE_S)
        for minute in range(first, last):
            steps, after = log.steps[minute - log.first], min(minute + 1, last - 1)
            if steps == UNSEEN:
                continue
            goes_on = minute % 15 and minute + 1 < last
            if not steps and not log.steps[after - log.first] and goes_on:
                continue  # still, and still after it: one message in a quarter of an hour
            at = datetime.fromtimestamp((minute + 1) * MINUTE_S, UTC)
            total += steps
            told.append(Told(at, WALK if steps else STILL, total if steps else None))
    if not told:
        return None
    begins = spans[0][0] * MINUTE_S
    return monitoring(
        told,
        begins=datetime.fromtimestamp(begins, UTC),
        local_offset_s=truth.offset_at(begins).offset_s,
        writer=FitWriter(serial=SERIAL),
    )


def _recordings(truth: Truth, until: int = 1 << 40) -> Iterator[tuple[str, bytes]]:
    for walk in recorded_walks(truth):
        if walk.end <= until:
            name = f"Activity/{truth.local(walk.start):%Y-%m-%d-%H-%M-%S}.fit"
            yield name, fit_activity(walk, truth, serial=SERIAL)


def _counters(truth: Truth, until: int = 1 << 40) -> Iterator[tuple[str, bytes]]:
    for number, day in enumerate(truth.days()):
        body = counters(truth, day, until)
        if body is not None:
            yield f"Monitor/M{number:06}.FIT", body


def _settings() -> Iterator[tuple[str, bytes]]:
    writer = FitWriter(serial=SERIAL)
    writer.file_id(datetime(2026, 1, 1, tzinfo=UTC), file_type=2)
    yield "Settings/Settings.fit", writer.finish()
    yield "GarminDevice.xml", b'<?xml version="1.0"?>\n<Device><Id>1</Id></Device>\n'


def _activity(walk: TrueWalk, truth: Truth) -> dict[str, object]:
    return {
        "activityId": ACTIVITY_ID + walk.start,
        "name": "A street that nobody should read",
        "activityType": "running" if walk.kind is Kind.RUN else "walking",
        "sportType": "RUNNING" if walk.kind is Kind.RUN else "GENERIC",
        "beginTimestamp": walk.start * 1000,
        "startTimeGmt": float(walk.start * 1000),
        "startTimeLocal": float((walk.start + truth.offset_at(walk.start).offset_s) * 1000),
        "duration": float(walk.moving_s * 1000),
        "elapsedDuration": float((walk.end - walk.start) * 1000),
        "movingDuration": float(walk.moving_s * 1000),
        "distance": round(100 * walk.distance_m, 2),
        "elevationGain": round(100 * walk.ascent_m, 2),
        "elevationLoss": round(100 * walk.descent_m, 2),
        "steps": walk.steps,
        "avgHr": 110.0,
    }


def _day(truth: Truth, day: date, end: int) -> Iterator[dict[str, object]]:
    """Yield a day's summary and, mixed in, what was drunk on it."""
    midnight = (day - EPOCH).days * DAY_S
    last = max(b for _, b in truth.spans(day)) * MINUTE_S
    yield {
        "calendarDate": day.isoformat(),
        "totalSteps": truth.steps_on(day),
        "totalDistanceMeters": round(0.7 * truth.steps_on(day)),
        "durationInMilliseconds": 86_400_000 if last <= end else max(0, end - midnight) * 1000,
        "includesWellnessData": True,
        "floorsAscendedInMeters": 12.192,
    }
    yield {"calendarDate": day.isoformat(), "hydrationEntry": 250}
