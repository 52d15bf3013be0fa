"""Canonical records: what every vendor's data is turned into. SI units, the unit in the name.

Times are whole seconds. ``start`` columns are Unix seconds (UTC) because a day of minutes crosses
this door as columns, not as 1,440 objects; single instants are aware ``datetime`` values.
``None`` is "not measured"; 0 is "measured, and none".
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

MAX_OFFSET_S = 18 * 3600
MAX_INTERVAL_S = 50 * 3600

Metres = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Key = Annotated[str, Field(min_length=1, max_length=200)]


class Record(BaseModel):
    """Frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SourceKind(StrEnum):
    """What kind of thing a source is; decides its default rank."""

    WATCH = "watch"
    PHONE = "phone"
    HUB = "hub"
    MANUAL = "manual"
    FILE = "file"


class Source(Record):
    """The stream of record a value came from, stable for years: one device, one export, one hub.

    ``whole_day`` says it speaks for all waking hours, not for outings only; ``origin`` names the
    source that it re-exports, if it does; ``device`` is for people.
    """

    key: Key
    kind: SourceKind
    whole_day: bool
    origin: str | None = None
    device: str | None = None


class Series(StrEnum):
    """What a dense column measures, per interval.

    ``wear`` is 1 while the device is worn and 0 while it is off, ``sleep`` 1 while its owner
    sleeps and 0 while awake; where neither is known there is no interval.
    """

    STEPS = "steps"
    DISTANCE = "distance"
    CLIMB = "climb"
    FLOORS = "floors"
    WEAR = "wear"
    SLEEP = "sleep"


class OffsetRun(Record):
    """From ``start`` (Unix seconds) on, local time is UTC plus ``offset_s``."""

    start: int
    offset_s: Annotated[int, Field(ge=-MAX_OFFSET_S, le=MAX_OFFSET_S)]
    zone: str | None = None


class StepSeries(Record):
    """Columns of one source and series: interval i is [start[i], start[i] + duration[i]).

    Starts are Unix seconds, strictly increasing, and intervals do not overlap. Values are steps,
    metres, metres, floors or 0/1 by ``series``. ``offsets`` tells local time where the source
    knows it; the first run starts at or before the first interval.
    """

    type: Literal["step_series"] = "step_series"
    source: Source
    series: Series
    start: tuple[int, ...] = Field(min_length=1, repr=False)
    duration: tuple[int, ...] = Field(repr=False)
    value: tuple[float | None, ...] = Field(repr=False)
    offsets: tuple[OffsetRun, ...] = ()

    @model_validator(mode="after")
    def _columns_agree(self) -> Self:
        start, duration, value = self.start, self.duration, self.value
        if not len(start) == len(duration) == len(value):
            raise ValueError("columns differ in length")
        if min(duration) <= 0 or max(duration) > MAX_INTERVAL_S:
            raise ValueError("an interval lasts no time, or more than 50 hours")
        if any(a + d > b for (a, b), d in zip(pairwise(start), duration, strict=False)):
            raise ValueError("intervals overlap or are out of order")
        if any(v is not None and not 0 <= v < 1e9 for v in value):
            raise ValueError("a value is negative or not finite")
        if self.offsets:
            if self.offsets[0].start > start[0]:
                raise ValueError("the first offset starts after the first interval")
            if any(a.start >= b.start for a, b in pairwise(self.offsets)):
                raise ValueError("offsets are out of order")
        return self


class StepInterval(Record):
    """One sparse interval; many of them cross as a ``StepSeries``."""

    type: Literal["step_interval"] = "step_interval"
    source: Source
    series: Series = Series.STEPS
    start: AwareDatetime
    duration_s: Annotated[int, Field(gt=0, le=MAX_INTERVAL_S)]
    value: Annotated[float, Field(ge=0)] | None
    utc_offset_s: Annotated[int, Field(ge=-MAX_OFFSET_S, le=MAX_OFFSET_S)] | None = None


