"""Who has a plan that runs; apart from ``plans`` because every screen asks before it starts."""

from __future__ import annotations

from sqlalchemy import Connection

from syncd.store.driver import Statement

_RUNNING = Statement("SELECT person_id FROM plan WHERE last_day IS NULL ORDER BY person_id")


def people_with_plans(cx: Connection) -> list[int]:
    """Return the ids of people whose plan runs, in order."""
    return [row[0] for row in _RUNNING.rows(cx, {})]
