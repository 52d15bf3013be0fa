"""The outings of a FIT file with the device's totals: sessions, else laps, else bare samples."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from syncd.contract import Pause
from syncd.contract.units import strides_to_steps
from syncd.formats.fit_messages import TIMESTAMP, Fields, Told, finite, scaled, unix, whole

_RUNNING, _WALKING, _HIKING, _SNOWSHOEING, _MOUNTAINEERING = 1, 11, 17, 35, 16
_ON_FOOT: Final = frozenset((_RUNNING, _WALKING, _HIKING, _SNOWSHOEING, _MOUNTAINEERING))
_TREADMILL, _INDOOR_WALKING, _CASUAL_WALKING, _SPEED_WALKING, _INDOOR_RUNNING = 1, 27, 30, 31, 45
_ON_FOOT_BY_SUB_SPORT: Final = frozenset(
    (_TREADMILL, _INDOOR_WALKING, _CASUAL_WALKING, _SPEED_WALKING, _INDOOR_RUNNING)
)
_TIMER: Final = 0
_STARTS: Final = frozenset((0,))
_STOPS: Final = frozenset((1, 4, 8, 9))
STRAY_S: Final = 60
"""Samples a little outside an outing belong to it; farther out they are from another time."""


@dataclass(slots=True)
class Outing:
    """One outing as the device summed it up; Unix seconds, seconds, metres, strides.

    ``latest`` is the last moment the device speaks of: it may save long after the end.
    """

    sport: int | None
    sub_sport: int | None
    start: int
    end: int
    latest: int
    elapsed_s: float
    timer_s: float | None = None
    moving_s: float | None = None
    distance_m: float | None = None
    strides: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None

    def reach(self, moments: Sequence[int]) -> None:
        """Move the end to the last sample where samples go on until the device saved.

        Some recorders leave the pauses out of the elapsed time.
        """
        inside = bisect_right(moments, self.latest + STRAY_S)
        last = moments[inside - 1] if inside else self.end
        if last > self.end + STRAY_S:
            self.end = last
            self.elapsed_s = float(last - self.start)

    @property
    def on_foot(self) -> bool:
        """Tell whether its cycles are strides: footfalls of one leg."""
        return self.sport in _ON_FOOT or self.sub_sport in _ON_FOOT_BY_SUB_SPORT

    @property
    def steps(self) -> int | None:
        """Return steps, two a stride, for every sport on foot."""
        if self.strides is None or not self.on_foot:
            return None
        return strides_to_steps(self.strides)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Where sessions and laps keep the same thing."""

    sport: int
    sub_sport: int
    fractional_cycles: int
    ascent: int
    moving: int


_SESSION: Final = _Numbers(sport=5, sub_sport=6, fractional_cycles=94, ascent=22, moving=59)
_LAP: Final = _Numbers(sport=25, sub_sport=39, fractional_cycles=82, ascent=21, moving=52)


def outings(told: Told) -> list[Outing]:
    """Return the outings of a file in order of time; several in a multisport file."""
    edges = _edges(told)
    found = [_summed(fields, _SESSION, told, edges) for fields in told.sessions]
    if not found:
        laps = [_summed(fields, _LAP, told, edges) for fields in told.laps]
        found = [_joined([lap for lap in laps if lap is not None]) or _bare(told, edges)]
    return sorted((o for o in found if o is not None), key=lambda o: (o.start, o.end))


def _edges(told: Told) -> tuple[int, int] | None:
    """Return the first and last moment that samples and timer events tell."""
    events = [at for at, _ in _timer_events(told.events)]
    moments = [*told.samples, *events]
    return (min(moments), max(moments)) if moments else None


