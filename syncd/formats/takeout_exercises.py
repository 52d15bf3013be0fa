"""``UserExercises`` of a Google Takeout: outings with a true UTC time and the local offset."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import ValidationError

from syncd.contract import Malformed, Workout
from syncd.formats.problems import Problems
from syncd.formats.takeout_sources import BY_HAND, EXERCISES
from syncd.formats.takeout_times import EARLIEST_MIN, instant, moment, offset_s
from syncd.formats.texts import label, number

LONGEST: Final = timedelta(days=7)
LONGEST_CELL: Final = 1 << 20
MOST_STEPS_A_SECOND: Final = 10
MOST_METRES_A_SECOND: Final = 400
SLACK_S: Final = 60

_NOTHING: Final = frozenset(("", "unspecified", "none", "null"))

Row = Mapping[str, str]


def exercises(data: bytes, *, name: str, before: datetime) -> Iterator[Workout]:
    """Yield the outings of the table; nothing later than ``before`` is believed.

    What was deleted in the app is left out. Raise ``Malformed`` after the good records if a row was
    wrong.
    """
    problems, found = Problems(), 0
    for line, row in _rows(data, problems):
        if row.get("deletion_reason", "").strip().lower() not in _NOTHING:
            continue
        try:
            outing = _outing(row, before)
        except (ValueError, ValidationError) as error:
            why = "it contradicts itself" if isinstance(error, ValidationError) else str(error)
            problems.add(f"line {line}: an exercise that is not usable: {why}; it was left out.")
            continue
        found += 1
        yield outing
    if not found and not problems.sentences:
        problems.add_other("a part of the export without any exercise.")
    problems.raise_any(name)


def _rows(data: bytes, problems: Problems) -> Iterator[tuple[int, Row]]:
    """Yield the rows by column name and the line each ends in; cells may hold line breaks."""
    text = data.decode("utf-8-sig", "replace").replace("\0", "?")
    reader = csv.reader(io.StringIO(text), strict=False)
    try:
        names = [cell.strip().lower() for cell in next(reader, [])]
        for cells in reader:
            if cells:
                yield reader.line_num, dict(zip(names, cells, strict=False))
    except csv.Error:
        problems.add(f"line {reader.line_num}: not readable as a table; the rest was left out.")


def _outing(row: Row, before: datetime) -> Workout:
    """Return one outing; raise ``ValueError`` with the reason for one that cannot be."""
    start, end = _time(row, "exercise_start"), _time(row, "exercise_end")
    number_of = row.get("exercise_id", "").strip()
    if not number_of or len(number_of) > 100 or not number_of.isprintable():
        raise ValueError("it has no id")
    if not timedelta(0) <= end - start <= LONGEST:
        raise ValueError("it lasts less than no time, or more than 7 days")
    if start < instant(EARLIEST_MIN) or end > before:
        raise ValueError(f"it is dated {start:%Y-%m-%d}, before 2000 or in the future")
    longest = (end - start).total_seconds() + SLACK_S
    by_hand = row.get("log_type", "").strip().upper() == "MANUAL" and not _measured(row)
    which = "manually_logged" if by_hand else "tracker"
    steps = _total(row, f"{which}_total_steps", MOST_STEPS_A_SECOND * longest)
    metres = _total(row, f"{which}_total_distance_mm", 1000 * MOST_METRES_A_SECOND * longest)
    climb = _total(row, "tracker_total_altitude_mm", 1000 * MOST_METRES_A_SECOND * longest)
    return Workout(
        source=BY_HAND if by_hand else EXERCISES,
        key=f"takeout:{number_of}",
        label=_label(row),
        start=start,
        end=end,
        steps=None if steps is None else round(steps),
        distance_m=None if metres is None else metres / 1000,
        ascent_m=None if climb is None else climb / 1000,
        detected="device" if "AUTO" in row.get("log_type", "").upper() else "person",
        utc_offset_s=offset_s(row.get("utc_offset", "")),
    )


def _time(row: Row, name: str) -> datetime:
    try:
        return moment(row.get(name, ""))
    except ValueError:
        raise ValueError(f"its {name} is no time") from None


def _label(row: Row) -> str | None:
    told = label(row.get("activity_name"))
    return None if told is None or told in _NOTHING else told


def _measured(row: Row) -> bool:
    """Tell whether a device has counted anything: exports call what came from elsewhere manual."""
    return any(
        number(row.get(f"tracker_total_{what}")) for what in ("steps", "distance_mm", "altitude_mm")
    )


def _total(row: Row, name: str, most: float) -> float | None:
    """Return a total; blank, 0 and what cannot be are not measured."""
    value = number((row.get(name) or "").strip())
    return value if value is not None and 0 < value <= most else None


def outings_of(data: bytes, *, before: datetime) -> list[Workout]:
    """Return the outings of a table as far as it can be read."""
    found: list[Workout] = []
    try:
        found.extend(exercises(data, name="", before=before))
    except Malformed:
        return found
    return found
