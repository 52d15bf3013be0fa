"""Minutes of a Google Takeout table: steps or metres, each data source a source of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import repeat
from math import isfinite
from typing import Final

from syncd.contract import DeviceSync, Malformed, Series, Source, StepSeries
from syncd.formats.minute_layout import Layout
from syncd.formats.problems import Problems
from syncd.formats.takeout_layout import source_column, takeout_layout
from syncd.formats.takeout_sources import source_named
from syncd.formats.takeout_times import EARLIEST_MIN, Stamps, instant

MOST_A_MINUTE: Final = 10_000
"""Steps or metres of a minute beyond which a register was broken."""

MOST_SOURCES: Final = 200
UNSEEN_FROM_MIN: Final = 181
"""Minutes in a row without a step from which on nobody knows whether the tracker was worn."""

Row = tuple[str, int, bytes, float]
"""Source's name, Unix minute, the time as written where it is not a whole minute, value."""


def minutes(
    data: bytes, *, name: str, before: datetime, lines: str | None = None
) -> Iterator[StepSeries | DeviceSync]:
    """Yield each source's minutes, and until when the table speaks.

    Zeros long after the last step are padding, which exports hold up to a year into the future,
    and are left out. ``lines`` says which lines of the file these are. Raise
    ``Malformed`` after the good records if a row was wrong.
    """
    header, _, rest = data.partition(b"\n")
    layout = takeout_layout(header)
    if layout is None or layout.kind == "takeout_exercises":
        raise Malformed(f"{name}: no table of minutes in a Takeout.")
    series = Series.STEPS if layout.kind == "takeout_steps" else Series.DISTANCE
    problems, limit = Problems(), int(before.timestamp()) // 60
    laid: dict[str, _Laid] = {}
    for source, minute, odd, value in rows(rest, layout, limit, problems, first=_first(lines)):
        if source not in laid:
            if len(laid) == MOST_SOURCES:
                raise Malformed(f"{name}: more than {MOST_SOURCES} data sources, as nobody has.")
            laid[source] = _Laid()
        laid[source].put(minute, odd, value)
    told = {source: minutes for source, one in laid.items() if (minutes := one.minutes())}
    yield from _records(told, series)
    if not told and not problems.sentences:
        problems.add_other("a part of the export without any step.")
    problems.raise_any(name)


def _first(lines: str | None) -> int:
    """Return the number of the first line below the header."""
    first = (lines or "").partition("-")[0]
    return int(first) if first.isdecimal() else 2


def rows(
    body: bytes, layout: Layout, limit: int, problems: Problems, *, first: int = 2
) -> Iterator[Row]:
    """Yield the rows below the header; what cannot be goes into ``problems``.

    Zeros from the Unix minute ``limit`` on are padding; steps there are told as a problem.
    """
    stamps, column = Stamps(), source_column(layout)
    time, value = layout.time, layout.steps[0]
    for number, line in enumerate(body.split(b"\n"), start=first):
        if not line.strip():
            continue
        try:
            cells = layout.cells(line)
            stamp = cells[time].strip()
            minute, exact = stamps.read(stamp)
            count = _number(cells[value])
            source = "" if column is None else cells[column].decode("utf-8", "replace")
        except (csv.Error, IndexError, ValueError):
            problems.add(f"line {number}: no time in UTC with a number; the row was left out.")
            continue
        if not isfinite(count) or not 0 <= count <= MOST_A_MINUTE:
            problems.add(f"line {number}: no count that a minute can hold; the row was left out.")
        elif EARLIEST_MIN <= minute < limit:
            yield source, minute, b"" if exact else stamp, count
        elif count:
            where = "before 2000" if minute < limit else "in the future"
            problems.add(f"line {number}: a time that lies {where}; the row was left out.")


def _number(cell: bytes) -> float:
    if b"_" in cell:
        raise ValueError("no number")
    return float(cell)


class _Laid:
    """One source's minutes. What begins inside a minute belongs to it, and is added up there.

    A telephone tells its counts at odd seconds; a row that comes twice is one row.
    """

    def __init__(self) -> None:
        self._exact: dict[int, float] = {}
        self._odd: dict[int, dict[bytes, float]] = {}

    def put(self, minute: int, odd: bytes, value: float) -> None:
        """Lay one row; ``odd`` is its time as written if that is not a whole minute."""
        if odd:
            held = self._odd.setdefault(minute, {})
            held[odd] = max(value, held.get(odd, 0.0))
        else:
            self._exact[minute] = max(value, self._exact.get(minute, 0.0))

    def minutes(self) -> dict[int, float]:
        """Return the minutes in order, without the padding behind the last step."""
        found = dict(self._exact)
        for minute, values in self._odd.items():
            found[minute] = found.get(minute, 0.0) + sum(values.values())
        return without_padding(found)


def without_padding(minutes: Mapping[int, float]) -> dict[int, float]:
    """Return minutes in order, without the zeros long after the last that is not 0.

    So long a stillness says nothing anyhow (walking-rules 0.2: more than 180 minutes are unseen);
    what is left of it is one minute longer, so that it still counts as such.
    """
    last = max((minute for minute, value in minutes.items() if value), default=None)
    if last is None:
        return {}
    end = last + 1 + UNSEEN_FROM_MIN
    return {minute: minutes[minute] for minute in sorted(minutes) if minute < end}


def _records(
    told: Mapping[str, Mapping[int, float]], series: Series
) -> Iterator[StepSeries | DeviceSync]:
    """Yield the series; an export speaks for all its sources until the last row of any."""
    if not told:
        return
    until = instant(max(max(minutes) for minutes in told.values()) + 1)
    for name in sorted(told):
        source = source_named(name)
        yield minute_series(source, series, told[name])
        if series is Series.STEPS:
            yield DeviceSync(source=source, at=until)


def minute_series(source: Source, series: Series, minutes: Mapping[int, float]) -> StepSeries:
    """Return minutes, which must be in order, as a record."""
    return StepSeries(
        source=source,
        series=series,
        start=tuple(60 * minute for minute in minutes),
        duration=tuple(repeat(60, len(minutes))),
        value=tuple(minutes.values()),
    )
