"""The columns that a table of each form has: the list of fields, and what a form adds to it.

CSV and JSON say a local time with its offset in one text. Parquet has instants without offsets, so
the offsets of a walk get columns of their own, named as those of a day are.
"""

from __future__ import annotations

from typing import Final, Literal

from syncd.export.fields import FIELDS, Field, Kind

TableForm = Literal["csv", "jsonl", "parquet"]

DELETED: Final = Field(
    name="deleted",
    label="Gone",
    type="boolean",
    meaning="True for a walk that was exported once and is no more.",
)
OFFSETS: Final[dict[str, Field]] = {
    "start": Field(
        name="utc_offset_start_min",
        label="Offset at start",
        type="integer",
        meaning="Local time less UTC.",
        unit="min",
    ),
    "end": Field(
        name="utc_offset_end_min",
        label="Offset at end",
        type="integer",
        meaning="Local time less UTC.",
        unit="min",
    ),
}
"""By the time that they belong to, which they follow."""
WALL_CLOCK: Final = "minute_local"
"""A local time beside its instant: in Parquet a timestamp without a zone."""


def laid_out(kind: Kind, form: TableForm, *, deletions: bool = False) -> tuple[Field, ...]:
    """Return the columns of a table in their order."""
    found: list[Field] = []
    for field in FIELDS[kind]:
        found.append(field)
        if form == "parquet" and field.name in OFFSETS:
            found.append(OFFSETS[field.name])
    return (*found, DELETED) if deletions else tuple(found)
