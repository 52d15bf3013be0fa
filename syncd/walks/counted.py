"""The minutes that a day is judged on, and their unit in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import floor

from syncd.walks.model import CountMode, Day
from syncd.walks.phrases import plural_s


@dataclass(frozen=True, slots=True)
class Counting:
    """What the days of one person are judged on.

    ``modes`` are (first day, mode) by first day, ``None`` first; without one it is brisk minutes.
    ``walked`` are sure whole minutes on foot as ``on_foot.minutes_by_day`` tells them: they are
    needed where a graded plan ran, which judges on them.
    """

    modes: Sequence[tuple[date | None, CountMode]] = ()
    walked: Mapping[date, int] = field(default_factory=dict)

    def mode(self, day: date) -> CountMode:
        """Return what a day is judged on."""
        begun = [mode for first, mode in self.modes if first is None or first <= day]
        return begun[-1] if begun else CountMode.MINUTES

    def minutes(self, day: Day) -> int | None:
        """Return the minutes that a day is judged on (walking rules 0.2); ``None`` without data."""
        mode = self.mode(day.day)
        if mode is CountMode.BOUTS:
            return day.bouted_min
        if mode is CountMode.WALKING:
            return None if day.brisk_min is None else self.walked.get(day.day, 0)
        return brisk_minutes(day)


def brisk_minutes(day: Day) -> int | None:
    """Return a day's brisk minutes, edge credit included; see walking rules 0.2."""
    return None if day.brisk_min is None else floor(day.brisk_min + (day.edge_min or 0.0))


def minutes_words(count: int, mode: CountMode) -> str:
    """Return "34 brisk minutes", "34 minutes in walks"."""
    minutes = f"minute{plural_s(count)}"
    if mode is CountMode.WALKING:
        return f"{count} {minutes} in walks"
    return f"{count} brisk {minutes}{' in bouts' if mode is CountMode.BOUTS else ''}"


def number_words(modes: Iterable[CountMode]) -> str:
    """Return what the number of a day is, where all of these modes are shown."""
    shown = set(modes)
    own = "brisk minutes in bouts" if CountMode.BOUTS in shown else "brisk minutes"
    if CountMode.WALKING not in shown:
        return f"the number is {own}"
    if len(shown) == 1:
        return "the number is minutes in walks"
    return f"the number is {own}, in the plan minutes in walks"
