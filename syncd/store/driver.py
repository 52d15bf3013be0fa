"""SQL as the driver takes it: written once, prepared once for each database.

For the hot path, where building statements costs more than running them. Values go through as they
are, instants and truth values too: the caller knows how its database keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

_BATCH = 500
_PARAMETER = re.compile(r"(?<!:):(\w+)")


class Statement:
    """One statement with ``:named`` parameters and ``IS DISTINCT FROM``."""

    def __init__(self, sql: str) -> None:
        self._text = {
            "sqlite": sql.replace("IS DISTINCT FROM", "IS NOT"),
            "postgresql": _PARAMETER.sub(r"%(\1)s", sql),
        }

    def rows(self, cx: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Run it once and return all rows."""
        return cx.exec_driver_sql(self._text[cx.dialect.name], dict(values)).fetchall()

    def stream(self, cx: Connection, values: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
        """Run it once and yield rows as they come, a batch of them in memory."""
        sql, options = self._text[cx.dialect.name], {"stream_results": True, "yield_per": _BATCH}
        with cx.exec_driver_sql(sql, dict(values), execution_options=options) as rows:
            for part in rows.partitions(_BATCH):  # closed even when nobody reads on
                yield from part

    def many(self, tx: Connection, values: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each set of values and return how many rows were written."""
        if not values:
            return 0
        done = tx.exec_driver_sql(self._text[tx.dialect.name], [dict(row) for row in values])
        return done.rowcount
