"""Where the tracker that speaks for a person changed for good: trends are cut there.

Cadence figures are those of a device: 65-year-olds wearing two at once read 27 % apart (walking
rules 6), so a line drawn over a change would tell of the device and not of the person. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

FOR_GOOD_DAYS = 7
"""A tracker that spoke on more days than this in a row is no excursion."""


@dataclass(frozen=True, slots=True)
class _Run:
    first: date
    source: str
    days: int


def device_changes(spoke: Sequence[tuple[date, str]]) -> list[tuple[date, str, str]]:
    """Return (day, from, to) for each change of the speaking tracker that lasted.

    ``spoke`` are (day, source) by day, days without one left out. A stretch of seven such days or
    fewer is an excursion: the shortest are left out first, and what they parted is joined.
    """
    runs = [_Run(day, source, 1) for day, source in spoke]
    for days in range(FOR_GOOD_DAYS + 1):
        runs = list(_joined([run for run in runs if run.days > days]))
    return [(b.first, a.source, b.source) for a, b in pairwise(runs)]


def _joined(runs: Sequence[_Run]) -> Iterator[_Run]:
    for source, same in groupby(runs, key=lambda run: run.source):
        held = list(same)
        yield _Run(held[0].first, source, sum(run.days for run in held))
