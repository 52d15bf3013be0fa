"""What time alone moved on, and what an interrupted run left: judged again.

Whoever is being synced just now is left alone: that sync judges at its own barrier, so that a day
passes through the same verdicts whoever looks at it meanwhile (house rule: derive barrier).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from syncd.service.derive import derive_person
from syncd.service.loading import day_number, target_on, targets_of
from syncd.service.views import DeriveReport
from syncd.store import Store, derived, dirty
from syncd.walks.model import State


def derive_dirty(store: Store, *, clock: Callable[[], datetime]) -> list[DeriveReport]:
    """Derive every person who has dirty days."""
    with store.read() as cx:
        waiting = dirty.people_with_marks(cx)
    return [derive_person(store, person_id, clock=clock, run_first=True) for person_id in waiting]


def refresh(store: Store, *, clock: Callable[[], datetime]) -> None:
    """Judge what an interrupted run left, and days that time alone has moved on.

    Those are days that are over now, or that are no longer waited for.
    """
    derive_dirty(store, clock=clock)
    now = clock()
    with store.read() as cx:
        due = [
            (person_id, day)
            for person_id, day, state, offset_min in derived.unsettled(cx)
            if now >= _midnight(day, offset_min) + _wait(cx, person_id, day, state)
        ]
    for person_id, day in due:
        with store.write() as tx:
            dirty.mark(tx, person_id, [day_number(day)])
    for person_id in dict.fromkeys(person for person, _ in due):
        derive_person(store, person_id, clock=clock, run_first=True)


def _midnight(day: date, offset_min: int) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(days=1, minutes=-offset_min)


def _wait(cx: Connection, person_id: int, day: date, state: State) -> timedelta:
    """Return how long after its end a day has to be looked at again."""
    if state is not State.WAITING:
        return timedelta()
    return timedelta(hours=target_on(targets_of(cx, person_id), day).rules.sync_wait_h)
