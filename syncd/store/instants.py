"""Instants: whole seconds; INTEGER Unix seconds on SQLite, timestamptz on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Integer, TypeDecorator
from sqlalchemy.types import TypeEngine

from syncd.contract import Window
from syncd.contract.window import aware

DAY_S = 86_400


class Instant(TypeDecorator[datetime]):
    """An aware datetime in, an aware datetime in UTC out; a naive one is refused.

    SQLite has no type for instants and drops offsets without a word, so it gets integers.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Integer())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | datetime | None:
        """Turn an aware datetime into what the database keeps; raise ``ValueError`` if naive."""
        if value is None:
            return None
        seconds = to_unix(value)
        return seconds if dialect.name == "sqlite" else from_unix(seconds)

    def process_result_value(
        self,
        value: int | datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- the shape is SQLAlchemy's
    ) -> datetime | None:
        """Turn what the database kept into an aware datetime in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else from_unix(value)


def to_unix(at: datetime) -> int:
    """Return the Unix second that ``at`` lies in; raise ``ValueError`` if it is naive."""
    return int(aware(at, "an instant in the store").timestamp() // 1)


def from_unix(seconds: int) -> datetime:
    """Return the aware UTC datetime of a Unix second."""
    return datetime.fromtimestamp(seconds, UTC)


def utc_day(seconds: int) -> int:
    """Return days since 1970-01-01 UTC."""
    return seconds // DAY_S


def days_between(start: int, end: int) -> range:
    """Return the UTC days that [start, end] in Unix seconds touches."""
    return range(utc_day(start), utc_day(max(start, end)) + 1)


def seconds_of(window: Window) -> tuple[int, int]:
    """Return [low, high) of the whole seconds inside a window."""
    return _ceil(window.start), _ceil(window.end)


def _ceil(at: datetime) -> int:
    return -int(-at.timestamp() // 1)
