"""The graded plan: what a person began, what each week asked for, which weeks are held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.Integer().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Create the tables of the plan."""
    op.create_table(
        "plan",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("baseline_min", sa.Double(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_plan_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_plan"),
    )
    op.create_table(
        "plan_step",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("walk_min", sa.Double(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_plan_step_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "plan_id", "week", "first_day", name="pk_plan_step"),
    )
    op.create_table(
        "plan_hold",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_plan_hold_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "plan_id", "week", name="pk_plan_hold"),
    )
