"""What devices see of the truth: a watch that may be off or dead, a phone that stays behind.

The watch counts every step; the phone counts a few per cent off, as phones do. Both are given as
minutes and as canonical records; a recorded walk is a workout with a track.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from syncd.contract import OffsetRun, Pause, Series, Source, SourceKind, StepSeries, Track, Workout
from syncd.sim.truth import MINUTE_S, Kind, Stretch, TrueWalk, Truth

WATCH = Source(key="sim:watch", kind=SourceKind.WATCH, whole_day=True, device="simulated watch")
PHONE = Source(key="sim:phone", kind=SourceKind.PHONE, whole_day=True, device="simulated phone")
RECORDER = Source(key="sim:recorder", kind=SourceKind.WATCH, whole_day=False, device=WATCH.device)

UNSEEN = 255
SAMPLE_S = 5
LEAST_PAUSE_S = 20
BAROMETER_SD_M = 0.2
_UNSEEN_WHERE_0 = bytes([UNSEEN, *([0] * 255)])
_PHONE_FACTORS = (0.90, 1.03)


@dataclass(frozen=True, slots=True)
class Log:
    """A device's steps, a byte a Unix minute from ``first`` on, ``UNSEEN`` where it is silent."""

    first: int
    steps: bytes = field(repr=False)

    @property
    def end(self) -> int:
        """Return the Unix minute after the last."""
        return self.first + len(self.steps)

    def total(self) -> int:
        """Return the steps of all seen minutes."""
        return sum(self.steps) - UNSEEN * self.steps.count(UNSEEN)


def watch_minutes(truth: Truth) -> Log:
    """Return what a watch with a wear sensor knows: unseen where it was off or dead."""
    return Log(truth.first_minute, _hidden(truth.steps, _both(truth.worn, truth.charged)))


def watch_log(truth: Truth) -> Log:
    """Return what a watch without a wear sensor says: 0 where it was off, unseen where dead."""
    off_as_unseen = watch_minutes(truth).steps
    zeros = bytes(0 if seen == UNSEEN else seen for seen in off_as_unseen)
    return Log(truth.first_minute, _hidden(zeros, truth.charged))


def phone_minutes(truth: Truth) -> Log:
    """Return what the phone counted: unseen where it was not carried."""
    rng = Random(f"phone/{truth.first_minute}")
    counted = bytearray(len(truth.steps))
    factor = 1.0
    for i, steps in enumerate(truth.steps):
        if i % 60 == 0:
            factor = rng.uniform(*_PHONE_FACTORS)
        if steps:
            counted[i] = min(UNSEEN - 1, round(steps * factor))
    return Log(truth.first_minute, _hidden(bytes(counted), truth.carried))


def step_series(
    log: Log,
    source: Source,
    offsets: Sequence[OffsetRun],
    *,
    silent_zeros: bool = False,
) -> StepSeries:
    """Return seen minutes as one record; ``silent_zeros`` leaves out minutes without steps."""
    seen = [
        (log.first + i, steps)
        for i, steps in enumerate(log.steps)
        if steps != UNSEEN and (steps or not silent_zeros)
    ]
    return StepSeries(
        source=source,
        series=Series.STEPS,
        start=tuple(minute * MINUTE_S for minute, _ in seen),
        duration=(MINUTE_S,) * len(seen),
        value=tuple(float(steps) for _, steps in seen),
        offsets=tuple(offsets),
    )


def watch_series(truth: Truth) -> StepSeries:
    """Return the watch's minutes as a record."""
    return step_series(watch_minutes(truth), WATCH, truth.offsets)


def phone_series(truth: Truth) -> StepSeries:
    """Return the phone's minutes as a record; a phone says nothing where nobody stepped."""
    return step_series(phone_minutes(truth), PHONE, truth.offsets, silent_zeros=True)


def recorded_walks(truth: Truth) -> tuple[TrueWalk, ...]:
    """Return the outings that a watch recorded: it was worn and had power all the way."""
    zero = truth.first_minute
    seen = _both(truth.worn, truth.charged)
    return tuple(
        walk
        for walk in truth.walks
        if walk.recorded
        and all(seen[walk.start // MINUTE_S - zero : walk.end // MINUTE_S + 1 - zero])
    )


def workouts(truth: Truth, source: Source = RECORDER) -> tuple[Workout, ...]:
    """Return every recorded outing as a workout with its track and the device's own totals."""
    return tuple(_workout(walk, truth, source) for walk in recorded_walks(truth))


def pauses(walk: TrueWalk) -> tuple[tuple[int, int], ...]:
    """Return the stops long enough for the watch to stop its timer, (from, to) in Unix seconds."""
    return tuple((a, b) for a, b in walk.stops() if b - a >= LEAST_PAUSE_S)


def track(walk: TrueWalk) -> Track:
    """Return samples of an outing: every five seconds, and wherever a stretch begins or ends.

    While the timer stands there are none.
    """
    rng = Random(f"barometer/{walk.start}")
    edges = {at for s in walk.stretches for at in (s.start, s.end)}
    paused = {at for a, b in pauses(walk) for at in range(a + 1, b)}
    at = sorted((edges | set(range(walk.start, walk.end, SAMPLE_S))) - paused)
    moving: list[Stretch | None] = []
    distance: list[float | None] = []
    altitude: list[float | None] = []
    index, before_m = 0, 0.0
    for now in at:
        while index + 1 < len(walk.stretches) and walk.stretches[index + 1].start <= now:
            before_m += walk.stretches[index].metres_until(walk.stretches[index].end)
            index += 1
        stretch = walk.stretches[index]
        moving.append(stretch if now < stretch.end else None)
        distance.append(round(before_m + stretch.metres_until(now), 2))
        altitude.append(round(stretch.altitude_at(now) + rng.gauss(0, BAROMETER_SD_M), 1))
    return Track(
        at=tuple(at),
        distance_m=tuple(distance),
        altitude_m=tuple(altitude),
        speed_mps=tuple(s.speed_mps if s else 0.0 for s in moving),
        cadence_spm=tuple(s.cadence_spm if s else 0.0 for s in moving),
    )


def _workout(walk: TrueWalk, truth: Truth, source: Source) -> Workout:
    paused = pauses(walk)
    offset = truth.offset_at(walk.start)
    return Workout(
        source=source,
        key=f"sim:{walk.start}",
        label="running" if walk.kind is Kind.RUN else "walking",
        start=datetime.fromtimestamp(walk.start, UTC),
        end=datetime.fromtimestamp(walk.end, UTC),
        timer_s=walk.end - walk.start - sum(b - a for a, b in paused),
        moving_time_s=walk.moving_s,
        steps=walk.steps,
        distance_m=round(walk.distance_m, 2),
        ascent_m=round(walk.ascent_m),
        descent_m=round(walk.descent_m),
        elevation_source="barometric",
        utc_offset_s=offset.offset_s,
        zone=offset.zone,
        pauses=tuple(Pause(start=a, end=b) for a, b in paused),
        track=track(walk),
    )


def _both(one: bytes, other: bytes) -> bytes:
    """Return the minutes that are 1 in both masks."""
    both = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return both.to_bytes(len(one), "little")


def _hidden(steps: bytes, seen: bytes) -> bytes:
    """Return ``steps`` with ``UNSEEN`` wherever ``seen`` is 0."""
    veil = int.from_bytes(seen.translate(_UNSEEN_WHERE_0), "little")
    return (int.from_bytes(steps, "little") | veil).to_bytes(len(steps), "little")
