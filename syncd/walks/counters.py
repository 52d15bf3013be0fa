"""Counters that grow through a local day, differenced to stretches with their own steps.

A device is in one activity at a time, so what a reading adds lies behind the reading before it, of
whatever activity; where that would be faster than feet are, behind the last of its own. Readings
are taken at the nearest clock minute as long as that tells a stretch in hardly less than its time;
one that does not fit cuts nothing, and its steps are told with those of the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from syncd.walks.model import IMPLAUSIBLE_ABOVE
from syncd.walks.offsets import DAY_S

MINUTE_S: Final = 60
MOST_TIGHT: Final = 1.05
"""How many of its own seconds a stretch may have for each second that it is told in: 63 s of
steps may stand in one clock minute, 64 s never."""


class Reading(NamedTuple):
    """A counter's total since ``day_start``, read at ``at``; Unix seconds, UTC offset."""

    activity: str
    at: int
    day_start: int
    total: int
    utc_offset_s: int | None = None


class Stretch(NamedTuple):
    """Steps of [``start``, ``start + duration``), whole minutes in Unix seconds."""

    start: int
    duration: int
    steps: int
    utc_offset_s: int | None = None


@dataclass(slots=True)
class _Moment:
    """What all readings of one moment add, and the last reading of those that add anything."""

    gain: int = 0
    since: int | None = None
    utc_offset_s: int | None = None


class _Cut(NamedTuple):
    """A clock minute's edge, the moment that was taken at it, and the day's steps until then."""

    edge: int
    moment: int
    steps: int
    utc_offset_s: int | None


def differenced(readings: Iterable[Reading]) -> list[Stretch]:
    """Return the stretches of one source, in order and disjoint, from all readings known.

    The steps of a local day add up to its counters' last totals, and none lies before its
    midnight; the order of the readings changes nothing.
    """
    days: dict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.at > reading.day_start:
            days[_local_day(reading)].append(reading)
    found: list[Stretch] = []
    for day in sorted(days.values(), key=min_at):
        begin = min(day, key=lambda r: (r.at, r.day_start)).day_start
        if found:  # a day that began before the last one was over, far east of it
            begin = max(begin, found[-1].start + found[-1].duration)
        found.extend(_stretches(_moments(day), begin))
    return found


def min_at(day: Sequence[Reading]) -> int:
    """Return the moment of the first reading."""
    return min(reading.at for reading in day)


def _local_day(reading: Reading) -> int:
    """Return the number of the local day; its midnight may have had another offset."""
    return (reading.day_start + (reading.utc_offset_s or 0) + DAY_S // 2) // DAY_S


def _moments(day: Iterable[Reading]) -> dict[int, _Moment]:
    """Return what was added at each moment of a day, in order of time."""
    totals: dict[str, dict[int, Reading]] = defaultdict(dict)
    moments: dict[int, _Moment] = {}
    for r in sorted(day, key=lambda r: (r.at, r.total, r.utc_offset_s or 0, -r.day_start)):
        totals[r.activity][r.at] = r
        moments.setdefault(r.at, _Moment()).utc_offset_s = r.utc_offset_s
    for readings in totals.values():
        for at, since, gain in _gains(list(readings.values())):
            moment = moments[at]
            moment.gain += gain
            if gain:
                moment.since = since if moment.since is None else min(moment.since, since)
    return moments


def _gains(readings: Sequence[Reading]) -> Iterable[tuple[int, int, int]]:
    """Yield (at, moment of the total before, steps added) of one counter in order of time.

    A total below the one before it began anew, and counts from nothing. One that the next
    contradicts was a slip and adds nothing: a fall from which the counter is back at once, or a
    leap that no feet make and that it falls back from.
    """
    since, held = readings[0].day_start, 0
    for reading, later in pairwise([*readings, None]):
        assert reading is not None
        total = reading.total
        if later is not None:
            fell = total < held <= later.total
            most = IMPLAUSIBLE_ABOVE * (reading.at - since) / MINUTE_S
            leapt = total > held + most and held <= later.total < total
            if fell or leapt:
                continue
        yield reading.at, since, total - held if total >= held else total
        since, held = reading.at, total


def _stretches(moments: Mapping[int, _Moment], begin: int) -> list[Stretch]:
    """Return a day's stretches, from its ``begin`` to its last reading."""
    cuts = [_Cut(begin, begin, 0, None)]
    steps = 0
    for at, moment in moments.items():
        if at <= begin:
            steps += moment.gain
            continue
        while len(cuts) > 1 and _too_fast(cuts[-1], at, moment, steps):
            cuts.pop()
        steps += moment.gain
        cut = _Cut((at + MINUTE_S // 2) // MINUTE_S * MINUTE_S, at, steps, moment.utc_offset_s)
        if _fits(cuts[-1], cut):
            cuts.append(cut)
    if cuts[-1].steps != steps or (len(cuts) == 1 and max(moments) > begin):
        _close(cuts, moments, steps)
    return [
        Stretch(a.edge, b.edge - a.edge, b.steps - a.steps, b.utc_offset_s)
        for a, b in pairwise(cuts)
    ]


def _too_fast(last: _Cut, at: int, moment: _Moment, steps: int) -> bool:
    """Tell whether feet cannot have made the steps since the last cut, but since before it."""
    if moment.since is None or moment.since >= last.moment:
        return False
    return steps + moment.gain - last.steps > IMPLAUSIBLE_ABOVE * (at - last.moment) / MINUTE_S


def _fits(last: _Cut, cut: _Cut) -> bool:
    told = cut.edge - last.edge
    return told > 0 and cut.moment - last.moment <= MOST_TIGHT * told


def _close(cuts: list[_Cut], moments: Mapping[int, _Moment], steps: int) -> None:
    """End the day at the minute's edge after its last reading, undoing cuts that leave no room."""
    at, moment = list(moments.items())[-1]
    edge = max(-(-at // MINUTE_S) * MINUTE_S, cuts[0].edge + MINUTE_S)
    last = _Cut(edge, at, steps, moment.utc_offset_s)
    while len(cuts) > 1 and not _fits(cuts[-1], last):
        cuts.pop()
    cuts.append(last)
