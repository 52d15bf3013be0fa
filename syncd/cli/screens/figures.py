"""Figures as a person reads them: distances, durations, pace, dates, local times."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from syncd.walks.phrases import DAY_NAMES, MONTHS


def local(at: int, utc_offset_s: int) -> datetime:
    """Return a Unix second as local time where the wearer was."""
    return datetime.fromtimestamp(at, timezone(timedelta(seconds=utc_offset_s)))


def long_date(day: date) -> str:
    """Return "Fri 6 March 2026"."""
    return f"{DAY_NAMES[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def kilometres(distance_m: float | None) -> str:
    """Return "2.84", from metres; nothing where nothing measured them."""
    return "" if distance_m is None else f"{distance_m / 1000:.2f}"


def count(value: float | None) -> str:
    """Return "3,512"; nothing for ``None``."""
    return "" if value is None else f"{value:,.0f}"


def pace(seconds_per_km: float | None) -> str:
    """Return "11:58", minutes a kilometre; nothing beyond an hour."""
    if seconds_per_km is None or seconds_per_km >= 3600:
        return ""
    minutes, seconds = divmod(round(seconds_per_km), 60)
    return f"{minutes}:{seconds:02d}"


def minutes_of(start: int, end: int) -> int:
    """Return the whole minutes between two Unix seconds, rounded."""
    return round((end - start) / 60)


def duration(seconds: float) -> str:
    """Return "34 min", "45 s", "1 h 02 min", or "31 min 13 s" when seconds matter."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours} h {minutes:02d} min"
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"


def metres(value: float | None, sign: str) -> str:
    """Return "+12 m", or "0 m" without a sign; nothing for ``None``."""
    if value is None:
        return ""
    return f"{sign}{value:.0f} m" if round(value) else "0 m"


def utc_offset(seconds: int) -> str:
    """Return "UTC", "UTC+1" or "UTC-3:30"."""
    if not seconds:
        return "UTC"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'+' if seconds > 0 else '-'}{hours}" + (f":{minutes:02d}" if minutes else "")
