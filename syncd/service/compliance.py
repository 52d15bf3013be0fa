"""The weeks of a cohort, streamed over its people; memory is one tally a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from syncd.service.report import weeks_shown
from syncd.service.weeks import iter_weeks
from syncd.store import derived
from syncd.walks.compliance import CohortWeek
from syncd.walks.trend import has_data
from syncd.walks.week import iso_week_of


def cohort_weeks(
    cx: Connection, person_ids: Sequence[int], *, weeks: int, today: date, now: datetime
) -> list[CohortWeek]:
    """Return up to ``weeks`` ISO weeks of these people, oldest first; none without any data."""
    span = derived.data_span(cx, person_ids)
    if span is None:
        return []
    first, last = weeks_shown(span, today, weeks)
    found: dict[tuple[int, int], CohortWeek] = {}
    over: Counter[tuple[int, int]] = Counter()
    for ahead in range((last - first).days + 1):
        at = first + timedelta(days=ahead)
        key = iso_week_of(at)
        found.setdefault(key, CohortWeek(iso_year=key[0], iso_week=key[1]))
        over[key] += len(person_ids) * (at < today)
    rows = derived.iter_days(cx, person_ids, first=first, last=last)
    for (_, key), group in groupby(rows, key=lambda row: (row.person_id, iso_week_of(row.day.day))):
        days = [row.day for row in group]
        found[key].people += any(map(has_data, days))
        over[key] -= sum(day.day < today for day in days)
        for day in days:
            found[key].add_day(day)
    for one in iter_weeks(cx, person_ids, first=first, last=last, now=now):
        found[one.week.iso_year, one.week.iso_week].add_week(one.week)
    for key, absent in over.items():
        found[key].no_data += max(0, absent)
    return list(found.values())
