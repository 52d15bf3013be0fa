"""The metadata, and the columns that most tables share."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    MetaData,
    Text,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer(), "sqlite")
Name = Text().with_variant(Text(collation="C"), "postgresql")
"""Text whose order is that of its bytes on both databases."""


def serial(name: str = "id") -> Column[int]:
    """Return a surrogate key that is never given out twice."""
    return Column(name, BigId, Identity(), primary_key=True)


def owned_by(table: str, *, primary_key: bool = False, index: bool | None = None) -> Column[int]:
    """Return the column that leads the keys: rows go when the person or account goes."""
    owner = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(f"{table}_id", BigId, owner, nullable=False, primary_key=primary_key, index=index)


def child_of(table: str) -> tuple[SchemaItem, ...]:
    """Return (account_id, <table>_id): the head of a primary key that serves a foreign key."""
    return (
        Column("account_id", BigId, primary_key=True),
        Column(f"{table}_id", BigId, primary_key=True),
        ForeignKeyConstraint(
            ["account_id", f"{table}_id"],
            [f"{table}.account_id", f"{table}.id"],
            ondelete="CASCADE",
        ),
    )
