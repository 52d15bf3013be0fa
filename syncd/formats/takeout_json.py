"""The older minute JSON of a Google Takeout: ``[{"dateTime": ..., "value": "12"}, ...]``.

The times name no zone. Where they lie in UTC is found out beforehand, day by day
(``takeout_offsets``), and handed in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from syncd.contract import DeviceSync, Malformed, OffsetRun, Series, StepSeries
from syncd.formats.problems import Problems
from syncd.formats.takeout_csv import MOST_A_MINUTE, minute_series, without_padding
from syncd.formats.takeout_offsets import Offsets
from syncd.formats.takeout_sources import RECONCILED
from syncd.formats.takeout_times import DAY_MIN, EARLIEST_MIN, EPOCH_DAY, instant, wall

Row = tuple[int, int, int]
"""Wall-clock day (proleptic ordinal), minute of it, steps."""


def minutes(
    data: bytes, *, name: str, before: datetime, offsets: str
) -> Iterator[StepSeries | DeviceSync]:
    """Yield the minutes of the days whose offset is known; ``offsets`` is ``str(Offsets)``.

    Other days were refused when the file was read. Raise ``Malformed`` after the good records if a
    row was wrong.
    """
    problems, limit = Problems(), int(before.timestamp()) // 60
    known = Offsets.read(offsets)
    found: dict[int, float] = {}
    for day, minute, steps in rows(data, problems):
        offset = known.of(day)
        if offset is None:
            continue
        at = (day - EPOCH_DAY) * DAY_MIN + minute - offset // 60
        if EARLIEST_MIN <= at < limit:
            found[at] = max(float(steps), found.get(at, 0.0))
        elif steps:
            problems.add(f"steps at {instant(at):%Y-%m-%d %H:%M} UTC cannot be; left out.")
    kept = without_padding(found)
    if kept:
        series = minute_series(RECONCILED, Series.STEPS, kept)
        runs = tuple(OffsetRun(start=at, offset_s=s) for at, s in known.local_runs(kept))
        yield series.model_copy(update={"offsets": runs})
        yield DeviceSync(source=RECONCILED, at=instant(max(kept) + 1))
    elif not problems.sentences:
        problems.add_other("a part of the export without any step.")
    problems.raise_any(name)


def rows(data: bytes, problems: Problems) -> Iterator[Row]:
    """Yield the rows of the JSON; note what is none in ``problems``."""
    for entry in entries(data):
        if not isinstance(entry, dict):
            problems.add("an entry that is no object was left out.")
            continue
        try:
            day, minute, _ = wall(entry.get("dateTime"))
            steps = _count(entry.get("value"))
        except ValueError:
            problems.add("an entry without a date and time and a count was left out.")
            continue
        yield day, minute, steps


def entries(data: bytes) -> list[object]:
    """Return the elements of a JSON array; raise ``Malformed`` for anything else."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        raise Malformed("its JSON is damaged.") from None
    if not isinstance(told, list):
        raise Malformed("its JSON is no list.")
    return told


def _count(value: object) -> int:
    text = value if isinstance(value, str) else repr(value)
    if len(text) > 20 or "_" in text:
        raise ValueError("no count")
    count = float(text)
    if not 0 <= count <= MOST_A_MINUTE:
        raise ValueError("no count")
    return round(count)
