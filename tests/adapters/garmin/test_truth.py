"""The loop of the Personal API, closed: a life -> Garmin's sockets -> the engine -> verdicts.

What this road cannot see (walks that nobody recorded) may make a day unknown, never wrong.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import mean

import pytest

from syncd.service.syncing import Wish
from syncd.sim.characters import CHARACTERS
from syncd.sim.cloud import Cloud, sync_times
from syncd.sim.truth import MINUTE_S
from syncd.sim.walker import Life, live, wall_clock
from syncd.sim.weeks import edits
from syncd.store import open_store
from syncd.walks.model import Day, Outcome
from tests.adapters.garmin.home import GarminHome, garmin_home

HOMES = ("Europe/Berlin", "America/New_York", "Australia/Sydney")
TARGET = 30
EDGE_MIN = 1
"""A recording is cut into minutes from its own start: a minute more than by the clock."""


@dataclass(frozen=True)
class Told:
    """What one life came to: outcomes, and brisk minutes of recorded walks beside the truth."""

    outcomes: Counter[Outcome]
    errors: list[int]
    wrong: list[str]


def a_life(number: int, days: int) -> Life:
    """Return a life over the clock changes of spring, of somebody who mostly presses Start."""
    names = sorted(CHARACTERS)
    return Life(
        seed=700 + number,
        first_day=date(2026, 4, 1) - timedelta(days=days // 2),
        days=days,
        home=HOMES[number % len(HOMES)],
        who=replace(CHARACTERS[names[number % len(names)]], record_chance=0.8),
    )


def told(folder: Path, life: Life) -> Told:
    """Live, sync, and compare every day that is over with what happened."""
    folder.mkdir(exist_ok=True)
    truth = live(life)
    cloud = Cloud(truth, sync_times(truth, seed=life.seed), edits(truth, life.seed))

    def instant(day: int) -> datetime:
        on = life.first_day + timedelta(days=day)
        return datetime.fromtimestamp(wall_clock(life.home, on, 43_200), UTC)

    store = open_store(f"sqlite:///{folder / 'syncd.db'}")
    try:
        with garmin_home(store, folder, cloud, life.home, instant(life.days * 2 // 3)) as home:
            home.synced(Wish(since=instant(-1), slices_most=None))
            for day in range(life.days * 2 // 3 + 1, life.days + 2):
                home.clock.at = instant(day)
                home.synced()
            home.clock.move(timedelta(days=4))
            home.refresh()
            return compared(home, cloud)
    finally:
        store.close()


def compared(home: GarminHome, cloud: Cloud) -> Told:
    """Return how the days are told, and which of them wrongly."""
    rows, wrong, errors = home.days(), list[str](), list[int]()
    for day in cloud.truth.days():
        row, true = rows[day], cloud.truth.true_brisk_minutes(day)
        if row.outcome is Outcome.MISSED and true >= TARGET:
            wrong.append(f"{day}: missed, truly {true}")
        if row.outcome is Outcome.MET and true < TARGET - EDGE_MIN:
            wrong.append(f"{day}: met, truly {true}")
        if row.brisk_min is not None:
            errors.append(row.brisk_min - in_recordings(home, cloud, row))
    outcomes = Counter(row.outcome or Outcome.UNKNOWN for row in map(rows.get, cloud.truth.days()))
    return Told(outcomes, errors, wrong)


def in_recordings(home: GarminHome, cloud: Cloud, row: Day) -> int:
    """Return the true brisk minutes, by the clock, in what was recorded on a day."""
    zero, count = cloud.truth.first_minute, 0
    spans = [(o.start // MINUTE_S, -(-o.walk.end // MINUTE_S)) for o in home.vendor.world.outings()]
    for first, end in cloud.truth.spans(row.day):
        for a, b in spans:
            minutes = cloud.truth.steps[max(first, a) - zero : max(first, min(end, b)) - zero]
            count += sum(steps >= 100 for steps in minutes)
    return count


def report(name: str, found: Told) -> None:
    """Print the figures of a life."""
    days = sum(found.outcomes.values())
    unknown = found.outcomes[Outcome.UNKNOWN] / days
    shares = ", ".join(f"{outcome} {n}" for outcome, n in sorted(found.outcomes.items()))
    bias = mean(found.errors) if found.errors else 0.0
    sys.stdout.write(f"{name}: {days} days, unknown {unknown:.0%}, bias {bias:+.2f} ({shares})\n")


def check(found: Told, name: str) -> None:
    """Hold one life against what this road promises."""
    report(name, found)
    assert found.wrong == []
    assert len(found.errors) >= sum(found.outcomes.values()) // 8
    assert abs(mean(found.errors)) <= 1
    assert found.outcomes[Outcome.MET]
    assert not found.outcomes[Outcome.LIKELY_MET]  # sums of days claim no likelihood


def test_three_weeks_by_the_personal_api_are_told_without_a_wrong_word(tmp_path: Path):
    found = told(tmp_path / "one", a_life(0, 21))
    check(found, "three weeks")
    assert found.outcomes[Outcome.MISSED]  # few steps, and a pulse all day


@pytest.mark.soak
@pytest.mark.parametrize("number", range(9))
def test_ninety_days_by_the_personal_api_are_told_without_a_wrong_word(tmp_path: Path, number: int):
    check(told(tmp_path / str(number), a_life(number, 90)), f"life {number}")
