"""Wall-clock times of a minute CSV, and where they lie in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from syncd.contract import Malformed

FIRST_DAY: Final = date(2000, 1, 1).toordinal()
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
DAY_S: Final = 86400

_US_DATE: Final = re.compile(rb"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO_DATE: Final = re.compile(rb"(\d{4})-(\d{2})-(\d{2})")
_TIME: Final = re.compile(rb"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?(?:\s*([AaPp])[Mm])?")


class BadTimeError(Exception):
    """A time that cannot be read or believed; the message says why."""


def shown(cell: bytes) -> str:
    """Return a cell as it may be shown to a person: short, printable, in quotes."""
    text = "".join(c if c.isprintable() else "?" for c in cell.decode("utf-8", "replace"))
    return f'"{text[:24]}..."' if len(text) > 27 else f'"{text}"'


class WallClock:
    """Read times as (day, minute): proleptic ordinal and minutes after its midnight.

    The parts are remembered: a file repeats each date 24 or 1,440 times and each time of day daily.
    """

    def __init__(self, before: datetime) -> None:
        self._last_day = (before + timedelta(days=1)).date().toordinal()
        self._days: dict[bytes, int] = {}
        self._minutes: dict[bytes, int] = {}

    def read(self, text: bytes) -> tuple[int, int]:
        """Return day and minute; raise ``BadTimeError``."""
        day_text, found, minute_text = text.partition(b" ")
        if not found:
            day_text, _, minute_text = text.partition(b"T")
        try:
            return self._days[day_text], self._minutes[minute_text]
        except KeyError:
            return self._read_slowly(text)

    def read_hour(self, text: bytes) -> tuple[int, int]:
        """Return day and minute of a whole hour; raise ``BadTimeError``."""
        day, minute = self.read(text)
        if minute % 60:
            raise BadTimeError(f"{shown(text)} is not on a whole hour")
        return day, minute

    def _read_slowly(self, text: bytes) -> tuple[int, int]:
        first, *rest = text.strip().replace(b"T", b" ").split(None, 1)[:2] or [b""]
        second = rest[0] if rest else b""
        if len(self._days) + len(self._minutes) > 20_000:
            self._days.clear()
            self._minutes.clear()
        day, minute = _day(first, text), _minute(second, text)
        if day < FIRST_DAY:
            raise BadTimeError(f"{shown(text)} lies before 2000")
        if day > self._last_day:
            raise BadTimeError(f"{shown(text)} lies in the future")
        self._days[first] = day
        self._minutes[second] = minute
        return day, minute


def _day(text: bytes, whole: bytes) -> int:
    if found := _US_DATE.fullmatch(text):
        month, day, year = (int(part) for part in found.groups())
        if month > 12 >= day >= 1:
            raise Malformed(
                f"the date {shown(text)} puts the day before the month, so that"
                " other dates of this file cannot be trusted; nothing of it was imported."
                " Write dates as month/day/year or year-month-day."
            )
    elif found := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        raise BadTimeError(f"{shown(whole)} is not a date and time")
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        raise BadTimeError(f"{shown(whole)} is not in the calendar") from None


def _minute(text: bytes, whole: bytes) -> int:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise BadTimeError(f"{shown(whole)} is not a date and time")
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    half = found[4]
    if half is not None:
        if not 1 <= hour <= 12:
            raise BadTimeError(f"{shown(whole)} is not a time of day")
        hour = hour % 12 + (12 if half in b"Pp" else 0)
    if hour > 23 or minute > 59:
        raise BadTimeError(f"{shown(whole)} is not a time of day")
    if second:
        raise BadTimeError(f"{shown(whole)} is not on a whole minute")
    return 60 * hour + minute


class ZoneDays:
    """What the clocks of a zone showed, day by day."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._steady = lru_cache(maxsize=4096)(self._steady_now)

    def steady(self, day: int) -> int | None:
        """Return the offset (seconds) of a day without a change of clocks, else ``None``."""
        return self._steady(day)

    def _steady_now(self, day: int) -> int | None:
        edges = {*self.offsets(day, 0), *self.offsets(day, 1439)}
        return edges.pop() if len(edges) == 1 else None

    def offsets(self, day: int, minute: int) -> tuple[int, int]:
        """Return the offset when the clock showed this first, and when it showed it last.

        The first is larger where the clock was set back in between (the time came twice), smaller
        where it was set forward over it (the time never came).
        """
        wall = datetime.combine(
            date.fromordinal(day), time(minute // 60, minute % 60), tzinfo=self.zone
        )
        first, last = wall.utcoffset(), wall.replace(fold=1).utcoffset()
        assert first is not None
        assert last is not None
        return round(first.total_seconds()), round(last.total_seconds())

    def came_twice(self, day: int, minute: int) -> bool:
        """Tell whether the clock showed this minute of a day twice."""
        if self.steady(day) is not None:
            return False
        first, last = self.offsets(day, minute)
        return first > last


def unix(day: int, minute: int, offset_s: int) -> int:
    """Return Unix seconds of a wall-clock minute at an offset."""
    return (day - EPOCH_DAY) * DAY_S + 60 * minute - offset_s


def told(day: int, minute: int) -> str:
    """Return a wall-clock minute for people."""
    return f"{date.fromordinal(day).isoformat()} {minute // 60:02d}:{minute % 60:02d}"


def instant(at: int) -> datetime:
    """Return the aware datetime of Unix seconds."""
    return datetime.fromtimestamp(at, UTC)
