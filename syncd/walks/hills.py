"""The slopes of a recorded outing, minute by minute: grade, uphill, downhill (walking-rules 3.1).

Heights are laid along the way walked, and a grade is taken over at least 50 m of it: as much
longer as its sensor is rougher than a barometer, so that noise is always as small a part of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from syncd.walks.terrain import Height, Leg, delta_m, is_noise, turns, zig_zag

WINDOW_M = 50.0
CLIMB_M = 3.0
"""A climb, and a descent, is of this height at least; of the sensor's delta where that is more."""
MOVING_M = 30.0
"""Metres in a minute below which it stands on the slope rather than walks it."""
MINUTE_S = 60

Way = Sequence[tuple[int, float]]
"""Unix seconds and metres from the start, neither ever falling."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How a recording is to be read: its own minutes, its sensor, the knob ``uphill_min_grade``."""

    start: int
    """Unix seconds."""
    length: int
    """Own minutes."""
    sensor: str | None
    min_grade: float

    @property
    def window_m(self) -> float:
        """Return the way that a grade is taken over."""
        return WINDOW_M * delta_m(self.sensor) / CLIMB_M

    @property
    def climb_m(self) -> float:
        """Return the least height of a climb."""
        return max(CLIMB_M, delta_m(self.sensor)) - 1e-9


@dataclass(frozen=True, slots=True)
class Hills:
    """What the heights say of each own minute of a recording.

    ``grade`` is a fraction over the window around the minute, ``None`` where the way is shorter
    or not measured; ``uphill`` and ``downhill`` are the minutes of confirmed climbs and descents.
    ``gain_m``, ``loss_m`` are the zig-zag's; ``grade_max`` is the steepest window of a climb.
    """

    gain_m: float
    loss_m: float
    grade: tuple[float | None, ...]
    uphill: tuple[bool, ...]
    downhill: tuple[bool, ...]
    grade_max: float | None
    sensor: str | None

    @property
    def uphill_min(self) -> int | None:
        """Return minutes that climb; ``None`` where satellites cannot tell them from noise."""
        return None if is_noise(self.gain_m, self.sensor) else sum(self.uphill)

    @property
    def downhill_min(self) -> int | None:
        """Return minutes that descend; ``None`` where satellites cannot tell them from noise."""
        return None if is_noise(self.loss_m, self.sensor) else sum(self.downhill)


class _Profile:
    """Heights along the way, both linear between samples."""

    def __init__(self, heights: Sequence[Height], way: Way) -> None:
        self._at, self._far = [t for t, _ in way], [d for _, d in way]
        inside = [(t, h) for t, h in heights if self._at[0] <= t <= self._at[-1]]
        self.at = [t for t, _ in inside]
        self.height = [h for _, h in inside]
        # never falling, though an interpolation may be a hair's breadth short
        self.far = list(accumulate((self.metres(t) for t in self.at), max))

    def metres(self, at: float) -> float:
        """Return the way walked up to a moment."""
        return _between(self._at, self._far, at)

    def rise(self, start_m: float, end_m: float) -> float:
        """Return the rise between two places on the way, negative where it falls."""
        return _between(self.far, self.height, end_m) - _between(self.far, self.height, start_m)

    def grade_around(self, start_m: float, end_m: float, window_m: float) -> float:
        """Return the grade of a stretch, widened evenly to a window; the way is longer than that.

        Beyond the ends of the way the window is moved, not cut.
        """
        first, last = self.far[0], self.far[-1]
        more = max(0.0, window_m - (end_m - start_m)) / 2
        start = min(max(first, start_m - more), last - window_m)
        end = min(last, max(start + window_m, end_m + more))
        return self.rise(start, end) / (end - start)

    def steepest(self, first: int, last: int, window_m: float) -> float:
        """Return the steepest window that begins at a sample from ``first`` to ``last``; or 0."""
        best, end = 0.0, first
        for i in range(first, last + 1):
            while end <= last and self.far[end] - self.far[i] < window_m:
                end += 1
            if end > last:
                break
            rise = self.height[end] - self.height[i]
            best = max(best, rise / (self.far[end] - self.far[i]))
        return best


