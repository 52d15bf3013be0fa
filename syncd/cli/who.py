"""Whose data is meant: the one person there is, a named one, or a cohort; and their today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from syncd.cli.errors import UsageProblem
from syncd.store import cohorts, people
from syncd.store.people import Person

NAMED = 5


class NobodyYet(UsageProblem):
    """Nobody was named and nobody is there: screens then say how to begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The people that are meant; ``cohort`` when they were asked for as one."""

    people: Sequence[Person]
    cohort: str | None = None

    @property
    def ids(self) -> list[int]:
        """Return their ids."""
        return [person.id for person in self.people]


def scope(cx: Connection, person: str | None, cohort: str | None) -> Scope:
    """Return who is meant; raise ``UsageProblem`` where that cannot be told."""
    if person is not None and cohort is not None:
        raise UsageProblem("Give --person or --cohort, not both.")
    if cohort is None:
        return Scope(people=[one_person(cx, person)])
    the_cohort(cx, cohort)
    return Scope(people=people.listing(cx, cohort=cohort), cohort=cohort)


def the_cohort(cx: Connection, cohort: str) -> int:
    """Return how many people a cohort has; raise ``UsageProblem`` with what was meant for none."""
    size = cohorts.size(cx, cohort)
    if not size:
        near = _did_you_mean(cohort, cohorts.names(cx))
        raise UsageProblem(f"There is no cohort {cohort!r}.{near}")
    return size


def one_person(cx: Connection, name: str | None) -> Person:
    """Return the named person, or the only one."""
    if name is not None:
        found = people.find(cx, name)
        if found is None:
            known = [one.name for one in people.listing(cx)]
            raise UsageProblem(f"There is no person {name!r}.{_did_you_mean(name, known)}")
        return found
    everyone = people.listing(cx)
    if not everyone:
        raise NobodyYet("There is nobody yet. Make one: syncd import PATH, syncd person add NAME.")
    if len(everyone) > 1:
        raise UsageProblem(f"Say whose: {_choices(everyone)}.")
    return everyone[0]


def zone_of(cx: Connection, person: Person, otherwise: str, *, day: date | None = None) -> str:
    """Return the zone a person said to live in on ``day`` (default: the last said)."""
    said = [
        run.zone
        for run in people.zones(cx, person.id)
        if run.from_day is None or day is None or run.from_day <= day
    ]
    return said[-1] if said else otherwise


def today_of(cx: Connection, person: Person, otherwise: str, now: datetime) -> date:
    """Return the civil day it is where a person lives."""
    rough = now.astimezone(ZoneInfo(otherwise)).date()
    return now.astimezone(ZoneInfo(zone_of(cx, person, otherwise, day=rough))).date()


def today_by_id(otherwise: str, clock: Callable[[], datetime]) -> Callable[[Connection, int], date]:
    """Return the function that tells a person's today by their id."""
    return lambda cx, person_id: today_of(cx, people.get(cx, person_id), otherwise, clock())


def _choices(everyone: Sequence[Person]) -> str:
    groups = sorted({one.cohort for one in everyone if one.cohort})
    alone = [one.name for one in everyone if one.cohort is None]
    said = [f"--person {name}" for name in alone[:NAMED]]
    said += [f"--cohort {name}" for name in groups[:NAMED]]
    more = len(alone) + len(groups) - len(said)
    return " or ".join(said) + (f" ({more} more: syncd person list)" if more else "")


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=2)
    if near:
        return f" Did you mean {' or '.join(near)}?"
    return " syncd person list shows who there is." if known else " There is nobody yet."
