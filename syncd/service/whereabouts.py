"""Where a person's days run now, as far as anybody told."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from syncd.store import people


def zone_now(cx: Connection, person_id: int, now: datetime) -> ZoneInfo:
    """Return the zone that a person's days run in; UTC where nobody has said."""
    today = now.date()
    held = [z for z in people.zones(cx, person_id) if z.from_day is None or z.from_day <= today]
    return ZoneInfo(held[-1].zone if held else "UTC")


def local_midnight(cx: Connection, person_id: int, now: datetime) -> datetime:
    """Return the last midnight where the person is, in UTC."""
    zone = zone_now(cx, person_id, now)
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)
