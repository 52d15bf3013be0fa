"""FIT monitoring files as readings of step counters: all-day steps, cumulative within a local day.

Most messages carry only the low 16 bits of their time, and their kind of activity packed beside
its intensity. A packed kind holds "for the duration since the last monitoring message" (the FIT
profile's own words), so a sedentary message is a reading too: nothing was stepped up to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from syncd.contract import DeviceSync, Source, StepCounter
from syncd.formats.fit_messages import (
    FIT_EPOCH_S,
    MONITORING_INFO,
    SYSTEM_TIME_BELOW,
    TIMESTAMP,
    Fields,
    Told,
    unix,
    whole,
)
from syncd.formats.fit_outing import local_offset
from syncd.formats.problems import Problems

DAY_S: Final = 86_400
EARLIEST: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
MOST_STEPS: Final = 10 * DAY_S
"""Steps of a day beyond which a register was broken."""
STEPS_AGO_S: Final = 600
"""Messages may be this little out of order; farther back the 16 bits mean a later time."""
STILL: Final = "sedentary"

_CYCLES, _ACTIVITY, _CYCLES_16, _PACKED, _TIMESTAMP_16 = 3, 5, 9, 24, 26
_STEPPED: Final = {1: "running", 6: "walking"}
_SEDENTARY: Final = 8


@dataclass(slots=True)
class _Clock:
    """What time it is while a file is read: the last moment told, and the wearer's offset."""

    zone: ZoneInfo | None
    last: int | None
    offset: int | None = None

    def read(self, fields: Fields) -> int | None:
        """Return the Unix second of a message, ``None`` if nothing tells it."""
        full = _told(fields.get(TIMESTAMP))
        if full is not None:
            self.last = full
            return full
        low = whole(fields.get(_TIMESTAMP_16))
        if low is None or self.last is None:
            return None
        ahead = (low - (self.last - FIT_EPOCH_S)) & 0xFFFF
        if ahead > 0x10000 - STEPS_AGO_S:
            return self.last + ahead - 0x10000
        self.last += ahead
        return self.last

    def day_start(self, at: int) -> tuple[int, int] | None:
        """Return the local midnight before ``at`` and the offset, ``None`` if nobody knows."""
        if self.offset is not None:
            return (at - 1 + self.offset) // DAY_S * DAY_S - self.offset, self.offset
        if self.zone is None:
            return None
        day = datetime.fromtimestamp(at - 1, self.zone).date()
        shift = datetime.fromtimestamp(at, self.zone).utcoffset() or timedelta()
        midnight = datetime.combine(day, time(), self.zone).timestamp()
        return int(midnight), round(shift.total_seconds())


def _told(value: object) -> int | None:
    """Return a full time in Unix seconds; a device that did not know the date tells none."""
    seconds = whole(value)
    return None if seconds is None or seconds < SYSTEM_TIME_BELOW else unix(seconds)


@dataclass(slots=True)
class _Readings:
    """The readings of one file, the larger of two at one moment."""

    source: Source
    limit: int
    found: dict[tuple[int, str], StepCounter] = field(default_factory=dict)
    uncounted: set[str] = field(default_factory=set)
    untimed: int = 0
    unplaced: int = 0
    impossible: int = 0

    def take(self, fields: Fields, clock: _Clock) -> None:
        """Take one monitoring message; what counts no steps is passed over."""
        at, told = clock.read(fields), self._counted(fields)
        if told is None:
            return
        activity, total = told
        if at is None:
            self.untimed += 1
        elif not EARLIEST <= at <= self.limit or total > MOST_STEPS:
            self.impossible += 1
        else:
            self._keep(activity, at, total, clock.day_start(at))

    def _counted(self, fields: Fields) -> tuple[str, int] | None:
        """Return activity and total of a message.

        A run of steps that are not told lies somewhere before the next total, so that stillness
        behind it must not push those steps together.
        """
        packed, kind = _packed(fields.get(_PACKED)), whole(fields.get(_ACTIVITY))
        kind = kind if packed is None else packed
        if kind in _STEPPED:
            activity, total = _STEPPED[kind], _total(fields)
            if total is not None:
                self.uncounted.discard(activity)
                return activity, total
            self.uncounted.add(activity)
        elif packed == _SEDENTARY and not self.uncounted:
            return STILL, 0
        return None

    def _keep(self, activity: str, at: int, total: int, day: tuple[int, int] | None) -> None:
        if day is None:
            self.unplaced += 1
            return
        held = self.found.get((at, activity))
        if held is None or held.total < total:
            self.found[at, activity] = StepCounter(
                source=self.source,
                activity=activity,
                at=datetime.fromtimestamp(at, UTC),
                day_start=datetime.fromtimestamp(day[0], UTC),
                total=total,
                utc_offset_s=day[1],
            )

    def say_what_lacks(self, problems: Problems) -> None:
        """Note what was left out, and a file that counts no steps."""
        if self.unplaced:
            problems.add(
                "a monitoring file that tells no local time, so that its days have no midnight."
                " Name the zone: --tz ZONE."
            )
        for count, why in (
            (self.untimed, "tell no time"),
            (self.impossible, "cannot be (before 2000, in the future, or more than a day holds)"),
        ):
            if count:
                problems.add(f"{count:,} of its step readings {why}; left out.")
        if not (self.found or self.unplaced or self.untimed or self.impossible):
            problems.add_other("a monitoring file without steps in it.")


def counters(
    told: Told, source: Source, limit: int, zone: ZoneInfo | None, problems: Problems
) -> Iterator[StepCounter | DeviceSync]:
    """Yield the step readings of a monitoring file in order of time, and how far it is complete.

    Nothing later than ``limit`` (Unix seconds) is believed; ``zone`` tells local time where the
    file does not.
    """
    readings, clock = _Readings(source, limit), _Clock(zone, _told(told.file_id.get(4)))
    for number, fields in told.monitoring:
        if number == MONITORING_INFO:
            clock.read(fields)
            offset, odd = local_offset(fields.get(TIMESTAMP), fields.get(0))
            clock.offset = clock.offset if offset is None else offset
            if odd is not None:
                problems.add(f"its clock says local time is {odd} s from UTC, which no zone is.")
        else:
            try:
                readings.take(fields, clock)
            except (ValidationError, OverflowError):
                readings.impossible += 1
    found = [readings.found[key] for key in sorted(readings.found)]
    yield from found
    if found:
        yield DeviceSync(source=source, at=max(map(_complete, found)))
    readings.say_what_lacks(problems)


def _complete(reading: StepCounter) -> datetime:
    """Return the last midnight that a reading proves: its own, or the start of its day."""
    shift = timedelta(seconds=reading.utc_offset_s or 0)
    is_midnight = (reading.at + shift).time() == time()
    return reading.at if is_midnight else reading.day_start


def _packed(value: object) -> int | None:
    """Return the kind of activity in the low five bits of a packed byte."""
    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else None
    byte = whole(value)
    return None if byte is None or byte > 0xFE else byte & 0x1F


def _total(fields: Fields) -> int | None:
    """Return the steps of a message: the format counts half strides, which are steps."""
    total = whole(fields.get(_CYCLES))
    return whole(fields.get(_CYCLES_16)) if total is None else total
