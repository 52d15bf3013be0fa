"""Where a person's days run now, as far as anybody told."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from syncd.store import offsets, people, series_days
from syncd.store.instants import from_unix


def zone_now(cx: Connection, person_id: int, now: datetime) -> ZoneInfo:
    """Return the zone that a person's days run in; UTC where nobody has said."""
    today = now.date()
    held = [z for z in people.zones(cx, person_id) if z.from_day is None or z.from_day <= today]
    return ZoneInfo(held[-1].zone if held else "UTC")


def local_midnight(cx: Connection, person_id: int, now: datetime) -> datetime:
    """Return the last midnight where the person is, in UTC."""
    zone = zone_now(cx, person_id, now)
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


BELIEVED = timedelta(days=7)
"""A wearer is where the last data were; after so long without any, at home again."""


def local_now(cx: Connection, person_id: int, now: datetime) -> datetime:
    """Return the moment as the wearer's clock shows it: where the newest data came from, else home.

    Right after a flight the tracker knows better than what a person once said.
    """
    home = zone_now(cx, person_id, now)
    at = int(now.timestamp())
    begun = [run for run in offsets.load(cx, person_id) if run.from_utc <= at]
    span = series_days.days_span(cx, person_id)
    if not begun or span is None or now - from_unix((span[1] + 1) * 86_400) > BELIEVED:
        return now.astimezone(home)
    last = begun[-1]
    if last.zone is not None:
        return now.astimezone(ZoneInfo(last.zone))
    newest = from_unix(span[1] * 86_400 + 43_200)
    if newest.astimezone(home).utcoffset() == timedelta(seconds=last.offset_s):
        return now.astimezone(home)  # at home then: the zone knows of clock changes since
    return now.astimezone(timezone(timedelta(seconds=last.offset_s)))
