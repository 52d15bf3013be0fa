"""``syncd`` alone: the home screen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from syncd.cli.invocation import Invocation, say
from syncd.cli.screens.home import Standing, empty_screen, home_screen

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.store.people import Person

RECENT = timedelta(days=45)
MOST_PEOPLE = 200
"""Beyond this many people a home screen does not go through them one by one."""


def home(invocation: Invocation) -> None:
    """Print the four lines, or what to type where there is no data."""
    with invocation.reading() as cx:
        people = _people(cx) if cx is not None else []
        if cx is None or not people:
            say(empty_screen(invocation.paper))
            return
        standings = [_standing(invocation, cx, person) for person in people]
    if all(one.newest is None for one in standings):
        say(empty_screen(invocation.paper))
    else:
        say(home_screen(standings, invocation.paper))


def _people(cx: Connection) -> list[Person]:
    from syncd.store.people import listing

    everyone = listing(cx)
    alone = [person for person in everyone if person.cohort is None]
    return (alone or everyone)[:MOST_PEOPLE]


def _standing(invocation: Invocation, cx: Connection, person: Person) -> Standing:
    from syncd.cli.month import newest_day
    from syncd.cli.who import today_of
    from syncd.store.derived import iter_days

    today = today_of(cx, person, invocation.zone.name, invocation.clock())
    recent = [row.day for row in iter_days(cx, [person.id], first=today - RECENT)]
    if not recent:
        newest = newest_day(cx, person)
        recent = [row.day for row in iter_days(cx, [person.id], first=newest)] if newest else []
    return Standing(person=person.name, today=today, recent=recent)
