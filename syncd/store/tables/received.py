"""What came in: pulls and their bytes, series, workouts, counters, offsets."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from syncd.store.instants import Instant
from syncd.store.tables.columns import Name, child_of, metadata, owned_by, serial

pull = Table(
    "pull",
    metadata,
    serial(),
    owned_by("account"),
    Column("stream", Text, nullable=False),
    Column("asked_start", Instant),
    Column("asked_end", Instant),
    Column("started_at", Instant, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("covers_start", Instant),
    Column("covers_end", Instant),
    Column("parser", Integer),
    Column("problems", Text, nullable=False, server_default=text("'[]'")),
    Column("kept", Text, nullable=False, server_default=text("'[]'")),
    UniqueConstraint("account_id", "id"),
    sqlite_autoincrement=True,
)

pull_payload = Table(
    "pull_payload",
    metadata,
    *child_of("pull"),
    Column("seq", Integer, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("covers_start", Instant),
    Column("covers_end", Instant),
    Index("ix_pull_payload_sha256", "account_id", "sha256"),
)

archive = Table(
    "archive",
    metadata,
    owned_by("account", primary_key=True),
    Column("month", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("deflated", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

series_day = Table(
    "series_day",
    metadata,
    *child_of("source"),
    Column("series", Text, primary_key=True),
    Column("utc_day", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

workout = Table(
    "workout",
    metadata,
    *child_of("source"),
    Column("key", Name, primary_key=True),
    Column("label", Text),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant, nullable=False),
    Column("timer_s", Double),
    Column("moving_time_s", Double),
    Column("steps", BigInteger),
    Column("distance_m", Double),
    Column("ascent_m", Double),
    Column("descent_m", Double),
    Column("elevation_source", Text),
    Column("detected", Text, nullable=False),
    Column("utc_offset_s", Integer),
    Column("zone", Text),
    Column("pauses", Text, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("retired_at", Instant),
    Index("ix_workout_end_at", "account_id", "end_at"),
)

track = Table(
    "track",
    metadata,
    *child_of("source"),
    Column("key", Name, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

daily_total = Table(
    "daily_total",
    metadata,
    *child_of("source"),
    Column("day", Date, primary_key=True),
    Column("steps", BigInteger),
    Column("distance_m", Double),
    Column("floors", Double),
)

step_counter = Table(
    "step_counter",
    metadata,
    *child_of("source"),
    Column("activity", Name, primary_key=True),
    Column("read_at", Instant, primary_key=True),
    Column("day_start", Instant, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("utc_offset_s", Integer),
)

offset_run = Table(
    "offset_run",
    metadata,
    owned_by("person", primary_key=True),
    Column("from_utc", Instant, primary_key=True),
    Column("offset_s", Integer, nullable=False),
    Column("zone", Text),
    Column("source", Text, nullable=False),
)

# Append only: storing never waits for deriving, and a mark that was not read cannot be cleared.
dirty = Table(
    "dirty",
    metadata,
    serial("seq"),
    owned_by("person"),
    Column("utc_day", Integer, nullable=False),
    Index("ix_dirty_person_id", "person_id", "utc_day"),
    sqlite_autoincrement=True,
)
