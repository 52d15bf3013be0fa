"""The first schema: people, accounts, what came in, the journal, the derived tables, two views.

A frozen record of what was released: it does not follow the live tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
AT = sa.Integer().with_variant(sa.DateTime(timezone=True), "postgresql")

VIEWS = {
    "sqlite": (
        """CREATE VIEW walks_v AS
SELECT w.id, p.name AS person, w.day, strftime('%Y-%m-%dT%H:%M:%S', w.start_at + w.utc_offset_start_s, 'unixepoch') || printf('%s%02d:%02d', CASE WHEN w.utc_offset_start_s < 0 THEN '-' ELSE '+' END, abs(w.utc_offset_start_s) / 3600, abs(w.utc_offset_start_s) / 60 % 60) AS start_local, strftime('%Y-%m-%dT%H:%M:%S', w.end_at + w.utc_offset_end_s, 'unixepoch') || printf('%s%02d:%02d', CASE WHEN w.utc_offset_end_s < 0 THEN '-' ELSE '+' END, abs(w.utc_offset_end_s) / 3600, abs(w.utc_offset_end_s) / 60 % 60) AS end_local,
    w.kind, w.detected, w.activity, w.label, w.precision, w.steps, w.distance_m, w.moving_time_s,
    w.pace_s_per_km, w.speed_mps, w.cadence_spm, w.elevation_gain_m, w.elevation_loss_m,
    w.elevation_source, w.gain_device_m, w.grade_max, w.brisk_min, w.uphill_min, w.downhill_min,
    w.sources, w.revision, strftime('%Y-%m-%dT%H:%M:%SZ', w.changed_at, 'unixepoch') AS changed_at
FROM walk w JOIN person p ON p.id = w.person_id""",
        """CREATE VIEW days_v AS
SELECT p.name AS person, d.day, d.tz, d.utc_offset_start_min, d.utc_offset_end_min, d.length_h,
    d.outcome, d.state, d.mark, d.flagged, d.close_call, d.why, d.reason, d.brisk_min, d.edge_min,
    d.brisk_min_low, d.brisk_min_high, d.bouted_min, d.target_min, d.target_id, d.walking_min,
    d.steps, d.seen_h, d.longest_unseen_min, d.resolution, d.peak1_spm, d.peak30_spm, d.rules,
    d.revision, strftime('%Y-%m-%dT%H:%M:%SZ', d.changed_at, 'unixepoch') AS changed_at
FROM day d JOIN person p ON p.id = d.person_id""",
    ),
    "postgresql": (
        """CREATE VIEW walks_v AS
