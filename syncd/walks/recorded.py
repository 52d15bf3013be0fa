"""A recorded outing cut into minutes from its own start, and its totals.

Own minute k spans [start + 60 k, start + 60 (k + 1)) and is laid on the Unix minute nearest to it,
so that a walk of exactly thirty minutes is thirty minutes whatever second it began.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, compress, pairwise
from statistics import median
from typing import NamedTuple

from syncd.contract import Track, Workout
from syncd.walks import terrain
from syncd.walks.activity import Movement, judge, keeps_to_walking
from syncd.walks.hills import Frame, Hills, Way, hills
from syncd.walks.minutes import from_values
from syncd.walks.model import Activity, Minutes, Rules

HOLD_S = 60
"""A sample speaks until the next one, at most so long; so does a leg for the minutes in it."""
LONGEST_LEG_S = 300
"""Between samples farther apart nobody knows what was walked (decision 11)."""
MOVING_MPS = 0.5
TYPICAL_MIN = 3
"""Moving minutes that a median speed needs; shorter outings go by their mean."""
FULL_MINUTE_S = 45
"""Seconds of an own minute that must be measured for the recording to speak for it."""


class Leg(NamedTuple):
    """The way from a sample to the next: Unix seconds, metres, and whether it speaks for minutes.

    Legs never cross a pause.
    """

    start: int
    end: int
    metres: float
    short: bool


@dataclass(frozen=True)
class Recorded:
    """One workout of one source, with what the rules derive from it. Minutes are own minutes."""

    workout: Workout
    source_id: int
    source_key: str
    rank: int
    rules: Rules = field(repr=False)
    called: str | None = None
    """The word of a richer recording of the same outing, which then stands for the label."""

    @property
    def word(self) -> str:
        """Return the word that says what it is meant to be, "" where there is none."""
        return (self.workout.label or "") if self.called is None else self.called

    @property
    def start(self) -> int:
        """Return the start, Unix seconds."""
        return int(self.workout.start.timestamp())

    @property
    def end(self) -> int:
        """Return the end, Unix seconds."""
        return int(self.workout.end.timestamp())

    @property
    def first(self) -> int:
        """Return the Unix minute that own minute 0 is laid on."""
        return (self.start + 30) // 60

    @property
    def length(self) -> int:
        """Return how many own minutes are touched, at least one."""
        return max(1, -(-(self.end - self.start) // 60))

    @cached_property
    def step_minutes(self) -> list[int | None]:
        """Return whole steps per own minute; ``None`` where the recording did not measure them.

        Rounded down, each minute alone: 99.7 steps are not a hundred.
        """
        track = self.workout.track
        if track is None or not track.cadence_spm or self.activity is Activity.OTHER:
            return [None] * self.length
        amounts = [0.0] * self.length
        known = [0.0] * self.length
        for a, b, rate in _held(track, track.cadence_spm, self.workout):
            _spread(amounts, self.start, a, b, rate * (b - a) / 60.0)
            _spread(known, self.start, a, b, float(b - a))
        return [
            int(amount + 1e-6) if seconds >= self._needed(k) else None
            for k, (amount, seconds) in enumerate(zip(amounts, known, strict=True))
        ]

    def _needed(self, k: int) -> float:
        return min(FULL_MINUTE_S, 0.75 * max(1, min(60, self.end - self.start - 60 * k)))

    @cached_property
    def distance_minutes(self) -> list[float | None]:
        """Return metres per own minute, long legs spread evenly; ``None`` where none was measured.

        A long leg's minutes share its average, so nothing brisk is read from them alone.
        """
        return self._spread_legs(self._legs)

    @cached_property
    def spoken_minutes(self) -> list[float | None]:
        """Return metres per own minute that legs of at most a minute measured."""
        return self._spread_legs([leg for leg in self._legs if leg.short])

    def _spread_legs(self, legs: Sequence[Leg]) -> list[float | None]:
        amounts, known = [0.0] * self.length, [False] * self.length
        for a, b, metres, _ in legs:
            _spread(amounts, self.start, a, b, metres)
            for k in range(
                max(0, (a - self.start) // 60), min(self.length, -(-(b - self.start) // 60))
            ):
                known[k] = True
        return [m if k else None for m, k in zip(amounts, known, strict=True)]

    @cached_property
    def _legs(self) -> list[Leg]:
        track = self.workout.track
        return list(_legs(track, self._pauses)) if track else []

    @property
    def _pauses(self) -> list[tuple[int, int]]:
        return [(p.start, p.end) for p in self.workout.pauses]

    @property
    def ends_full(self) -> bool:
        """Tell whether the last own minute is a whole one."""
        return (self.end - self.start) % 60 == 0

    @cached_property
    def minutes(self) -> Minutes:
        """Return the step minutes the recording speaks for: whole own minutes with a cadence."""
        whole = self.step_minutes if self.ends_full else [*self.step_minutes[:-1], None]
        return from_values(self.first, whole)

    @cached_property
    def tail(self) -> Minutes:
        """Return the last, partial own minute, which speaks only where nobody else does."""
        return from_values(
            self.first,
            [*([None] * (self.length - 1)), None if self.ends_full else self.step_minutes[-1]],
        )

    def speaks(self, minute: int) -> bool:
        """Tell whether the recording has steps for a Unix minute, its partial last one included."""
        k = minute - self.first
        return 0 <= k < self.length and self.step_minutes[k] is not None

    @cached_property
    def distance_m(self) -> float | None:
        """Return metres: the device's own total, else the way along its samples."""
        if self.workout.distance_m is not None:
            return self.workout.distance_m
        return self.way[-1][1] - self.way[0][1] if len(self.way) > 1 else None

    @cached_property
    def steps(self) -> int | None:
        """Return steps: the device's own total, else the integral of its cadence."""
        if self.workout.steps is not None:
            return self.workout.steps
        track = self.workout.track
        if track is None or not track.cadence_spm:
            return None
        return round(
            sum(r * (b - a) / 60.0 for a, b, r in _held(track, track.cadence_spm, self.workout))
        )

    @cached_property
    def moving_time_s(self) -> float | None:
        """Return seconds in motion: legs of at most five minutes at >= 0.5 m/s (decision 11).

        Without samples of distance the device's moving time, else its timer, else the elapsed time.
        """
        if self._legs:
            return float(sum(b - a for a, b, m, _ in self._legs if m >= MOVING_MPS * (b - a)))
        for told in (self.workout.moving_time_s, self.workout.timer_s):
            if told is not None:
                return told
        return float(self.end - self.start - sum(p.end - p.start for p in self.workout.pauses))

    @cached_property
    def movement(self) -> Movement:
        """Return the speeds and cadences the activity is judged by."""
        timer = self.workout.timer_s or float(self.end - self.start)
        return Movement(
            speed_mps=self._typical_speed_mps(),
            cadence_spm=self.cadence_spm,
            mean_speed_mps=_rate(self.distance_m, timer),
            mean_cadence_spm=_rate(self.steps, timer, 60.0),
            at_walking_speed=keeps_to_walking(self._moving_minutes(), self.rules),
        )

    def _moving_minutes(self) -> list[float]:
        """Return the metres of the minutes in motion."""
        return [m for m in self.distance_minutes if m is not None and m >= MOVING_MPS * 60]

    def _typical_speed_mps(self) -> float | None:
        """Return the median speed of moving minutes, so that a bus on the way is not the walk."""
        moving = self._moving_minutes()
        if len(moving) < TYPICAL_MIN:
            return self.speed_mps
        return median(moving) / 60

    @cached_property
    def speed_mps(self) -> float | None:
        """Return metres a second over moving time, without the way over gaps of the recording."""
        if self.distance_m is None:
            return None
        way = self.way
        walked = sum(leg.metres for leg in self._legs)
        gaps = way[-1][1] - way[0][1] - walked if way and walked else 0.0
        return _rate(max(0.0, self.distance_m - max(0.0, gaps)), self.moving_time_s)

    @cached_property
    def cadence_spm(self) -> float | None:
        """Return steps a minute over moving time."""
        return _rate(self.steps, self.moving_time_s, 60.0)

    @cached_property
    def activity(self) -> Activity:
        """Return what the outing really was."""
        return judge(self.word, self.movement, self.rules)

    @cached_property
    def way(self) -> Way:
        """Return (Unix seconds, metres so far) where the way was measured, never falling."""
        track = self.workout.track
        if track is None:
            return []
        if track.distance_m:
            known = [d is not None for d in track.distance_m]
            far = accumulate((d for d in track.distance_m if d is not None), max)
            return list(zip(compress(track.at, known), far, strict=True))
        far = accumulate((leg.metres for leg in self._legs), initial=0.0)
        return list(zip([track.at[0], *(leg.end for leg in self._legs)], far, strict=True))

    @cached_property
    def hills(self) -> Hills | None:
        """Return gain, loss and the slopes of own minutes, or ``None`` without altitudes."""
        track = self.workout.track
        if track is None or not track.altitude_m:
            return None
        heights = terrain.spliced(terrain.cleaned(track.at, track.altitude_m), self._pauses)
        sensor, min_grade = self.workout.elevation_source, self.rules.uphill_min_grade
        return hills(heights, self.way, Frame(self.start, self.length, sensor, min_grade))

    @property
    def is_foot(self) -> bool:
        """Tell whether this is a walk, a hike or a run."""
        return self.activity in {Activity.WALKING, Activity.HIKING, Activity.RUNNING}

    @property
    def is_sum(self) -> bool:
        """Tell whether this is a walk of which nothing but the sum of its steps is known."""
        track = self.workout.track
        if not self.is_foot or not self.workout.steps or (track and track.cadence_spm):
            return False
        return all(metres is None for metres in self.distance_minutes)

    @property
    def richness(self) -> tuple[int, int, int, int, str, str]:
        """Return a key that orders recordings of one outing, the fullest last."""
        track = self.workout.track
        cadence = len(track.cadence_spm) if track else 0
        samples = len(track.at) if track else 0
        told = sum(t is not None for t in (self.workout.steps, self.workout.distance_m))
        return (cadence, samples, told, -self.rank, self.workout.key, self.source_key)


