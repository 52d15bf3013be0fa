"""Floors that sources told of whole days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from syncd.store import tables as t


def of_day(cx: Connection, person_id: int, day: date) -> float | None:
    """Return the floors of a civil day, of the source that ranks first among those that tell any.

    Floors of two trackers are never summed.
    """
    source, total = t.source.c, t.daily_total.c
    told = (
        select(total.floors)
        .join(t.source, (source.id == total.source_id) & (source.account_id == total.account_id))
        .where(source.person_id == person_id, total.day == day, total.floors.is_not(None))
        .order_by(source.rank, source.key, source.id)
    )
    return cx.execute(told.limit(1)).scalar()
