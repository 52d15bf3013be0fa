"""From stored wear and sleep to masks of minutes, a byte each: 1, 0, or ``UNSEEN`` if unsaid."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from syncd.contract import Series
from syncd.store import series, series_days
from syncd.walks.model import DAY_MIN, MINUTE_S, UNSEEN, Minutes

YES = 0.5
"""A value of 1 may have come as a share of its interval."""
REACH_DAYS = 2
"""An interval is stored on the UTC day of its start and lasts up to 50 hours."""


def told(
    cx: Connection, person_id: int, what: Series, first_day: int, last_day: int
) -> Mapping[int, Minutes]:
    """Return what each source of a person says over UTC days, both included, by source id.

    A minute is told by an interval that holds its middle.
    """
    first, end = first_day * DAY_MIN, (last_day + 1) * DAY_MIN
    masks: dict[int, bytearray] = {}
    for day in series_days.load(cx, person_id, what, first_day - REACH_DAYS, last_day):
        columns = series.unpack(what, day.utc_day, day.body)
        mask = masks.setdefault(day.source_id, bytearray([UNSEEN]) * (end - first))
        for start, duration, value in zip(
            columns.start, columns.duration, columns.value, strict=True
        ):
            if value is None:
                continue
            half = MINUTE_S // 2
            a = max(0, -(-(start - half) // MINUTE_S) - first)
            b = min(len(mask), -(-(start + duration - half) // MINUTE_S) - first)
            if a < b:
                mask[a:b] = bytes([value >= YES]) * (b - a)
    return {source_id: Minutes(first, bytes(mask)) for source_id, mask in masks.items()}
