"""The JSON of a Garmin account export: summaries of activities and of days.

Its units are not those of Garmin's interfaces: centimetres and milliseconds. An activity whose
figures make no sense in them is left out and told, not guessed at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Final

from pydantic import ValidationError

from syncd.contract import DailyTotal, Malformed, Source, SourceKind, Workout
from syncd.formats.problems import Problems
from syncd.formats.texts import label

ACTIVITIES: Final = Source(
    key="garmin-export:activities", kind=SourceKind.FILE, whole_day=False, device="Garmin export"
)
DAYS: Final = Source(
    key="garmin-export:days", kind=SourceKind.FILE, whole_day=False, device="Garmin export"
)
"""Totals bound a day; they do not say when somebody walked, so nobody waits for them."""

FIRST_DAY: Final = date(2000, 1, 1)
LONGEST_MS: Final = 7 * 86_400_000
WHOLE_DAY_MS: Final = 23 * 3_600_000
MOST_STEPS: Final = 500_000
MOST_STEPS_A_SECOND: Final = 10
FASTEST_MPS: Final = 350.0
"""An airliner's; beyond it the units are not those that are known."""
FLOOR_M: Final = 3.048

Fields = Mapping[str, object]


def activities(data: bytes, *, name: str, before: datetime) -> Iterator[Workout]:
    """Yield the summaries of activities; nothing later than ``before`` is believed.

    Raise ``Malformed`` after the good ones if one could not be used.
    """
    problems, found = Problems(), 0
    for fields in _objects(data, problems):
        try:
            outing = _activity(fields, before)
        except (ValueError, ValidationError) as error:
            why = "it contradicts itself" if isinstance(error, ValidationError) else str(error)
            problems.add(f"an activity that is not usable: {why}; it was left out.")
            continue
        found += 1
        yield outing
    if not found and not problems.sentences:
        problems.add_other("a part of the export without any activity.")
    problems.raise_any(name)


def days(data: bytes, *, name: str, before: datetime) -> Iterator[DailyTotal]:
    """Yield the totals of whole days; entries on water drunk and days that still ran are none.

    Raise ``Malformed`` after the good ones if one could not be used.
    """
    problems, found = Problems(), 0
    for fields in _objects(data, problems):
        try:
            total = _day(fields, before.date())
        except (ValueError, ValidationError):
            problems.add("a day that is not usable was left out.")
            continue
        if total is not None:
            found += 1
            yield total
    if not found and not problems.sentences:
        problems.add_other("a part of the export without any step.")
    problems.raise_any(name)


def _objects(data: bytes, problems: Problems) -> Iterator[Fields]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        raise Malformed("its JSON is damaged.") from None
    for entry in told if isinstance(told, list) else ():
        if isinstance(entry, dict):
            yield entry
        else:
            problems.add("an entry that is no object was left out.")


def _activity(fields: Fields, before: datetime) -> Workout:
    """Return one activity; raise ``ValueError`` with the reason for one that cannot be."""
    number_of = fields.get("activityId")
    if isinstance(number_of, bool) or not isinstance(number_of, int) or number_of <= 0:
        raise ValueError("it has no id")
    began = _number(fields, "startTimeGmt", "beginTimestamp")
    lasted = _number(fields, "elapsedDuration", "duration")
    if began is None or lasted is None:
        raise ValueError("it does not tell when it was")
    if not 0 < lasted <= LONGEST_MS:
        raise ValueError("it lasts no time, or more than 7 days")
    start = _instant(began)
    end = start + timedelta(milliseconds=lasted)
    if start.date() < FIRST_DAY or end > before:
        raise ValueError(f"it is dated {start:%Y-%m-%d}, before 2000 or in the future")
    metres = _hundredth(_number(fields, "distance"))
    if metres is not None and metres > FASTEST_MPS * lasted / 1000:
        raise ValueError("its units are not those of the exports that are known")
    steps = _number(fields, "steps")
    believed = steps is not None and 0 < steps <= MOST_STEPS_A_SECOND * (lasted / 1000 + 60)
    timer, moving = _number(fields, "duration"), _number(fields, "movingDuration")
    return Workout(
        source=ACTIVITIES,
        key=f"garmin:{number_of}",
        label=_label(fields),
        start=start,
        end=end.replace(microsecond=0),
        timer_s=_within(timer, lasted),
        moving_time_s=_within(moving, lasted),
        steps=round(steps) if believed and steps is not None else None,
        distance_m=metres or None,
        ascent_m=_hundredth(_number(fields, "elevationGain")),
        descent_m=_hundredth(_number(fields, "elevationLoss")),
        detected="device" if _found(fields) else "person",
        utc_offset_s=_offset(began, _number(fields, "startTimeLocal")),
    )


def _found(fields: Fields) -> bool:
    """Tell whether the watch found the activity by itself."""
    return "move_iq" in str(fields.get("activityType", "")).lower()


def _label(fields: Fields) -> str | None:
    """Return Garmin's word for the sport; the name that a person gave is theirs."""
    told = fields.get("activityType") or fields.get("sportType")
    return label(told.replace("_", " ")) if isinstance(told, str) else None


def _offset(began_ms: float, local_ms: float | None) -> int | None:
    """Return local time minus UTC, if it is an offset that a zone can have."""
    if local_ms is None:
        return None
    seconds = round((local_ms - began_ms) / 1000)
    return seconds if seconds % 900 == 0 and abs(seconds) <= 18 * 3600 else None


def _day(fields: Fields, last: date) -> DailyTotal | None:
    """Return a day's total, ``None`` where none is told or the day was not over."""
    told, steps = fields.get("calendarDate"), _number(fields, "totalSteps")
    if isinstance(told, Mapping):
        told = told.get("date")
    length = _number(fields, "durationInMilliseconds")
    if steps is None or (length is not None and length < WHOLE_DAY_MS):
        return None
    day = date.fromisoformat(str(told)[:10])
    if not FIRST_DAY <= day < last or not 0 <= steps <= MOST_STEPS:
        raise ValueError("no day that can be")
    metres, climbed = (
        _number(fields, "totalDistanceMeters"),
        _number(fields, "floorsAscendedInMeters"),
    )
    return DailyTotal(
        source=DAYS,
        day=day,
        steps=round(steps),
        distance_m=metres if metres is not None and metres >= 0 else None,
        floors=climbed / FLOOR_M if climbed is not None and climbed >= 0 else None,
    )


def _number(fields: Fields, *names: str) -> float | None:
    """Return the first of some fields that is a finite number."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
            return float(value) if isfinite(value) else None
    return None


def _hundredth(centimetres: float | None) -> float | None:
    return None if centimetres is None or not 0 <= centimetres < 1e10 else centimetres / 100


def _within(part_ms: float | None, whole_ms: float) -> float | None:
    return None if part_ms is None or part_ms < 0 else min(part_ms, whole_ms) / 1000


def _instant(ms: float) -> datetime:
    """Return the moment of Unix milliseconds; raise ``ValueError`` for what is none."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(ms // 1000))
    except OverflowError:
        raise ValueError("its time cannot be") from None
