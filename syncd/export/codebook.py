"""What is written beside an export so that it can be read without syncd.

``table_schema`` is a Table Schema (Frictionless Data, version 2) for programs, ``codebook`` the
same for people. Both come from the one list of fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import fill
from typing import Any, Final

from syncd.export.fields import Field, FieldType, Kind
from syncd.export.formulas import FORMULAS
from syncd.export.layout import TableForm, laid_out

PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
KEYS: Final[dict[Kind, list[str]]] = {
    "walks": ["id"],
    "days": ["person", "day"],
    "weeks": ["person", "iso_year", "iso_week"],
    "minutes": ["person", "minute_utc"],
}
WIDTH: Final = 78
_TYPES: Final[dict[FieldType, str]] = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "datetime",
    "list": "list",
}
_MISSING: Final[dict[TableForm, str]] = {
    "csv": "an empty cell",
    "jsonl": "null",
    "parquet": "null",
}
_FORMS: Final[dict[TableForm, str]] = {
    "csv": "CSV (RFC 4180), UTF-8, a header in the first line. Text from outside that begins like"
    " a formula has an apostrophe before it. Lists are joined by a semicolon.",
    "jsonl": "JSON Lines, UTF-8: one object a line, with all fields in this order.",
    "parquet": "Apache Parquet. Times are instants in UTC with their offset in a column beside;"
    " minute_local is the wall clock, without a zone.",
}


def table_schema(kind: Kind, form: TableForm, *, deletions: bool = False) -> str:
    """Return the Table Schema of an export as JSON text; ``unit`` and ``formula`` are our own."""
    fields = laid_out(kind, form, deletions=deletions)
    schema = {
        "$schema": PROFILE,
        "title": f"{kind} by syncd",
        "missingValues": [""] if form == "csv" else [],
        "primaryKey": KEYS[kind],
        "fields": [_described(kind, form, field, deletions=deletions) for field in fields],
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _described(kind: Kind, form: TableForm, field: Field, *, deletions: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": field.name,
        "type": _TYPES[field.type],
        "title": field.label,
        "description": field.meaning,
    }
    if field.type == "list" and form == "csv":
        told["delimiter"] = ";"
    elif field.type == "list":
        told["type"] = "array"
    if field.unit is not None:
        told["unit"] = field.unit
    formula = FORMULAS[kind].get(field.name)
    if formula is not None:
        told["formula"] = formula
    constraints: dict[str, Any] = {}
    if not may_be_missing(kind, field, deletions=deletions):
        constraints["required"] = True
    if field.values:
        constraints["enum"] = list(field.values)
    return {**told, "constraints": constraints} if constraints else told


def may_be_missing(kind: Kind, field: Field, *, deletions: bool) -> bool:
    """Tell whether a field may be empty; of a walk that is gone only the key is told."""
    return field.nullable or (deletions and field.name not in {*KEYS[kind], "deleted"})


def codebook(kind: Kind, form: TableForm, *, deletions: bool = False) -> str:
    """Return the codebook of an export for people, as text of at most 78 columns."""
    fields = laid_out(kind, form, deletions=deletions)
    lines = [
        f"Codebook: {kind}, one row each, {len(fields)} fields",
        "",
        fill(_FORMS[form], WIDTH),
        fill(
            f"Not measured, or not known, is {_MISSING[form]}; 0 is measured, and none. Units are"
            " SI and in the names. Times carry the offset of where the wearer was; the machine"
            " that wrote this changes nothing in it.",
            WIDTH,
        ),
        f"A row is known by: {', '.join(KEYS[kind])}.",
    ]
    if deletions:
        lines.append("A walk that is gone has only its id, and deleted is true.")
    for field in fields:
        lines += ["", *_paragraph(kind, form, field, deletions=deletions)]
    return "\n".join(lines) + "\n"


def _paragraph(kind: Kind, form: TableForm, field: Field, *, deletions: bool) -> Iterator[str]:
    yield f"{field.name}: {field.label}"
    holds = field.type if field.unit in (None, "1") else f"{field.type}, {field.unit}"
    missing = may_be_missing(kind, field, deletions=deletions)
    yield _indented(f"{holds}; {'may be ' + _MISSING[form] if missing else 'never missing'}")
    yield _indented(field.meaning)
    if field.values:
        yield _indented(f"One of: {', '.join(field.values)}.")
    formula = FORMULAS[kind].get(field.name)
    if formula is not None:
        yield _indented(f"Formula: {formula}.")


def _indented(text: str) -> str:
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
