"""Points as Google writes them: int64 as text, zero members left out, offsets in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final
from xml.sax.saxutils import escape

from syncd_google_health import kinds

USER: Final = "1112223334445556667"
WATCH: Final = {
    "recordingMethod": "PASSIVELY_MEASURED",
    "platform": "FITBIT",
    "device": {"displayName": "Pixel Watch 4", "formFactor": "WATCH", "manufacturer": "Google"},
}
PHONE: Final = {
    "recordingMethod": "PASSIVELY_MEASURED",
    "platform": "FITBIT",
    "device": {"displayName": "MobileTrack", "formFactor": "PHONE"},
}
COPY: Final = {
    "recordingMethod": "UNKNOWN",
    "platform": "HEALTH_CONNECT",
    "application": {"packageName": "android"},
}


def stamp(at: int) -> str:
    """Return Unix seconds as RFC 3339."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def civil(at: int, offset_s: int) -> dict[str, Any]:
    """Return a moment by the wearer's clock; members that are zero are left out."""
    local = datetime.fromtimestamp(at + offset_s, UTC)
    parts = {"hours": local.hour, "minutes": local.minute, "seconds": local.second}
    return {
        "date": civil_date(local.date()),
        "time": {name: value for name, value in parts.items() if value},
    }


def civil_date(day: date) -> dict[str, int]:
    """Return a date."""
    return {"year": day.year, "month": day.month, "day": day.day}


@lru_cache(maxsize=50_000)
def interval(start: int, end: int, offset_s: int, end_offset_s: int) -> dict[str, Any]:
    """Return a span with both of its offsets; the types of one minute share it."""
    return {
        "startTime": stamp(start),
        "startUtcOffset": f"{offset_s}s",
        "endTime": stamp(end),
        "endUtcOffset": f"{end_offset_s}s",
        "civilStartTime": civil(start, offset_s),
        "civilEndTime": civil(end, end_offset_s),
    }


@cache
def member(kind: str) -> str:
    """Return the name of the value in points of a type."""
    head, *rest = kinds.BY_PATH[kind].value.split("_")
    return head + "".join(part.title() for part in rest)


def measured(kind: str, span: Mapping[str, Any], value: int) -> dict[str, Any]:
    """Return the part of a point that tells a value; a true zero has no member for it."""
    return {kind: {"interval": span} | ({member(kind): str(value)} if value else {})}


def summed(kind: str, value: int, *, empty: bool = False) -> dict[str, Any]:
    """Return the part of a rollup that tells a sum; some zeros come as an empty object."""
    return {kind: {} if empty and not value else {f"{member(kind)}Sum": str(value)}}


def civil_window(day: date) -> dict[str, Any]:
    """Return the bounds of a civil day, whatever its length."""
    return {
        "civilStartTime": {"date": civil_date(day), "time": {}},
        "civilEndTime": {"date": civil_date(day + timedelta(days=1)), "time": {}},
    }


def page(
    points: Sequence[Mapping[str, Any]],
    size: int,
    token: str,
    *,
    overlap: int = 0,
    empty_first: bool = False,
) -> tuple[list[Mapping[str, Any]], str | None]:
    """Return one page and the token of the next.

    ``overlap`` repeats so many points of the page before; ``empty_first`` sends an empty page
    with a token before the first.
    """
    if empty_first and not token and points:
        return [], "p0"
    at = int(token[1:]) if token[1:].isdecimal() else 0
    until = at + size
    more = f"p{until}" if until < len(points) else None
    return list(points[max(0, at - overlap) : until]), more


def tcx(
    *,
    sport: str,
    start: int,
    seconds: float,
    metres: float,
    points: Iterable[tuple[int, float, float, float, float]],
) -> bytes:
    """Return a TCX route; points are Unix second, metres, altitude, latitude, longitude."""
    rows = "".join(
        f"<Trackpoint><Time>{stamp(at)}</Time><Position>"
        f"<LatitudeDegrees>{north:.6f}</LatitudeDegrees>"
        f"<LongitudeDegrees>{east:.6f}</LongitudeDegrees></Position>"
        f"<AltitudeMeters>{altitude:.1f}</AltitudeMeters>"
        f"<DistanceMeters>{along:.2f}</DistanceMeters></Trackpoint>\n"
        for at, along, altitude, north, east in points
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase'
        ' xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="{escape(sport)}"><Id>{stamp(start)}</Id><Lap StartTime="{stamp(start)}">'
        f"<TotalTimeSeconds>{seconds:.1f}</TotalTimeSeconds>"
        f"<DistanceMeters>{metres:.2f}</DistanceMeters><Track>\n{rows}</Track></Lap></Activity>"
        "</Activities></TrainingCenterDatabase>\n"
    ).encode()


def exercise(
    number: str,
    span: Mapping[str, Any],
    *,
    running: bool,
    detected: bool,
    created: int,
    updated: int,
    active_s: int,
    times: Iterable[tuple[int, str]],
    steps: int,
    metres: float,
    climbed_m: float | None,
) -> dict[str, Any]:
    """Return an exercise; found ones have no route, and what was not measured is not there."""
    pace = "NaN" if not metres else round(active_s / metres, 6)
    metrics: dict[str, Any] = {
        "steps": str(steps),
        "distanceMillimeters": round(1000 * metres, 1),
        "averagePaceSecondsPerMeter": pace,
    }
    if climbed_m:
        metrics["elevationGainMillimeters"] = round(1000 * climbed_m, 1)
    method = "PASSIVELY_MEASURED" if detected else "ACTIVELY_MEASURED"
    return {
        "name": f"users/{USER}/dataTypes/exercise/dataPoints/{number}",
        "dataSource": {**WATCH, "recordingMethod": method},
        "createTime": stamp(created),
        "updateTime": stamp(updated),
        "exercise": {
            "interval": dict(span),
            "exerciseType": "RUNNING" if running else "WALKING",
            "displayName": "Spaziergang",
            "activeDuration": f"{active_s}.000s",
            "exerciseEvents": [
                {"eventTime": stamp(at), "exerciseEventType": what} for at, what in sorted(times)
            ],
            "exerciseMetadata": {} if detected else {"hasGps": True},
            "metricsSummary": metrics,
        },
    }
