"""Sign-ins: when a person did, how long the vendor wants none, what an account was moved to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT = sa.Integer().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    for column in (
        sa.Column("signed_in_at", AT, nullable=True),
        sa.Column("sign_in_after", AT, nullable=True),
        sa.Column("sign_in_refusals", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("moves_from", sa.BigInteger(), nullable=True),
        sa.Column("moved_to", sa.BigInteger(), nullable=True),
        sa.Column("begins_at", AT, nullable=True),
    ):
        op.add_column("account", column)
