"""What a person of some character means to do on a day: outings with local times.

Chance is drawn per (seed, date), so a day is the same however long a life is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from random import Random

from syncd.sim.characters import Character
from syncd.sim.truth import MINUTE_S, Kind

HOUR_S = 3600
SATURDAY = 5
BRISK_SPM = 95
"""What is slower adds nothing to the brisk minutes of a day, nor to its close call."""
APART_S = 12 * MINUTE_S
"""Least time between two outings, so that what is two is never found as one."""


class EpisodeKind(StrEnum):
    """Something that is to happen on given days, whatever chance would have."""

    TARGET = "target"
    CLOSE_CALL = "close_call"
    LATE_WALK = "late_walk"
    REST = "rest"
    FLARE = "flare"
    WATCH_OFF = "watch_off"
    BATTERY_DEAD = "battery_dead"


@dataclass(frozen=True, slots=True)
class Episode:
    """From ``at`` (local) on the first day until the last day is over."""

    kind: EpisodeKind
    first: date
    last: date
    at: time = time(0)

    def covers(self, day: date) -> bool:
        """Return whether it touches ``day``."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Intent:
    """An outing that somebody means to make; ``at_s`` is local seconds after midnight."""

    kind: Kind
    at_s: int
    length_s: int
    cadence_spm: float
    recorded: bool = False
    rise_m: float = 0.0
    fades_to_spm: float | None = None
    """The cadence of the last quarter, where it is another one."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day's outings in order, and when somebody is up (local seconds after midnight)."""

    up_s: int
    bed_s: int
    intents: tuple[Intent, ...]


def dice(seed: int, what: str, day: date) -> Random:
    """Return the chance of one day for one purpose."""
    return Random(f"{seed}/{what}/{day.isoformat()}")


def plan_day(
    seed: int, day: date, who: Character, episodes: frozenset[EpisodeKind] = frozenset()
) -> DayPlan:
    """Return what is meant to happen on ``day``; a walk for its own sake keeps its time."""
    rng = dice(seed, "plan", day)
    weekend = day.weekday() >= SATURDAY
    up_s = int(who.wakes_h[weekend] * HOUR_S) + rng.randrange(1200)
    bed_s = int(who.sleeps_h[weekend] * HOUR_S) + rng.randrange(900)
    wanted = _deliberate(rng, who, episodes, weekend=weekend)
    routine = _routine(rng, who, weekend=weekend)
    if EpisodeKind.CLOSE_CALL in episodes:
        routine = [one for one in routine if one.cadence_spm < BRISK_SPM]
    if EpisodeKind.FLARE not in episodes:
        wanted += routine
    return DayPlan(up_s, bed_s, _apart(wanted))


def _deliberate(
    rng: Random, who: Character, episodes: frozenset[EpisodeKind], *, weekend: bool
) -> list[Intent]:
    """Draw the walks made for their own sake."""
    target = _target(rng, who, weekend=weekend)
    chance = rng.random()
    if EpisodeKind.FLARE in episodes:
        return [_gentle(rng, hour, (64, 78)) for hour in (10, 14, 17)[: rng.randint(2, 3)]]
    if EpisodeKind.CLOSE_CALL in episodes:
        return [Intent(Kind.TARGET, _at(rng, 17.6), 36 * MINUTE_S, 106.0, fades_to_spm=97.0)]
    if EpisodeKind.LATE_WALK in episodes:
        at_s = int(23.65 * HOUR_S) + rng.randrange(60)
        return [Intent(Kind.TARGET, at_s, 36 * MINUTE_S, target.cadence_spm)]
    if EpisodeKind.REST in episodes:
        return []
    if EpisodeKind.TARGET in episodes or chance < who.target_chance[weekend]:
        return [target]
    if chance > 1 - who.run_chance:
        return [_run(rng)]
    return []


