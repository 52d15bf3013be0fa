"""The vendor's shapes as they are; members that we do not know are ignored."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from syncd.contract import Malformed, RawPayload


class Wire(BaseModel):
    """Open to whatever the vendor adds."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class Token(Wire):
    """A token and when it ends, Unix seconds."""

    token: Annotated[str, Field(min_length=1)]
    expires: Annotated[int, Field(ge=0, le=4_102_444_800)]


class Minute(Wire):
    """One minute; steps and feet are ``null`` while the pedometer was not worn."""

    at: AwareDatetime
    offset_min: Annotated[int, Field(ge=-1080, le=1080)]
    steps: Annotated[int, Field(ge=0, le=1000)] | None
    feet: Annotated[float, Field(ge=0, le=10_000)] | None


class Minutes(Wire):
    """A page of minutes, and the number of the next page if there is one."""

    minutes: list[Minute]
    next_page: int | None = None


class Device(Wire):
    """The pedometer, and until when it has handed over; ``null`` before it ever did."""

    last_upload: AwareDatetime | None


class Person(Wire):
    """Whose account it is, and the zone they have chosen."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    zone: str | None = None


W = TypeVar("W", bound=Wire)


def read(shape: type[W], body: bytes, what: str, payload: RawPayload | None = None) -> W:
    """Return an answer as a shape; raise ``Malformed`` where it is another."""
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise Malformed(f"{what}: {place} is not as we know it.", payload=payload) from None