class StepCounter(Record):
    """A counter that grows from ``day_start`` on, read at ``at``; differenced in ``walks``."""

    type: Literal["step_counter"] = "step_counter"
    source: Source
    activity: str
    at: AwareDatetime
    day_start: AwareDatetime
    total: Count
    utc_offset_s: int | None = None


class Pause(Record):
    """A stretch with the timer stopped, Unix seconds."""

    start: int
    end: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError("a pause ends before it starts")
        return self


class Track(Record):
    """Samples of a workout as columns over ``at`` (Unix seconds, strictly increasing).

    A column is empty when nothing measured it, else as long as ``at``, with ``None`` for holes.
    ``distance_m`` is cumulative; ``cadence_spm`` is steps per minute, both legs, from this sample
    until the next; ``latitude``/``longitude`` are degrees.
    """

    at: tuple[int, ...] = Field(min_length=1, repr=False)
    distance_m: tuple[float | None, ...] = Field(default=(), repr=False)
    altitude_m: tuple[float | None, ...] = Field(default=(), repr=False)
    speed_mps: tuple[float | None, ...] = Field(default=(), repr=False)
    cadence_spm: tuple[float | None, ...] = Field(default=(), repr=False)
    latitude: tuple[float | None, ...] = Field(default=(), repr=False)
    longitude: tuple[float | None, ...] = Field(default=(), repr=False)

    @model_validator(mode="after")
    def _columns_agree(self) -> Self:
        n = len(self.at)
        if any(a >= b for a, b in pairwise(self.at)):
            raise ValueError("samples are out of order")
        for name in ("distance_m", "altitude_m", "speed_mps", "cadence_spm"):
            if len(getattr(self, name)) not in (0, n):
                raise ValueError(f"{name} has another length than at")
        if len(self.latitude) not in (0, n) or len(self.latitude) != len(self.longitude):
            raise ValueError("positions have another length than at")
        return self


class Workout(Record):
    """One recorded outing: the device's own totals, and its samples when there are any.

    ``label`` is the vendor's word for the sport, in lower case; what it really was is judged by
    movement in ``walks``. ``moving_time_s`` is the device's own, ``timer_s`` excludes pauses.
    ``elevation_source`` is ``barometric``, ``gnss``, ``terrain`` or ``None`` when nobody said.
    """

    type: Literal["workout"] = "workout"
    source: Source
    key: Key
    label: Annotated[str, Field(max_length=80)] | None
    start: AwareDatetime
    end: AwareDatetime
    timer_s: Annotated[float, Field(ge=0)] | None = None
    moving_time_s: Annotated[float, Field(ge=0)] | None = None
    steps: Count | None = None
    distance_m: Metres | None = None
    ascent_m: Metres | None = None
    descent_m: Metres | None = None
    elevation_source: Literal["barometric", "gnss", "terrain"] | None = None
    detected: Literal["person", "device"] = "person"
    utc_offset_s: Annotated[int, Field(ge=-MAX_OFFSET_S, le=MAX_OFFSET_S)] | None = None
    zone: str | None = None
    pauses: tuple[Pause, ...] = ()
    track: Track | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError("a workout ends before it starts")
        return self


class DailyTotal(Record):
    """What a source says a civil day came to."""

    type: Literal["daily_total"] = "daily_total"
    source: Source
    day: date
    steps: Count | None = None
    distance_m: Metres | None = None
    floors: Annotated[float, Field(ge=0)] | None = None


class DeviceSync(Record):
    """A device handed over everything up to ``at``; the past before it is complete."""

    type: Literal["device_sync"] = "device_sync"
    source: Source
    at: AwareDatetime


class Profile(Record):
    """What a vendor says of the person: whose data it is, and the zone they have set today.

    ``user`` tells one login from another; ``zone`` (IANA) is no history, only today's choice.
    """

    type: Literal["profile"] = "profile"
    source: Source
    at: AwareDatetime
    user: str | None = None
    zone: str | None = None
    utc_offset_s: Annotated[int, Field(ge=-MAX_OFFSET_S, le=MAX_OFFSET_S)] | None = None


CanonicalRecord = (
    StepSeries | StepInterval | StepCounter | Workout | DailyTotal | DeviceSync | Profile
)
