"""What the files adapter is told: which file, and how much of it is too much."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SkipValidation

MIB = 1 << 20


class Limits(BaseModel):
    """Sizes in bytes, after unpacking, beyond which a file is refused or worked on in parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fit: int = Field(default=64 * MIB, gt=0)
    markup: int = Field(default=64 * MIB, gt=0, description="of one GPX or TCX file")
    archive: int = Field(default=16_384 * MIB, gt=0, description="read of all members of a ZIP")
    nested: int = Field(default=4096 * MIB, gt=0, description="of one ZIP inside another")
    depth: int = Field(default=2, gt=0, description="ZIPs inside one another, the outer counted")
    members: int = Field(default=50_000, gt=0, description="files in one ZIP")
    files: int = Field(default=200_000, gt=0, description="files in a ZIP and those inside it")
    document: int = Field(default=24 * MIB, gt=0, description="of one table read as a whole")
    element: int = Field(default=4 * MIB, gt=0, description="of one entry of a JSON list")
    piece: int = Field(default=2 * MIB, gt=0, description="of an export's table a payload")
    csv: int = Field(default=1024 * MIB, gt=0)
    line: int = Field(default=1 * MIB, gt=0)
    payload: int = Field(default=32 * MIB, gt=0)
    memory: int = Field(default=32 * MIB, gt=0, description="rows held before they go to disk")
    ratio: int = Field(default=400, gt=1, description="unpacked size over packed size")
    ratio_from: int = Field(default=16 * MIB, ge=0, description="unpacked size to look at it from")


class FilesSettings(BaseModel):
    """One file to import."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    limits: Limits = Limits()
    beside: Annotated[tuple[Path, ...], SkipValidation] = ()
    """Files imported in the same breath: what one of an export leaves open another may tell."""
