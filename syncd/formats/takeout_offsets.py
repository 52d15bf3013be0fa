"""Where the clock of Takeout's older minute JSON stood: found by matching, never guessed.

One export's steps were UTC and its calories local; others are said to be local throughout. So each
wall-clock day is laid beside what is known in UTC (the tables' minutes, the steps of exercises) and
votes for the offset at which both agree. The whole family follows where the votes leave no other
reading; a day that nothing decides is refused.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from syncd.formats.takeout_times import DAY_MIN, EPOCH_DAY

NO_ROW: Final = 255
LARGEST: Final = 254
SAMPLE: Final = 60
"""Minutes with steps of a day that are compared."""
LEAST_SAMPLE: Final = 15
LEAST_SHARE: Final = 0.9
"""Share of compared minutes, or of votes, that must agree."""
LEAST_VOTES: Final = 3
LEAST_OUTING_STEPS: Final = 300
WIDEST_GAP_DAYS: Final = 31
"""Two days that agree speak for those between them when no farther apart."""
EDGE_DAYS: Final = 2
_ALL: Final = range(-14 * 60, 14 * 60 + 1, 15)

_ASIDE: Final = (-60, -30, 30, 60)
"""A day so even that it agrees with itself as well at another offset says nothing."""

_Reading = Callable[[int], int | None]
"""The offset (minutes) that a reading of the family gives a day."""


@dataclass(frozen=True, slots=True)
class Outing:
    """Steps that an exercise counted over [``start``, ``end``) Unix minutes, and its offset."""

    start: int
    end: int
    offset_min: int | None
    steps: int | None


@dataclass(slots=True)
class Steps:
    """Steps by day, a byte a minute: ``NO_ROW`` where nothing is told, 254 for more."""

    days: dict[int, bytearray] = field(default_factory=dict)

    def put(self, day: int, minute: int, steps: float) -> None:
        """Lay a minute of a day; days are proleptic ordinals."""
        held = self.days.get(day)
        if held is None:
            held = self.days[day] = bytearray([NO_ROW]) * DAY_MIN
        value = min(LARGEST, round(steps))
        held[minute] = value if held[minute] == NO_ROW else max(value, held[minute])

    def around(self, day: int) -> bytes:
        """Return the day with the one before and the one after."""
        blank = bytes([NO_ROW]) * DAY_MIN
        return b"".join(bytes(self.days.get(d, blank)) for d in (day - 1, day, day + 1))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known in UTC: the minutes of each named source, and the outings by start."""

    sources: Mapping[str, Steps]
    outings: Sequence[Outing]
    zone: ZoneInfo | None = None
    """Told by the person for this import."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """The offset of each wall-clock day from its first on, seconds; ``None`` where refused."""

    runs: tuple[tuple[int, int | None], ...]
    utc: bool = False
    """Whether the clock was UTC, so that the offsets say nothing of local time."""

    def of(self, day: int) -> int | None:
        """Return the offset of a day (proleptic ordinal), ``None`` if it is not known."""
        at = bisect_right(self.runs, day, key=lambda run: run[0])
        return self.runs[at - 1][1] if at else None

    def local_runs(self, minutes: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield (Unix second, offset) wherever local time changes along ordered Unix minutes."""
        last: int | None = None
        for minute in () if self.utc else minutes:
            offset = self.of_minute(minute)
            if offset is not None and offset != last:
                yield 60 * minute, offset
                last = offset

    def of_minute(self, minute: int) -> int | None:
        """Return the offset whose wall-clock day holds a Unix minute."""
        day = minute // DAY_MIN + EPOCH_DAY
        for near in (day, day + 1, day - 1):
            offset = self.of(near)
            if offset is not None and (minute + offset // 60) // DAY_MIN + EPOCH_DAY == near:
                return offset
        return None

    def over(self, days: Sequence[int]) -> str:
        """Return what ``read`` reads, for ordered days only: the same however large the export."""
        return str(_offsets(days, lambda d: None if (o := self.of(d)) is None else o // 60,
                            utc=self.utc))  # fmt: skip

    def __str__(self) -> str:
        runs = (f"{date.fromordinal(d).isoformat()}={'-' if o is None else o}"
                for d, o in self.runs)  # fmt: skip
        return ("utc;" if self.utc else "local;") + ",".join(runs)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what ``str`` wrote; raise ``ValueError`` for anything else."""
        clock, _, told = text.partition(";")
        runs = []
        for run in told.split(",") if told else ():
            day, _, offset = run.partition("=")
            runs.append(
                (date.fromisoformat(day).toordinal(), None if offset == "-" else int(offset))
            )
        return cls(tuple(runs), utc=clock == "utc")


def decide(walls: Steps, known: Evidence) -> Offsets:
    """Return the offset of every day of ``walls`` (steps by wall-clock day)."""
    days = sorted(walls.days)
    votes = _votes(walls, known)
    if _agree(votes, lambda _: 0) and any(_local(day, known) for day in votes):
        return _offsets(days, lambda _: 0, utc=True)
    zone = known.zone
    if zone is not None and _agree(votes, lambda day: _of_zone(day, zone)):
        return _offsets(days, lambda day: _of_zone(day, zone), utc=False)
    voted = sorted(votes)
    return _offsets(
        days,
        lambda day: _between(day, voted, votes),
        utc=bool(votes) and not any(votes.values()),
    )


def _votes(walls: Steps, known: Evidence) -> dict[int, int]:
    """Return by day the offset (minutes) at which it agrees with what is known."""
    found: dict[int, int] = {}
    likely = [0]
    by_day: dict[int, list[Outing]] = {}
    for outing in known.outings:
        by_day.setdefault(outing.start // DAY_MIN + EPOCH_DAY, []).append(outing)
    for day in sorted(walls.days):
        vote = _by_minutes(walls.days[day], [s.around(day) for s in known.sources.values()], likely)
        if vote is None:
            near = [o for d in (day - 1, day, day + 1) for o in by_day.get(d, ())]
            vote = _by_outings(walls, day, near)
        if vote is not None:
            found[day] = vote
            likely = list(dict.fromkeys((vote, *likely)))[:4]
    return found


def _by_minutes(wall: bytearray, sources: Sequence[bytes], likely: Sequence[int]) -> int | None:
    """Return the offset at which a day's minutes are those of a source, tried likely ones first."""
    stepped = [i for i, v in enumerate(wall) if 0 < v < NO_ROW]
    if len(stepped) < LEAST_SAMPLE or not sources:
        return None
    taken = stepped[:: max(1, len(stepped) // SAMPLE)]

    def share(offset: int) -> float:
        return _share(wall, taken, sources, offset)

    best = next((offset for offset in likely if share(offset) >= LEAST_SHARE), None)
    if best is None:
        best = max(_ALL, key=share)
    even = any(share(best + aside) >= LEAST_SHARE for aside in _ASIDE)
    return best if share(best) >= LEAST_SHARE and not even else None


def _share(wall: bytearray, taken: Sequence[int], sources: Sequence[bytes], offset: int) -> float:
    """Return the largest share of minutes that a source tells alike; few told are none."""
    best = 0.0
    for steps in sources:
        pairs = [(wall[i], steps[DAY_MIN + i - offset]) for i in taken]
        told = [a == b for a, b in pairs if b != NO_ROW]
        if len(told) >= max(LEAST_SAMPLE, len(taken) // 2):
            best = max(best, sum(told) / len(told))
    return best


def _by_outings(walls: Steps, day: int, near: Sequence[Outing]) -> int | None:
    """Return 0 or an exercise's own offset if just one of them holds its steps on this day."""
    for outing in near:
        own, steps = outing.offset_min, outing.steps
        if not own or steps is None or steps < LEAST_OUTING_STEPS:
            continue
        fits = [o for o in (0, own) if _holds(walls, day, outing, o, steps)]
        if len(fits) == 1:
            return fits[0]
    return None


def _holds(walls: Steps, day: int, outing: Outing, offset: int, steps: int) -> bool:
    first = outing.start + offset - (day - EPOCH_DAY) * DAY_MIN
    end = outing.end + offset - (day - EPOCH_DAY) * DAY_MIN
    if first < 0 or end > DAY_MIN:
        return False
    inside = sum(v for v in walls.days[day][first:end] if v != NO_ROW)
    return abs(inside - steps) <= max(30, steps // 10)


def _agree(votes: Mapping[int, int], reading: _Reading) -> bool:
    if len(votes) < LEAST_VOTES:
        return False
    alike = sum(reading(day) == vote for day, vote in votes.items())
    return alike >= LEAST_SHARE * len(votes)


def _local(day: int, known: Evidence) -> int:
    """Return a local offset (minutes) that is certain of a day, 0 where none is."""
    if known.zone is not None:
        return _of_zone(day, known.zone) or 0
    start = (day - EPOCH_DAY) * DAY_MIN
    at = bisect_left(known.outings, start - WIDEST_GAP_DAYS * DAY_MIN, key=lambda o: o.start)
    end = bisect_left(known.outings, start + WIDEST_GAP_DAYS * DAY_MIN, key=lambda o: o.start)
    told = {o.offset_min for o in known.outings[at:end]} - {None}
    return (told.pop() or 0) if len(told) == 1 else 0


def _of_zone(day: int, zone: ZoneInfo) -> int | None:
    """Return a zone's offset (minutes) on a day, ``None`` where its clocks change."""
    midnight = datetime.combine(date.fromordinal(day), time(), zone)
    shifts = {at.utcoffset() for at in (midnight, midnight + timedelta(days=1))}
    shift = shifts.pop()
    return None if shifts or shift is None else round(shift.total_seconds()) // 60


def _between(day: int, voted: Sequence[int], votes: Mapping[int, int]) -> int | None:
    """Return a day's own vote, else that of two near days around it which agree.

    The first and the last days of an export hold few steps; they follow a unanimous vote beside.
    """
    if day in votes:
        return votes[day]
    at = bisect_left(voted, day)
    if 0 < at < len(voted):
        before, after = voted[at - 1], voted[at]
        alike = votes[before] == votes[after] and after - before <= WIDEST_GAP_DAYS
        return votes[before] if alike else None
    edge = next(iter(voted[-1:] if at else voted[:1]), None)
    if edge is None or abs(day - edge) > EDGE_DAYS or len(set(votes.values())) > 1:
        return None
    return votes[edge] if len(votes) >= LEAST_VOTES else None


def _offsets(days: Sequence[int], reading: _Reading, *, utc: bool) -> Offsets:
    runs: list[tuple[int, int | None]] = []
    for day in days:
        minutes = reading(day)
        seconds = None if minutes is None else 60 * minutes
        if not runs or runs[-1][1] != seconds:
            runs.append((day, seconds))
    return Offsets(tuple(runs), utc=utc)
