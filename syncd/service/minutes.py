"""Merged minutes of people, worked out when asked; a week in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from syncd.service.derive import MARGIN_AFTER, MARGIN_BEFORE
from syncd.service.loading import day_number, load
from syncd.store import derived, people
from syncd.walks.day import Reading
from syncd.walks.model import PersonMinute

WEEK = timedelta(days=7)


def iter_minutes(
    cx: Connection, person_ids: Sequence[int], *, first: date | None, last: date | None
) -> Iterator[PersonMinute]:
    """Yield every minute of the days that have a row, by (person, minute).

    Minutes that no source saw are there too, with ``steps`` ``None``.
    """
    for person_id in person_ids:
        held = derived.days_range(cx, person_id)
        if held is None:
            continue
        day, end = max(held[0], first or held[0]), min(held[1], last or held[1])
        name = people.get(cx, person_id).name
        while day <= end:
            until = min(day + WEEK, end + timedelta(days=1))
            yield from _week(cx, person_id, name, day, until)
            day = until


def _week(
    cx: Connection, person_id: int, name: str, first: date, end: date
) -> Iterator[PersonMinute]:
    numbers = day_number(first), day_number(end)
    reading = Reading(load(cx, person_id, numbers[0] - MARGIN_BEFORE, numbers[1] + MARGIN_AFTER))
    nearby = derived.iter_walks(cx, [person_id], first=first - WEEK, last=end)
    spans = [(w.session.start, w.session.end, w.id) for w in nearby]
    minutes = [
        m for day in sorted(reading.days) if first <= day < end for m in reading.minutes(day)
    ]
    for m in sorted(minutes, key=lambda m: m.start):
        middle = m.start + m.interval_s // 2
        walk = next((i for a, b, i in spans if a <= middle < b), None)
        yield PersonMinute(name, m, walk)
