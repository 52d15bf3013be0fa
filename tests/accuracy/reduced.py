"""Minutes reduced to buckets, and what the whole path says of them: packed, loaded, judged."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncd.contract import Series, Source, SourceKind, StepSeries
from syncd.service.loading import Grid
from syncd.store import series
from syncd.store.series_days import SeriesDay
from syncd.walks.day import History, Reading
from syncd.walks.model import DAY_MIN, Day, Rules, SourceView, Target
from syncd.walks.offsets import timeline, zone_evidence

WATCH = Source(key="test:watch", kind=SourceKind.WATCH, whole_day=True)
EPOCH = date(1970, 1, 1)
LATER = datetime(2030, 1, 1, tzinfo=UTC)
Minutes = Sequence[int]
_FINE: dict[tuple[str, Rules], dict[date, Day]] = {}
"""Verdicts on the minutes of a person, worked out once."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One day as its minutes are judged and as its buckets are."""

    fine: Day
    coarse: Day


def cohort(path: Path) -> dict[str, dict[date, list[int]]]:
    """Return the minutes of every participant's days that have all 24 hours, as UTC days."""
    hours: dict[tuple[str, date], dict[int, list[int]]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            hour = datetime.strptime(row["ActivityHour"], "%m/%d/%Y %H:%M")  # noqa: DTZ007
            minutes = [int(float(row[f"Steps{i:02d}"])) for i in range(60)]
            hours[row["Id"], hour.date()][hour.hour] = minutes
    people: dict[str, dict[date, list[int]]] = defaultdict(dict)
    for (person, day), told in hours.items():
        if len(told) == 24:
            people[person][day] = [steps for hour in range(24) for steps in told[hour]]
    return people


def reduced(days: Mapping[date, Minutes], epoch_min: int) -> StepSeries:
    """Return whole UTC days of minutes as sums over ``epoch_min``."""
    start: list[int] = []
    value: list[float] = []
    for day, minutes in sorted(days.items()):
        midnight = (day - EPOCH).days * DAY_MIN * 60
        for i in range(0, DAY_MIN, epoch_min):
            start.append(midnight + 60 * i)
            value.append(float(sum(minutes[i : i + epoch_min])))
    return StepSeries(
        source=WATCH,
        series=Series.STEPS,
        start=tuple(start),
        duration=(60 * epoch_min,) * len(start),
        value=tuple(value),
    )


def judged(days: Mapping[date, Minutes], epoch_min: int, rules: Rules) -> dict[date, Day]:
    """Return the verdicts on UTC days of minutes that a watch tells in sums of ``epoch_min``."""
    first = (min(days) - EPOCH).days * DAY_MIN
    end = (max(days) - EPOCH).days * DAY_MIN + DAY_MIN
    grid = Grid(first, end - first)
    for number, columns in series.split_days(reduced(days, epoch_min)):
        body = series.pack(Series.STEPS, number, columns)
        if body:
            grid.lay(SeriesDay(1, number, body))
    view = SourceView(
        id=1,
        name="the watch",
        rank=20,
        whole_day=True,
        minutes=grid.minutes(),
        buckets=tuple(grid.buckets),
        last_sync=LATER,
        key="watch",
    )
    base = zone_evidence([(None, "UTC")], first * 60, end * 60)
    targets = (Target(0, None, rules),)
    reading = Reading(
        History(
            first=first,
            end=end,
            line=timeline([base]),
            sources=(view,),
            outings=(),
            targets=targets,
        )
    )
    found = {day: reading.judge(day, LATER) for day in sorted(days)}
    return {day: each.day for day, each in found.items()}


def pairs(people: Mapping[str, Mapping[date, Minutes]], epoch_min: int, rules: Rules) -> list[Pair]:
    """Return every day with a step, as judged from minutes and from buckets."""
    found: list[Pair] = []
    for person, days in people.items():
        if (person, rules) not in _FINE:
            _FINE[person, rules] = judged(days, 1, rules)
        fine, coarse = _FINE[person, rules], judged(days, epoch_min, rules)
        found += [Pair(fine[d], coarse[d]) for d, minutes in days.items() if sum(minutes)]
    return found


def day_after(day: date, n: int) -> date:
    """Return the date ``n`` days later."""
    return day + timedelta(days=n)
