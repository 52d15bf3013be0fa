"""Minute CSVs of the Fitabase kind as step series of 60-second intervals.

Wide files hold an hour a row (``ActivityHour, Steps00 .. Steps59``), narrow ones a minute a row
(``ActivityMinute, Steps``). They tell local time and no zone, so the zone comes from outside. When
the clocks go back, the first row of an hour (in the order of the file) is its first occurrence and
the second row its second; a single row is the first. A blank cell is "not measured"; of two rows
for one minute the larger value stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from syncd.contract import DeviceSync, Malformed, StepSeries
from syncd.formats.minute_clock import BadTimeError, WallClock, ZoneDays, shown
from syncd.formats.minute_layout import LONGEST_LINE, Layout, layout
from syncd.formats.minute_wall import Value, Wall, series
from syncd.formats.problems import Problems
from syncd.formats.zones import zone_named

MOST_STEPS: Final = 10_000
"""Steps a minute beyond which a cell is a mistake, not a measurement."""


def minutes(
    body: bytes, *, name: str, zone: str | None, before: datetime, lines: str | None = None
) -> Iterator[StepSeries | DeviceSync]:
    """Yield the step series of one person's minute CSV, and how far the file is complete.

    ``lines`` tells where the rows stand in the file that they were taken from (see ``Numbering``).
    Raise ``Malformed`` after the good records if anything was wrong, before them if nothing can be
    trusted: a missing column, no zone, a line beyond 1 MiB.
    """
    problems = Problems()
    try:
        days = ZoneDays(zone_named(_required(zone)))
        wall = _read(body, WallClock(before), days, Numbering(lines), problems)
    except Malformed as error:
        problems.extend(error)
    else:
        yield from series(wall, days, problems)
    problems.raise_any(name)


def _required(zone: str | None) -> str:
    if zone is None:
        raise Malformed(
            "its times carry no zone. Say where it was worn with --tz ZONE, or once for all with"
            " `syncd person set NAME --tz ZONE`."
        )
    return zone


class Numbering:
    """How to name the lines of a body that was picked out of the file a person has.

    ``runs`` is text such as ``"2-700,1402-2000"``, the numbers of the rows in order; without it
    the body is the file. Where the numbers are not known, rows are counted.
    """

    def __init__(self, runs: str | None) -> None:
        self._is_file = runs is None
        self._runs: list[tuple[int, int]] = []
        for run in (runs or "").split(","):
            first, _, last = run.partition("-")
            if first.isdecimal() and last.isdecimal():
                self._runs.append((int(first), int(last)))

    def of(self, line: int) -> str:
        """Return what a person may call a line of the body (the header is line 1)."""
        if line == 1 or self._is_file:
            return f"line {line}"
        behind = line - 2
        for first, last in self._runs:
            if behind <= last - first:
                return f"line {first + behind}"
            behind -= last - first + 1
        return f"row {line - 1} of this person"


def _read(
    body: bytes, clock: WallClock, days: ZoneDays, numbering: Numbering, problems: Problems
) -> Wall:
    lines = enumerate(io.BytesIO(body), start=1)
    _, header = next(lines, (1, b""))
    shape = layout(header)
    if shape is None:
        raise Malformed(f"its first line, {shown(header.strip())}, is not that of a minute CSV.")
    reader = _Rows(shape, clock, Wall(days), numbering, problems)
    take = reader.hour if shape.kind == "minutes_wide" else reader.minute
    for number, line in lines:
        if len(line) > LONGEST_LINE:
            raise Malformed(f"{numbering.of(number)} is longer than 1 MiB.")
        if not line.isspace():
            try:
                take(number, line)
            except Malformed as error:
                raise Malformed(f"{numbering.of(number)}: {error}") from None
    if not reader.rows:
        problems.add("it has no rows below its header.")
    return reader.wall


class _Rows:
    """Take the rows of one layout onto the wall."""

    def __init__(
        self,
        shape: Layout,
        clock: WallClock,
        wall: Wall,
        numbering: Numbering,
        problems: Problems,
    ) -> None:
        self.wall = wall
        self.rows = 0
        self._shape, self._clock = shape, clock
        self._numbering, self._problems = numbering, problems
        self._subject: bytes | None = None
        first, last = shape.steps[0], shape.steps[-1]
        in_order = shape.steps == tuple(range(first, last + 1))
        self._slice = slice(first, last + 1) if in_order else None

    def hour(self, number: int, line: bytes) -> None:
        """Take a row of sixty minutes."""
        cells = self._cells(number, line)
        if cells is None:
            return
        try:
            day, minute = self._clock.read_hour(cells[self._shape.time])
        except BadTimeError as error:
            self._drop(number, str(error))
            return
        self.wall.put_hour(day, minute, self._values(number, line, cells))

    def minute(self, number: int, line: bytes) -> None:
        """Take a row of one minute."""
        cells = self._cells(number, line)
        if cells is None:
            return
        try:
            day, minute = self._clock.read(cells[self._shape.time])
        except BadTimeError as error:
            self._drop(number, str(error))
            return
        cell = cells[self._shape.steps[0]]
        if cell.isdigit() and len(cell) < 5:
            value: Value = int(cell)
        else:
            value = self._value(number, self._shape.steps[0], cell)
        self.wall.put(day, minute, value)

    def _cells(self, number: int, line: bytes) -> list[bytes] | None:
        self.rows += 1
        try:
            cells = self._shape.cells(line)
        except csv.Error:
            self._drop(number, "its quotes do not close")
            return None
        expected = len(self._shape.names)
        if len(cells) != expected:
            self._drop(number, f"it has {len(cells)} cells, not {expected}")
            return None
        if self._shape.subject is not None:
            subject = cells[self._shape.subject].strip()
            if self._subject is None:
                self._subject = subject
            elif subject != self._subject:
                raise Malformed(
                    f"Id {shown(subject)} is another person than {shown(self._subject)} before."
                )
        return cells

    def _values(self, number: int, line: bytes, cells: list[bytes]) -> list[Value]:
        """Return sixty values: in one go where all are plain numbers, else cell by cell."""
        if self._slice is not None:
            try:
                plain = list(map(int, cells[self._slice]))
            except ValueError:
                plain = [-1]
            # An underscore inside a number is one to Python only.
            if min(plain) >= 0 and max(plain) <= MOST_STEPS and b"_" not in line:
                return list[Value](plain)
        return [self._value(number, column, cells[column]) for column in self._shape.steps]

    def _value(self, number: int, column: int, cell: bytes) -> Value:
        cell = cell.strip()
        if not cell:
            return None
        try:
            found = float(cell)
        except ValueError:
            found = -0.5
        if b"_" not in cell and found.is_integer() and 0 <= found <= MOST_STEPS:
            return int(found)
        why = "is more than a minute can hold" if found > MOST_STEPS else "is not a number"
        if found.is_integer() and found < 0:
            why = "is less than nothing"
        name = self._shape.names[column]
        self._problems.add(
            f"{self._numbering.of(number)}, {name}: {shown(cell)} {why}; that minute stays unknown."
        )
        return None

    def _drop(self, number: int, why: str) -> None:
        self._problems.add(f"{self._numbering.of(number)}: {why}; the row was left out.")
