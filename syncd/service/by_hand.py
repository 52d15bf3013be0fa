"""Walks typed by hand: a treadmill, a forgotten watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from syncd.service.derive import derive_person
from syncd.service.touching import mark_days, mark_left
from syncd.store import Store, derived, journal, locks, series_days
from syncd.store.people import Person
from syncd.walks.by_hand import KEY
from syncd.walks.phrases import one_line

LONGEST_MIN = 600
WHY_LONGEST = 200
OLDEST = timedelta(days=3660)
DAY = timedelta(days=1)
"""A local date and that of UTC are at most so far apart."""
Clock = Callable[[], datetime]


class ByHandError(ValueError):
    """A walk that cannot be meant; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A typed walk, and the row it is shown as: ``None`` where trackers saw that time."""

    walk: journal.ManualWalk
    row: derived.WalkRow | None


def add_walk(
    store: Store,
    person: Person,
    start: datetime,
    minutes: int,
    *,
    brisk_min: int,
    why: str,
    clock: Clock,
) -> Typed:
    """Add a walk that begins at ``start`` (aware, a whole minute); raises ``ByHandError``."""
    words, end, now = one_line(why), start + timedelta(minutes=minutes), clock()
    if not words or len(words) > WHY_LONGEST:
        raise ByHandError(f"--why is one line of up to {WHY_LONGEST} characters.")
    if not 1 <= minutes <= LONGEST_MIN:
        raise ByHandError(f"A walk takes 1 to {LONGEST_MIN} minutes, not {minutes}.")
    if not 0 <= brisk_min <= minutes:
        raise ByHandError(f"--brisk is 0 to {minutes}, the minutes of the walk, not {brisk_min}.")
    if end > now:
        raise ByHandError("That walk is not over yet.")
    if now - start > OLDEST:
        raise ByHandError(f"{start:%Y-%m-%d} is more than ten years ago.")
    offset = start.utcoffset()
    assert offset is not None
    with store.write() as tx:
        locks.lock_person(tx, person.id)
        for other in journal.manual_walks(tx, person.id):
            if other.start_at < end and start < other.end_at:
                at = other.start_at.astimezone(start.tzinfo)
                raise ByHandError(f"There is a walk by hand at {at:%Y-%m-%d %H:%M} already.")
        walk = journal.ManualWalk(
            id=str(uuid5(UUID(person.uid), f"{start.timestamp():.0f} {now.isoformat()}")),
            person_id=person.id,
            start_at=start,
            end_at=end,
            utc_offset_s=int(offset.total_seconds()),
            brisk_min=brisk_min,
            why=words,
            created_at=now,
        )
        journal.add_manual_walk(tx, walk)
        mark_days(tx, person.id, start.date(), end.date())
    derive_person(store, person.id, clock=clock)
    with store.read() as cx:
        near = (start.date() - DAY, start.date() + DAY)
        rows = derived.iter_walks(cx, [person.id], first=near[0], last=near[1])
        row = next((r for r in rows if r.session.recorded_key == f"{KEY}{walk.id}"), None)
    return Typed(walk=walk, row=row)


def drop_walk(store: Store, prefix: str, *, clock: Clock) -> journal.ManualWalk:
    """Take back the typed walk whose id begins so; raises ``ByHandError``.

    The id is that of the walk as it is shown, or the one that was told when it was typed.
    """
    with store.write() as tx:
        shown = derived.walk_by_id(tx, prefix)
        keys = {row.session.recorded_key for row in shown}
        people = {row.person_id for row in shown} or set(journal.people_with_walks_by_hand(tx))
        found = [
            walk
            for person_id in sorted(people)
            for walk in journal.manual_walks(tx, person_id)
            if f"{KEY}{walk.id}" in keys or (not shown and walk.id.startswith(prefix))
        ]
        if len(found) != 1 or len(shown) > 1:
            raise ByHandError(_not_one(prefix, shown, found))
        [walk] = found
        locks.lock_person(tx, walk.person_id)
        before = series_days.days_span(tx, walk.person_id)
        journal.drop_manual_walk(tx, walk.person_id, walk.id, clock())
        mark_days(tx, walk.person_id, walk.start_at.date() - DAY, walk.end_at.date() + DAY)
        mark_left(tx, walk.person_id, before)
    derive_person(store, walk.person_id, clock=clock)
    return walk


def _not_one(prefix: str, shown: list[derived.WalkRow], found: list[journal.ManualWalk]) -> str:
    if len(shown) > 1 or len(found) > 1:
        return f"Several walks begin with {prefix!r}; give more of the id."
    if shown:
        return f"The walk {shown[0].id} was not entered by hand; only such walks can be dropped."
    return f"There is no walk {prefix!r}. syncd walks shows their ids."
