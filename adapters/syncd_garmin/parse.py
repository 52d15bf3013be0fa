"""Parse: from the Personal API's answers to records. Pure: the payload and its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import ValidationError

from syncd.contract import (
    CanonicalRecord,
    DeviceSync,
    Malformed,
    Profile,
    RawPayload,
    Stream,
    Workout,
)
from syncd_garmin import activities, days, pulse, recordings, routes, wire
from syncd_garmin.sources import CLOUD

CLOCKS_DIFFER: Final = timedelta(days=1)
"""How far ahead of the moment of asking a watch's clock may be."""
NEAR: Final = timedelta(days=2)
GMT: Final = "gmt"
"""What Garmin calls the zone of a person who has chosen none."""


def parse(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Yield the records of one answer; raise ``Malformed`` for one that we do not understand."""
    kind = payload.facts.get("type", "")
    reader = _READERS.get((payload.stream, kind))
    if reader is None:
        raise Malformed(f"an answer about {payload.stream} of no known type", payload=payload)
    if not payload.body.strip() or payload.facts.get("gone"):
        return
    try:
        yield from reader(payload)
    except (ValidationError, OverflowError):
        raise Malformed(f"{kind}: a value in it cannot be.", payload=payload) from None


def _summary(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Tell until when the watch has handed over, and what today came to so far."""
    said = wire.read(wire.DailySummary, payload, "today's summary")
    synced = said.last_sync_timestamp_gmt
    if synced is not None:
        at = min(synced, payload.fetched_at).replace(microsecond=0)
        yield DeviceSync(source=CLOUD, at=at)
    total = days.of_summary(said)
    if total is not None and _is_near(total.day, payload.fetched_at, payload.fetched_at):
        yield total


def _activities(payload: RawPayload) -> Iterator[CanonicalRecord]:
    for item in wire.read_list(wire.ActivityItem, payload, "activities"):
        if routes.inside(item, payload.covers):
            told = activities.workout(item)
            if told is not None:
                yield told


def _detail(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Tell an activity once more, now with the zone it was in."""
    detail = wire.read(wire.ActivityDetail, payload, "an activity")
    told = activities.workout(_item(payload), detail)
    if told is not None and not detail.is_multi_sport_parent:
        yield told


def _file(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Tell an activity with the samples of its original file."""
    told = _of_facts(payload)
    if told is None:
        return
    try:
        found = recordings.refined(told, payload.body, before=payload.fetched_at + CLOCKS_DIFFER)
    except Malformed as error:
        raise Malformed(
            f"the recording of {told.start:%Y-%m-%d}: {error}", payload=payload
        ) from None
    if found is not None:
        yield found


def _of_facts(payload: RawPayload) -> Workout | None:
    """Return the activity that a file is of, as list and details tell it."""
    said, detail = payload.facts.get("detail"), None
    if said:
        detail = wire.ActivityDetail.model_validate_json(said)
        if detail.is_multi_sport_parent:
            return None
    return activities.workout(_item(payload), detail)


def _item(payload: RawPayload) -> wire.ActivityItem:
    try:
        return wire.ActivityItem.model_validate_json(payload.facts["item"])
    except (KeyError, ValueError):
        raise Malformed("a recording without its activity", payload=payload) from None


def _summaries(payload: RawPayload) -> Iterator[CanonicalRecord]:
    covers = payload.covers
    for day in wire.read(wire.SummedDays, payload, "summaries of days").data or ():
        total = days.of_range(day)
        if total is None or (covers and not _is_near(total.day, covers.start, covers.end)):
            continue
        yield total


def _is_near(day: date, start: datetime, end: datetime) -> bool:
    """Tell whether a day can be one that was asked for: another would stretch a life by years."""
    return (start - NEAR).date() <= day <= (end + NEAR).date()


def _settings(payload: RawPayload) -> Iterator[CanonicalRecord]:
    said = wire.read(wire.UserSettings, payload, "settings")
    zone = said.time_zone
    yield Profile(
        source=CLOUD,
        at=payload.fetched_at,
        user=said.display_name,
        zone=None if zone is None or zone.lower() == GMT else zone,
    )


_READERS: Final[Mapping[tuple[Stream, str], Callable[[RawPayload], Iterable[CanonicalRecord]]]] = {
    (Stream.DEVICES, "summary"): _summary,
    (Stream.WORKOUTS, "activities"): _activities,
    (Stream.ROUTES, "detail"): _detail,
    (Stream.ROUTES, "file"): _file,
    (Stream.DAILY, "summaries"): _summaries,
    (Stream.DAILY, "pulse"): pulse.worn,
    (Stream.PROFILE, "settings"): _settings,
}
