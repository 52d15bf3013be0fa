"""Days and moments as people type them: 2026-03-06, today, yesterday, -7d."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import typer

_AGO = re.compile(r"-(\d{1,5})d")
_SHAPES = "write it as 2026-03-06, today, yesterday or -7d"


@dataclass(frozen=True, slots=True)
class TypedDay:
    """A day as typed: a date, or so many days before the wearer's today."""

    day: date | None = None
    days_ago: int = 0

    def on(self, today: date) -> date:
        """Return the day that is meant; raise ``BadParameter`` before the calendar begins."""
        if self.day is not None:
            return self.day
        try:
            return today - timedelta(days=self.days_ago)
        except OverflowError as error:
            raise typer.BadParameter(f"-{self.days_ago}d is before the calendar begins") from error


@dataclass(frozen=True, slots=True)
class TypedDays:
    """Days as typed, both ends included: one, or DAY..DAY."""

    first: TypedDay
    last: TypedDay

    def on(self, today: date) -> tuple[date, date]:
        """Return the first and the last day that are meant."""
        return self.first.on(today), self.last.on(today)


@dataclass(frozen=True, slots=True)
class TypedMoment:
    """A moment as typed: an instant, or a day that begins at midnight."""

    at: datetime | None = None
    day: TypedDay | None = None

    def on(self, now: datetime, zone: str) -> datetime:
        """Return the instant that is meant, in UTC; days begin at midnight in ``zone``."""
        if self.at is not None:
            return self.at
        here = ZoneInfo(zone)
        day = (self.day or TypedDay()).on(now.astimezone(here).date())
        return datetime(day.year, day.month, day.day, tzinfo=here).astimezone(UTC)


_WALL = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}):(\d{2})")
_LASTING = re.compile(r"(?:(\d{1,3}) ?h)? ?(?:(\d{1,4}) ?(?:min|m))?")


def typed_minute(text: str) -> datetime:
    """Return a wall clock's minute without a zone; raise ``BadParameter`` with its shape."""
    found = _WALL.fullmatch(text.strip())
    words = f"{found[1]}T{int(found[2]):02d}:{found[3]}" if found else ""
    try:
        return datetime.fromisoformat(words)
    except ValueError as error:
        raise typer.BadParameter(
            f'{text!r} is not a start: write it as "2026-03-06 13:00".'
        ) from error


def typed_minutes(text: str) -> int:
    """Return a duration in minutes; raise ``BadParameter`` with its shapes."""
    found = _LASTING.fullmatch(text.strip().lower())
    if found is None or not (found[1] or found[2]):
        raise typer.BadParameter(f"{text!r} is not a duration: write it as 20min or 1h20min.")
    return 60 * int(found[1] or 0) + int(found[2] or 0)


def typed_day(text: str) -> TypedDay:
    """Return a day from what was typed; raise ``BadParameter`` with the shapes it may have."""
    words = text.strip().lower()
    if words in {"today", "yesterday"}:
        return TypedDay(days_ago=int(words == "yesterday"))
    ago = _AGO.fullmatch(words)
    if ago:
        return TypedDay(days_ago=int(ago[1]))
    try:
        return TypedDay(day=date.fromisoformat(words))
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day: {_SHAPES}.") from error


def typed_days(text: str) -> TypedDays:
    """Return DAY or DAY..DAY; raise ``BadParameter`` with the shapes a day may have."""
    first, dots, last = text.partition("..")
    return TypedDays(typed_day(first), typed_day(last if dots else first))


def typed_moment(text: str) -> TypedMoment:
    """Return a moment from what was typed; raise ``BadParameter`` for one without an offset."""
    if "t" not in text.lower().replace("today", "").replace("yesterday", ""):
        return TypedMoment(day=typed_day(text))
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a moment: write it as 2026-03-06T08:00:00Z, or as a day."
        ) from error
    if at.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no offset: end it with Z or +01:00.")
    return TypedMoment(at=at.astimezone(UTC))
