"""What Alembic runs around the steps: our own connection, one transaction for everything."""

from __future__ import annotations

from alembic import context

from syncd.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
