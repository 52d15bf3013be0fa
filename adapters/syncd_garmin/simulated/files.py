"""Files that watches wrote, in the archives that Garmin hands out."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Final

from syncd.sim.cloud import Outing
from syncd.sim.devices import pauses, track
from syncd.sim.fit_monitoring_writer import WALK, Told, monitoring
from syncd.sim.fit_writer import RUNNING, WALKING, FitWriter, Sample
from syncd.sim.truth import MINUTE_S, Kind
from syncd_garmin.simulated.world import World, id_of

SERIAL: Final = 3_400_000_123
_NORTH, _EAST, _DEGREE_M = 10.0, 20.0, 111_195.0
"""Where every simulated walk begins: a place that is nobody's home."""


def original(world: World, outing: Outing) -> bytes:
    """Return the archive with an activity's original file."""
    name = f"{id_of(outing)}_ACTIVITY"
    if world.quirks.file_kind == "gpx":
        return archive({f"{name}.fit": gpx(outing)})  # named like what it is not
    return archive({f"{name}.fit": activity(world, outing)})


def activity(world: World, outing: Outing) -> bytes:
    """Return the FIT file of an outing as the watch wrote it, before anybody edited it."""
    walk = outing.walk
    at, samples = datetime.fromtimestamp(walk.start, UTC), track(walk)
    cadence = samples.cadence_spm if world.quirks.counts_steps else (None,) * len(samples.at)
    altitude = samples.altitude_m if world.quirks.altimeter else (None,) * len(samples.at)
    rows = zip(samples.at, samples.distance_m, altitude, samples.speed_mps, cadence, strict=True)
    return FitWriter(SERIAL, barometer=world.quirks.altimeter).activity(
        start=at,
        samples=[
            Sample(
                at_s=moment - walk.start,
                distance_m=along,
                altitude_m=high,
                speed_mps=speed,
                cadence_per_leg=None if spm is None else spm / 2,
                latitude=_NORTH + (along or 0.0) / _DEGREE_M,
                longitude=_EAST,
            )
            for moment, along, high, speed, spm in rows
        ],
        sport=RUNNING if walk.kind is Kind.RUN else WALKING,
        total_cycles=walk.steps // 2 if world.quirks.counts_steps else None,
        total_distance_m=walk.distance_m,
        moving_s=walk.moving_s,
        ascent_m=round(walk.ascent_m) if world.quirks.altimeter else None,
        descent_m=round(walk.descent_m) if world.quirks.altimeter else None,
        pauses=[(a - walk.start, b - walk.start) for a, b in pauses(walk)],
        local_offset_s=world.offset_s(walk.start),
    )


def gpx(outing: Outing) -> bytes:
    """Return an outing as the GPX file somebody uploaded."""
    samples = track(outing.walk)
    points = "".join(
        f'<trkpt lat="{_NORTH + (along or 0.0) / _DEGREE_M:.6f}" lon="{_EAST}">'
        f"<ele>{high}</ele><time>{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}</time>"
        "</trkpt>\n"
        for at, along, high in zip(samples.at, samples.distance_m, samples.altitude_m, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="simulator"'
        f' xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>\n{points}</trkseg></trk></gpx>\n'
    ).encode()


def wellness(world: World, day: date) -> bytes | None:
    """Return the archive with the monitoring file of a day; ``None`` where there is none.

    A message a minute while the watch was worn; its counter grows from local midnight on.
    """
    messages: list[Told] = []
    total = 0
    span = world.span(day)
    for a, b in world.cloud.truth.spans(day):
        for minute in world.cloud.watch_minutes(world.second, a * MINUTE_S, b * MINUTE_S):
            total += minute.steps
            at = datetime.fromtimestamp((minute.at + 1) * MINUTE_S, UTC)
            messages.append(Told(at, WALK, total))
    if not messages or span is None:
        return None
    begins = datetime.fromtimestamp(span[0], UTC)
    body = monitoring(
        messages,
        begins=begins,
        local_offset_s=world.offset_s(span[0]),
        writer=FitWriter(SERIAL),
    )
    return archive({f"{day:%Y%m%d}_WELLNESS.fit": body})


def archive(files: dict[str, bytes]) -> bytes:
    """Return files as a zip archive, the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body)
    return out.getvalue()
