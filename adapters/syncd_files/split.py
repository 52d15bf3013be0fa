"""Sort the rows of a CSV by person, in bounded memory, without changing a byte of them."""

from __future__ import annotations

import csv
import io
import struct
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final, Self

from syncd.formats.minute_layout import Layout

MOST_RUNS: Final = 200
"""Stretches of line numbers kept a person; beyond, rows are counted instead."""
UNNUMBERED: Final = "rows"
_ROW: Final = struct.Struct("<QI")

Row = tuple[int, bytes]
"""Line number in the file, and the line."""


@dataclass(slots=True)
class Runs:
    """Line numbers as stretches, told as ``"2-700,1402-2000"``."""

    _runs: list[list[int]] = field(default_factory=list)
    _too_many: bool = False

    def add(self, line: int) -> None:
        """Note the next line's number."""
        if self._runs and self._runs[-1][1] == line - 1:
            self._runs[-1][1] = line
        elif len(self._runs) < MOST_RUNS:
            self._runs.append([line, line])
        else:
            self._too_many = True

    def __str__(self) -> str:
        if self._too_many:
            return UNNUMBERED
        return ",".join(f"{first}-{last}" for first, last in self._runs)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one person that go into one payload."""

    rows: bytes = field(repr=False)
    lines: str


def parts(rows: Iterable[Row], layout: Layout, size: int) -> Iterator[Part]:
    """Yield rows in parts of about ``size`` bytes.

    A part ends where the date changes, so that the two halves of an hour which comes twice stay
    together; rows without a readable date cannot make it more than twice as large.
    """
    held, runs, before = bytearray(), Runs(), b""
    for number, line in rows:
        full = len(held) >= size and _date(line, layout) != _date(before, layout)
        if full or len(held) >= 2 * size:
            yield Part(bytes(held), str(runs))
            held, runs = bytearray(), Runs()
        held += line
        runs.add(number)
        before = line
    if held:
        yield Part(bytes(held), str(runs))


def _date(line: bytes, layout: Layout) -> bytes:
    try:
        cell = layout.cells(line)[layout.time].strip()
    except (csv.Error, IndexError):
        return b""
    return cell[:10].partition(b" ")[0]


class Spool:
    """Rows by person, in the order of the file; beyond ``memory`` bytes they wait on disk."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._held = 0
        self._rows: dict[str, bytearray] = {}
        self._on_disk: dict[str, list[tuple[int, int]]] = {}
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, subject: str, number: int, line: bytes) -> None:
        """Keep a row."""
        if subject not in self._rows:
            self._rows[subject] = bytearray()
        self._rows[subject] += _ROW.pack(number, len(line)) + line
        self._held += _ROW.size + len(line)
        if self._held > self._memory:
            self._move_to_disk()

    def subjects(self) -> list[str]:
        """Return the people in the order they first appear."""
        return list(self._rows)

    def rows(self, subject: str) -> Iterator[Row]:
        """Yield a person's rows."""
        for offset, length in self._on_disk.get(subject, ()):
            assert self._file is not None
            self._file.seek(offset)
            yield from _unpacked(self._file.read(length))
        yield from _unpacked(bytes(self._rows[subject]))

    def _move_to_disk(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the spool
        offset = self._file.seek(0, io.SEEK_END)
        for subject, rows in self._rows.items():
            if rows:
                self._file.write(rows)
                self._on_disk.setdefault(subject, []).append((offset, len(rows)))
                offset += len(rows)
                self._rows[subject] = bytearray()
        self._held = 0


def _unpacked(data: bytes) -> Iterator[Row]:
    at = 0
    while at < len(data):
        number, length = _ROW.unpack_from(data, at)
        at += _ROW.size
        yield number, data[at : at + length]
        at += length
