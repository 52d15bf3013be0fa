"""``syncd`` alone: the home screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from syncd.cli.invocation import Invocation, say
from syncd.cli.screens.home import NAMED, Standing, empty_screen, home_screen

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.store.people import Person

RECENT = timedelta(days=45)
MOST_PEOPLE = 200
"""Beyond this many people a home screen does not go through them one by one."""


def home(invocation: Invocation) -> None:
    """Print the four lines, or what to type where there is no data."""
    from syncd.service.attention import attention

    with invocation.reading() as cx:
        people = _people(cx) if cx is not None else []
        if cx is None or not people:
            say(empty_screen(invocation.paper))
            return
        standings = [_standing(invocation, cx, person) for person in people]
        told = attention(cx, [person.id for person in people], invocation.clock())
        standings = [
            replace(one, served=person.id in told.served)
            for one, person in zip(standings, people, strict=True)
        ]
        hints = _hints(invocation, cx, people, standings)
    for person, words in hints:
        keep_told(invocation, person.id, words)
    if all(one.newest is None and not one.served for one in standings):
        say(empty_screen(invocation.paper))
    else:
        say(home_screen(standings, invocation.paper, needs=told.needs, waits=told.waits))


def _people(cx: Connection) -> list[Person]:
    from syncd.store.people import listing

    everyone = listing(cx)
    alone = [person for person in everyone if person.cohort is None]
    return (alone or everyone)[:MOST_PEOPLE]


def _standing(invocation: Invocation, cx: Connection, person: Person) -> Standing:
    from syncd.cli.month import newest_day
    from syncd.cli.who import today_of
    from syncd.service.asking import flare_words
    from syncd.store.derived import iter_days

    today = today_of(cx, person, invocation.zone.name, invocation.clock())
    recent = [row.day for row in iter_days(cx, [person.id], first=today - RECENT)]
    if not recent:
        newest = newest_day(cx, person)
        recent = [row.day for row in iter_days(cx, [person.id], first=newest)] if newest else []
    asked = flare_words(cx, person.id, today)
    return Standing(person=person.name, today=today, recent=recent, questions=asked)


def _hints(
    invocation: Invocation, cx: Connection, people: Sequence[Person], standings: list[Standing]
) -> list[tuple[Person, str]]:
    """Add what is told once to the standings of a few people, and return it."""
    from syncd.service.asking import target_hint

    found = []
    for i, person in enumerate(people[:NAMED]):
        one = standings[i]
        hint = target_hint(cx, person.id, one.today, invocation.clock())
        if hint is not None:
            standings[i] = replace(one, hint=hint)
            found.append((person, hint))
    return found


def keep_told(invocation: Invocation, person_id: int, hint: str) -> None:
    """Keep that a hint at a first target was told."""
    from syncd.service.asking import keep_hint

    with invocation.store() as store:
        keep_hint(store, person_id, hint, invocation.clock())
