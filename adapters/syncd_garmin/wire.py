"""Garmin's shapes as they are: unknown members are ignored, any member may be missing or null.

What both of Garmin's interfaces have. Names differ between the list of activities and one of them
asked for alone; each is spelled here as it comes. Nothing that tells where or who is read.
"""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Final, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from syncd.contract import Malformed, RawPayload
from syncd_garmin.instants import CalendarDate, Instant, Wall, utc_offset_s

MOST: Final = 1e9
MILLISECONDS_FROM: Final = 100
"""An elapsed time so many times the timer's is told in milliseconds (seen in lists of 2019)."""


def _finite(said: object) -> object:
    """Read a number; one that is NaN, negative or beyond all measure was not measured."""
    if said is None or isinstance(said, bool):
        return None
    try:
        number = float(said)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return said
    return number if isfinite(number) and 0 <= number <= MOST else None


Amount = Annotated[float | None, BeforeValidator(_finite)]


class Wire(BaseModel):
    """Open to whatever Garmin adds."""

    model_config = ConfigDict(
        extra="ignore", alias_generator=to_camel, populate_by_name=True, frozen=True
    )


class Answer(Wire):
    """A whole answer; an error where data should be is told, not read as a day of nothing."""

    error: object = None
    error_id: object = None


class ActivityType(Wire):
    """What sport; ``parent_type_id`` 17 says that the type is itself a parent."""

    type_id: int | None = None
    type_key: str | None = None
    parent_type_id: int | None = None


class ActivityItem(Wire):
    """An activity as a list has it: metres, seconds, steps."""

    activity_id: int
    activity_type: ActivityType | None = None
    start_time_gmt: Instant = Field(default=None, alias="startTimeGMT")
    start_time_local: Wall = None
    end_time_gmt: Instant = Field(default=None, alias="endTimeGMT")
    begin_timestamp: Instant = None
    distance: Amount = None
    duration: Amount = None
    elapsed_duration: Amount = None
    moving_duration: Amount = None
    elevation_gain: Amount = None
    elevation_loss: Amount = None
    steps: Amount = None
    manual_activity: bool | None = Field(
        default=None, validation_alias=AliasChoices("manualActivity", "isManualActivity")
    )
    elevation_corrected: bool | None = Field(
        default=None, validation_alias=AliasChoices("elevationCorrected", "isElevationCorrected")
    )
    parent_id: int | None = None
    is_parent: bool | None = Field(
        default=None, validation_alias=AliasChoices("isParent", "parent")
    )

    @property
    def elapsed_s(self) -> float | None:
        """Return seconds from start to end, in whatever unit they were told."""
        elapsed, timer = self.elapsed_duration, self.duration
        if elapsed and timer and elapsed >= MILLISECONDS_FROM * timer and elapsed / 1000 >= timer:
            return elapsed / 1000
        return elapsed


class TimeZoneUnit(Wire):
    """The zone an activity began in; ``time_zone`` is its IANA name."""

    unit_key: str | None = None
    time_zone: str | None = None


class ActivityMetadata(Wire):
    """How an activity came to be, and when it was last touched."""

    is_original: bool | None = None
    last_update_date: str | None = None
    trimmed: bool | None = None
    manual_activity: bool | None = None
    elevation_corrected: bool | None = None


class ActivitySummary(Wire):
    """The totals of one activity asked for alone."""

    start_time_gmt: Instant = Field(default=None, alias="startTimeGMT")
    start_time_local: Wall = None
    distance: Amount = None
    duration: Amount = None
    elapsed_duration: Amount = None
    moving_duration: Amount = None
    elevation_gain: Amount = None
    elevation_loss: Amount = None
    steps: Amount = None


