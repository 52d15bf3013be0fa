"""The texts in XML recordings as values: moments, numbers, places, sports."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import isfinite
from typing import Final

_ON_FOOT: Final = re.compile(
    r"walk|hik|trek|run|jog|treadmill|mountaineer|snowshoe|stroll|ruck|stair|nordic"
)
_UNNAMED: Final = re.compile(r"other|generic|all|unknown|uncategorized|workout|training|tracking")


def moment(text: str | None) -> tuple[float, int | None] | None:
    """Return Unix seconds and the offset told, if one other than UTC's; ``None`` for no time.

    A time without zone is UTC, as both formats say.
    """
    if text is None or len(text) > 40 or "T" not in text or not text.isascii():
        return None
    try:
        told = datetime.fromisoformat(text)
        offset = told.utcoffset()
        at = (told.replace(tzinfo=UTC) if offset is None else told.astimezone(UTC)).timestamp()
    except (OverflowError, ValueError):
        return None
    if offset is None:
        return at, None
    seconds = round(offset.total_seconds())
    believed = seconds if seconds and seconds % 900 == 0 and abs(seconds) <= 18 * 3600 else None
    return at, believed


def number(text: str | None) -> float | None:
    """Return a finite number, ``None`` for anything else."""
    if text is None or len(text) > 40 or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def place(latitude: str | None, longitude: str | None) -> tuple[float | None, float | None]:
    """Return degrees north and east, or ``None`` twice; 0, 0 is a receiver that knew no place."""
    north, east = number(latitude), number(longitude)
    if north is None or east is None or north == east == 0.0:
        return None, None
    if not (-90.0 <= north <= 90.0 and -180.0 <= east <= 180.0):
        return None, None
    return north, east


def label(text: str | None) -> str | None:
    """Return a sport's name as records have it: lower case, at most 80 characters."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
    return words.lower()[:80].rstrip() or None


def is_on_foot(name: str | None) -> bool:
    """Tell whether a sport's name says that it is done on foot."""
    return name is not None and _ON_FOOT.search(name) is not None


def is_unnamed(name: str | None) -> bool:
    """Tell whether a sport's name says nothing."""
    return name is None or _UNNAMED.fullmatch(name) is not None
