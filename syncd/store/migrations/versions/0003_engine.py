"""What the engine must remember: pauses, back-off, freshness, gap states, shrunk days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
AT = sa.Integer().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the columns and the table."""
    for column in (
        sa.Column("paused_at", AT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("synced_ok_at", AT, nullable=True),
        sa.Column("device_sync_at", AT, nullable=True),
        sa.Column("grant_ends_at", AT, nullable=True),
        sa.Column("vendor_user", sa.Text(), nullable=True),
    ):
        op.add_column("account", column)
    for name in ("asked_full_at", "asked_at", "stored_at"):
        op.add_column("stream_state", sa.Column(name, AT, nullable=True))
    op.add_column(
        "gap_run",
        sa.Column("state", sa.Text(), server_default=sa.text("'missing'"), nullable=False),
    )
    op.add_column(
        "pull", sa.Column("kept", sa.Text(), server_default=sa.text("'[]'"), nullable=False)
    )
    op.create_table(
        "shrunk",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("source_key", NAME, nullable=False),
        sa.Column("utc_day", sa.Integer(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("came", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("synced_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_shrunk_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "stream", "source_key", "utc_day", name="pk_shrunk"
        ),
    )