class ActivityDetail(Answer):
    """One activity asked for alone."""

    activity_id: int
    activity_type: ActivityType | None = Field(default=None, alias="activityTypeDTO")
    is_multi_sport_parent: bool | None = None
    time_zone: TimeZoneUnit = Field(default=TimeZoneUnit(), alias="timeZoneUnitDTO")
    metadata: ActivityMetadata = Field(default=ActivityMetadata(), alias="metadataDTO")
    summary: ActivitySummary = Field(default=ActivitySummary(), alias="summaryDTO")


class DailySteps(Wire):
    """One day of a range of step totals."""

    calendar_date: CalendarDate
    total_steps: Amount = None
    total_distance: Amount = None


class DailySummary(Answer):
    """One day as the app's first page shows it (version 1); floors are fractional."""

    calendar_date: CalendarDate | None = None
    total_steps: Amount = None
    wellness_distance_meters: Amount = None
    floors_ascended: Amount = None
    wellness_start_time_gmt: Instant = None
    wellness_start_time_local: Wall = None
    wellness_end_time_gmt: Instant = None
    last_sync_timestamp_gmt: Instant = Field(default=None, alias="lastSyncTimestampGMT")
    privacy_protected: bool | None = None

    @property
    def utc_offset_s(self) -> int | None:
        """Return local minus UTC where the day began."""
        return utc_offset_s(self.wellness_start_time_gmt, self.wellness_start_time_local)


class Chronology(Wire):
    """From when to when a day is, in both times."""

    start_timestamp_gmt: Instant = None
    start_timestamp_local: Wall = None


class Counted(Wire):
    """A value beside its goal."""

    value: Amount = None
    distance_in_meters: Amount = None


class Movement(Wire):
    """What somebody did on their feet."""

    steps: Counted | None = None
    floors_ascended: Counted | None = None


class SummedDay(Wire):
    """One day of a range of summaries (version 2); floors are whole numbers here."""

    calendar_date: CalendarDate
    wellness_chronology: Chronology | None = None
    movement: Movement | None = None


class SummedDays(Answer):
    """A range of summaries."""

    data: list[SummedDay] | None = None


class UserSettings(Answer):
    """The person's choices of today; ``time_zone`` is an IANA name, or the word gmt."""

    display_name: str | None = None
    time_zone: str | None = None


class ValueColumn(Wire):
    """Where in a row of values a thing stands."""

    key: str
    index: int


class HeartRates(Answer):
    """Heart rates of a day: rows of values, in the order that the columns tell."""

    calendar_date: CalendarDate | None = None
    columns: list[ValueColumn] | None = Field(default=None, alias="heartRateValueDescriptors")
    rows: list[list[float | None]] | None = Field(default=None, alias="heartRateValues")


W = TypeVar("W", bound=BaseModel)


def read(shape: type[W], payload: RawPayload, what: str) -> W:
    """Return the payload as a shape; raise ``Malformed`` where it is another."""
    try:
        said = shape.model_validate_json(payload.body)
    except ValidationError as error:
        raise _strange(what, payload, error) from None
    if getattr(said, "error", None) or getattr(said, "error_id", None):
        raise Malformed(f"{what}: Garmin sent an error where data should be.", payload=payload)
    return said


def read_list(shape: type[W], payload: RawPayload, what: str) -> list[W]:
    """Return the payload as a list of shapes; an empty answer is an empty list.

    Raises ``Malformed`` where it is something else.
    """
    if not payload.body.strip():
        return []
    known = TypeAdapter(list[shape])  # type: ignore[valid-type]
    try:
        return list(known.validate_json(payload.body))
    except ValidationError as error:
        raise _strange(what, payload, error) from None


def _strange(what: str, payload: RawPayload, error: ValidationError) -> Malformed:
    """Say where an answer is not as we know it, without any of its values."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return Malformed(f"{what}: the answer is no JSON, or only a part of it.", payload=payload)
    place = ".".join(str(part) for part in first["loc"]) or "the answer"
    return Malformed(f"{what}: {place} is not as we know it.", payload=payload)
