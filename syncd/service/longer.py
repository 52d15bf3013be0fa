"""Which walks are longer than usual, worked out when asked from the walks and days before them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from syncd.service.asking import DECIDED
from syncd.service.plans import plan_walk_on, walks_by_day
from syncd.store import derived
from syncd.store.derived import WalkRow
from syncd.walks.longer import LAST_DAYS, Usual, longer_than_usual
from syncd.walks.model import Mark
from syncd.walks.on_foot import is_on_foot, walked_s

ONE_DAY = timedelta(days=1)


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
