"""CSV that a spreadsheet opens right: RFC 4180, UTF-8, no cell that acts as a formula.

``None`` is an empty cell, lists are joined by ``;``. Text from outside that starts like a formula
gets a leading apostrophe; numbers, ids, times and our own words never do.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from typing import IO, Any

from syncd.export.fields import FIELDS, Kind
from syncd.export.instants import rfc3339
from syncd.export.layout import DELETED
from syncd.export.rows import NAMES, Row, Value, row_values
from syncd.store.derived import FlatWalk, RetiredWalk

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  (the wide forms count too)
CHUNK_ROWS = 512
LABEL = NAMES["walks"].index("label") - NAMES["walks"].index("kind")


@lru_cache(maxsize=1024)
def guarded(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return "'" + text if text[:1] in FORMULA_STARTS else text


def write_csv(
    kind: Kind, rows: Iterable[Row], out: IO[bytes], *, bom: bool = False, deletions: bool = False
) -> int:
    """Write ``rows`` with a header and return how many; memory does not grow with them.

    ``bom`` tells a spreadsheet that the file is UTF-8. ``deletions`` adds a last column
    ``deleted``; without it a retired walk raises ``ValueError``.
    """
    header = (*NAMES[kind], DELETED.name) if deletions else NAMES[kind]
    cells = _cells_of(kind, deletions=deletions)
    lines = _Lines([BOM] if bom else [])
    writer = csv.writer(lines)
    writer.writerow(header)
    count = 0
    source = iter(rows)
    while chunk := list(islice(source, CHUNK_ROWS)):
        writer.writerows(map(cells, chunk))
        count += len(chunk)
        out.write(lines.taken())
    out.write(lines.taken())
    return count


class _Lines:
    """Lines on their way out; joining them costs half of what ``StringIO`` does."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.write = lines.append

    def taken(self) -> bytes:
        body = "".join(self._lines).encode()
        self._lines.clear()
        return body


def _cells_of(kind: Kind, *, deletions: bool) -> Callable[[Row], list[Value]]:
    fields = FIELDS[kind]
    lists = [i for i, field in enumerate(fields) if field.type == "list"]
    truths = [i for i, field in enumerate(fields) if field.type == "boolean"]
    outside = [i for i, field in enumerate(fields) if field.outside]

    def cells(row: Row) -> list[Value]:
        if isinstance(row, FlatWalk) and not deletions:
            return _flat_cells(row)
        if isinstance(row, RetiredWalk):
            if not deletions:
                raise ValueError("a retired walk needs the column deleted")
            return [row.id, *[None] * (len(fields) - 1), "true"]
        values: list[Any] = [*row_values(row), "false"] if deletions else [*row_values(row)]
        for i in lists:
            values[i] = ";".join(values[i])
        for i in truths:
            values[i] = "true" if values[i] else "false"
        for i in outside:
            if values[i]:
                values[i] = guarded(values[i])
        return values

    return cells


def _flat_cells(row: FlatWalk) -> list[Value]:
    """Return what ``cells`` does, straight from the columns: a million walks take this road."""
    _, person, revision, changed_at, walk_id, _, start, end, before, after, *said, sources = row
    said[LABEL] = said[LABEL] and guarded(said[LABEL])
    return [
        walk_id,
        guarded(person),
        rfc3339(start, before),
        rfc3339(end, after),
        *said,
        _joined(sources),
        revision,
        rfc3339(changed_at),
    ]


@lru_cache(maxsize=1024)
def _joined(sources: str) -> str:
    return guarded(";".join(json.loads(sources)))
