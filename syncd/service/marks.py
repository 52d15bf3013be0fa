"""A person's word on days: flares and excuses. It never touches an outcome, only what counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from syncd.service.derive import derive_person
from syncd.service.touching import mark_days
from syncd.store import Store, journal, locks
from syncd.store.journal import MarkRow
from syncd.walks.model import Mark
from syncd.walks.phrases import one_line

ONE_DAY = timedelta(days=1)
LONGEST_EXCUSE = timedelta(days=366)
WHY_LONGEST = 200
Clock = Callable[[], datetime]


class MarkError(ValueError):
    """A mark that cannot be meant; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A mark as it is now, and how many days were judged again."""

    mark: MarkRow
    days: int


def listing(cx: Connection, person_id: int, kind: Mark) -> list[MarkRow]:
    """Return a person's marks of a kind, oldest first."""
    return [mark for mark in journal.marks(cx, person_id) if mark.kind is kind]


def why_of(cx: Connection, person_id: int, day: date) -> str | None:
    """Return a person's own words for the mark that a day carries."""
    held = [mark for mark in journal.marks(cx, person_id) if _holds(mark, day)]
    return held[-1].why if held else None


def start_flare(store: Store, person_id: int, day: date, *, today: date, clock: Clock) -> Marked:
    """Begin a flare, or begin the running one earlier; raises ``MarkError``."""
    if day > today:
        raise MarkError(f"{day} has not come yet.")
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        flares = listing(tx, person_id, Mark.FLARE)
        for flare in flares:
            if _holds(flare, day):
                raise MarkError(_in_a_flare(flare))
        for flare in _running(flares):
            journal.drop_mark(tx, person_id, flare.id, clock())
        mark = journal.add_mark(tx, person_id, Mark.FLARE, day, None, now=clock())
        mark_days(tx, person_id, day, None)
    return _judged(store, mark, clock)


def end_flare(
    store: Store, person_id: int, day: date | None, *, today: date, clock: Clock
) -> Marked:
    """Say the last day of the running flare, or another one of a flare that ended.

    Without a day it is today, and a flare must be running. Raises ``MarkError``.
    """
    last = day or today
    if last > today:
        raise MarkError(f"{last} has not come yet.")
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        flares = listing(tx, person_id, Mark.FLARE)
        running = _running(flares) or [f for f in flares if day and f.first_day <= day]
        if not running:
            raise MarkError("No flare is running. syncd flare list shows those there were.")
        flare = running[-1]
        if last < flare.first_day:
            raise MarkError(
                f"The flare began on {flare.first_day}, after {last}. "
                f"syncd flare drop {flare.first_day} takes it back."
            )
        journal.end_mark(tx, person_id, flare.id, last)
        mark_days(tx, person_id, flare.first_day, flare.last_day and max(last, flare.last_day))
        [mark] = [m for m in journal.marks(tx, person_id) if m.id == flare.id]
    return _judged(store, mark, clock)


def drop_flare(store: Store, person_id: int, day: date, *, clock: Clock) -> Marked:
    """Take back the whole flare that a day lies in; raises ``MarkError``."""
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        held = [f for f in listing(tx, person_id, Mark.FLARE) if _holds(f, day)]
        if not held:
            raise MarkError(f"{day} lies in no flare. syncd flare list shows them.")
        mark = held[-1]
        journal.drop_mark(tx, person_id, mark.id, clock())
        mark_days(tx, person_id, mark.first_day, mark.last_day)
    return _judged(store, mark, clock)


def excuse(
    store: Store,
    person_id: int,
    days: tuple[date, date],
    why: str,
    *,
    today: date,
    clock: Clock,
) -> Marked:
    """Excuse the days from one to another, both included; raises ``MarkError``."""
    first, last = days
    words = one_line(why)
    if not words or len(words) > WHY_LONGEST:
        raise MarkError(f"--why is one line of up to {WHY_LONGEST} characters.")
    if last < first:
        raise MarkError(f"{first} is after {last}.")
    if last - first >= LONGEST_EXCUSE:
        raise MarkError(f"{first}..{last} is more than a year; excuse it in parts.")
    if last - today >= LONGEST_EXCUSE:
        raise MarkError(f"{last} is more than a year ahead.")
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        mark = journal.add_mark(tx, person_id, Mark.EXCUSED, first, last, why=words, now=clock())
        mark_days(tx, person_id, first, last)
    return _judged(store, mark, clock)


def drop_excuse(store: Store, person_id: int, days: tuple[date, date], *, clock: Clock) -> int:
    """Take back the excuses of these days alone; return how many days were judged again.

    Raises ``MarkError`` where none of them is excused.
    """
    first, last = days
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        held = [
            mark
            for mark in listing(tx, person_id, Mark.EXCUSED)
            if mark.first_day <= last and (mark.last_day or date.max) >= first
        ]
        if not held:
            named = first if first == last else f"{first}..{last}"
            raise MarkError(f"{named} is not excused. syncd excuse list shows what is.")
        for mark in held:
            journal.drop_mark(tx, person_id, mark.id, clock())
            _keep_around(tx, mark, first, last)
        mark_days(tx, person_id, first, last)
    return derive_person(store, person_id, clock=clock).days_judged


def _keep_around(tx: Connection, mark: MarkRow, first: date, last: date) -> None:
    """Excuse again what a dropped excuse held before ``first`` and after ``last``."""
    end = mark.last_day or mark.first_day
    spans = [(mark.first_day, first - ONE_DAY)] if mark.first_day < first else []
    spans += [(last + ONE_DAY, end)] if last < end else []
    for start, until in spans:
        journal.add_mark(
            tx, mark.person_id, mark.kind, start, until, why=mark.why, now=mark.created_at
        )


def _holds(mark: MarkRow, day: date) -> bool:
    return mark.first_day <= day <= (mark.last_day or date.max)


def _running(flares: Sequence[MarkRow]) -> list[MarkRow]:
    return [flare for flare in flares if flare.last_day is None]


def _in_a_flare(flare: MarkRow) -> str:
    if flare.last_day is None:
        return f"A flare has been running since {flare.first_day}. syncd flare end tells its end."
    return f"There is a flare from {flare.first_day} to {flare.last_day}. See syncd flare list."


def _judged(store: Store, mark: MarkRow, clock: Clock) -> Marked:
    report = derive_person(store, mark.person_id, clock=clock)
    return Marked(mark=mark, days=report.days_judged)
