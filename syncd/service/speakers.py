"""Which tracker spoke on which day, so that a change of tracker can be marked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from syncd.service.derive import MARGIN_AFTER, MARGIN_BEFORE
from syncd.service.loading import day_number, load
from syncd.store import sources
from syncd.walks.day import Reading
from syncd.walks.numbers import covers


def speakers(cx: Connection, person_id: int, first: date, last: date) -> list[tuple[date, str]]:
    """Return (day, name) of the whole-day source that speaks first on each day, in order.

    The name is the device's, else what kind of source it is. Days on which none speaks are left
    out.
    """
    names = {row.id: row.device for row in sources.of_person(cx, person_id)}
    begin, end = day_number(first) - MARGIN_BEFORE, day_number(last) + MARGIN_AFTER
    reading = Reading(load(cx, person_id, begin, end))
    whole = [source for source in reading.history.sources if source.whole_day]
    spoke = []
    for day, pieces in sorted(reading.days.items()):
        if first <= day <= last:
            source = next((one for one in whole if covers(one, pieces)), None)
            if source is not None:
                spoke.append((day, names.get(source.id) or source.name))
    return spoke
