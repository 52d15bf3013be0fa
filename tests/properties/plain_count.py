"""The walking rules once more, the slow and obvious way, and lives to try them on.

Counted from the minutes that a synthetic person's watch saw; shares no code with the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from math import floor

from syncd.sim.characters import IN_PAIN, OFFICE, STEADY
from syncd.sim.devices import UNSEEN, Log, watch_log, watch_minutes
from syncd.sim.plan import Episode, EpisodeKind
from syncd.sim.truth import MINUTE_S, Kind, TrueWalk, Truth
from syncd.sim.walker import Flight, Life
from syncd.walks.model import WalkSession

TARGET = 30
EDGE_S = 2 * MINUTE_S
WAKING_H = (7, 23)
SHIFTED_STEPS, SHIFTED_MIN = 90, 2
"""Steps and brisk minutes by which one recording may change a day. It is cut into minutes from its
own start, so a minute of the watch beside it can hold a part of what a recorded minute holds too,
and a stop that falls into one minute of the clock may fall into two of the recording."""


def _from(kind: EpisodeKind, day: date, at: time = time(0), days: int = 1) -> Episode:
    return Episode(kind, day, day + timedelta(days=days - 1), at)


LIVES = {
    "spring in New York": Life(
        seed=21,
        first_day=date(2026, 2, 23),
        days=28,
        home="America/New_York",
        who=STEADY,
        episodes=(
            _from(EpisodeKind.WATCH_OFF, date(2026, 3, 4), time(9, 10)),
            _from(EpisodeKind.LATE_WALK, date(2026, 3, 7)),
            _from(EpisodeKind.CLOSE_CALL, date(2026, 3, 11)),
        ),
    ),
    "autumn in Berlin": Life(
        seed=22,
        first_day=date(2026, 10, 12),
        days=28,
        home="Europe/Berlin",
        who=OFFICE,
        episodes=(
            _from(EpisodeKind.LATE_WALK, date(2026, 10, 24)),
            _from(EpisodeKind.BATTERY_DEAD, date(2026, 10, 28), time(11), days=3),
            _from(EpisodeKind.WATCH_OFF, date(2026, 11, 3)),
        ),
    ),
    "flare in Lord Howe": Life(
        seed=23,
        first_day=date(2026, 3, 23),
        days=28,
        home="Australia/Lord_Howe",
        who=IN_PAIN,
        episodes=(_from(EpisodeKind.FLARE, date(2026, 4, 1), days=7),),
    ),
    "west and east": Life(
        seed=24,
        first_day=date(2026, 10, 12),
        days=28,
        home="Europe/Berlin",
        who=STEADY,
        flights=(
            Flight(date(2026, 10, 20), time(10, 30), 11.5, "America/Los_Angeles"),
            Flight(date(2026, 11, 4), time(15, 0), 10.75, "Europe/Berlin"),
        ),
    ),
    "over the date line": Life(
        seed=25,
        first_day=date(2026, 10, 1),
        days=30,
        home="Pacific/Auckland",
        who=STEADY,
        flights=(
            Flight(date(2026, 10, 10), time(22, 0), 9, "Pacific/Honolulu"),
            Flight(date(2026, 10, 20), time(22, 15), 9.25, "Pacific/Auckland"),
        ),
    ),
}

Seen = list[int | None]


def seen_on(truth: Truth, log: Log, day: date) -> list[Seen]:
    """Return the minutes of a civil day as a log has them, each piece of the day apart."""
    return [
        [None if s == UNSEEN else s for s in log.steps[first - log.first : end - log.first]]
        for first, end in truth.spans(day)
    ]


def steps(pieces: Sequence[Seen]) -> int:
    """Return all steps."""
    return sum(count or 0 for minutes in pieces for count in minutes)


def brisk(pieces: Sequence[Seen]) -> int:
    """Return the minutes with a hundred steps or more."""
    return sum((count or 0) >= 100 for minutes in pieces for count in minutes)


def edge_credit(pieces: Sequence[Seen]) -> float:
    """Return the credit of every stretch of ten brisk minutes for its two neighbours."""
    return sum(_edge_credit([0 if s is None else s for s in minutes]) for minutes in pieces)


def _edge_credit(minutes: list[int]) -> float:
    credit, used, at = 0.0, set[int](), 0
    while at < len(minutes):
        end = at
        while end < len(minutes) and minutes[end] >= 100:
            end += 1
        if end - at >= 10:
            beside = [k for k in (at - 1, end) if 0 <= k < len(minutes) and k not in used]
            used.update(beside)
            credit += min(1.0, sum(minutes[k] for k in beside) / 100)
        at = max(end, at + 1)
    return credit


def judged(pieces: Sequence[Seen]) -> int:
    """Return what the day's target is compared with."""
    return floor(brisk(pieces) + edge_credit(pieces) + 1e-9)


def hidden_h(truth: Truth, day: date) -> float:
    """Return the waking hours of a day in which the watch was off or dead."""
    watch = watch_minutes(truth)
    return (
        sum(
            watch.steps[minute - watch.first] == UNSEEN
            for first, end in truth.spans(day)
            for minute in range(first, end)
            if WAKING_H[0] <= truth.local(minute * MINUTE_S).hour < WAKING_H[1]
        )
        / 60
    )


def seen_walks(truth: Truth, *kinds: Kind) -> list[TrueWalk]:
    """Return the walks of ``kinds`` that the watch saw from end to end."""
    watch = watch_minutes(truth)
    return [w for w in truth.walks if w.kind in kinds and UNSEEN not in within(watch, w)]


def within(log: Log, outing: TrueWalk | WalkSession) -> bytes:
    """Return a log's minutes that an outing touches."""
    return log.steps[outing.start // MINUTE_S - log.first : -(-outing.end // MINUTE_S) - log.first]


def found_for(walk: TrueWalk, sessions: Sequence[WalkSession]) -> WalkSession | None:
    """Return the one session with the edges of a true walk, to two minutes."""
    near = [
        s
        for s in sessions
        if abs(s.start - walk.start) <= EDGE_S and abs(s.end - walk.end) <= EDGE_S
    ]
    return near[0] if len(near) == 1 else None


def as_told(truth: Truth, day: date) -> list[Seen]:
    """Return a civil day's minutes as a watch without a wear sensor tells them."""
    return seen_on(truth, watch_log(truth), day)
