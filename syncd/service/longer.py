"""Which walks and weeks are longer than usual, told when asked from what was before them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from syncd.service.plans import minutes_in_walks, plan_walk_on, walks_by_day
from syncd.service.speaking import Speaker
from syncd.store import derived
from syncd.store.derived import WalkRow
from syncd.walks.longer import (
    EARLIER_WEEKS,
    LAST_DAYS,
    Usual,
    WeekBefore,
    longer_than_usual,
    week_longer_than_usual,
)
from syncd.walks.model import Mark
from syncd.walks.on_foot import is_on_foot, walked_s
from syncd.walks.trend import DECIDED, judged_days, monday_of
from syncd.walks.week import Week

ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def longer_words(cx: Connection, person_id: int, day: date, rows: Sequence[WalkRow]) -> list[str]:
    """Return the sentences on those of a day's walks that are longer than usual, by start."""
    on_foot = [row.session for row in rows if is_on_foot(row.session)]
    if not on_foot:
        return []
    usual = usual_before(cx, person_id, day)
    said = (longer_than_usual(walked_s(walk) / 60, walk.brisk_min, usual) for walk in on_foot)
    return [words for words in said if words is not None]


def usual_before(cx: Connection, person_id: int, day: date) -> Usual:
    """Return what a walk of a day is held against: the thirty days before, a plan, a flare."""
    first = day - timedelta(days=LAST_DAYS)
    walks = walks_by_day(cx, person_id, first, day - ONE_DAY)
    days = [row.day for row in derived.iter_days(cx, [person_id], first=first, last=day)]
    known = [one for one in days if one.day < day and one.outcome in DECIDED]
    return Usual(
        longest_min=max((minutes for _, minutes in walks), default=None),
        judged_days=len(known),
        plan_min=plan_walk_on(cx, person_id, day),
        flare=any(one.day == day and one.mark is Mark.FLARE for one in days),
    )


def week_longer_words(
    cx: Connection,
    person_id: int,
    told: Week,
    earlier: Sequence[Week],
    spoke: Sequence[tuple[date, Speaker]],
) -> str | None:
    """Return the line on a week that holds more walking than the four before it, else ``None``.

    ``earlier`` are weeks before it, oldest first; ``spoke`` reaches over those four. A week in
    which two trackers spoke compares with none.
    """
    monday = monday_of(told)
    first = monday - EARLIER_WEEKS * WEEK
    walked = minutes_in_walks(cx, person_id, first, monday + WEEK - ONE_DAY)

    def known(week: Week) -> WeekBefore:
        begin, end = monday_of(week), monday_of(week) + WEEK
        keys = {speaker.key for day, speaker in spoke if begin <= day < end}
        return WeekBefore(
            sum(minutes for day, minutes in walked.items() if begin <= day < end),
            judged_days(week),
            keys.pop() if len(keys) == 1 else None,
        )

    before = [known(week) for week in earlier if monday_of(week) >= first]
    return week_longer_than_usual(known(told), before)