def _rate(amount: float | None, seconds: float | None, scale: float = 1.0) -> float | None:
    if amount is None or not seconds:
        return None
    return scale * amount / seconds


def _held(
    track: Track, values: Sequence[float | None], workout: Workout
) -> Iterator[tuple[int, int, float]]:
    """Yield (start, end, value): each sample holds until the next, 60 s at most, and no pause."""
    end = int(workout.end.timestamp())
    pauses = [(p.start, p.end) for p in workout.pauses]
    for i, (t, value) in enumerate(zip(track.at, values, strict=True)):
        if value is None:
            continue
        until = min(track.at[i + 1] if i + 1 < len(track.at) else end, t + HOLD_S)
        for a, b in _outside(t, until, pauses):
            yield a, b, value


def _outside(start: int, end: int, pauses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for pause_start, pause_end in pauses:
        if pause_end <= start or pause_start >= end:
            continue
        if pause_start > start:
            yield start, pause_start
        start = max(start, pause_end)
    if start < end:
        yield start, end


def _legs(track: Track, pauses: Sequence[tuple[int, int]]) -> Iterator[Leg]:
    """Yield the way from sample to sample, from distance or speed, in order of time."""
    if track.distance_m:
        known = [(t, d) for t, d in zip(track.at, track.distance_m, strict=True) if d is not None]
        for (a, da), (b, db) in pairwise(known):
            yield from _parted(a, b, max(0.0, db - da), LONGEST_LEG_S, pauses)
    elif track.speed_mps:
        for (a, v), b in zip(
            zip(track.at, track.speed_mps, strict=True), track.at[1:], strict=False
        ):
            if v is not None:
                yield from _parted(a, b, v * (b - a), HOLD_S, pauses)


def _parted(
    a: int, b: int, metres: float, longest_s: int, pauses: Sequence[tuple[int, int]]
) -> Iterator[Leg]:
    """Yield the parts of a leg outside pauses, if they are not too long to be known."""
    parts = list(_outside(a, b, pauses)) if pauses else [(a, b)]
    walked = sum(end - start for start, end in parts)
    if walked > longest_s:
        return
    for start, end in parts:
        yield Leg(start, end, metres * (end - start) / walked, walked <= HOLD_S)


def _spread(into: list[float], start: int, a: int, b: int, amount: float) -> None:
    """Add ``amount``, even over [``a``, ``b``), to the own minutes it falls into."""
    k = (a - start) // 60
    if (b - start) <= 60 * (k + 1):
        if 0 <= k < len(into):
            into[k] += amount
        return
    for i in range(max(0, k), min(len(into), -(-(b - start) // 60))):
        overlap = min(b, start + 60 * (i + 1)) - max(a, start + 60 * i)
        into[i] += amount * overlap / (b - a)
