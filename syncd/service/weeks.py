"""ISO weeks of people, judged from their days when asked; nothing of a week is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from syncd.service.loading import target_on, targets_of
from syncd.store import derived
from syncd.walks.model import Target
from syncd.walks.week import PersonWeek, Week, iso_week_of, judge_week

LAST_OF_WEEK = timedelta(days=6)


def iter_weeks(
    cx: Connection,
    person_ids: Sequence[int] | None,
    *,
    first: date | None,
    last: date | None,
    now: datetime,
) -> Iterator[PersonWeek]:
    """Yield the weeks that hold any day of ``first``..``last``, by (person, week), streamed.

    A week is judged whole, by the target in force on its Sunday.
    """
    begin = first - timedelta(days=first.weekday()) if first else None
    end = last - timedelta(days=last.weekday()) + LAST_OF_WEEK if last else None
    days = derived.iter_days(cx, person_ids, first=begin, last=end)
    whose: int | None = None
    targets: Sequence[Target] = ()
    for (person_id, _), group in groupby(days, key=lambda r: (r.person_id, iso_week_of(r.day.day))):
        if person_id != whose:
            whose, targets = person_id, targets_of(cx, person_id)
        rows = list(group)
        day = rows[-1].day.day
        sunday = day - timedelta(days=day.weekday()) + LAST_OF_WEEK
        most_days = target_on(targets, sunday).rules.most_days
        yield PersonWeek(rows[-1].person, _judged(rows, most_days, now))


def week_around(cx: Connection, person_id: int, day: date, now: datetime) -> Week | None:
    """Return the ISO week that holds ``day``, or ``None`` when none of its days has a row."""
    found = iter_weeks(cx, [person_id], first=day, last=day, now=now)
    return next((one.week for one in found), None)


def _judged(rows: Sequence[derived.DayRow], most_days: int, now: datetime) -> Week:
    today = (now + timedelta(minutes=rows[-1].day.utc_offset_end_min)).date()
    return judge_week([row.day for row in rows], most_days, today=today)
