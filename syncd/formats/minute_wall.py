"""What a minute CSV says, laid on wall-clock days, and from there on the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from operator import itemgetter
from typing import Final

from syncd.contract import DeviceSync, OffsetRun, Series, Source, SourceKind, StepSeries
from syncd.formats.minute_clock import ZoneDays, instant, told, unix
from syncd.formats.problems import Problems

SOURCE: Final = Source(key="csv", kind=SourceKind.FILE, whole_day=True, device="minute CSV")
MINUTE_S: Final = 60
CHUNK_MINUTES: Final = 31 * 1440

_ABSENT: Final = -1
"""No row spoke of the minute; ``None`` is a row with a blank cell."""
_DAY: Final = [_ABSENT] * 1440
_HOUR: Final = _DAY[:60]
DAY_MIN: Final = 1440

Value = int | None


class Wall:
    """What a file says, laid on wall-clock days; ``again`` holds minutes that came twice."""

    def __init__(self, days: ZoneDays) -> None:
        self._zone_days = days
        self.days: dict[int, list[Value]] = {}
        self.again: dict[int, dict[int, Value]] = {}

    def minutes(self) -> dict[int, list[int]]:
        """Return by day the minutes that any row spoke of."""
        return {
            day: [i for i, value in enumerate(held) if value != _ABSENT]
            for day, held in self.days.items()
        }

    def put_hour(self, day: int, minute: int, values: list[Value]) -> None:
        """Lay sixty minutes from ``minute`` on."""
        held = self.days.get(day)
        if held is None:
            held = self.days[day] = list(_DAY)
        if held[minute : minute + 60] == _HOUR:
            held[minute : minute + 60] = values
            return
        for i, value in enumerate(values, start=minute):
            self.put(day, i, value)

    def put(self, day: int, minute: int, value: Value) -> None:
        """Lay one minute; of two values for it the larger stands."""
        held = self.days.get(day)
        if held is None:
            held = self.days[day] = list(_DAY)
        if held[minute] == _ABSENT:
            held[minute] = value
        elif self._zone_days.came_twice(day, minute):
            second = self.again.setdefault(day, {})
            second[minute] = _larger(second.get(minute), value)
        else:
            held[minute] = _larger(held[minute], value)


def _larger(a: Value, b: Value) -> Value:
    if a is None or b is None:
        return b if a is None else a
    return max(a, b)


def series(
    wall: Wall, days: ZoneDays, problems: Problems, *, length_min: int = 1
) -> Iterator[StepSeries | DeviceSync]:
    """Yield a wall's intervals in order of time, and the end of its last complete civil day.

    Note in ``problems`` steps at times that the clocks of the zone never showed.
    """
    chunk, last_minute = _Chunk(days.zone.key, length_min), DAY_MIN - length_min
    complete: int | None = None
    unsteady: list[Placed] = []
    for day in sorted(wall.days):
        offset = days.steady(day)
        if offset is None:
            # Clocks set back over midnight mix the minutes of two days: these are ordered together.
            placed = _placed(day, wall, days, problems)
            unsteady += placed
            ends = [
                at for at, _, value, minute in placed if minute == last_minute and value is not None
            ]
            complete = max(ends) + 60 * length_min if ends else complete
            continue
        chunk.add(unsteady)
        unsteady = []
        if len(chunk) >= CHUNK_MINUTES:
            yield chunk.series()
            chunk = _Chunk(days.zone.key, length_min)
        values = wall.days[day]
        chunk.add_steady(unix(day, 0, offset), offset, values)
        if values[last_minute] not in (_ABSENT, None):
            complete = unix(day, last_minute, offset) + 60 * length_min
    chunk.add(unsteady)
    if len(chunk):
        yield chunk.series()
    if complete is not None:
        yield DeviceSync(source=SOURCE, at=instant(complete))


Placed = tuple[int, int, Value, int]
"""Unix seconds, offset, value, minute of its civil day."""


def _placed(day: int, wall: Wall, days: ZoneDays, problems: Problems) -> list[Placed]:
    """Return a day on which the clocks changed, minute by minute."""
    found: list[Placed] = []
    never: list[tuple[int, int]] = []
    again = wall.again.get(day, {})
    for minute, value in enumerate(wall.days[day]):
        if value == _ABSENT:
            continue
        first, last = days.offsets(day, minute)
        if first < last:
            if value:
                never.append((minute, value))
            continue
        found.append((unix(day, minute, first), first, value, minute))
        if first > last and minute in again:
            found.append((unix(day, minute, last), last, again[minute], minute))
    if never:
        problems.add(
            f"{told(day, never[0][0])} to {told(day, never[-1][0])[-5:]} never came in"
            f" {days.zone.key}, where the clocks went forward; {sum(v for _, v in never)} steps"
            " were left out."
        )
    return found


class _Chunk:
    """Columns of a series in the making."""

    def __init__(self, zone: str, length_min: int) -> None:
        self._zone = zone
        self._length_s = 60 * length_min
        self._starts: list[int] = []
        self._values: list[Value] = []
        self._offsets: list[OffsetRun] = []

    def __len__(self) -> int:
        return len(self._starts)

    def add_steady(self, midnight: int, offset: int, values: list[Value]) -> None:
        """Add a wall-clock day of one offset."""
        starts = range(midnight, midnight + 86400, 60)
        if _ABSENT in values:
            kept = [i for i, value in enumerate(values) if value != _ABSENT]
            if not kept:
                return
            self._run(starts[kept[0]], offset)
            self._starts.extend(starts[i] for i in kept)
            self._values.extend(values[i] for i in kept)
        else:
            self._run(midnight, offset)
            self._starts.extend(starts)
            self._values.extend(values)

    def add(self, placed: list[Placed]) -> None:
        """Add minutes one by one, put in order of time."""
        for at, offset, value, _ in sorted(placed, key=itemgetter(0)):
            self._run(at, offset)
            self._starts.append(at)
            self._values.append(value)

    def _run(self, at: int, offset: int) -> None:
        if not self._offsets or self._offsets[-1].offset_s != offset:
            self._offsets.append(OffsetRun(start=at, offset_s=offset, zone=self._zone))

    def series(self) -> StepSeries:
        """Return the record."""
        return StepSeries(
            source=SOURCE,
            series=Series.STEPS,
            start=tuple(self._starts),
            duration=self._durations(),
            value=tuple(self._values),
            offsets=tuple(self._offsets),
        )

    def _durations(self) -> tuple[int, ...]:
        """Return how long each lasts; clocks set forward may cut one short."""
        if self._length_s == MINUTE_S:
            return tuple(repeat(MINUTE_S, len(self._starts)))
        ends = [*self._starts[1:], self._starts[-1] + self._length_s]
        return tuple(min(self._length_s, b - a) for a, b in zip(self._starts, ends, strict=True))
