"""What many workers must tell apart: whose claim it is, and whether only the past is left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the index by which a tick finds what is due at each vendor."""
    op.add_column("account", sa.Column("queued_by", sa.Text(), nullable=True))
    op.add_column(
        "account",
        sa.Column("only_past", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index("ix_account_vendor_next_sync_at", "account", ["vendor", "next_sync_at"])
