"""Shapes that only Garmin Connect has: steps and floors by 15 minutes, and the device last used."""

from __future__ import annotations

from pydantic import Field

from syncd_garmin.instants import Instant
from syncd_garmin.wire import Amount, ValueColumn, Wire

UNWORN = "none"
ASLEEP = "sleeping"


class StepBucket(Wire):
    """Steps of [``start``, ``end``), and what Garmin takes the wearer to have done."""

    start: Instant = Field(alias="startGMT")
    end: Instant = Field(alias="endGMT")
    steps: Amount = None
    level: str | None = Field(default=None, alias="primaryActivityLevel")

    @property
    def is_blank(self) -> bool:
        """Tell whether nobody says that a watch was worn: no steps, and no kind of activity."""
        return not self.steps and self.level in (None, UNWORN)


class FloorsChart(Wire):
    """Floors of a day: rows of values, in the order that the columns tell."""

    columns: list[ValueColumn] | None = Field(default=None, alias="floorsValueDescriptorDTOList")
    rows: list[list[str | float | None]] | None = Field(default=None, alias="floorValuesArray")


class DeviceLastUsed(Wire):
    """The device that last handed over; all may be null."""

    uploaded_at: Instant = Field(default=None, alias="lastUsedDeviceUploadTime")
