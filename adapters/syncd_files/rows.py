"""The rows of a CSV as they are read: numbered, ended, each laid to its person."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import count
from typing import Final

from syncd.contract import Malformed
from syncd.formats.minute_layout import Layout
from syncd.formats.problems import Problems
from syncd_files.opening import CutShortError, Opened, cut_short, size
from syncd_files.split import Row, Spool

_SUBJECT: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")


class Rows:
    """The lines below the header with their numbers; ``ended`` says why they ended too early."""

    def __init__(self, file: Opened, longest: int, most: int) -> None:
        self._file, self._longest, self._most = file, longest, most
        self.ended: Malformed | None = None
        self._numbers = count(2)
        self._total = 0

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        number = next(self._numbers)
        try:
            line = self._file.readline()
        except CutShortError:
            self.ended = Malformed(f"{cut_short()} It ends in line {number}.")
            raise StopIteration from None
        if not line:
            raise StopIteration
        self._total += len(line)
        if len(line) > self._longest:
            self.ended = too_long(number, self._longest)
        elif self._total > self._most:
            self.ended = Malformed(f"larger than {size(self._most)} at line {number}; split it.")
        if self.ended is not None:
            raise StopIteration
        return number, with_end(line)


def sort(rows: Iterator[Row], shape: Layout, spool: Spool, problems: Problems) -> None:
    """Lay each row to its person; rows that name nobody become problems."""
    column = shape.subject or 0
    for number, line in rows:
        if line.isspace():
            continue
        try:
            cell = _cell(line, shape, column).decode("ascii").strip()
        except (csv.Error, IndexError, UnicodeDecodeError):
            cell = ""
        if not _SUBJECT.fullmatch(cell):
            problems.add(
                f"line {number}: no usable Id in it (letters, digits, dot, dash and underscore,"
                " 80 at most); the row was left out."
            )
            continue
        spool.add(cell, number, line)


def _cell(line: bytes, shape: Layout, column: int) -> bytes:
    if b'"' in line:
        return shape.cells(line)[column]
    return line.split(shape.delimiter, column + 1)[column]


def too_long(number: int, limit: int) -> Malformed:
    """Return the error for a line beyond the limit."""
    return Malformed(f"line {number} is longer than {size(limit)}, as no row of minutes is.")


def with_end(line: bytes) -> bytes:
    """Return the line with an end: the last of a file may lack it."""
    return line if line.endswith(b"\n") else line + b"\n"
