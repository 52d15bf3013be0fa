"""Lives seen in buckets, for the tests of coarse days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from syncd.walks.model import Bucket, SourceView
from tests.unit.walks.lives import LONG_AFTER, MIDNIGHT, tracker

Values = Sequence[int | None]


def buckets_of(minutes: Values, epoch_min: int = 15, *, first_day: int = 0) -> tuple[Bucket, ...]:
    """Return minutes of whole days as sums; a sum without a known minute is not there."""
    found = []
    for i in range(0, len(minutes), epoch_min):
        known = [v for v in minutes[i : i + epoch_min] if v is not None]
        if known:
            start = MIDNIGHT + 86_400 * first_day + 60 * i
            found.append(Bucket(start, 60 * epoch_min, sum(known)))
    return tuple(found)


def coarse_tracker(
    minutes: Values,
    epoch_min: int = 15,
    *,
    name: str = "the watch",
    rank: int = 20,
    synced: datetime | None = LONG_AFTER,
) -> SourceView:
    """Return a source that tells DAY's minutes in buckets."""
    view = tracker([[None]], name=name, rank=rank, synced=synced)
    return replace(view, minutes=None, buckets=buckets_of(minutes, epoch_min))


def at(hour: int, minute: int = 0) -> int:
    """Return Unix seconds of a time on DAY."""
    return MIDNIGHT + 3600 * hour + 60 * minute
