"""What the days of a person are judged on: the modes of targets, the walks of a plan's days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from syncd.store import derived, journal
from syncd.walks.counted import Counting
from syncd.walks.model import CountMode
from syncd.walks.on_foot import minutes_by_day


def counting_of(
    cx: Connection, person_id: int, first: date | None = None, last: date | None = None
) -> Counting:
    """Return how the days ``first``..``last`` count; walks are read only where a plan ran."""
    told = [
        (row.first_day, CountMode(row.knobs.get("count_mode", CountMode.MINUTES)))
        for row in journal.targets(cx, person_id)
    ]
    if not any(mode is CountMode.WALKING for _, mode in told):
        return Counting(told)
    walks = derived.iter_walks(cx, [person_id], first=first, last=last)
    return Counting(told, minutes_by_day(row.session for row in walks))