def _between(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """Return y at ``x``, linear between points and level beyond them; the last of equal ``xs``."""
    i = bisect_right(xs, x)
    if i == 0:
        return ys[0]
    if i == len(xs):
        return ys[-1]
    part = (x - xs[i - 1]) / (xs[i] - xs[i - 1])
    return ys[i - 1] + part * (ys[i] - ys[i - 1])


def hills(heights: Sequence[Height], way: Way, frame: Frame) -> Hills | None:
    """Return the slopes of a recording's own minutes; ``None`` without two heights."""
    if len(heights) < 2:
        return None
    sensor, length = frame.sensor, frame.length
    gain, loss = zig_zag([h for _, h in heights], delta_m(sensor))
    none = (False,) * length
    profile = _Profile(heights, way) if len(way) > 1 else None
    if profile is None or len(profile.at) < 2 or profile.far[-1] - profile.far[0] < frame.window_m:
        return Hills(gain, loss, (None,) * length, none, none, None, sensor)
    marks = [profile.metres(frame.start + MINUTE_S * k) for k in range(length + 1)]
    grade = [profile.grade_around(a, b, frame.window_m) for a, b in pairwise(marks)]
    legs = turns(profile.height, delta_m(sensor))
    rises = [leg for leg in legs if profile.height[leg.last] > profile.height[leg.first]]
    falls = [leg for leg in legs if leg not in rises]
    top = max((profile.steepest(a, b, frame.window_m) for a, b in rises), default=0.0)
    return Hills(
        gain_m=gain,
        loss_m=loss,
        grade=tuple(grade),
        uphill=_slope(profile, rises, marks, grade, frame),
        downhill=_slope(profile, falls, marks, [-g for g in grade], frame),
        grade_max=None if is_noise(gain, sensor) else top,
        sensor=sensor,
    )


def _slope(
    profile: _Profile,
    legs: Sequence[Leg],
    marks: Sequence[float],
    steepness: Sequence[float],
    frame: Frame,
) -> tuple[bool, ...]:
    """Return the minutes of slopes: steep ones in a row, in one leg, high and long enough."""
    spans = [(profile.at[a], profile.at[b]) for a, b in legs]
    found = [False] * len(steepness)
    steep = [
        _leg_of(spans, frame.start + MINUTE_S * k)
        if grade >= frame.min_grade and marks[k + 1] - marks[k] >= MOVING_M
        else None
        for k, grade in enumerate(steepness)
    ]
    for first, end in _runs(steep):
        metres = marks[end] - marks[first]
        height = abs(profile.rise(marks[first], marks[end]))
        if metres >= WINDOW_M and height >= frame.climb_m:
            found[first:end] = [True] * (end - first)
    return tuple(found)


def _leg_of(spans: Sequence[tuple[int, int]], minute: int) -> int | None:
    """Return which span holds at least half of a minute, ``None`` if none does."""
    i = bisect_left(spans, (minute + MINUTE_S // 2, 2**62)) - 1
    for k in (i - 1, i, i + 1):
        if 0 <= k < len(spans):
            shared = min(spans[k][1], minute + MINUTE_S) - max(spans[k][0], minute)
            if 2 * shared >= MINUTE_S:
                return k
    return None


def _runs(marks: Sequence[int | None]) -> list[tuple[int, int]]:
    """Return [first, end) of neighbours that carry one and the same mark."""
    found: list[tuple[int, int]] = []
    first = 0
    for i in range(1, len(marks) + 1):
        if i == len(marks) or marks[i] != marks[first]:
            if marks[first] is not None:
                found.append((first, i))
            first = i
    return found
