"""Activities as workouts. Totals are Garmin's own; its cadences are steps a minute as they are.

A multisport parent is no outing: its parts are listed for themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syncd.contract import Source, Workout
from syncd_garmin import wire
from syncd_garmin.instants import utc_offset_s
from syncd_garmin.sources import BY_HAND, CLOUD, key

ALL_TYPES: Final = 17
"""The parent of types that are themselves parents."""
RUNNING, HIKING, OTHER, WALKING = 1, 3, 4, 9
MULTISPORT: Final = frozenset(("multi_sport", "multisport"))
_FOOT: Final = {RUNNING: "running", HIKING: "hiking", WALKING: "walking"}
_FOOT_WORDS: Final = ("walk", "hik", "run", "jog", "trek", "ruck", "stroll", "treadmill")
LONGEST: Final = timedelta(days=7)


def workout(
    item: wire.ActivityItem, detail: wire.ActivityDetail | None = None, *, source: Source = CLOUD
) -> Workout | None:
    """Return an activity as a workout, with the zone if it was asked for alone.

    ``None`` for a multisport parent, and for one that does not tell when it was. Raises
    ``ValueError`` (of the model) where its numbers contradict one another.
    """
    start = item.start_time_gmt or item.begin_timestamp
    if start is None or is_parent(item):
        return None
    start = start.replace(microsecond=0)
    end = _end(item, start)
    corrected = item.elevation_corrected or bool(detail and detail.metadata.elevation_corrected)
    return Workout(
        source=BY_HAND if is_manual(item, detail) else source,
        key=key(item.activity_id),
        label=label(item.activity_type),
        start=start,
        end=end,
        timer_s=item.duration,
        moving_time_s=item.moving_duration or None,  # Garmin says 0 where it made no estimate
        steps=None if item.steps is None else round(item.steps),
        distance_m=item.distance,
        ascent_m=item.elevation_gain,
        descent_m=item.elevation_loss,
        elevation_source="terrain" if corrected else None,
        utc_offset_s=utc_offset_s(start, item.start_time_local),
        zone=None if detail is None else _zone(detail.time_zone.time_zone),
    )


def is_parent(item: wire.ActivityItem) -> bool:
    """Tell whether an activity only holds others."""
    kind = item.activity_type
    return bool(item.is_parent) or (kind is not None and kind.type_key in MULTISPORT)


def is_manual(item: wire.ActivityItem, detail: wire.ActivityDetail | None = None) -> bool:
    """Tell whether somebody typed it in."""
    return bool(item.manual_activity) or bool(detail and detail.metadata.manual_activity)


def parent_of(kind: wire.ActivityType | None) -> int | None:
    """Return the id of the family of sports; there are some 150 types and a dozen families."""
    if kind is None:
        return None
    return kind.type_id if kind.parent_type_id in (None, ALL_TYPES) else kind.parent_type_id


def is_on_foot(item: wire.ActivityItem) -> bool:
    """Tell whether a recording may hold a walk: by its family, its word, or steps in it."""
    family, kind = parent_of(item.activity_type), item.activity_type
    word = (kind.type_key or "") if kind else ""
    by_word = any(part in word for part in _FOOT_WORDS)
    return family in (*_FOOT, OTHER, None) or by_word or bool(item.steps)


def label(kind: wire.ActivityType | None) -> str | None:
    """Return Garmin's word for a sport as records have it: ``casual_walking`` is casual walking.

    Where the word does not say that it is on foot and its family does, the family is added.
    """
    if kind is None or not kind.type_key or kind.type_key == "uncategorized":
        return None
    word = kind.type_key.replace("_", " ").strip().lower()
    family = _FOOT.get(parent_of(kind) or 0)
    if family and not any(part in word for part in _FOOT_WORDS):
        word = f"{word} ({family})"
    return word[:80]


def _end(item: wire.ActivityItem, start: datetime) -> datetime:
    """Return the end: told, else by the time on the wall, else by the timer."""
    told = item.end_time_gmt
    if told is not None and timedelta(0) <= told - start <= LONGEST:
        return told.replace(microsecond=0)
    seconds = item.elapsed_s if item.elapsed_s is not None else item.duration or 0.0
    return start + min(LONGEST, timedelta(seconds=round(seconds)))


def _zone(name: str | None) -> str | None:
    """Return an IANA name that is known here; Garmin also has names of its own."""
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
