"""15-minute rows as series. A row says how many steps, never how they lay within it.

A row without steps of which Garmin names no activity is not a quarter of an hour without steps:
the watch was off, has not synced, or Garmin has put the day's rows away (older than half a year).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syncd.contract import OffsetRun, Series, StepSeries, Window
from syncd_garmin.app.wire import ASLEEP, FloorsChart, StepBucket
from syncd_garmin.instants import QUARTER_S, instant, utc_offset_s
from syncd_garmin.sources import CLOUD

LONGEST_S: Final = 3600
NIGHT_FROM_S, NIGHT_TO_S = 20 * 3600, 11 * 3600
"""By the clock of the wearer: at other times a watch that lies on a table is called asleep."""
DAY_S: Final = 86_400
WHOLE_S: Final = range(DAY_S - 3600, DAY_S + 3601)

Span = tuple[int, int, float]
"""Start (Unix seconds), seconds, value."""


def is_blank(rows: Sequence[StepBucket]) -> bool:
    """Tell whether a day's rows say nothing at all, as those do that Garmin has put away."""
    return all(row.is_blank for row in rows)


def step_series(
    rows: Iterable[StepBucket], *, day: date, zone: str | None, covers: Window | None
) -> Iterator[StepSeries]:
    """Yield the steps of a day, and its sleep; only what begins in ``covers``."""
    told = list(_spans(rows))
    local = offsets(told[0][0] if told else None, told, day=day, zone=zone)
    kept = [one for one in told if _inside(one[0], covers)]
    steps = [(start, s, row.steps) for start, s, row in kept if row.steps or not row.is_blank]
    sleep = [
        (start, s, float(row.level == ASLEEP))
        for start, s, row in kept
        if not row.is_blank and (row.level != ASLEEP or _at_night(start, local))
    ]
    known = [(start, s, value) for start, s, value in steps if value is not None]
    yield from _series(Series.STEPS, known, local)
    yield from _series(Series.SLEEP, sleep, local)


def floor_series(chart: FloorsChart, covers: Window | None) -> Iterator[StepSeries]:
    """Yield the floors climbed; raises ``ValueError`` where columns and rows do not fit."""
    at = {column.key: column.index for column in chart.columns or ()}
    spans: dict[int, Span] = {}
    for row in chart.rows or ():
        try:
            start, end = (instant(row[at[key]]) for key in ("startTimeGMT", "endTimeGMT"))
            up = row[at["floorsAscended"]]
        except (KeyError, IndexError):
            raise ValueError("floors in other columns than we know") from None
        if start is None or end is None or not isinstance(up, int | float):
            continue
        second = int(start.timestamp())
        if _inside(second, covers):
            spans[second] = (second, _length(second, int(end.timestamp())), max(0.0, up))
    yield from _series(Series.FLOORS, sorted(spans.values()), ())


def offsets(
    first: int | None, told: Sequence[tuple[int, int, StepBucket]], *, day: date, zone: str | None
) -> tuple[OffsetRun, ...]:
    """Return local time over a day whose rows begin at its local midnight.

    The first row tells it for the day; where the person's zone says the same there, its clock
    change is believed too. Where it does not, only a whole day of rows is believed to begin at its
    midnight: a wrong local time is worse than none.
    """
    if first is None:
        return ()
    begun, place = offset_of_first(first, day), _zone(zone)
    at_home = place is not None and _offset(place, first) == begun
    lasts = told[-1][0] + told[-1][1] - first
    if begun is None or not (at_home or lasts in WHOLE_S):
        return ()
    runs = [OffsetRun(start=first, offset_s=begun)]
    if place is not None and at_home:
        for start, _, _ in told:
            now = _offset(place, start)
            if now != runs[-1].offset_s:
                runs.append(OffsetRun(start=start, offset_s=now))
    return tuple(runs)


def offset_of_first(first: int, day: date) -> int | None:
    """Return local minus UTC where ``first`` (Unix seconds) is the midnight that begins a day."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the clock on the wall
    return utc_offset_s(datetime.fromtimestamp(first, UTC), midnight)


def _spans(rows: Iterable[StepBucket]) -> Iterator[tuple[int, int, StepBucket]]:
    """Yield rows in order, each once; of two for one start the larger, none over the next."""
    best: dict[int, tuple[int, StepBucket]] = {}
    for row in rows:
        if row.start is None:
            continue
        start = int(row.start.timestamp())
        seconds = _length(start, int(row.end.timestamp()) if row.end else start + QUARTER_S)
        if start not in best or (row.steps or 0) > (best[start][1].steps or 0):
            best[start] = seconds, row
    until = 0
    for start, (seconds, row) in sorted(best.items()):
        if start >= until:
            yield start, seconds, row
            until = start + seconds


def _length(start: int, end: int) -> int:
    """Return the seconds of a row; one that is none, or far too long, lasts a quarter."""
    return end - start if 0 < end - start <= LONGEST_S else QUARTER_S


def _series(
    series: Series, spans: Sequence[Span], local: tuple[OffsetRun, ...]
) -> Iterator[StepSeries]:
    if not spans:
        return
    start, duration, value = zip(*spans, strict=True)
    yield StepSeries(
        source=CLOUD,
        series=series,
        start=start,
        duration=duration,
        value=value,
        offsets=_from(local, start[0]),
    )


def _from(local: tuple[OffsetRun, ...], start: int) -> tuple[OffsetRun, ...]:
    """Return runs from the one that ``start`` is in."""
    at = max((i for i, run in enumerate(local) if run.start <= start), default=0)
    return local[at:]


def _at_night(start: int, local: Sequence[OffsetRun]) -> bool:
    shift = next((run.offset_s for run in reversed(local) if run.start <= start), None)
    if shift is None:
        return False
    clock = (start + shift) % DAY_S
    return clock >= NIGHT_FROM_S or clock < NIGHT_TO_S


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _offset(place: ZoneInfo, at: int) -> int:
    shift = datetime.fromtimestamp(at, place).utcoffset() or timedelta()
    return int(shift.total_seconds())


def _inside(start: int, covers: Window | None) -> bool:
    return covers is None or covers.start.timestamp() <= start < covers.end.timestamp()
