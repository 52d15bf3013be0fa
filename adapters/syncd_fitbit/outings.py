"""Entries of the activity log as workouts, and the routes that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from syncd.contract import Malformed, RawPayload, Source, SourceKind, Workout
from syncd.contract.units import MILE_M
from syncd.formats import tcx
from syncd_fitbit import routes, walls, wire

BY_HAND: Final = Source(key="manual", kind=SourceKind.MANUAL, whole_day=False, device="by hand")
CLOCKS_DIFFER: Final = timedelta(days=1)
"""How far ahead of the moment of asking a device's clock may be."""
METRES: Final = {"kilometer": 1000.0, "mile": MILE_M, "meter": 1.0}
_LAST_TAG: Final = b"</TrainingCenterDatabase>"
_OFFERED: Final = frozenset(
    ("walk", "run", "hike", "treadmill", "bike", "outdoor bike", "swim", "elliptical", "sport",
     "aerobic workout", "workout", "weights", "yoga", "spinning", "stair climber")
)  # fmt: skip
"""Names that the app offers; another one of an entry by hand may be what a person typed."""


def workout(log: wire.Log, source: Source, zone: ZoneInfo) -> Workout:
    """Return a log entry as a workout; what Fitbit did not measure stays unknown.

    A start that is in doubt, because the clock showed it twice, tells no offset.
    """
    begun, is_sure = walls.instant(log.start_time, zone)
    start = begun.replace(microsecond=0)
    by_hand = log.log_type == "manual"
    metres = METRES.get((log.distance_unit or "").lower())
    local = log.start_time if log.start_time.tzinfo else begun.astimezone(zone)
    offset = local.utcoffset()
    return Workout(
        source=BY_HAND if by_hand else source,
        key=f"fitbit:{log.log_id}",
        label=label(log.activity_name, by_hand=by_hand),
        start=start,
        end=start + timedelta(seconds=int(log.duration / 1000)),
        timer_s=None if log.active_duration is None else log.active_duration / 1000,
        steps=None if log.steps is None else round(log.steps),
        distance_m=None if log.distance is None or metres is None else log.distance * metres,
        ascent_m=log.elevation_gain,
        detected="device" if log.log_type == "auto_detected" else "person",
        utc_offset_s=round(offset.total_seconds()) if offset is not None and is_sure else None,
    )


def label(name: str | None, *, by_hand: bool) -> str | None:
    """Return Fitbit's word for a sport, and never one that a person typed."""
    word = (name or "").strip().lower()
    if not word or not word.isprintable() or (by_hand and word not in _OFFERED):
        return None
    return word[:80]


def with_route(payload: RawPayload, source: Source, zone: ZoneInfo) -> Iterator[Workout]:
    """Yield the entry of a route with the route's samples; nothing where there was none.

    A route with some bad points is used without them; one without any good is ``Malformed``.
    """
    if payload.facts.get("route") == routes.NONE:
        return
    if not payload.body.rstrip().endswith(_LAST_TAG):
        raise Malformed("a route that is no TCX, or only a part of one", payload=payload)
    told = workout(routes.log_of(payload), source, zone)
    recorded = _recorded(payload, payload.fetched_at + CLOCKS_DIFFER)
    best = max(recorded, key=lambda one: len(one.track.at) if one.track else 0, default=None)
    if best is None or best.track is None:
        return
    yield told.model_copy(update={"track": best.track, "pauses": best.pauses})


def _recorded(payload: RawPayload, before: datetime) -> list[Workout]:
    found: list[Workout] = []
    try:
        for one in tcx.workouts(payload.body, name="route", before=before):
            found.append(one)  # noqa: PERF402 - what came before a fault must stand
    except Malformed as error:
        if not any(one.track for one in found):
            raise Malformed(str(error), problems=error.problems, payload=payload) from None
    return found
