"""Which account speaks when, where a person has moved from one to another.

Before the day of the move the old account speaks and the new one only stands in for it, in minutes
that it left open; from that day on it is the other way round. So a day before the move keeps its
outcome, and no step is counted twice (a choice of ours). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from syncd.walks.minutes import cut, speaks
from syncd.walks.model import MINUTE_S, UNSEEN, Minutes, SourceView

STANDS_IN = 1000
"""Added to a rank: whoever stands in speaks after everybody else."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A midnight at which an account begins or ends: its Unix minute and the day it begins."""

    minute: int
    day: date


@dataclass(frozen=True, slots=True)
class Tenure:
    """From when until when an account speaks; ``None`` where there is no end."""

    begins: Edge | None = None
    ends: Edge | None = None

    def holds(self, minute: int) -> bool:
        """Tell whether the account speaks in a Unix minute."""
        return (self.begins is None or minute >= self.begins.minute) and (
            self.ends is None or minute < self.ends.minute
        )

    def holds_on(self, day: date) -> bool:
        """Tell whether the account speaks on a civil day."""
        return (self.begins is None or day >= self.begins.day) and (
            self.ends is None or day < self.ends.day
        )


def in_tenure(source: SourceView, tenure: Tenure) -> Iterator[SourceView]:
    """Yield a source as it speaks in its time and, where it has any, as it stands in beside it."""
    inside = replace(
        source,
        minutes=_split(source.minutes, tenure, inside=True),
        buckets=tuple(b for b in source.buckets if tenure.holds(b.start // MINUTE_S)),
        totals={day: steps for day, steps in source.totals.items() if tenure.holds_on(day)},
        wear=_split(source.wear, tenure, inside=True),
        asleep=_split(source.asleep, tenure, inside=True),
        waited_until=None if tenure.ends is None else tenure.ends.minute,
    )
    yield inside
    beside = _split(source.minutes, tenure, inside=False)
    buckets = tuple(b for b in source.buckets if not tenure.holds(b.start // MINUTE_S))
    if buckets or (beside is not None and speaks(beside, beside.first, beside.end)):
        yield replace(
            source,
            rank=source.rank + STANDS_IN,
            minutes=beside,
            buckets=buckets,
            totals={},
            wear=_split(source.wear, tenure, inside=False),
            asleep=_split(source.asleep, tenure, inside=False),
            stands_in=True,
        )


def _split(minutes: Minutes | None, tenure: Tenure, *, inside: bool) -> Minutes | None:
    """Return the minutes inside or beside the tenure, the others unseen."""
    if minutes is None:
        return None
    begin = minutes.first if tenure.begins is None else tenure.begins.minute
    end = minutes.end if tenure.ends is None else tenure.ends.minute
    begin = min(max(begin, minutes.first), minutes.end)
    end = min(max(end, begin), minutes.end)
    kept = cut(cut(minutes, begin, end), minutes.first, minutes.end)
    if inside:
        return kept
    a, b = begin - minutes.first, end - minutes.first
    steps = minutes.steps[:a] + bytes([UNSEEN]) * (b - a) + minutes.steps[b:]
    over = {i: v for i, v in minutes.over.items() if not a <= i < b}
    return Minutes(minutes.first, steps, over)
