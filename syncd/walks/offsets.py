"""The one offset timeline of a person, and the civil days cut from it (house rule on time).

Evidence is painted in order of trust: the person's zone, then what sources say of their own
minutes (less trusted sources first), then recorded workouts. What a workout says also holds for
the rest of its civil day where nothing but the person's zone speaks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

DAY_S = 86_400
HOLD_S = 36 * 3600
"""How long an offset that a source told holds across minutes it did not cover."""
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Run:
    """From ``start`` (Unix seconds) until the next run, local is UTC + ``offset_s``."""

    start: int
    offset_s: int
    zone: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Some source says the wearer's offset over [``start``, ``end``), Unix seconds."""

    start: int
    end: int
    offset_s: int
    zone: str | None = None
    source: str = "zone"


@dataclass(frozen=True, slots=True)
class Piece:
    """Unix minutes [``start``, ``end``) of one civil day, all at one offset."""

    start: int
    end: int
    offset_s: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Offset runs in order; the first also holds for all time before it."""

    runs: tuple[Run, ...]
    starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", tuple(run.start for run in self.runs))

    def at(self, unix_s: int) -> Run:
        """Return the run in force at an instant."""
        return self.runs[max(0, bisect_right(self.starts, unix_s) - 1)]

    def local(self, unix_s: int) -> datetime:
        """Return the wearer's wall clock, as an aware datetime."""
        return local_time(unix_s, self.at(unix_s).offset_s)


def local_time(unix_s: int, offset_s: int) -> datetime:
    """Return an instant at an offset as an aware datetime."""
    return datetime.fromtimestamp(unix_s, UTC).astimezone(timezone(timedelta(seconds=offset_s)))


def zone_evidence(
    zones: Sequence[tuple[date | None, str]], start: int, end: int, source: str = "zone"
) -> list[Evidence]:
    """Return what a person's zones say over [``start``, ``end``), each from its local day on."""
    found: list[Evidence] = []
    for i, (from_day, name) in enumerate(zones):
        zone = ZoneInfo(name)
        a = start if from_day is None or i == 0 else max(start, _midnight(from_day, zone))
        b = end
        if i + 1 < len(zones):
            next_day, next_zone = zones[i + 1]
            b = min(end, _midnight(next_day or EPOCH, ZoneInfo(next_zone)))
        if a < b:
            found.extend(_transitions(zone, name, a, b, source))
    return found


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def _offset(zone: ZoneInfo, unix_s: int) -> int:
    offset = datetime.fromtimestamp(unix_s, zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _transitions(zone: ZoneInfo, name: str, start: int, end: int, source: str) -> list[Evidence]:
    """Cut [``start``, ``end``) where the zone's offset changes; steps of 20 days, then halving."""
    found: list[Evidence] = []
    a = start
    while a < end:
        offset, b = _offset(zone, a), a
        while b < end:
            ahead = min(b + 20 * DAY_S, end)
            if _offset(zone, ahead) != offset:
                b = _change(zone, b, ahead, offset)
                break
            b = ahead
        found.append(Evidence(a, b, offset, name, source))
        a = b
    return found


def _change(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def held(evidence: Iterable[Evidence], hold_s: int = HOLD_S) -> list[Evidence]:
    """Return one source's evidence with gaps closed: each holds until the next, if that is near."""
    ordered = sorted(evidence, key=lambda e: e.start)
    found: list[Evidence] = []
    for i, e in enumerate(ordered):
        end = e.end
        if i + 1 < len(ordered):
            end = max(end, min(ordered[i + 1].start, e.end + hold_s))
        if found and found[-1].end == e.start and _same(found[-1], e):
            found[-1] = Evidence(found[-1].start, end, e.offset_s, e.zone, e.source)
        else:
            found.append(Evidence(e.start, end, e.offset_s, e.zone, e.source))
    return found


def _same(a: Evidence, b: Evidence) -> bool:
    return (a.offset_s, a.zone, a.source) == (b.offset_s, b.zone, b.source)


def whole_day(e: Evidence) -> Evidence:
    """Return the evidence stretched to the civil days its ends fall on."""
    start = (e.start + e.offset_s) // DAY_S * DAY_S - e.offset_s
    end = -(-(e.end + e.offset_s) // DAY_S) * DAY_S - e.offset_s
    return Evidence(start, end, e.offset_s, e.zone, e.source)


def timeline(layers: Iterable[Sequence[Evidence]]) -> Timeline:
    """Paint ``layers``, least trusted first, and return the runs that remain visible.

    The first layer must be gapless; runs begin on whole minutes.
    """
    visible: list[Evidence] = []
    for layer in layers:
        for e in layer:
            start, end = e.start // 60 * 60, e.end // 60 * 60
            if start < end:
                visible = _painted(visible, Evidence(start, end, e.offset_s, e.zone, e.source))
    visible.sort(key=lambda e: e.start)
    runs: list[Run] = []
    for e in visible:
        if runs and (runs[-1].offset_s, runs[-1].zone) == (e.offset_s, e.zone):
            continue
        runs.append(Run(e.start, e.offset_s, e.zone, e.source))
    return Timeline(tuple(runs))


def _painted(below: list[Evidence], top: Evidence) -> list[Evidence]:
    kept = []
    for e in below:
        if e.end <= top.start or e.start >= top.end:
            kept.append(e)
            continue
        if e.start < top.start:
            kept.append(Evidence(e.start, top.start, e.offset_s, e.zone, e.source))
        if e.end > top.end:
            kept.append(Evidence(top.end, e.end, e.offset_s, e.zone, e.source))
    kept.append(top)
    return kept


def civil_days(line: Timeline, first: int, end: int) -> dict[date, list[Piece]]:
    """Cut the Unix minutes [``first``, ``end``) into civil days, each a list of pieces in order.

    Every minute has one offset and falls on the date of utc + offset; a date nobody lived is
    absent, a date lived twice has its pieces apart.
    """
    days: dict[date, list[Piece]] = {}
    starts = [run.start // 60 for run in line.runs[1:]]
    for i, run in enumerate(line.runs):
        a = first if i == 0 else max(first, starts[i - 1])
        b = min(end, starts[i]) if i < len(starts) else end
        while a < b:
            local_day = (a * 60 + run.offset_s) // DAY_S
            cut = min(b, -((-((local_day + 1) * DAY_S - run.offset_s)) // 60))
            day = EPOCH + timedelta(days=local_day)
            days.setdefault(day, []).append(Piece(a, cut, run.offset_s))
            a = cut
    return days
