"""What a person promises: targets with a first day, and what another one would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from syncd.service.derive import derive_marked, derive_person
from syncd.service.loading import targets_of
from syncd.service.touching import mark_days
from syncd.service.views import DeriveReport, Flip
from syncd.store import Store, derived, journal, locks, people
from syncd.walks.knobs import PLANNED, KnobError, Value, is_planned, rules_of, turned
from syncd.walks.model import Outcome, Target


class _Undo(Exception):
    """Ends a preview's transaction without keeping it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a target would do to days that are over: how many it judges, which read otherwise."""

    days: int
    flips: tuple[Flip, ...]


def targets_in_force(cx: Connection, person_id: int) -> list[Target]:
    """Return a person's targets by first day, each the last word on that day; the built-in first.

    A target holds until the next one begins.
    """
    newest = {target.first_day: target for target in targets_of(cx, person_id)}
    return sorted(newest.values(), key=lambda t: t.first_day or date.min)


def preview_target(
    store: Store,
    person: people.Person,
    changes: Mapping[str, Value],
    first: date,
    *,
    today: date,
    clock: Callable[[], datetime],
) -> Preview:
    """Return what a target from ``first`` on would do to days before ``today``; keeps nothing."""
    preview = Preview(days=0, flips=())
    with suppress(_Undo), store.write() as tx:
        locks.lock_person(tx, person.id)
        before = _outcomes(tx, person.id, first, today)
        if _put(tx, person.id, changes, first, clock()):
            derive_marked(tx, person.id, clock())
            after = _outcomes(tx, person.id, first, today)
            flips = tuple(
                Flip(person=person.name, day=day, before=read, after=after[day])
                for day, read in before.items()
                if day in after and after[day] != read
            )
            preview = Preview(days=len(before), flips=flips)
        raise _Undo
    return preview


def set_target(
    store: Store,
    person_id: int,
    changes: Mapping[str, Value],
    first: date,
    *,
    clock: Callable[[], datetime],
) -> DeriveReport | None:
    """Turn knobs from a day on and judge the days from there; ``None`` if nothing changes.

    Raises ``KnobError`` where the knobs contradict each other.
    """
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        if not _put(tx, person_id, changes, first, clock()):
            return None
    return derive_person(store, person_id, clock=clock)


def _put(
    tx: Connection, person_id: int, changes: Mapping[str, Value], first: date, now: datetime
) -> bool:
    """Write the targets that ``changes`` from ``first`` on make; tell whether there are any.

    A target is never edited: days carry its id. What was said of a later day stays: each knob is
    carried on until a later target turned that same knob; what a plan asks for stays a plan's.
    """
    held = _last_words(journal.targets(tx, person_id))
    earlier = [knobs for day, knobs in held if day is None or day <= first]
    wanted = [(first, earlier[-1], turned(earlier[-1], changes))]
    if is_planned(earlier[-1]) and any(name in changes for name in PLANNED):
        raise KnobError(
            f"On {first} a plan's walk is the day's target. syncd plan hold repeats its week, "
            "syncd plan stop brings your own target back."
        )
    left, before = dict(changes), earlier[-1]
    for day, knobs in held:
        if day is None or day <= first:
            continue
        left = {k: v for k, v in left.items() if _value(knobs, k) == _value(before, k)}
        theirs = {k: v for k, v in left.items() if not (is_planned(knobs) and k in PLANNED)}
        wanted.append((day, knobs, turned(knobs, theirs)))
        before = knobs
    new = [(day, after) for day, knobs, after in wanted if rules_of(after) != rules_of(knobs)]
    for day, after in new:
        journal.set_target(tx, person_id, after, day, now)
    if new:
        mark_days(tx, person_id, new[0][0], None)
    return bool(new)


def _last_words(
    told: Sequence[journal.TargetRow],
) -> list[tuple[date | None, Mapping[str, Value]]]:
    """Return (first day, knobs) of the targets in force, oldest first; the built-in one first."""
    words: dict[date | None, Mapping[str, Value]] = {None: {}}
    words.update((row.first_day, row.knobs) for row in told)
    return sorted(words.items(), key=lambda word: word[0] or date.min)


def _value(knobs: Mapping[str, Value], name: str) -> object:
    return getattr(rules_of(knobs), name)


def _outcomes(
    cx: Connection, person_id: int, first: date, today: date
) -> dict[date, Outcome | None]:
    """Return what the days from ``first`` to yesterday read."""
    rows = derived.iter_days(cx, [person_id], first=first, last=today - timedelta(days=1))
    return {row.day.day: row.day.outcome for row in rows}
