"""Where notices go, and what went out on which channel."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from syncd.store.instants import Instant
from syncd.store.tables.columns import Name, metadata, owned_by, serial

channel = Table(
    "channel",
    metadata,
    serial(),
    owned_by("person"),
    Column("name", Name, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_day", Date),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("try_at", Instant),
    Column("why", Text),
    UniqueConstraint("person_id", "name"),
    sqlite_autoincrement=True,
)

delivery = Table(
    "delivery",
    metadata,
    owned_by("person", primary_key=True),
    owned_by("channel", primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("claimed_at", Instant, nullable=False),
    Column("sent_at", Instant),
)
