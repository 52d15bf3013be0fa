"""Which columns of a minute CSV hold what; read from its header line."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from syncd.contract import Malformed

LONGEST_LINE: Final = 1 << 20
_WIDE_STEPS: Final = tuple(f"Steps{minute:02d}" for minute in range(60))
_WIDE: Final = "a wide minute CSV has ActivityHour and Steps00 to Steps59"
_NARROW: Final = (
    "a narrow minute CSV has ActivityMinute and Steps, one of longer intervals time and steps, one"
    " of days day and steps"
)
_TIMES: Final = {"activityhour": "steptotal", "time": "steps"}
"""The columns of intervals longer than a minute: when each begins, and its steps."""
_DAYS: Final = ("day", "date", "activityday", "activitydate")
_TOTALS: Final = ("steps", "steptotal", "totalsteps")

Kind = Literal[
    "minutes_wide",
    "minutes_narrow",
    "intervals",
    "days",
    "takeout_steps",
    "takeout_distance",
    "takeout_exercises",
]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns are. ``steps`` holds 60 columns (wide) or one (all others).

    ``hourly`` says that the header names intervals of an hour; others tell their length by where
    rows stand.
    """

    kind: Kind
    delimiter: bytes
    names: tuple[str, ...]
    time: int
    steps: tuple[int, ...]
    subject: int | None
    hourly: bool = False

    def cells(self, line: bytes) -> list[bytes]:
        """Return the cells of a line; raise ``csv.Error`` where its quotes do not close."""
        line = line.rstrip(b"\r\n")
        if b'"' not in line:
            return line.split(self.delimiter)
        text = line.decode("utf-8", "replace")
        rows = list(csv.reader([text], delimiter=self.delimiter.decode(), strict=True))
        return [cell.encode() for cell in rows[0]] if rows else []


def column_names(header: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the delimiter of a header line and the names in it, as they stand there."""
    text = header.decode("utf-8-sig", "replace").strip("\r\n")
    delimiter = max(",;\t", key=text.count)
    try:
        rows = list(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        rows = []
    return delimiter.encode(), tuple(name.strip() for name in rows[0]) if rows else ()


def layout(header: bytes) -> Layout | None:
    """Return the layout that a header line tells, ``None`` if it is none of a minute CSV.

    Raise ``Malformed``, naming the column, when it is one with a column missing.
    """
    delimiter, names = column_names(header)
    at: dict[str, int] = {}
    for i, name in enumerate(names):
        at.setdefault(name.lower(), i)
    kind: Kind
    if any(name.lower() in at for name in _WIDE_STEPS):
        kind, columns, shape = "minutes_wide", ("ActivityHour", *_WIDE_STEPS), _WIDE
    elif (longer := _longer(at)) is not None:
        kind, columns, shape = *longer, ""
    elif "activityminute" in at or "steps" in at:
        kind, columns, shape = "minutes_narrow", ("ActivityMinute", "Steps"), _NARROW
    else:
        return None
    missing = [name for name in columns if name.lower() not in at]
    if missing:
        raise Malformed(_missing(missing, shape))
    return Layout(
        kind=kind,
        delimiter=delimiter,
        names=names,
        time=at[columns[0].lower()],
        steps=tuple(at[name.lower()] for name in columns[1:]),
        subject=at.get("id"),
        hourly=kind == "intervals" and columns[0] == "activityhour",
    )


def _longer(at: Mapping[str, int]) -> tuple[Kind, tuple[str, str]] | None:
    """Return kind and columns of a CSV of intervals beyond a minute or of days, if it is one."""
    if "activityminute" in at:
        return None
    times = [(time, steps) for time, steps in _TIMES.items() if time in at and steps in at]
    days = [(day, next((s for s in _TOTALS if s in at), "")) for day in _DAYS if day in at]
    days = [pair for pair in days if pair[1]]
    if len(times) + len(days) > 1:
        both = " and ".join(pair[0] for pair in (*times, *days))
        raise Malformed(
            f"it has the columns {both}, so that it is open what its steps are of. Write date and"
            " time into one column called time, or dates into one called day."
        )
    if times:
        return "intervals", times[0]
    return ("days", days[0]) if days else None


def _missing(names: Sequence[str], shape: str) -> str:
    if len(names) == 1:
        return f"the column {names[0]} is missing; {shape}."
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"the columns {', '.join(names[:3])}{more} are missing; {shape}."
