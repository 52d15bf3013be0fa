"""Fitbit's answers as they are on the wire: what we read of them, everything else left aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from syncd.contract import Malformed, RawPayload

Number = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=200)]
Identity = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,63}$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d:00$")]


class Wire(BaseModel):
    """Reads camelCase, ignores what it does not know."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a day, by the clock on the wall; no model, for there are 1,440 of them."""

    time: TimeOfDay
    value: Number


class Intraday(Wire):
    """A day in slots of ``dataset_interval`` minutes."""

    dataset: tuple[Slot, ...] = Field(default=(), max_length=2000)
    dataset_interval: Literal[1, 5, 15] = 1
    dataset_type: Literal["minute"] = "minute"


class Total(Wire):
    """What a civil day came to; Fitbit writes numbers as text."""

    date_time: date
    value: Number


class Day(Wire):
    """A day of one measure: its total and its slots. An app of the wrong type gets no slots."""

    steps: tuple[Total, ...] = Field(default=(), alias="activities-steps", max_length=2000)
    distance: tuple[Total, ...] = Field(default=(), alias="activities-distance", max_length=2000)
    floors: tuple[Total, ...] = Field(default=(), alias="activities-floors", max_length=2000)
    steps_slots: Intraday | None = Field(default=None, alias="activities-steps-intraday")
    distance_slots: Intraday | None = Field(default=None, alias="activities-distance-intraday")
    elevation_slots: Intraday | None = Field(default=None, alias="activities-elevation-intraday")

    def slots(self, kind: str) -> Intraday | None:
        """Return the slots of a measure."""
        found: Intraday | None = getattr(self, f"{kind}_slots")
        return found

    def totals(self, kind: str) -> tuple[Total, ...]:
        """Return the totals of a measure."""
        found: tuple[Total, ...] = getattr(self, kind)
        return found


class Device(Wire):
    """A tracker or a scale; its last sync is told by the clock on the wall."""

    type: Text = ""
    last_sync_time: datetime | None = None


class Person(Wire):
    """Whose account it is."""

    encoded_id: Identity | None = None
    timezone: Text | None = None
    offset_from_utc_millis: Annotated[float, Field(allow_inf_nan=False)] | None = Field(
        default=None, alias="offsetFromUTCMillis"
    )
    member_since: Text | None = None

    @property
    def since(self) -> date | None:
        """Return the first day as a member, ``None`` where nobody says so understandably."""
        try:
            return date.fromisoformat(self.member_since or "")
        except ValueError:
            return None


class Profile(Wire):
    """The person's profile."""

    user: Person


class Log(Wire):
    """One entry of the activity log; ``start_time`` mostly carries the offset it began with."""

    log_id: Annotated[int, Field(gt=0, lt=10**19)]
    activity_name: Text | None = None
    log_type: Text = ""
    start_time: datetime
    duration: Annotated[float, Field(ge=0, lt=2e8, allow_inf_nan=False)]
    active_duration: Annotated[float, Field(ge=0, lt=2e8, allow_inf_nan=False)] | None = None
    steps: Number | None = None
    distance: Number | None = None
    distance_unit: Text | None = None
    elevation_gain: Number | None = None
    has_gps: bool | None = None
    tcx_link: Annotated[str, Field(max_length=2000)] | None = None
    last_modified: Text = ""

    @property
    def revision(self) -> str:
        """Return what changes whenever the entry does."""
        return f"{self.last_modified}/{self.duration:.0f}"

    @property
    def has_route(self) -> bool:
        """Tell whether there may be a route."""
        return bool(self.tcx_link) if self.has_gps is None else self.has_gps


class Paging(Wire):
    """Where the next page is, an address that nobody need believe."""

    next: Annotated[str, Field(max_length=2000)] = ""


class Logs(Wire):
    """A page of the activity log."""

    activities: tuple[Log, ...] = Field(max_length=1000)
    pagination: Paging = Paging()


M = TypeVar("M", bound=BaseModel)


def read(model: type[M], payload: RawPayload, what: str) -> M:
    """Return an answer read as ``model``; raise ``Malformed`` for one that is none."""
    try:
        return model.model_validate_json(payload.body)
    except ValidationError as error:
        raise Malformed(f"{what}: {_first(error)}", payload=payload) from None


def read_devices(payload: RawPayload) -> tuple[Device, ...]:
    """Return the devices of an answer; raise ``Malformed`` for one that is none."""
    named = b'{"devices":' + payload.body + b"}"
    return read(_Devices, replace(payload, body=named), "devices").devices


class _Devices(Wire):
    devices: tuple[Device, ...] = Field(max_length=200)


def _first(error: ValidationError) -> str:
    """Return where an answer first differs from what is known, never what stands there."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the answer"
    return f"{place[:80]} is not as Fitbit documents it ({first['type']})"
