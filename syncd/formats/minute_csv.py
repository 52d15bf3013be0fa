"""CSVs of steps a minute, an interval or a day, as step series and totals of days.

Wide files hold an hour a row (``ActivityHour, Steps00 .. Steps59``), narrow ones a minute a row
(``ActivityMinute, Steps``), those of longer intervals an interval a row (``time, steps``), those
of days a day a row (``day, steps``). They tell local time and no zone, so the zone comes from
outside. When the clocks go back, the first row of an hour (in the order of the file) is its first
occurrence and the second row its second; a single row is the first. A blank cell is "not
measured"; of two rows for one time the larger value stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from syncd.contract import DailyTotal, DeviceSync, Malformed, StepSeries
from syncd.formats.minute_clock import BadTimeError, WallClock, ZoneDays, shown
from syncd.formats.minute_layout import LONGEST_LINE, Kind, Layout, layout
from syncd.formats.minute_spacing import spacing_min
from syncd.formats.minute_wall import SOURCE, Value, Wall, series
from syncd.formats.problems import Problems
from syncd.formats.zones import zone_named

MOST_STEPS: Final = 10_000
"""Steps a minute beyond which a cell is a mistake, not a measurement."""
_MOST: Final[dict[Kind, tuple[int, str]]] = {
    "minutes_wide": (MOST_STEPS, "a minute"),
    "minutes_narrow": (MOST_STEPS, "a minute"),
    "intervals": (60_000, "an interval"),
    "days": (300_000, "a day"),
}
"""Steps beyond which a cell is a mistake, and what they are of."""


def records(
    body: bytes, *, name: str, zone: str | None, before: datetime, lines: str | None = None
) -> Iterator[StepSeries | DailyTotal | DeviceSync]:
    """Yield the step series or totals of one person's CSV, and how far its series are complete.

    ``lines`` tells where the rows stand in the file that they were taken from (see ``Numbering``).
    Raise ``Malformed`` after the good records if anything was wrong, before them if nothing can be
    trusted: a missing column, no zone, a line beyond 1 MiB.
    """
    problems = Problems()
    try:
        days = ZoneDays(zone_named(_required(zone, body)))
        rows = _read(body, WallClock(before), days, Numbering(lines), problems)
        length_min = rows.length_min()
    except Malformed as error:
        problems.extend(error)
    else:
        yield from rows.totals()
        yield from series(rows.wall, days, problems, length_min=length_min)
    problems.raise_any(name)


def _required(zone: str | None, body: bytes) -> str:
    """Return the zone; the dates of days are the wearer's own and need none."""
    if zone is None:
        shape = layout(body.partition(b"\n")[0])
        if shape is not None and shape.kind == "days":
            return "UTC"
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
) -> _Rows:
    lines = enumerate(io.BytesIO(body), start=1)
    _, header = next(lines, (1, b""))
    shape = layout(header)
    if shape is None:
        raise Malformed(f"its first line, {shown(header.strip())}, is not that of a minute CSV.")
    reader = _Rows(shape, clock, Wall(days), numbering, problems)
    takes = {"minutes_wide": reader.hour, "days": reader.day}
    take = takes.get(shape.kind, reader.minute)
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
    return reader


class _Rows:
    """Take the rows of one layout onto the wall, or those of days beside it."""

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
        self._days: dict[int, int] = {}
        self._most, self._span = _MOST[shape.kind]
        first, last = shape.steps[0], shape.steps[-1]
        in_order = shape.steps == tuple(range(first, last + 1))
        self._slice = slice(first, last + 1) if in_order else None

    def length_min(self) -> int:
        """Return the minutes of each interval; raise ``Malformed`` where the rows leave it open."""
        if self._shape.kind != "intervals":
            return 1
        return spacing_min(self.wall.minutes(), hourly=self._shape.hourly)

    def totals(self) -> Iterator[DailyTotal]:
        """Yield the totals of days, in order."""
        for day, steps in sorted(self._days.items()):
            yield DailyTotal(source=SOURCE, day=date.fromordinal(day), steps=steps)

    def day(self, number: int, line: bytes) -> None:
        """Take a row of a day; of two totals for it the larger stands."""
        cells = self._cells(number, line)
        if cells is None:
            return
        text = cells[self._shape.time].strip()
        try:
            day, minute = self._clock.read(text if b":" in text else text + b" 00:00")
        except BadTimeError as error:
            self._drop(number, str(error))
            return
        value = self._value(number, self._shape.steps[0], cells[self._shape.steps[0]])
        if minute:
            self._drop(number, f"{shown(text)} has a time of day, where a day is expected")
        elif value is not None:
            self._days[day] = max(value, self._days.get(day, 0))

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
        if b"_" not in cell and found.is_integer() and 0 <= found <= self._most:
            return int(found)
        why = f"is more than {self._span} can hold" if found > self._most else "is not a number"
        if found.is_integer() and found < 0:
            why = "is less than nothing"
        name = self._shape.names[column]
        self._problems.add(
            f"{self._numbering.of(number)}, {name}: {shown(cell)} {why};"
            f" that {self._span.split()[1]} stays unknown."
        )
        return None

    def _drop(self, number: int, why: str) -> None:
        self._problems.add(f"{self._numbering.of(number)}: {why}; the row was left out.")
