"""Rows out: CSV, JSON Lines, Parquet, GPX, one JSON document. Streamed; knows rows, not stores."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Literal

from syncd.export.csv_file import write_csv
from syncd.export.fields import (
    DAY_FIELDS,
    FIELDS,
    MINUTE_FIELDS,
    WALK_FIELDS,
    WEEK_FIELDS,
    Field,
    Kind,
)
from syncd.export.jsonl import write_document, write_jsonl
from syncd.export.parquet import write_parquet
from syncd.export.replace_file import replacing
from syncd.export.rows import Row, day_fields, row_fields, walk_fields

__all__ = [
    "DAY_FIELDS",
    "FIELDS",
    "MINUTE_FIELDS",
    "WALK_FIELDS",
    "WEEK_FIELDS",
    "Field",
    "Format",
    "Kind",
    "Row",
    "day_fields",
    "export_rows",
    "replacing",
    "row_fields",
    "walk_fields",
    "write_csv",
    "write_document",
    "write_jsonl",
    "write_parquet",
]

Format = Literal["csv", "jsonl", "parquet", "json"]


def export_rows(
    kind: Kind,
    form: Format,
    rows: Iterable[Row],
    out: IO[bytes],
    *,
    bom: bool = False,
    deletions: bool = False,
) -> int:
    """Write ``rows`` to ``out`` as ``form`` and return how many.

    ``bom`` marks CSV as UTF-8 for spreadsheets (files, not pipes); ``deletions`` adds to CSV and
    Parquet the column ``deleted`` for rows that may be retired walks. Parquet raises
    ``SyncdError`` where pyarrow is not installed.
    """
    if form == "parquet":
        return write_parquet(kind, rows, out, deletions=deletions)
    if form == "csv":
        return write_csv(kind, rows, out, bom=bom, deletions=deletions)
    return write_jsonl(rows, out) if form == "jsonl" else write_document(kind, rows, out)
