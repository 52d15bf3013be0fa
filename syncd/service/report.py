"""The facts of a report about one person, gathered from what was judged; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from syncd.service.promises import targets_in_force
from syncd.service.show import rule_words
from syncd.service.speakers import speakers
from syncd.service.weeks import iter_weeks
from syncd.store import derived, journal, people
from syncd.walks.devices import device_changes
from syncd.walks.model import CountMode, Mark, Target
from syncd.walks.report import STALE_DAYS, Marked, Promise, Report
from syncd.walks.trend import monday_of
from syncd.walks.week import Week, iso_week_of, judge_week

WEEK = timedelta(days=7)
BEFORE_CHANGES = timedelta(days=28)
"""So far back of the first week is looked, to know which tracker spoke before it."""


@dataclass(frozen=True, slots=True)
class _Coming:
    """A day of the running week without a row."""

    day: date
    mark: Mark | None
    outcome: None = None
    brisk_min: None = None
    walking_min: None = None


def weeks_shown(span: tuple[date, date], today: date, weeks: int) -> tuple[date, date]:
    """Return the first Monday and the last Sunday of up to ``weeks`` weeks, given days with data.

    They end with this week, or where the data end when that is long ago; they begin with the
    data.
    """
    oldest, newest = span
    end = newest if (today - newest).days > STALE_DAYS else max(today, newest)
    last_monday = end - timedelta(days=end.weekday())
    first_monday = max(last_monday - (weeks - 1) * WEEK, oldest - timedelta(days=oldest.weekday()))
    return first_monday, last_monday + WEEK - timedelta(days=1)


def report_of(
    cx: Connection,
    person: people.Person,
    *,
    weeks: int,
    today: date,
    now: datetime,
    zone: str,
    with_notes: bool = False,
) -> Report | None:
    """Return the report of one person over up to ``weeks`` ISO weeks; ``None`` without any data.

    ``zone`` is named where the days know none. A person's own words are in it only
    ``with_notes``.
    """
    span = derived.data_span(cx, [person.id])
    if span is None:
        return None
    first, last = weeks_shown(span, today, weeks)
    marks = [mark for mark in journal.marks(cx, person.id) if mark.first_day <= last]
    judged = [one.week for one in iter_weeks(cx, [person.id], first=None, last=last, now=now)]
    targets = targets_in_force(cx, person.id)
    if first <= today <= last and iso_week_of(today) not in {_number(week) for week in judged}:
        judged.append(_begun_week(today, last, targets, marks))
    days = [row.day for row in derived.iter_days(cx, [person.id], first=first, last=last)]
    spoke = speakers(cx, person.id, first - BEFORE_CHANGES, min(last, span[1]))
    return Report(
        person=person.name,
        zone=next((day.tz for day in reversed(days) if day.tz), None) or zone,
        today=today,
        newest=span[1],
        weeks=tuple(week for week in judged if monday_of(week) >= first),
        earlier=tuple(week for week in judged if monday_of(week) < first),
        days=tuple(days),
        walks=tuple(
            row.session for row in derived.iter_walks(cx, [person.id], first=first, last=last)
        ),
        promises=_promises(targets, first, last),
        marks=tuple(
            Marked(mark.kind, mark.first_day, mark.last_day, mark.why if with_notes else None)
            for mark in marks
            if mark.last_day is None or mark.last_day >= first
        ),
        changes=tuple(change for change in device_changes(spoke) if change[0] >= first),
    )


def _number(week: Week) -> tuple[int, int]:
    return week.iso_year, week.iso_week


def _begun_week(
    today: date, sunday: date, targets: Sequence[Target], marks: Sequence[journal.MarkRow]
) -> Week:
    """Return the running week of somebody who has no row in it yet."""
    begun = [t for t in targets if t.first_day is None or t.first_day <= sunday]
    coming = []
    for ahead in range((sunday - today).days + 1):
        day = today + timedelta(days=ahead)
        held = [
            m for m in marks if m.first_day <= day and (m.last_day is None or m.last_day >= day)
        ]
        coming.append(_Coming(day, held[-1].kind if held else None))
    return judge_week(coming, begun[-1].rules.most_days, today=today)


def _promises(targets: Sequence[Target], first: date, last: date) -> tuple[Promise, ...]:
    """Return the rules in force somewhere from ``first`` to ``last``, oldest first."""
    before = [t for t in targets if t.first_day is None or t.first_day <= first]
    within = [t for t in targets if t.first_day is not None and first < t.first_day <= last]
    return tuple(
        Promise(
            first_day=t.first_day,
            rule=rule_words(t.rules),
            target_min=t.rules.day_target,
            most_days=t.rules.most_days,
            bouts=t.rules.count_mode is CountMode.BOUTS,
        )
        for t in (*before[-1:], *within)
    )
