"""What Garmin's cloud holds of a walker: everything that answers are made of, from one truth.

The watch alone speaks: Garmin knows nothing of a phone. Instants are Unix seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from syncd.sim.cloud import Cloud, Outing
from syncd.sim.devices import UNSEEN
from syncd.sim.truth import MINUTE_S

BUCKET_S: Final = 900
PULSE_S: Final = 120
FLOOR_MM: Final = 3048
FIRST_ID: Final = 20_000_000_000


@dataclass(slots=True, kw_only=True)
class Quirks:
    """May be changed while the vendor runs.

    ``altimeter`` and ``zone`` are about the person, ``counts_steps`` about the watch (old ones
    count none on a hike), the rest about what Garmin makes of it.
    """

    altimeter: bool = True
    zone: str | None = "Europe/Berlin"
    counts_steps: bool = True
    elevation_corrected: bool = False
    file_kind: str = "fit"
    """What original files are: ``fit``, ``gpx``, ``none`` (404) or ``junk`` (no archive at all)."""
    largest_page: int = 45
    """Longer pages of activities end in 500."""
    forgets_sync: bool = False
    """The time of the last sync is null."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a civil day came to by now; ``seconds`` are those since midnight that are told."""

    steps: int
    distance_mm: int
    climb_mm: int
    seconds: int


@dataclass
class World:
    """One person's Garmin account; ``now`` is the simulated clock."""

    cloud: Cloud
    now: Callable[[], datetime]
    quirks: Quirks = field(default_factory=Quirks)

    def __post_init__(self) -> None:
        self._sums: dict[tuple[date, int], Sums | None] = {}

    @property
    def second(self) -> int:
        """Return the simulated clock's now."""
        return int(self.now().timestamp())

    def last_sync(self) -> int | None:
        """Return when the watch last synced."""
        return self.cloud.last_sync(self.second)

    def span(self, day: date) -> tuple[int, int] | None:
        """Return the [start, end) of a civil day; ``None`` where nobody lived it."""
        spans = self.cloud.truth.spans(day)
        return (spans[0][0] * MINUTE_S, spans[-1][1] * MINUTE_S) if spans else None

    def offset_s(self, at: int) -> int:
        """Return local minus UTC."""
        return self.cloud.truth.offset_at(at).offset_s

    def zone_at(self, at: int) -> str | None:
        """Return the IANA zone somebody was in."""
        return self.cloud.truth.offset_at(at).zone

    def today(self) -> date:
        """Return the civil day of now, where the person is."""
        return self.cloud.day_of(self.second)

    def sums(self, day: date) -> Sums | None:
        """Return what the watch has told of a day; ``None`` where it was off or has not synced."""
        told = (day, self.last_sync() or 0)
        if told not in self._sums:
            self._sums[told] = self._summed(day)
        return self._sums[told]

    def _summed(self, day: date) -> Sums | None:
        steps = distance = climb = seconds = 0
        for a, b in self.cloud.truth.spans(day):
            for m in self.cloud.watch_minutes(self.second, a * MINUTE_S, b * MINUTE_S):
                steps, distance = steps + m.steps, distance + m.distance_mm
                climb, seconds = climb + (m.climb_mm or 0), seconds + MINUTE_S
        return Sums(steps, distance, climb, seconds) if seconds else None

    def buckets(self, day: date) -> Iterator[tuple[int, int, int, int]]:
        """Yield (start, steps, climbed mm, minutes told) of every 15 minutes begun by now."""
        upto = self.last_sync() or 0
        for a, b in self.cloud.truth.spans(day):
            for start in range(a * MINUTE_S, min(b * MINUTE_S, upto), BUCKET_S):
                end = min(start + BUCKET_S, b * MINUTE_S)
                told = list(self.cloud.watch_minutes(self.second, start, end))
                climbed = sum(m.climb_mm or 0 for m in told)
                yield start, sum(m.steps for m in told), climbed, len(told)

    def pulse(self, day: date) -> Iterator[tuple[int, int | None]]:
        """Yield (start, beats a minute) every two minutes; ``None`` while nobody wore the watch."""
        log, upto = self.cloud.watch, self.last_sync() or 0
        for a, b in self.cloud.truth.spans(day):
            for at in range(a * MINUTE_S, min(b * MINUTE_S, upto), PULSE_S):
                i = at // MINUTE_S - log.first
                two = log.steps[i : i + 2]
                steps = sum(s for s in two if s != UNSEEN)
                yield at, None if UNSEEN in two else min(180, 58 + steps // 4)

    def outings(self) -> tuple[Outing, ...]:
        """Return what the person recorded and has not deleted, the newest first."""
        told = (o for o in self.cloud.outings(self.second) if not o.detected)
        return tuple(sorted(told, key=lambda o: o.start, reverse=True))

    def outing(self, activity_id: int) -> Outing | None:
        """Return an outing by Garmin's number for it."""
        return next((o for o in self.outings() if id_of(o) == activity_id), None)


def id_of(outing: Outing) -> int:
    """Return Garmin's number for an outing; it stays when the outing is edited."""
    return FIRST_ID + outing.start


def days(first: date, last: date) -> list[date]:
    """Return the dates from ``first`` to ``last``, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
