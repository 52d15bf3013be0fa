"""The queue's own schema in PostgreSQL: Procrastinate's tables, made and brought up to date.

They are another program's, so they live apart from ours and go by that program's own migrations;
the comment on the schema says up to which.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, text

from syncd.contract import ConfigError, StoreError
from syncd.store.failures import explain
from syncd.store.sql import Store

SCHEMA: Final = "syncd_queue"
_LOCK: Final = 0x73796E636451  # "syncdQ"; an advisory lock, so any number will do

_MARK = text(
    "SELECT obj_description(oid, 'pg_namespace') FROM pg_catalog.pg_namespace WHERE nspname = :name"
)
_OWN_TABLES = (
    f"CREATE TABLE {SCHEMA}.budget"
    " (vendor text PRIMARY KEY, minute timestamptz NOT NULL, used int NOT NULL)"
)
FIRST = text(
    "SELECT set_config('search_path', :schema || ', ' || current_setting('search_path'), true)"
)
"""Lets this transaction see the queue's tables by their bare names, as their functions do."""


def install(store: Store) -> bool:
    """Make the queue of a PostgreSQL database, or bring it up to date; tell whether that was new.

    Raises ``StoreError`` for a queue that a newer Procrastinate has made, or where the user in
    ``database.url`` may not make it.
    """
    steps = _steps()
    with store.read() as cx:
        if _mark(cx) == steps[-1][0]:
            return False
    with store.write() as tx, explained_driver(store.place):
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _mark(tx)
        if found is not None and found > steps[-1][0]:
            raise StoreError(
                f"The queue at {store.place} was made by a newer Procrastinate ({found}). Upgrade"
                " this machine's: pip install --upgrade 'syncd[postgres]'."
            )
        _build(tx, found, steps)
    return True


def is_installed(cx: Connection) -> bool:
    """Return whether there is a queue in this database."""
    return cx.dialect.name == "postgresql" and _mark(cx) is not None


@contextmanager
def explained_driver(place: str) -> Iterator[None]:
    """Turn what the bare driver, or Procrastinate around it, raises into ``StoreError``."""
    import psycopg  # noqa: PLC0415 - an extra
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - an extra

    try:
        yield
    except psycopg.Error as error:
        raise explain(error, place) from error
    except ConnectorException as error:
        raise explain(error.__cause__ or error, place) from error


def driver(cx: Connection) -> Any:  # noqa: ANN401 - the driver's own connection
    """Return the driver's connection under ``cx``, in the same transaction."""
    cx.execute(text("SELECT 1"))  # begins it
    return cx.connection.driver_connection


def _build(tx: Connection, found: str | None, steps: list[tuple[str, str]]) -> None:
    bare = driver(tx)
    if found is None:
        from procrastinate.schema import SchemaManager  # noqa: PLC0415 - an extra

        bare.execute(f"CREATE SCHEMA {SCHEMA}")
        tx.execute(FIRST, {"schema": SCHEMA})
        bare.execute(SchemaManager.get_schema())
        bare.execute(_OWN_TABLES)
    else:
        tx.execute(FIRST, {"schema": SCHEMA})
        for name, step in steps:
            if name > found:
                bare.execute(step)
    bare.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{steps[-1][0]}'")


def _mark(cx: Connection) -> str | None:
    mark: str | None = cx.execute(_MARK, {"name": SCHEMA}).scalar()
    return mark


def _steps() -> list[tuple[str, str]]:
    """Return Procrastinate's migrations, (name, statements), oldest first."""
    try:
        from procrastinate import schema  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise ConfigError(
            "Workers need Procrastinate, which is not installed: pip install 'syncd[postgres]'."
        ) from None
    files = sorted(schema.migrations_path.glob("*.sql"))
    return [(file.stem, file.read_text(encoding="utf-8")) for file in files]
