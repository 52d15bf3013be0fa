"""Which days more is asked about, and what has been asked: small steps, never one twice.

A day that 15-minute rows leave open is asked for the watch's own minutes. One from long ago of
which Garmin shows no rows, though it knows steps, has been put away: Garmin is asked to fetch it
back (twenty a day is what it takes), and its rows are looked for in later syncs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from syncd.contract import Cursor

STEPS_A_SYNC: Final = 8
RELOADS_A_DAY: Final = 20
LOOKS: Final = 3
"""How often the rows of a day that Garmin fetches back are looked for."""
PUT_AWAY_AFTER: Final = timedelta(days=90)
COARSE: Final = "coarse"
_NO_ROWS: Final = frozenset(("unseen", "recorded_only"))
DONE: Final = -1


class Step(StrEnum):
    """What to ask about a day next."""

    MINUTES = "minutes"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Details:
    """Days that were asked about: ``DONE``, or how often rows on the way were looked for."""

    asked: Mapping[date, int]
    reloads: tuple[date | None, int] = (None, 0)
    """The last day on which Garmin was asked to fetch any back, and how many then."""

    @classmethod
    def of(cls, cursor: Cursor | None) -> Details:
        """Return what a cursor remembers; nothing where it is strange: days are asked again."""
        try:
            said = json.loads(cursor.token) if cursor and cursor.token else None
            if said is None:
                return cls({})
            asked = {date.fromisoformat(day): int(state) for day, state in said["asked"].items()}
            on, count = said["reloads"]
            return cls(asked, (date.fromisoformat(on) if on else None, int(count)))
        except (AttributeError, KeyError, TypeError, ValueError):
            return cls({})

    def only(self, undecided: Mapping[date, str]) -> Details:
        """Forget days that are decided by now."""
        return replace(self, asked={d: s for d, s in self.asked.items() if d in undecided})

    def next_steps(self, undecided: Mapping[date, str], today: date) -> Iterator[tuple[date, Step]]:
        """Yield what to ask in one sync, the newest day first."""
        left = STEPS_A_SYNC
        for day, why in undecided.items():
            if self.asked.get(day) == DONE or left == 0:
                continue
            if why == COARSE:
                yield day, Step.MINUTES
            elif why in _NO_ROWS and today - day > PUT_AWAY_AFTER:
                yield day, Step.ROWS
            else:
                continue
            left -= 1

    def done(self, day: date) -> Details:
        """Remember that a day needs no more asking."""
        return replace(self, asked={**self.asked, day: DONE})

    def looked(self, day: date) -> Details:
        """Remember that the rows of a day were looked for in vain; at last they are given up."""
        looks = self.asked.get(day, 0) + 1
        return self.done(day) if looks > LOOKS else self._with(day, looks)

    def may_reload(self, day: date, today: date) -> bool:
        """Tell whether Garmin may be asked to fetch a day back: once a day, not too many today."""
        on, count = self.reloads
        return day not in self.asked and (on != today or count < RELOADS_A_DAY)

    def reloaded(self, day: date, today: date) -> Details:
        """Remember that Garmin was asked to fetch a day back."""
        on, count = self.reloads
        return replace(self._with(day, 0), reloads=(today, count + 1 if on == today else 1))

    def token(self) -> str:
        """Return it as the cursor keeps it."""
        on, count = self.reloads
        said = {
            "asked": {day.isoformat(): state for day, state in sorted(self.asked.items())},
            "reloads": [on.isoformat() if on else None, count],
        }
        return json.dumps(said, separators=(",", ":"))

    def _with(self, day: date, state: int) -> Details:
        return replace(self, asked={**self.asked, day: state})
