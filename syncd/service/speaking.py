"""Which tracker spoke for a person on which day, told without reading a single minute.

A day's steps come from the whole-day source of the highest rank that delivered any that day. That
is exact but for days on which a higher one delivered and was off, which the marks of changes for
good do not see: they ask for more than a week.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from syncd.contract import Series
from syncd.service.loading import day_of
from syncd.store import series_days, sources
from syncd.walks.devices import device_changes


def speaking_sources(cx: Connection, person_id: int) -> list[tuple[date, str]]:
    """Return (UTC day, source key) of each day with steps, by day; retired sources are left out."""
    ranked = [s for s in sources.of_person(cx, person_id) if s.whole_day and s.retired_at is None]
    place = {source.id: i for i, source in enumerate(ranked)}
    best: dict[int, int] = {}
    for source_id, utc_day in series_days.days_told(cx, person_id, Series.STEPS):
        if source_id in place:
            best[utc_day] = min(best.get(utc_day, len(ranked)), place[source_id])
    return [(day_of(day), ranked[i].key) for day, i in sorted(best.items())]


def changes_of(cx: Connection, person_id: int) -> list[tuple[date, str, str]]:
    """Return (day, from, to) for each change of a person's tracker that lasted; keys of sources."""
    return device_changes(speaking_sources(cx, person_id))
