"""Days, activities and settings as Garmin writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from syncd.sim.cloud import Outing
from syncd.sim.devices import pauses
from syncd.sim.truth import Kind
from syncd_garmin.simulated.world import FLOOR_MM, Sums, World, id_of

OTHER_METRES: Final = 5000
"""On every fifth of the month a bicycle counts in the day's metres that are not of steps."""
NAME: Final = "walker-of-the-simulator"
WALKING: Final = {"typeId": 9, "typeKey": "walking", "parentTypeId": 17}
RUNNING: Final = {"typeId": 1, "typeKey": "running", "parentTypeId": 17}


def iso(at: int) -> str:
    """Return an instant as summaries have it: UTC, without saying so."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.0")


def spaced(at: int) -> str:
    """Return an instant as lists have it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def steps_row(day: date, sums: Sums | None) -> dict[str, Any]:
    """Return one day of a range of steps."""
    return {
        "calendarDate": day.isoformat(),
        "totalSteps": sums.steps if sums else None,
        "totalDistance": sums.distance_mm // 1000 if sums else None,
        "stepGoal": 7500,
    }


def summary(world: World, day: date) -> dict[str, Any]:
    """Return the app's first page (version 1); metrics are null on a day without data."""
    sums, span = world.sums(day), world.span(day)
    said: dict[str, Any] = {
        "calendarDate": day.isoformat(),
        "userProfileId": 1,
        "dailyStepGoal": 7500,
        "source": "GARMIN",
        "privacyProtected": False,
        "includesWellnessData": sums is not None,
        **dict.fromkeys(("totalSteps", "totalDistanceMeters", "wellnessDistanceMeters")),
        **dict.fromkeys(("floorsAscended", "floorsDescended", "durationInMilliseconds")),
        "lastSyncTimestampGMT": _synced(world),
    }
    if sums is None or span is None:
        return said
    start, end = span[0], max(span[0], min(span[1], world.last_sync() or 0))
    metres = sums.distance_mm // 1000
    floors = sums.climb_mm / FLOOR_MM if world.quirks.altimeter else None
    return said | {
        "totalSteps": sums.steps,
        "totalDistanceMeters": metres + (OTHER_METRES if day.day % 5 == 0 else 0),
        "wellnessDistanceMeters": metres,
        "wellnessStartTimeGmt": iso(start),
        "wellnessStartTimeLocal": iso(start + world.offset_s(start)),
        "wellnessEndTimeGmt": iso(end),
        "wellnessEndTimeLocal": iso(end + world.offset_s(end)),
        "durationInMilliseconds": 1000 * (end - start),
        "floorsAscended": None if floors is None else round(floors, 5),
        "floorsDescended": None if floors is None else round(floors, 5),
    }


def _synced(world: World) -> str | None:
    synced = world.last_sync()
    return None if synced is None or world.quirks.forgets_sync else iso(synced)


def summary_v2(world: World, day: date) -> dict[str, Any]:
    """Return one day of a range of summaries (version 2); floors are whole numbers here."""
    sums, span = world.sums(day), world.span(day)
    said: dict[str, Any] = {
        "uuid": f"day-{day:%Y%m%d}",
        "calendarDate": day.isoformat(),
        "source": "garmin",
        "includesWellnessData": sums is not None,
        "wellnessChronology": None,
        "movement": None,
    }
    if sums is None or span is None:
        return said
    start, end = span
    floors = sums.climb_mm // FLOOR_MM if world.quirks.altimeter else None
    return said | {
        "wellnessChronology": {
            "startTimestampGmt": iso(start),
            "startTimestampLocal": iso(start + world.offset_s(start)),
            "endTimestampGmt": iso(end),
            "endTimestampLocal": iso(end + world.offset_s(end - 1)),
            "totalDurationInMillis": 1000 * (end - start),
        },
        "movement": {
            "steps": {
                "goal": 7500,
                "value": sums.steps,
                "distanceInMeters": sums.distance_mm / 1000,
            },
            "floorsAscended": {"goal": 10, "value": floors},
            "floorsDescended": {"value": floors},
            "pushes": None,
        },
    }


def heart_rates(world: World, day: date) -> dict[str, Any]:
    """Return two-minute heart rates of a day."""
    span = world.span(day) or (0, 0)
    rows = [[1000 * at, bpm] for at, bpm in world.pulse(day)]
    return {
        "calendarDate": day.isoformat(),
        "startTimestampGMT": iso(span[0]),
        "endTimestampGMT": iso(span[1]),
        "startTimestampLocal": iso(span[0] + world.offset_s(span[0])),
        "endTimestampLocal": iso(span[1] + world.offset_s(span[1])),
        "restingHeartRate": 55,
        "heartRateValueDescriptors": [
            {"index": 0, "key": "timestamp"},
            {"index": 1, "key": "heartrate"},
        ],
        "heartRateValues": rows or None,
    }


