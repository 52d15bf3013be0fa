"""Who: people, their accounts, and the sources of record in them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from syncd.store.instants import Instant
from syncd.store.tables.columns import Name, metadata, owned_by, serial

person = Table(
    "person",
    metadata,
    serial(),
    Column("uid", Text, nullable=False, unique=True),
    Column("name", Name, nullable=False, unique=True),
    Column("cohort", Name, index=True),
    Column("created_at", Instant, nullable=False),
    Column("derive_epoch", BigInteger, nullable=False, server_default=text("0")),
    sqlite_autoincrement=True,
)

person_zone = Table(
    "person_zone",
    metadata,
    owned_by("person", primary_key=True),
    Column("from_day", Date, primary_key=True),
    Column("zone", Text, nullable=False),
    Column("told", Boolean, nullable=False),
)

account = Table(
    "account",
    metadata,
    serial(),
    owned_by("person"),
    Column("vendor", Text, nullable=False),
    Column("name", Name, nullable=False),
    Column("settings", Text, nullable=False, server_default=text("'{}'")),
    Column("state", Text, nullable=False, server_default=text("'active'")),
    Column("waiting_until", Instant),
    Column("why", Text),
    Column("lease_epoch", BigInteger, nullable=False, server_default=text("0")),
    Column("lease_until", Instant),
    Column("token_generation", BigInteger, nullable=False, server_default=text("0")),
    Column("next_sync_at", Instant, index=True),
    Column("queued_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("paused_at", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("synced_ok_at", Instant),
    Column("device_sync_at", Instant),
    Column("grant_ends_at", Instant),
    Column("vendor_user", Text),
    Column("queued_by", Text),
    Column("only_past", Boolean, nullable=False, server_default=false()),
    Column("signed_in_at", Instant),
    Column("sign_in_after", Instant),
    Column("sign_in_refusals", Integer, nullable=False, server_default=text("0")),
    Column("moves_from", BigInteger),
    Column("moved_to", BigInteger),
    Column("begins_at", Instant),
    UniqueConstraint("person_id", "name"),
    Index("ix_account_vendor_next_sync_at", "vendor", "next_sync_at"),
    sqlite_autoincrement=True,
)

stream_state = Table(
    "stream_state",
    metadata,
    owned_by("account", primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("state", Text, nullable=False, server_default=text("'ok'")),
    Column("why", Text),
    Column("watermark", Instant),
    Column("token", Text),
    Column("asked_full_at", Instant),
    Column("asked_at", Instant),
    Column("stored_at", Instant),
)

gap_run = Table(
    "gap_run",
    metadata,
    owned_by("account", primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("start_at", Instant, primary_key=True),
    Column("end_at", Instant, nullable=False),
    Column("why", Text),
    Column("found_at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'missing'")),
)

shrunk = Table(
    "shrunk",
    metadata,
    owned_by("account", primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("source_key", Name, primary_key=True),
    Column("utc_day", Integer, primary_key=True),
    Column("held", BigInteger, nullable=False),
    Column("came", BigInteger, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("synced_at", Instant),
)

secret = Table(
    "secret",
    metadata,
    owned_by("account", primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("generation", BigInteger, nullable=False, server_default=text("0")),
    Column("changed_at", Instant, nullable=False),
)

source = Table(
    "source",
    metadata,
    serial(),
    owned_by("account"),
    owned_by("person", index=True),
    Column("key", Name, nullable=False),
    Column("kind", Text, nullable=False),
    Column("whole_day", Boolean, nullable=False),
    Column("origin", Text),
    Column("device", Text),
    Column("rank", SmallInteger, nullable=False),
    Column("last_sync", Instant),
    Column("retired_at", Instant),
    UniqueConstraint("account_id", "key"),
    UniqueConstraint("account_id", "id"),
    sqlite_autoincrement=True,
)
