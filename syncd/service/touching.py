"""Which days a person's word about days touches."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from syncd.service.loading import day_number
from syncd.store import dirty, series_days


def mark_days(tx: Connection, person_id: int, first: date | None, last: date | None) -> None:
    """Mark the days with data that civil days ``first``..``last`` touch; ``None``: all there."""
    span = series_days.days_span(tx, person_id)
    if span is not None:  # a neighbour may share their hours
        begin = span[0] if first is None else max(span[0], day_number(first) - 1)
        end = span[1] if last is None else min(span[1], day_number(last) + 1)
        dirty.mark(tx, person_id, range(begin, end + 1))


def mark_left(tx: Connection, person_id: int, before: tuple[int, int] | None) -> None:
    """Mark the days between the span of data that was and the one that is: their rows may go."""
    after = series_days.days_span(tx, person_id)
    if before is not None and after is not None and before != after:
        left = [*range(before[0], after[0] + 1), *range(after[1], before[1] + 1)]
        dirty.mark(tx, person_id, left)
