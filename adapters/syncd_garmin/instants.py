"""Garmin's ways to tell a time, read leniently.

``...GMT`` members are UTC without saying so; ``...Local`` members are the clock on the wall, and
stay without a zone: nobody can take one for an instant. Both come as ISO text, as text with a
space, or as epoch milliseconds (local ones already shifted).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing that a tracker measured is older: the clock was not set, or somebody made it up."""
QUARTER_S: Final = 900
FARTHEST_S: Final = 18 * 3600
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM: Final = 100_000_000_000
_LATEST_S: Final = 4_102_444_800


def instant(said: object) -> datetime | None:
    """Return a ``...GMT`` member as an aware UTC instant; ``None`` stays ``None``.

    Raises ``ValueError`` for what is no time, or one before 2000.
    """
    found = _moment(said)
    if found is None:
        return None
    at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if at < EARLIEST:
        raise ValueError("a time before 2000")
    return at


def wall(said: object) -> datetime | None:
    """Return a ``...Local`` member as the clock on the wall, without a zone."""
    found = _moment(said)
    return None if found is None else found.replace(tzinfo=None)


def calendar_date(said: object) -> date | None:
    """Return a date, however it is wrapped; raises ``ValueError`` for what is none."""
    if isinstance(said, dict):
        said = said.get("date") or said.get("localDate")
    if said is None or (isinstance(said, date) and not isinstance(said, datetime)):
        return said
    if isinstance(said, str):
        return date.fromisoformat(said[:10])
    raise ValueError("no date")


def utc_offset_s(gmt: datetime | None, local: datetime | None) -> int | None:
    """Return local minus UTC in seconds; ``None`` where it is unknown or no zone's offset.

    The two are told to the second or less, so they are taken to the nearest quarter of an hour.
    """
    if gmt is None or local is None:
        return None
    apart = (local.replace(tzinfo=UTC) - gmt).total_seconds()
    nearest = round(apart / QUARTER_S) * QUARTER_S
    return nearest if abs(apart - nearest) <= 60 and abs(nearest) <= FARTHEST_S else None


def _moment(said: object) -> datetime | None:
    if isinstance(said, dict):
        said = said.get("date")
    if said is None or isinstance(said, datetime):
        return said
    if isinstance(said, bool):
        raise ValueError("no time")  # noqa: TRY004 - a validator's way to say so
    if isinstance(said, int | float):
        seconds = said / 1000 if abs(said) >= _MILLISECONDS_FROM else said
        if not 0 <= seconds < _LATEST_S:
            raise ValueError("no time")
        return _EPOCH + timedelta(seconds=seconds)
    if isinstance(said, str):
        return datetime.fromisoformat(said.strip())
    raise ValueError("no time")


Instant = Annotated[datetime | None, BeforeValidator(instant)]
Wall = Annotated[datetime | None, BeforeValidator(wall)]
CalendarDate = Annotated[date, BeforeValidator(calendar_date)]
