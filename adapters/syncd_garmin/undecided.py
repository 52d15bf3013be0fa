"""Which past days a look at the heart rates may settle, and which of them were looked at.

A day's total bounds its brisk minutes; whether it was missed then hangs on whether somebody wore
the watch all day. A day of many steps cannot be missed for certain, so nothing is asked of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from syncd.contract import Cursor
from syncd_garmin import wire

FEW_STEPS: Final = 6000
"""So many steps outside recorded walks can hold sixty brisk minutes: more than any usual target."""
KEPT: Final = timedelta(days=45)
"""How long a day is remembered after the newest one: longer than any window is read again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Days whose heart rates were asked for, when they were over."""

    days: frozenset[date]

    @classmethod
    def of(cls, cursor: Cursor | None) -> Asked:
        """Return what a cursor remembers; nothing where it is strange: it is asked again."""
        try:
            said = json.loads(cursor.token) if cursor and cursor.token else []
            return cls(frozenset(date.fromisoformat(day) for day in said))
        except (TypeError, ValueError):
            return cls(frozenset())

    def with_day(self, day: date) -> Asked:
        """Remember one more, and forget what is long past."""
        newest = max({*self.days, day})
        return Asked(frozenset(d for d in {*self.days, day} if newest - d <= KEPT))

    def token(self) -> str:
        """Return it as the cursor keeps it."""
        return json.dumps([day.isoformat() for day in sorted(self.days)], separators=(",", ":"))


def undecided(
    said: wire.SummedDays,
    recorded: Iterable[wire.ActivityItem],
    is_over: Callable[[date], bool],
) -> Iterator[date]:
    """Yield the days that are over and had few steps outside what is recorded of them."""
    walked: dict[date, float] = defaultdict(float)
    for item in recorded:
        if item.start_time_local is not None:
            walked[item.start_time_local.date()] += item.steps or 0.0
    for day in said.data or ():
        steps = day.movement.steps.value if day.movement and day.movement.steps else None
        if steps is None or not is_over(day.calendar_date):
            continue
        if steps - walked[day.calendar_date] < FEW_STEPS:
            yield day.calendar_date