def _summed(
    fields: Fields, at: _Numbers, told: Told, edges: tuple[int, int] | None
) -> Outing | None:
    start = unix(fields.get(2))
    if start is None and edges is not None:
        start = edges[0]
    if start is None:
        return None
    saved = unix(fields.get(TIMESTAMP))
    elapsed = scaled(fields.get(7), 1000)
    if not elapsed:
        last = saved if saved is not None else edges[1] if edges else start
        elapsed = float(max(0, last - start))
    end = start + round(elapsed)
    cycles = scaled(fields.get(10), 1)
    if cycles is not None:
        cycles += scaled(fields.get(at.fractional_cycles), 128) or 0.0
    sport = whole(fields.get(at.sport))
    return Outing(
        sport=whole(told.sport.get(0)) if sport is None else sport,
        sub_sport=whole(fields.get(at.sub_sport)),
        start=start,
        end=end,
        latest=max(end, saved or end),
        elapsed_s=elapsed,
        timer_s=scaled(fields.get(8), 1000),
        moving_s=scaled(fields.get(at.moving), 1000),
        distance_m=scaled(fields.get(9), 100),
        strides=cycles,
        ascent_m=scaled(fields.get(at.ascent), 1),
        descent_m=scaled(fields.get(at.ascent + 1), 1),
    )


def _joined(laps: Sequence[Outing]) -> Outing | None:
    """Return one outing over laps whose session was never written: sums where every lap tells."""
    if not laps:
        return None
    start, end = min(lap.start for lap in laps), max(lap.end for lap in laps)
    return Outing(
        sport=next((lap.sport for lap in laps if lap.sport is not None), None),
        sub_sport=next((lap.sub_sport for lap in laps if lap.sub_sport is not None), None),
        start=start,
        end=end,
        latest=max(lap.latest for lap in laps),
        elapsed_s=float(end - start),
        timer_s=_sum(lap.timer_s for lap in laps),
        moving_s=_sum(lap.moving_s for lap in laps),
        distance_m=_sum(lap.distance_m for lap in laps),
        strides=_sum(lap.strides for lap in laps),
        ascent_m=_sum(lap.ascent_m for lap in laps),
        descent_m=_sum(lap.descent_m for lap in laps),
    )


def _sum(values: Iterable[float | None]) -> float | None:
    total = 0.0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _bare(told: Told, edges: tuple[int, int] | None) -> Outing | None:
    """Return the outing of a device that stopped before it summed anything up."""
    if edges is None or not told.samples:
        return None
    start, end = edges
    sport, sub_sport = whole(told.sport.get(0)), whole(told.sport.get(1))
    return Outing(sport, sub_sport, start, end, end, float(end - start))


def _timer_events(events: Iterable[Fields]) -> list[tuple[int, bool]]:
    """Return when the timer started (true) and stopped, in order of time."""
    found = []
    for fields in events:
        at, kind = unix(fields.get(TIMESTAMP)), fields.get(1)
        if fields.get(0) == _TIMER and at is not None and kind in (*_STARTS, *_STOPS):
            found.append((at, kind in _STARTS))
    return sorted(found, key=lambda event: event[0])


def pauses(told: Told, outing: Outing) -> tuple[Pause, ...]:
    """Return the stretches of an outing with the timer stopped.

    A stop at the very end is no pause: totals have milliseconds, events whole seconds.
    """
    stretches: list[tuple[int, int]] = []
    stopped: int | None = None
    for at, starts in _timer_events(told.events):
        if starts and stopped is not None:
            stretches.append((stopped, at))
            stopped = None
        elif not starts and stopped is None:
            stopped = at
    if stopped is not None and outing.end - stopped > 1:
        stretches.append((stopped, outing.end))
    clipped = ((max(a, outing.start), min(b, outing.end)) for a, b in stretches)
    return tuple(Pause(start=a, end=b) for a, b in clipped if a < b)


def local_offset(utc_time: object, local_time: object) -> tuple[int | None, int | None]:
    """Return (offset, None), or (None, seconds) when the difference told is no zone's offset.

    Devices take the two times a moment apart, so half a minute beside a quarter of an hour is
    forgiven.
    """
    utc, local = finite(utc_time), finite(local_time)
    if not utc or not local:
        return None, None
    told = round(local - utc)
    nearest = round(told / 900) * 900
    if abs(told - nearest) <= 30 and abs(nearest) <= 18 * 3600:
        return nearest, None
    return None, told
