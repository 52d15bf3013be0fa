"""Which kind of data, over which span of time, from where on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stream(StrEnum):
    """One kind of data of one account."""

    STEPS = "steps"
    WORKOUTS = "workouts"
    ROUTES = "routes"
    DAILY = "daily"
    DEVICES = "devices"
    PROFILE = "profile"
    FILES = "files"


def aware(at: datetime, what: str) -> datetime:
    """Return ``at`` if it carries an offset; raise ``ValueError`` naming ``what`` otherwise."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{what} must carry a UTC offset")
    return at


@dataclass(frozen=True, slots=True)
class Window:
    """A span of instants, start included and end excluded; both aware, start <= end."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if aware(self.end, "window end") < aware(self.start, "window start"):
            raise ValueError("a window ends before it starts")


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a stream has been pulled, and the vendor's own continuation token if it has one."""

    watermark: datetime
    token: str | None = None

    def __post_init__(self) -> None:
        aware(self.watermark, "watermark")
