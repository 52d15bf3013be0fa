"""What the listing commands share: from whom and when, and rows as one JSON document."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from syncd.cli.dates import TypedDay
from syncd.cli.errors import UsageProblem
from syncd.cli.invocation import Invocation, say
from syncd.cli.who import NobodyYet, Scope, scope, today_of
from syncd.store.people import listing

if TYPE_CHECKING:
    from syncd.export import Kind, Row

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who and when a listing is about; ``today`` is the wearer's, the machine's for several."""

    scope: Scope
    today: date
    first: date | None
    last: date | None

    @property
    def ranged(self) -> bool:
        """Return whether a first or a last day was given."""
        return self.first is not None or self.last is not None


def asked(
    invocation: Invocation,
    cx: Connection | None,
    *,
    person: str | None,
    cohort: str | None,
    first: TypedDay | None,
    last: TypedDay | None,
) -> Asked | None:
    """Return who and when is meant; ``None`` where nothing is known of anybody yet.

    Raises ``UsageProblem`` where that makes no sense.
    """
    if cx is None:
        return None
    try:
        who = scope(cx, person, cohort)
    except NobodyYet:
        return None
    return _asked(invocation, cx, who, first, last)


def asked_of_everybody(
    invocation: Invocation,
    cx: Connection,
    asked_for: tuple[str | None, str | None, TypedDay | None, TypedDay | None],
) -> Asked:
    """Return who and when is meant, where nobody named means everybody."""
    person, cohort, first, last = asked_for
    named = person is not None or cohort is not None
    who = scope(cx, person, cohort) if named else Scope(people=listing(cx))
    return _asked(invocation, cx, who, first, last)


def _asked(
    invocation: Invocation,
    cx: Connection,
    who: Scope,
    first: TypedDay | None,
    last: TypedDay | None,
) -> Asked:
    now, zone = invocation.clock(), invocation.zone.name
    if len(who.people) == 1:
        today = today_of(cx, who.people[0], zone, now)
    else:
        today = now.astimezone(ZoneInfo(zone)).date()
    begin = first.on(today) if first is not None else None
    end = last.on(today) if last is not None else None
    if begin is not None and end is not None and begin > end:
        raise UsageProblem(f"--from {begin} is after --to {end}.")
    return Asked(scope=who, today=today, first=begin, last=end)


def say_document(kind: Kind, rows: Iterable[Row]) -> None:
    """Write rows as one JSON document to standard output, streamed."""
    from syncd.export import export_rows

    sys.stdout.flush()
    export_rows(kind, "json", rows, sys.stdout.buffer)


def nothing_yet(kind: Kind, invocation: Invocation, *, json: bool) -> None:
    """Tell that there is no database: as an empty document, or what to type."""
    from syncd.cli.screens.home import empty_screen

    if json:
        say_document(kind, [])
    else:
        say(empty_screen(invocation.paper))


def counted(rows: Iterable[R]) -> tuple[Iterator[R], Callable[[], int]]:
    """Return the rows and a function that says how many have gone by."""
    number = 0

    def passing() -> Iterator[R]:
        nonlocal number
        for row in rows:
            number += 1
            yield row

    return passing(), lambda: number
