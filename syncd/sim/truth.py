"""What really happened to a synthetic person: the ground truth that devices only sample.

A step falls at an exact moment: in a stretch walked at c steps a minute, one every 60 / c seconds,
the first as soon as the step begun in the stretch before is finished. Minutes, totals and
recordings are all counted from those moments, so they agree with one another to the step.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from itertools import pairwise

from syncd.contract import OffsetRun

MINUTE_S = 60
DAY_S = 86_400
EPOCH = date(1970, 1, 1)


class Kind(StrEnum):
    """Why somebody moved."""

    TARGET = "target"
    EASY = "easy"
    GENTLE = "gentle"
    ERRAND = "errand"
    DASH = "dash"
    COMMUTE = "commute"
    RUN = "run"
    RIDE = "ride"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A steady piece of movement from ``start`` until ``end`` (Unix seconds)."""

    start: int
    end: int
    cadence_spm: float
    speed_mps: float
    altitude_m: float
    """Altitude at the start; it changes evenly by ``rise_m`` until the end."""
    rise_m: float = 0.0
    begun: float = 0.0
    """The part of a step (0..1) that the stretch before left unfinished."""

    def steps_until(self, at: int) -> int:
        """Return the steps taken from the start until ``at`` (Unix seconds)."""
        return int(self.exact_steps_until(at) + 1e-6)

    def exact_steps_until(self, at: int) -> float:
        """Return the same with the part of a step that is under way, and what was ``begun``."""
        elapsed = min(max(at, self.start), self.end) - self.start
        return self.begun + elapsed * self.cadence_spm / MINUTE_S

    def metres_until(self, at: int) -> float:
        """Return the metres covered from the start until ``at`` (Unix seconds)."""
        return (min(max(at, self.start), self.end) - self.start) * self.speed_mps

    def altitude_at(self, at: int) -> float:
        """Return metres above the sea at ``at`` (Unix seconds)."""
        share = (min(max(at, self.start), self.end) - self.start) / (self.end - self.start)
        return self.altitude_m + share * self.rise_m


@dataclass(frozen=True, slots=True)
class TrueWalk:
    """One outing: its stretches in order, with stops where one does not follow on the last."""

    kind: Kind
    stretches: tuple[Stretch, ...] = field(repr=False)
    recorded: bool = False
    """Whether the record button was pressed on a watch."""

    @property
    def start(self) -> int:
        """Return the first moment, Unix seconds."""
        return self.stretches[0].start

    @property
    def end(self) -> int:
        """Return the moment after the last, Unix seconds."""
        return self.stretches[-1].end

    @property
    def steps(self) -> int:
        """Return all steps taken."""
        return sum(s.steps_until(s.end) for s in self.stretches)

    @property
    def distance_m(self) -> float:
        """Return metres covered."""
        return sum(s.metres_until(s.end) for s in self.stretches)

    @property
    def moving_s(self) -> int:
        """Return the seconds that were not spent standing."""
        return sum(s.end - s.start for s in self.stretches)

    @property
    def ascent_m(self) -> float:
        """Return the metres climbed."""
        return sum(s.rise_m for s in self.stretches if s.rise_m > 0)

    @property
    def descent_m(self) -> float:
        """Return the metres lost, as a positive number."""
        return -sum(s.rise_m for s in self.stretches if s.rise_m < 0)

    def stops(self) -> tuple[tuple[int, int], ...]:
        """Return where one stood still, as (start, end) in Unix seconds."""
        return tuple((a.end, b.start) for a, b in pairwise(self.stretches) if b.start > a.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A life, a byte a UTC minute from ``first_minute`` (Unix minute) on.

    ``steps`` are 0..220; ``worn``, ``charged`` and ``carried`` are 1 where the watch was on the
    wrist, where its battery had power, and where the phone was in a pocket. ``distance_mm`` holds
    millimetres of any movement, rides too. ``offsets`` says where the clock on the wall stood.
    """

    first_minute: int
    steps: bytes = field(repr=False)
    distance_mm: array[int] = field(repr=False)
    worn: bytes = field(repr=False)
    charged: bytes = field(repr=False)
    carried: bytes = field(repr=False)
    walks: tuple[TrueWalk, ...] = field(repr=False)
    rides: tuple[TrueWalk, ...] = field(repr=False)
    offsets: tuple[OffsetRun, ...]

    @property
    def end_minute(self) -> int:
        """Return the Unix minute after the last."""
        return self.first_minute + len(self.steps)

    def offset_at(self, at: int) -> OffsetRun:
        """Return the offset in force at ``at`` (Unix seconds)."""
        for run in reversed(self.offsets):  # a life has a handful, and is asked for each minute
            if run.start <= at:
                return run
        return self.offsets[0]

    def local(self, at: int) -> datetime:
        """Return ``at`` (Unix seconds) as the clock on the wall showed it."""
        shift = timezone(timedelta(seconds=self.offset_at(at).offset_s))
        return datetime.fromtimestamp(at, UTC).astimezone(shift)

    def days(self) -> tuple[date, ...]:
        """Return the civil days that were lived, in order; one lived twice is named once."""
        seen: set[date] = set()
        for first, end, offset_s in self._pieces():
            low = (first * MINUTE_S + offset_s) // DAY_S
            high = (end * MINUTE_S + offset_s - 1) // DAY_S
            seen.update(EPOCH + timedelta(days=day) for day in range(low, high + 1))
        return tuple(sorted(seen))

    def spans(self, day: date) -> tuple[tuple[int, int], ...]:
        """Return the (first, end) Unix minutes of a civil day; two where it was lived twice."""
        midnight = (day - EPOCH).days * DAY_S
        found: list[tuple[int, int]] = []
        for first, end, offset_s in self._pieces():
            low = max(first, (midnight - offset_s) // MINUTE_S)
            high = min(end, (midnight + DAY_S - offset_s) // MINUTE_S)
            if low < high and found and found[-1][1] == low:
                found[-1] = (found[-1][0], high)
            elif low < high:
                found.append((low, high))
        return tuple(found)

    def steps_on(self, day: date) -> int:
        """Return the steps of a civil day."""
        return sum(map(sum, self._minutes(day)))

    def true_brisk_minutes(self, day: date, cadence_min: int = 100) -> int:
        """Return how many clock minutes of a civil day hold ``cadence_min`` steps or more."""
        return sum(count >= cadence_min for piece in self._minutes(day) for count in piece)

    def _minutes(self, day: date) -> tuple[bytes, ...]:
        zero = self.first_minute
        return tuple(self.steps[a - zero : b - zero] for a, b in self.spans(day))

    def _pieces(self) -> tuple[tuple[int, int, int], ...]:
        """Return (first minute, end minute, offset_s) of each offset run."""
        starts = [self.first_minute, *(run.start // MINUTE_S for run in self.offsets[1:])]
        ends = [*starts[1:], self.end_minute]
        return tuple(
            (a, b, run.offset_s) for a, b, run in zip(starts, ends, self.offsets, strict=True)
        )
