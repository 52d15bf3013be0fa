"""The times in a Google Takeout: UTC with a Z in its tables, an unnamed clock in its JSON."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

DAY_MIN: Final = 1440
EARLIEST_MIN: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) // 60
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
MOST_REMEMBERED: Final = 20_000

_DATE: Final = re.compile(rb"(\d{4})-(\d{2})-(\d{2})")
_TIME: Final = re.compile(rb"(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|\+00:?00)")
_WALL: Final = re.compile(r"(\d{2})/(\d{2})/(\d{2}) (\d{2}):(\d{2}):(\d{2})")
_OFFSET: Final = re.compile(r"([+-])(\d{2}):?(\d{2})")


class Stamps:
    """Reads UTC times as minutes; dates and times of day, which come again, are remembered."""

    def __init__(self) -> None:
        self._days: dict[bytes, int] = {}
        self._times: dict[bytes, tuple[int, bool]] = {}

    def read(self, text: bytes) -> tuple[int, bool]:
        """Return the Unix minute that holds a time, and whether the time is the minute's start.

        Raise ``ValueError`` for what is no time in UTC.
        """
        day, time = text[:10], text[11:]
        try:
            minute, exact = self._times[time]
            return self._days[day] + minute, exact
        except KeyError:
            if text[10:11] not in (b"T", b" "):
                raise ValueError("no time") from None
            minute, exact = self._time(time)
            return self._day(day) + minute, exact

    def _day(self, text: bytes) -> int:
        found = _DATE.fullmatch(text)
        if found is None:
            raise ValueError("no date")
        year, month, day = (int(part) for part in found.groups())
        if len(self._days) > MOST_REMEMBERED:
            self._days.clear()
        start = (date(year, month, day).toordinal() - EPOCH_DAY) * DAY_MIN
        self._days[text] = start
        return start

    def _time(self, text: bytes) -> tuple[int, bool]:
        found = _TIME.fullmatch(text)
        if found is None:
            raise ValueError("no time of day in UTC")
        hour, minute, second = (int(part) for part in found.groups())
        if hour > 23 or minute > 59 or second > 59:
            raise ValueError("no time of day")
        if len(self._times) > MOST_REMEMBERED:
            self._times.clear()
        told = (60 * hour + minute, not second and not text.strip(b"0123456789:Z+").strip(b"."))
        self._times[text] = told
        return told


def wall(text: object) -> tuple[int, int, int]:
    """Return day (proleptic ordinal), minute and second of ``MM/DD/YY HH:MM:SS``.

    Raise ``ValueError`` for anything else; years are of this century.
    """
    found = _WALL.fullmatch(text) if isinstance(text, str) and text.isascii() else None
    if found is None:
        raise ValueError("no date and time")
    month, day, year, hour, minute, second = (int(part) for part in found.groups())
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no time of day")
    return date(2000 + year, month, day).toordinal(), 60 * hour + minute, second


def moment(text: str) -> datetime:
    """Return the UTC moment of ``2026-05-30 06:00:00+0000`` or ``2026-05-30T06:00:00Z``.

    Raise ``ValueError`` for anything else, also for a time without an offset.
    """
    if len(text) > 40 or not text.isascii():
        raise ValueError("no time")
    try:
        told = datetime.fromisoformat(text.strip())
        if told.tzinfo is None:
            raise ValueError("a time without an offset")
        return told.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("no time") from None


def offset_s(text: str) -> int | None:
    """Return the seconds of an offset such as ``+05:30``, ``None`` where there is none."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    seconds = 3600 * int(found[2]) + 60 * int(found[3])
    if seconds > 18 * 3600 or seconds % 900:
        return None
    return -seconds if found[1] == "-" else seconds


def instant(minute: int) -> datetime:
    """Return the aware datetime of a Unix minute."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
