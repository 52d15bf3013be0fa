"""JOURNAL: what nothing can derive again; in every backup, removed only by a purge."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from syncd.store.instants import Instant
from syncd.store.tables.columns import Name, metadata, owned_by

walk_ledger = Table(
    "walk_ledger",
    metadata,
    owned_by("person", primary_key=True),
    Column("id", Name, primary_key=True),
    Column("recorded_key", Name),
    Column("kind", Text, nullable=False),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("retired_at", Instant),
    Column("hash", LargeBinary, nullable=False),
    Index("ix_walk_ledger_end_at", "person_id", "end_at"),
    Index("ix_walk_ledger_recorded_key", "person_id", "recorded_key"),
)

day_revision = Table(
    "day_revision",
    metadata,
    owned_by("person", primary_key=True),
    Column("day", Date, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("changed_at", Instant, nullable=False),
    Column("outcome", Text),
    Column("brisk_min", Integer),
    Column("state", Text, nullable=False),
    Column("target_id", Integer, nullable=False),
    Column("rules", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    owned_by("person", primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("words", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("sent_at", Instant),
)

target = Table(
    "target",
    metadata,
    owned_by("person", primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("first_day", Date),
    Column("knobs", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

mark = Table(
    "mark",
    metadata,
    owned_by("person", primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("why", Text),
    Column("created_at", Instant, nullable=False),
    Column("dropped_at", Instant),
)

manual_walk = Table(
    "manual_walk",
    metadata,
    owned_by("person", primary_key=True),
    Column("id", Name, primary_key=True),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant, nullable=False),
    Column("utc_offset_s", Integer, nullable=False),
    Column("brisk_min", Integer),
    Column("why", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("dropped_at", Instant),
)

plan = Table(
    "plan",
    metadata,
    owned_by("person", primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("baseline_min", Double, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_day", Date),
)

plan_step = Table(
    "plan_step",
    metadata,
    owned_by("person", primary_key=True),
    Column("plan_id", Integer, primary_key=True),
    Column("week", Date, primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("walk_min", Double, nullable=False),
    Column("days", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

plan_hold = Table(
    "plan_hold",
    metadata,
    owned_by("person", primary_key=True),
    Column("plan_id", Integer, primary_key=True),
    Column("week", Date, primary_key=True),
    Column("created_at", Instant, nullable=False),
)
