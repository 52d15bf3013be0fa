"""Many rows into PostgreSQL at once, the way it takes them fastest: COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from syncd.store.failures import explain


def copy_in(tx: Connection, into: str, rows: Iterable[Sequence[Any]]) -> int:
    """Add rows to ``into``, which names a table and its columns; return how many there were.

    Values are Python's, as the driver takes them. Raises ``StoreError`` for what is refused.
    """
    count = 0
    dbapi: Any = tx.dialect.loaded_dbapi
    try:
        with _cursor(tx) as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
    except dbapi.Error as error:
        raise explain(error, tx.engine.url.database or "") from error
    return count


def _cursor(tx: Connection) -> Any:  # noqa: ANN401 - the driver's own
    tx.exec_driver_sql("SELECT 1")  # begins the transaction
    return tx.connection.cursor()
