"""JSON Lines: one object a line, ``null`` kept; and the one JSON document of ``--json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

from syncd.export.fields import Kind
from syncd.export.rows import Row, row_fields

CHUNK_ROWS = 512

_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
).encode


def write_jsonl(rows: Iterable[Row], out: IO[bytes]) -> int:
    """Write a line a row and return how many; memory does not grow with them."""
    count = 0
    for lines in _chunks(rows):
        out.write(("\n".join(lines) + "\n").encode())
        count += len(lines)
    return count


def write_document(kind: Kind, rows: Iterable[Row], out: IO[bytes]) -> int:
    """Write ``{"<kind>": [...]}``, a line a row, and return how many rows it has."""
    count = 0
    out.write(f'{{"{kind}": ['.encode())
    for lines in _chunks(rows):
        out.write(((",\n" if count else "\n") + ",\n".join(lines)).encode())
        count += len(lines)
    out.write(b"\n]}\n" if count else b"]}\n")
    return count


def _chunks(rows: Iterable[Row]) -> Iterator[list[str]]:
    source = iter(rows)
    while lines := [_encode(row_fields(row)) for row in islice(source, CHUNK_ROWS)]:
        yield lines
