"""Google's shapes as they are: unknown members are ignored, numbers may come as text.

What Google leaves out of a present value is zero for steps, distance, altitude and floors (the
documented true zero), and not measured for the metrics of an exercise.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from math import isfinite
from typing import Annotated, Final, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from syncd.contract import Malformed, RawPayload

_DURATION: Final = re.compile(r"(-?\d{1,9})(?:\.(\d{1,9}))?s")


def _seconds(said: object) -> object:
    """Read ``"3600s"`` or ``"1576.800s"``."""
    return _read_seconds(said) if isinstance(said, str) else said


@lru_cache(maxsize=512)
def _read_seconds(said: str) -> float | str:
    """Read a duration; every minute of a day has the same offset."""
    return float(said[:-1]) if _DURATION.fullmatch(said) else said


def _finite(said: object) -> object:
    """Read a number that may be ``"NaN"``: not measured."""
    try:
        return said if isfinite(float(said)) else None  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return said


Duration = Annotated[float, BeforeValidator(_seconds)]
Measure = Annotated[float | None, BeforeValidator(_finite)]


class Wire(BaseModel):
    """Open to whatever Google adds."""

    model_config = ConfigDict(
        extra="ignore", alias_generator=to_camel, populate_by_name=True, frozen=True
    )


class Interval(Wire):
    """A span, and local minus UTC at its start (seconds)."""

    start_time: AwareDatetime
    end_time: AwareDatetime
    start_utc_offset: Duration | None = None


class Measured(Wire):
    """The value of an interval type; which member it has depends on the type."""

    interval: Interval
    count: int = 0
    millimeters: int = 0
    gain_millimeters: int = 0


class Point(Wire):
    """One merged interval; exactly one of the types is there."""

    steps: Measured | None = None
    distance: Measured | None = None
    altitude: Measured | None = None


class Points(Wire):
    """A page of merged intervals."""

    data_points: list[Point] = Field(default_factory=list)
    error: object = None


class DataSource(Wire):
    """How a point came to be."""

    recording_method: str | None = None


class Metrics(Wire):
    """An exercise's own totals; what is absent was not measured."""

    steps: Measure = None
    distance_millimeters: Measure = None
    elevation_gain_millimeters: Measure = None


class Event(Wire):
    """Something that happened to an exercise's timer."""

    event_time: AwareDatetime
    exercise_event_type: str = ""


class Metadata(Wire):
    """What else there is of an exercise."""

    has_gps: bool = False


class Exercise(Wire):
    """A recorded or found outing."""

    interval: Interval
    exercise_type: str | None = None
    active_duration: Duration | None = None
    exercise_events: list[Event] = Field(default_factory=list)
    exercise_metadata: Metadata = Metadata()
    metrics_summary: Metrics = Metrics()
    update_time: str | None = None


class ExercisePoint(Wire):
    """An exercise with its name, ``users/.../dataPoints/<id>``."""

    name: str
    exercise: Exercise
    data_source: DataSource = DataSource()
    update_time: str | None = None

    @property
    def id(self) -> str:
        """Return what tells it from the person's other exercises."""
        return self.name.rpartition("/")[2]

    @property
    def revision(self) -> str:
        """Return what changes when the exercise does."""
        return self.update_time or self.exercise.update_time or ""


class Exercises(Wire):
    """A page of exercises."""

    data_points: list[ExercisePoint] = Field(default_factory=list)
    error: object = None


class CivilDate(Wire):
    """A date; members that are zero are left out, which no date can have."""

    year: int
    month: int
    day: int

    @property
    def date(self) -> date:
        """Return the date; raise ``ValueError`` if there is none such."""
        return date(self.year, self.month, self.day)


class CivilMoment(Wire):
    """Where a civil window begins; an absent time is midnight."""

    date: CivilDate


class Rolled(Wire):
    """A sum; absent is zero: a window without data is not there at all."""

    count_sum: int = 0
    millimeters_sum: int = 0
    gain_millimeters_sum: int = 0


class RolledDay(Wire):
    """The sums of one civil day; exactly one of the types is there."""

    civil_start_time: CivilMoment
    steps: Rolled | None = None
    distance: Rolled | None = None
    altitude: Rolled | None = None
    floors: Rolled | None = None


class RolledDays(Wire):
    """An answer of daily rollups."""

    rollup_data_points: list[RolledDay] = Field(default_factory=list)
    error: object = None


class Device(Wire):
    """A paired device."""

    device_type: str | None = None
    last_sync_time: AwareDatetime | None = None


class Devices(Wire):
    """A page of paired devices."""

    paired_devices: list[Device] = Field(default_factory=list)
    error: object = None


class Settings(Wire):
    """The person's choices of today."""

    time_zone: str | None = None
    utc_offset: Duration | None = None
    error: object = None


class Identity(Wire):
    """Who the person is to Google Health."""

    health_user_id: str
    error: object = None


class Page(Wire):
    """What paging needs of any answer."""

    next_page_token: str | None = None
    error: object = None


W = TypeVar("W", bound=Wire)


def read(shape: type[W], payload: RawPayload, what: str) -> W:
    """Return the payload as a shape; raise ``Malformed`` where it is another."""
    try:
        said = shape.model_validate_json(payload.body)
    except ValidationError as error:
        raise _strange(what, payload, error) from None
    if getattr(said, "error", None) is not None:
        raise Malformed(f"{what}: Google sent an error where data should be.", payload=payload)
    return said


def _strange(what: str, payload: RawPayload, error: ValidationError) -> Malformed:
    """Say where an answer is not as we know it, without any of its values."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return Malformed(f"{what}: the answer is no JSON, or only a part of it.", payload=payload)
    place = ".".join(str(part) for part in first["loc"]) or "the answer"
    return Malformed(f"{what}: {place} is not as we know it.", payload=payload)