def _routine(rng: Random, who: Character, *, weekend: bool) -> list[Intent]:
    """Draw what a day brings anyway: the way to work, errands, a stroll."""
    found: list[Intent] = []
    if who.commutes and not weekend:
        found += _commute(rng, 8.2) + _commute(rng, 17.0)
    if rng.random() < who.easy_chance[weekend]:
        length_s = rng.randint(14, 26) * MINUTE_S + rng.randrange(60)
        found.append(Intent(Kind.EASY, _at(rng, 13.2), length_s, rng.uniform(84, 94)))
    found += [_gentle(rng, rng.choice((9.6, 11.2, 15.4, 19.6)), (72, 90))
              for _ in range(rng.randint(*who.gentle_walks))]  # fmt: skip
    found += [
        Intent(Kind.ERRAND, _at(rng, rng.uniform(9, 19)), rng.randint(300, 1200), 88.0)
        for _ in range(rng.randint(*who.errands))
    ]
    found += [_dash(rng) for _ in range(rng.randint(*who.dashes))]
    return found


def _target(rng: Random, who: Character, *, weekend: bool) -> Intent:
    hour = rng.choice((9.5, 10.5, 16.0)) if weekend else rng.choice((7.6, 12.2, 18.2, 18.8))
    if who.commutes and not weekend:
        hour = 18.6
    return Intent(
        Kind.TARGET,
        _at(rng, hour),
        rng.randint(*who.target_min) * MINUTE_S + rng.randrange(60),
        rng.uniform(*who.target_spm),
        recorded=rng.random() < who.record_chance,
        rise_m=rng.uniform(18, 60) if rng.random() < who.hills_chance else 0.0,
    )


def _run(rng: Random) -> Intent:
    length_s = rng.randint(25, 35) * MINUTE_S + rng.randrange(60)
    return Intent(Kind.RUN, _at(rng, 18.6), length_s, rng.uniform(156, 166), recorded=True)


def _gentle(rng: Random, hour: float, spm: tuple[float, float]) -> Intent:
    length_s = rng.randint(5, 10) * MINUTE_S + rng.randrange(60)
    return Intent(Kind.GENTLE, _at(rng, hour), length_s, rng.uniform(*spm))


def _dash(rng: Random) -> Intent:
    """Return a few brisk minutes to post a letter: too few for a target, but they count."""
    return Intent(
        Kind.DASH, _at(rng, rng.uniform(8, 20)), rng.randint(180, 640), rng.uniform(102, 112)
    )


def _commute(rng: Random, hour: float) -> list[Intent]:
    """Return a walk to the stop, a ride, and a walk from it, on each other's heels."""
    at_s = _at(rng, hour)
    to_stop, ride, on = rng.randint(300, 480), rng.randint(700, 1500), rng.randint(150, 330)
    wait = rng.randint(60, 360)
    return [
        Intent(Kind.COMMUTE, at_s, to_stop, rng.uniform(96, 112)),
        Intent(Kind.RIDE, at_s + to_stop + wait, ride, 0.0),
        Intent(Kind.COMMUTE, at_s + to_stop + wait + ride + 20, on, rng.uniform(94, 110)),
    ]


def _at(rng: Random, hour: float) -> int:
    """Return some second within the half hour after ``hour``."""
    return int(hour * HOUR_S) + rng.randrange(1800)


def _apart(wanted: Iterable[Intent]) -> tuple[Intent, ...]:
    """Drop what would run into an outing decided before it; a commute hangs together."""
    kept: list[Intent] = []
    for one in wanted:
        if all(_far(one, other) for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.at_s))


def _far(one: Intent, other: Intent) -> bool:
    related = {one.kind, other.kind} <= {Kind.COMMUTE, Kind.RIDE}
    gap_s = 0 if related else APART_S
    return one.at_s >= other.at_s + other.length_s + gap_s or (
        other.at_s >= one.at_s + one.length_s + gap_s
    )