def buckets(world: World, day: date) -> list[dict[str, Any]]:
    """Return a day's steps in 15-minute rows; nobody wearing the watch is ``none``."""
    return [
        {
            "startGMT": iso(start),
            "endGMT": iso(start + 900),
            "steps": steps,
            "pushes": 0,
            "primaryActivityLevel": _level(steps, told),
            "activityLevelConstant": steps == 0,
        }
        for start, steps, _, told in world.buckets(day)
    ]


def _level(steps: int, told: int) -> str:
    if not told:
        return "none"
    return "highlyActive" if steps >= 1000 else "active" if steps >= 100 else "sedentary"


def floors(world: World, day: date) -> dict[str, Any]:
    """Return a day's floors in 15-minute rows; none without an altimeter or a climb."""
    span = world.span(day) or (0, 0)
    rows: list[list[Any]] = []
    climbed = 0
    for start, _, climb_mm, _ in world.buckets(day):
        before, climbed = climbed, climbed + climb_mm
        up = climbed // FLOOR_MM - before // FLOOR_MM
        if up and world.quirks.altimeter:
            rows.append([iso(start), iso(start + 900), up, 0])
    columns = ("startTimeGMT", "endTimeGMT", "floorsAscended", "floorsDescended")
    described = [{"index": i, "key": key} for i, key in enumerate(columns)]
    return {
        "startTimestampGMT": iso(span[0]),
        "endTimestampGMT": iso(span[1]),
        "startTimestampLocal": iso(span[0] + world.offset_s(span[0])),
        "endTimestampLocal": iso(span[1] + world.offset_s(span[1])),
        "floorsValueDescriptorDTOList": described if rows else [],
        "floorValuesArray": rows,
    }


def _totals(world: World, outing: Outing) -> dict[str, Any]:
    """Return what a list and an activity asked for alone both tell, under the same names."""
    walk = outing.walk
    elapsed = outing.end - walk.start
    timer = elapsed - sum(b - a for a, b in pauses(walk))
    high = world.quirks.altimeter
    return {
        "distance": round(walk.distance_m, 2),
        "duration": float(timer),
        "elapsedDuration": float(elapsed),
        "movingDuration": float(walk.moving_s),
        "elevationGain": round(walk.ascent_m, 1) if high else None,
        "elevationLoss": round(walk.descent_m, 1) if high else None,
        "averageSpeed": round(walk.distance_m / timer, 3) if timer else None,
        "steps": walk.steps if world.quirks.counts_steps else None,
    }


def item(world: World, outing: Outing) -> dict[str, Any]:
    """Return an activity as a list has it."""
    walk, offset = outing.walk, world.offset_s(outing.start)
    cadence = 60 * walk.steps / walk.moving_s if world.quirks.counts_steps else None
    return {
        "activityId": id_of(outing),
        "activityName": "Berlin Gehen",
        "startTimeLocal": spaced(walk.start + offset),
        "startTimeGMT": spaced(walk.start),
        "endTimeGMT": spaced(outing.end),
        "beginTimestamp": 1000 * walk.start,
        "activityType": kind(outing),
        "eventType": {"typeId": 9, "typeKey": "uncategorized"},
        **_totals(world, outing),
        "averageRunningCadenceInStepsPerMinute": cadence,
        "hasPolyline": True,
        "manualActivity": False,
        "elevationCorrected": world.quirks.elevation_corrected,
        "parentId": None,
        "isParent": False,
        "lapCount": 1,
    }


def kind(outing: Outing) -> dict[str, Any]:
    """Return what sport an outing is."""
    return dict(RUNNING if outing.walk.kind is Kind.RUN else WALKING)


def detail(world: World, outing: Outing) -> dict[str, Any]:
    """Return an activity asked for alone, with its zone and when it was last touched."""
    walk, offset = outing.walk, world.offset_s(outing.start)
    sport = kind(outing)
    return {
        "activityId": id_of(outing),
        "activityName": "Berlin Gehen",
        "activityTypeDTO": sport,
        "isMultiSportParent": False,
        "timeZoneUnitDTO": {
            "unitId": 120,
            "unitKey": "zone",
            "timeZone": world.zone_at(walk.start),
        },
        "metadataDTO": {
            "isOriginal": True,
            "fileFormat": {"formatId": 7, "formatKey": world.quirks.file_kind},
            "uploadedDate": iso(outing.created),
            "lastUpdateDate": iso(outing.updated),
            "trimmed": False,
            "manualActivity": False,
            "elevationCorrected": world.quirks.elevation_corrected,
        },
        "summaryDTO": {
            "startTimeLocal": iso(walk.start + offset),
            "startTimeGMT": iso(walk.start),
            **_totals(world, outing),
        },
    }


def settings(world: World) -> dict[str, Any]:
    """Return the person's choices of today."""
    return {
        "displayName": NAME,
        "preferredLocale": "de",
        "measurementSystem": "metric",
        "timeZone": world.quirks.zone,
    }
