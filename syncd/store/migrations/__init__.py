"""The history of the schema, forward only; Alembic is imported only when there is a step to take.

A new step: add ``versions/<revision>_<name>.py``, append its revision to ``REVISIONS``.
"""

from __future__ import annotations

from sqlalchemy import Connection

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every schema this program knows, oldest first; the last is the one it works with."""


def to_head(tx: Connection, revision: str = "head") -> None:
    """Bring the schema up to date, or to an earlier ``revision``, in the caller's transaction."""
    from alembic import command  # noqa: PLC0415 -- slow to import, seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "syncd.store:migrations")
    config.attributes["connection"] = tx
    command.upgrade(config, revision)
