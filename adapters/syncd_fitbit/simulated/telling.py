"""Answers as Fitbit writes them: times of the clock on the wall, units of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape

USER: Final = "7XK3QD"
MILE_MM, FOOT_MM = 1_609_344.0, 304.8
KINDS: Final = frozenset(("steps", "distance", "elevation", "floors", "calories"))
CLOCK: Final = tuple(f"{m // 60:02d}:{m % 60:02d}:00" for m in range(1440))


def units(language: str) -> tuple[float, float, str]:
    """Return millimetres of a unit of distance and of climb, and what the log calls the former."""
    if language in {"en_US", "en-US"}:
        return MILE_MM, FOOT_MM, "Mile"
    if language in {"en_GB", "en-GB"}:
        return MILE_MM, 1000.0, "Mile"
    return 1_000_000.0, 1000.0, "Kilometer"


def value(kind: str, measured: int, language: str) -> float | int:
    """Return steps, floors, millimetres or millimetres climbed in the units of a language."""
    distance, climb, _ = units(language)
    if kind == "distance":
        return round(measured / distance, 9)
    return round(measured / climb, 9) if kind == "elevation" else measured


def intraday(
    kind: str, day: date, minutes: Mapping[int, float], *, every: int, slots: bool
) -> dict[str, Any]:
    """Return a day from wall-clock minutes; what nobody measured is zero, as at Fitbit."""
    total = sum(minutes.values())
    said: dict[str, Any] = {f"activities-{kind}": [_total(day, total)]}
    if slots:
        values = [minutes.get(m, 0) for m in range(1440)]
        rows = [
            {"time": CLOCK[m], "value": values[m] if every == 1 else sum(values[m : m + every])}
            for m in range(0, 1440, every)
        ]
        said[f"activities-{kind}-intraday"] = {
            "dataset": rows,
            "datasetInterval": every,
            "datasetType": "minute",
        }
    return said


def series(kind: str, totals: Iterable[tuple[date, float]]) -> dict[str, Any]:
    """Return totals of days."""
    return {f"activities-{kind}": [_total(day, total) for day, total in totals]}


def summary(totals: Mapping[str, float]) -> dict[str, Any]:
    """Return the summary of a day."""
    distances = [{"activity": "total", "distance": totals["distance"]}]
    return {
        "activities": [],
        "summary": {
            "steps": totals["steps"],
            "floors": totals["floors"],
            "elevation": totals["elevation"],
            "distances": distances,
        },
    }


def devices(watch_sync: datetime | None, scale_sync: datetime) -> list[dict[str, Any]]:
    """Return a scale and a tracker with their last syncs by the clock on the wall."""
    tracker = {"battery": "High", "deviceVersion": "Charge 5", "id": "7", "type": "TRACKER"}
    if watch_sync is not None:
        tracker["lastSyncTime"] = _wall(watch_sync)
    scale = {"deviceVersion": "Aria", "id": "8", "lastSyncTime": _wall(scale_sync), "type": "SCALE"}
    return [scale, tracker]


def profile(zone: str | None, offset_s: int, since: date) -> dict[str, Any]:
    """Return the person."""
    user = {
        "encodedId": USER,
        "fullName": "Nobody Inparticular",
        "memberSince": since.isoformat(),
        "offsetFromUTCMillis": 1000 * offset_s,
    }
    return {"user": user | ({} if zone is None else {"timezone": zone})}


def log(
    number: int,
    start: datetime,
    *,
    seconds: int,
    active_s: int,
    updated: int,
    running: bool,
    detected: bool,
    steps: int,
    distance_mm: float,
    climb_mm: float | None,
    language: str,
    base: str,
) -> dict[str, Any]:
    """Return an entry of the activity log; found ones have no route."""
    distance, climb, name = units(language)
    said: dict[str, Any] = {
        "logId": number,
        "activityName": "Run" if running else "Walk",
        "activityTypeId": 90009 if running else 90013,
        "logType": "auto_detected" if detected else "tracker",
        "startTime": start.isoformat(timespec="milliseconds"),
        "duration": 1000 * seconds,
        "activeDuration": 1000 * active_s,
        "lastModified": datetime.fromtimestamp(updated, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "steps": steps,
        "distance": round(distance_mm / distance, 9),
        "distanceUnit": name,
        "hasGps": not detected,
    }
    if climb_mm is not None:
        said["elevationGain"] = round(climb_mm / climb, 6)
    if not detected:
        said["tcxLink"] = f"{base}/1/user/-/activities/{number}.tcx"
    return said


def logs(found: Sequence[Mapping[str, Any]], query: Mapping[str, str], base: str) -> dict[str, Any]:
    """Return a page of log entries that are in order already."""
    offset, limit = int(query.get("offset", "0")), int(query["limit"])
    until = offset + limit
    more = ""
    if until < len(found):
        more = f"{base}/1/user/-/activities/list.json?{urlencode({**query, 'offset': until})}"
    paging = {"limit": limit, "next": more, "offset": offset, "sort": query["sort"]}
    return {"activities": list(found[offset:until]), "pagination": paging}


def tcx(
    sport: str, start: int, seconds: int, metres: float, points: Iterable[tuple[int, float, float]]
) -> bytes:
    """Return a route; points are Unix second, metres along, metres of altitude."""
    rows = "".join(
        f"<Trackpoint><Time>{_stamp(at)}</Time><Position>"
        f"<LatitudeDegrees>{10 + along / 111_195:.6f}</LatitudeDegrees>"
        "<LongitudeDegrees>20.000000</LongitudeDegrees></Position>"
        f"<AltitudeMeters>{high:.1f}</AltitudeMeters><DistanceMeters>{along:.2f}</DistanceMeters>"
        "</Trackpoint>\n"
        for at, along, high in points
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase'
        ' xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="{escape(sport)}"><Id>{_stamp(start)}</Id>'
        f'<Lap StartTime="{_stamp(start)}">'
        f"<TotalTimeSeconds>{seconds}.0</TotalTimeSeconds><DistanceMeters>{metres:.2f}"
        f"</DistanceMeters><Track>\n{rows}</Track></Lap></Activity></Activities>"
        "</TrainingCenterDatabase>\n"
    ).encode()


def days(first: date, end: str) -> list[date]:
    """Return the days of a series: to a date, or back over a period that ends with ``first``."""
    back = {"1d": 1, "7d": 7, "1w": 7, "30d": 30, "1m": 30, "3m": 90, "6m": 180, "1y": 365}
    if end in back:
        begin = first - timedelta(days=back[end] - 1)
        return [begin + timedelta(days=n) for n in range(back[end])]
    last = date.fromisoformat(end)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _total(day: date, total: float) -> dict[str, str]:
    text = str(total) if isinstance(total, int) else f"{total:.9f}".rstrip("0").rstrip(".")
    return {"dateTime": day.isoformat(), "value": text or "0"}


def _wall(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000")


def _stamp(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