SELECT w.id, p.name AS person, w.day, to_char((w.start_at AT TIME ZONE 'UTC') + w.utc_offset_start_s * INTERVAL '1 second', 'YYYY-MM-DD"T"HH24:MI:SS') || CASE WHEN w.utc_offset_start_s < 0 THEN '-' ELSE '+' END || to_char(abs(w.utc_offset_start_s) / 3600, 'FM00') || ':' || to_char(abs(w.utc_offset_start_s) / 60 % 60, 'FM00') AS start_local, to_char((w.end_at AT TIME ZONE 'UTC') + w.utc_offset_end_s * INTERVAL '1 second', 'YYYY-MM-DD"T"HH24:MI:SS') || CASE WHEN w.utc_offset_end_s < 0 THEN '-' ELSE '+' END || to_char(abs(w.utc_offset_end_s) / 3600, 'FM00') || ':' || to_char(abs(w.utc_offset_end_s) / 60 % 60, 'FM00') AS end_local,
    w.kind, w.detected, w.activity, w.label, w.precision, w.steps, w.distance_m, w.moving_time_s,
    w.pace_s_per_km, w.speed_mps, w.cadence_spm, w.elevation_gain_m, w.elevation_loss_m,
    w.elevation_source, w.gain_device_m, w.grade_max, w.brisk_min, w.uphill_min, w.downhill_min,
    w.sources, w.revision, to_char(w.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS changed_at
FROM walk w JOIN person p ON p.id = w.person_id""",
        """CREATE VIEW days_v AS
SELECT p.name AS person, d.day, d.tz, d.utc_offset_start_min, d.utc_offset_end_min, d.length_h,
    d.outcome, d.state, d.mark, d.flagged, d.close_call, d.why, d.reason, d.brisk_min, d.edge_min,
    d.brisk_min_low, d.brisk_min_high, d.bouted_min, d.target_min, d.target_id, d.walking_min,
    d.steps, d.seen_h, d.longest_unseen_min, d.resolution, d.peak1_spm, d.peak30_spm, d.rules,
    d.revision, to_char(d.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS changed_at
FROM day d JOIN person p ON p.id = d.person_id""",
    ),
}


def upgrade() -> None:
    """Create everything."""
    _person()
    _account()
    _day()
    _day_revision()
    _dirty()
    _manual_walk()
    _mark()
    _notice()
    _offset_run()
    _person_zone()
    _target()
    _walk()
    _walk_ledger()
    _archive()
    _gap_run()
    _pull()
    _secret()
    _source()
    _stream_state()
    _daily_total()
    _pull_payload()
    _series_day()
    _step_counter()
    _track()
    _workout()
    for view in VIEWS[op.get_bind().dialect.name]:
        op.execute(sa.text(view.replace(":", "\\:")))


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("cohort", NAME),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("derive_epoch", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("name", name="uq_person_name"),
        sa.UniqueConstraint("uid", name="uq_person_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_cohort", "person", ["cohort"], unique=False)


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("settings", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("waiting_until", AT),
        sa.Column("why", sa.Text()),
        sa.Column("lease_epoch", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", AT),
        sa.Column("token_generation", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_sync_at", AT),
        sa.Column("queued_until", AT),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_account_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("person_id", "name", name="uq_account_person_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_account_next_sync_at", "account", ["next_sync_at"], unique=False)
    op.create_index(
        "uq_account_name",
        "account",
        ["name"],
        unique=True,
        sqlite_where=sa.text("vendor <> 'files'"),
        postgresql_where=sa.text("vendor <> 'files'"),
    )


def _day() -> None:
    op.create_table(
        "day",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tz", sa.Text()),
        sa.Column("utc_offset_start_min", sa.Integer(), nullable=False),
        sa.Column("utc_offset_end_min", sa.Integer(), nullable=False),
        sa.Column("length_h", sa.Double(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text()),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("close_call", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("brisk_min", sa.Integer()),
        sa.Column("edge_min", sa.Double()),
        sa.Column("brisk_min_low", sa.Integer()),
        sa.Column("brisk_min_high", sa.Integer()),
        sa.Column("bouted_min", sa.Integer()),
        sa.Column("target_min", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("walking_min", sa.Integer()),
        sa.Column("steps", sa.BigInteger()),
        sa.Column("seen_h", sa.Double()),
        sa.Column("longest_unseen_min", sa.Integer()),
        sa.Column("resolution", sa.Text()),
        sa.Column("peak1_spm", sa.Double()),
        sa.Column("peak30_spm", sa.Double()),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_day_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "day", name="pk_day"),
    )
    op.create_index(
        "ix_day_unsettled",
        "day",
        ["person_id", "day"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'waiting')"),
        postgresql_where=sa.text("state IN ('open', 'waiting')"),
    )


def _day_revision() -> None:
    op.create_table(
        "day_revision",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("brisk_min", sa.Integer()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_day_revision_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "day", "revision", name="pk_day_revision"),
    )


def _dirty() -> None:
    op.create_table(
        "dirty",
        sa.Column("seq", ID, sa.Identity(always=False), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("utc_day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_dirty_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_dirty"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dirty_person_id", "dirty", ["person_id", "utc_day"], unique=False)


def _manual_walk() -> None:
    op.create_table(
        "manual_walk",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("start_at", AT, nullable=False),
        sa.Column("end_at", AT, nullable=False),
        sa.Column("utc_offset_s", sa.Integer(), nullable=False),
        sa.Column("brisk_min", sa.Integer()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("dropped_at", AT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_manual_walk_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_manual_walk"),
    )


def _mark() -> None:
    op.create_table(
        "mark",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("why", sa.Text()),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("dropped_at", AT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_mark_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_mark"),
    )


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("claimed_at", AT),
        sa.Column("sent_at", AT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_notice_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", "subject", name="pk_notice"),
    )


def _offset_run() -> None:
    op.create_table(
        "offset_run",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("from_utc", AT, nullable=False),
        sa.Column("offset_s", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_offset_run_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "from_utc", name="pk_offset_run"),
    )


def _person_zone() -> None:
    op.create_table(
        "person_zone",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_person_zone_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "from_day", name="pk_person_zone"),
    )


def _target() -> None:
    op.create_table(
        "target",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date()),
        sa.Column("knobs", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_target_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_target"),
    )


def _walk() -> None:
    op.create_table(
        "walk",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_key", NAME),
        sa.Column("start_at", AT, nullable=False),
        sa.Column("end_at", AT, nullable=False),
        sa.Column("utc_offset_start_s", sa.Integer(), nullable=False),
        sa.Column("utc_offset_end_s", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detected", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("steps", sa.BigInteger()),
        sa.Column("distance_m", sa.Double()),
        sa.Column("moving_time_s", sa.Double()),
        sa.Column("pace_s_per_km", sa.Double()),
        sa.Column("speed_mps", sa.Double()),
        sa.Column("cadence_spm", sa.Double()),
        sa.Column("elevation_gain_m", sa.Double()),
        sa.Column("elevation_loss_m", sa.Double()),
        sa.Column("elevation_source", sa.Text()),
        sa.Column("gain_device_m", sa.Double()),
        sa.Column("grade_max", sa.Double()),
        sa.Column("brisk_min", sa.Integer(), nullable=False),
        sa.Column("uphill_min", sa.Integer()),
        sa.Column("downhill_min", sa.Integer()),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_walk_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_walk"),
    )
    op.create_index("ix_walk_id", "walk", ["id"], unique=False)
    op.create_index("ix_walk_start_at", "walk", ["person_id", "start_at", "id"], unique=False)


def _walk_ledger() -> None:
    op.create_table(
        "walk_ledger",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("recorded_key", NAME),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start_at", AT, nullable=False),
        sa.Column("end_at", AT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("retired_at", AT),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_walk_ledger_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_walk_ledger"),
    )
    op.create_index("ix_walk_ledger_end_at", "walk_ledger", ["person_id", "end_at"], unique=False)
    op.create_index(
        "ix_walk_ledger_recorded_key", "walk_ledger", ["person_id", "recorded_key"], unique=False
    )


def _archive() -> None:
    op.create_table(
        "archive",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("deflated", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_archive_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "month", "sha256", name="pk_archive"),
    )


def _gap_run() -> None:
    op.create_table(
        "gap_run",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("start_at", AT, nullable=False),
        sa.Column("end_at", AT, nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("found_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_gap_run_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "stream", "start_at", name="pk_gap_run"),
    )


def _pull() -> None:
    op.create_table(
        "pull",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("asked_start", AT),
        sa.Column("asked_end", AT),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("covers_start", AT),
        sa.Column("covers_end", AT),
        sa.Column("parser", sa.Integer()),
        sa.Column("problems", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_pull_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pull"),
        sa.UniqueConstraint("account_id", "id", name="uq_pull_account_id_id"),
        sqlite_autoincrement=True,
    )


def _secret() -> None:
    op.create_table(
        "secret",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_secret_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "name", name="pk_secret"),
    )


def _source() -> None:
    op.create_table(
        "source",
        sa.Column("id", ID, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("whole_day", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.Text()),
        sa.Column("device", sa.Text()),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("last_sync", AT),
        sa.Column("retired_at", AT),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_source_account_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_source_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("account_id", "id", name="uq_source_account_id_id"),
        sa.UniqueConstraint("account_id", "key", name="uq_source_account_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_person_id", "source", ["person_id"], unique=False)


def _stream_state() -> None:
    op.create_table(
        "stream_state",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'ok'"), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("watermark", AT),
        sa.Column("token", sa.Text()),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_stream_state_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "stream", name="pk_stream_state"),
    )


def _daily_total() -> None:
    op.create_table(
        "daily_total",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("steps", sa.BigInteger()),
        sa.Column("distance_m", sa.Double()),
        sa.Column("floors", sa.Double()),
        sa.ForeignKeyConstraint(
            ["account_id", "source_id"],
            ["source.account_id", "source.id"],
            name="fk_daily_total_account_id_source_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "source_id", "day", name="pk_daily_total"),
    )


def _pull_payload() -> None:
    op.create_table(
        "pull_payload",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("pull_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("fetched_at", AT, nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("covers_start", AT),
        sa.Column("covers_end", AT),
        sa.ForeignKeyConstraint(
            ["account_id", "pull_id"],
            ["pull.account_id", "pull.id"],
            name="fk_pull_payload_account_id_pull_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "pull_id", "seq", name="pk_pull_payload"),
    )
    op.create_index(
        "ix_pull_payload_sha256", "pull_payload", ["account_id", "sha256"], unique=False
    )


def _series_day() -> None:
    op.create_table(
        "series_day",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("utc_day", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "source_id"],
            ["source.account_id", "source.id"],
            name="fk_series_day_account_id_source_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "source_id", "series", "utc_day", name="pk_series_day"
        ),
    )


def _step_counter() -> None:
    op.create_table(
        "step_counter",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("activity", NAME, nullable=False),
        sa.Column("read_at", AT, nullable=False),
        sa.Column("day_start", AT, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("utc_offset_s", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["account_id", "source_id"],
            ["source.account_id", "source.id"],
            name="fk_step_counter_account_id_source_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "source_id", "activity", "read_at", name="pk_step_counter"
        ),
    )


def _track() -> None:
    op.create_table(
        "track",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "source_id"],
            ["source.account_id", "source.id"],
            name="fk_track_account_id_source_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "source_id", "key", name="pk_track"),
    )


def _workout() -> None:
    op.create_table(
        "workout",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("start_at", AT, nullable=False),
        sa.Column("end_at", AT, nullable=False),
        sa.Column("timer_s", sa.Double()),
        sa.Column("moving_time_s", sa.Double()),
        sa.Column("steps", sa.BigInteger()),
        sa.Column("distance_m", sa.Double()),
        sa.Column("ascent_m", sa.Double()),
        sa.Column("descent_m", sa.Double()),
        sa.Column("elevation_source", sa.Text()),
        sa.Column("detected", sa.Text(), nullable=False),
        sa.Column("utc_offset_s", sa.Integer()),
        sa.Column("zone", sa.Text()),
        sa.Column("pauses", sa.Text(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("retired_at", AT),
        sa.ForeignKeyConstraint(
            ["account_id", "source_id"],
            ["source.account_id", "source.id"],
            name="fk_workout_account_id_source_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "source_id", "key", name="pk_workout"),
    )
    op.create_index("ix_workout_end_at", "workout", ["account_id", "end_at"], unique=False)
