"""RFC 3339 text of instants, fast enough for millions of them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY_S = 86_400
_MINUTES = tuple(f"T{i // 60:02d}:{i % 60:02d}:" for i in range(1440))
_SECONDS = tuple(f"{i:02d}" for i in range(60))


def rfc3339(unix_s: int, utc_offset_s: int = 0) -> str:
    """Return local time with its offset; one with odd seconds is rounded, the instant stays."""
    offset_s, offset = _offset(utc_offset_s)
    day, second = divmod(unix_s + offset_s, _DAY_S)
    minute, second = divmod(second, 60)
    return _date(day) + _MINUTES[minute] + _SECONDS[second] + offset


def utc_text(at: datetime) -> str:
    """Return an aware instant in UTC, in whole seconds."""
    return rfc3339(int(at.timestamp()))


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    return date.fromordinal(_EPOCH_ORDINAL + day).isoformat()


@lru_cache(maxsize=256)
def _offset(utc_offset_s: int) -> tuple[int, str]:
    """Return an offset in whole minutes, as seconds and as text."""
    minutes = round(utc_offset_s / 60)
    hours, rest = divmod(abs(minutes), 60)
    return 60 * minutes, f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
