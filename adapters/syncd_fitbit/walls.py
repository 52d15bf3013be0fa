"""A day as the clock on the wall told it, laid on the timeline by a zone. Pure.

Where the clocks were set back, an hour came twice and Fitbit has one row for both: what it holds
is laid as one interval over the two hours, so that nobody takes it for minutes. Times that never
came, where the clocks went forward, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from syncd.contract import OffsetRun, Series, Source, StepSeries
from syncd.formats.minute_clock import ZoneDays, unix

DAY_MIN = 1440


@dataclass(frozen=True, slots=True)
class Row:
    """One interval: Unix second, seconds, value, and local minus UTC at its start.

    ``turns_at`` is the Unix second at which the clocks are set back within it.
    """

    start: int
    duration: int
    value: float
    offset: int
    turns_at: int | None = None

    @property
    def end(self) -> int:
        """Return the second after the last."""
        return self.start + self.duration


def laid(day: date, values: Mapping[int, float], zone: ZoneInfo, length_min: int) -> list[Row]:
    """Return slots of ``length_min`` (minute of the day -> value) in order of time."""
    days, number, length_s = ZoneDays(zone), day.toordinal(), 60 * length_min
    steady = days.steady(number)
    if steady is not None:
        return [
            Row(unix(number, m, steady), length_s, v, steady) for m, v in sorted(values.items())
        ]
    rows: list[Row] = []
    twice: dict[int, float] = {}
    for minute, value in sorted(values.items()):
        first, last = days.offsets(number, minute)
        if first > last:
            twice[minute] = value
        elif first == last:
            rows.append(Row(unix(number, minute, first), length_s, value, first))
    rows += _both_hours(days, number, twice, length_min)
    return sorted(rows, key=lambda row: row.start)


def _both_hours(
    days: ZoneDays, number: int, twice: Mapping[int, float], length_min: int
) -> Iterator[Row]:
    """Yield what is told of wall-clock time that came twice; nothing unless all of it is told."""
    if not twice:
        return
    first, last = days.offsets(number, min(twice))
    span_s = first - last
    if 60 * length_min * len(twice) != span_s:
        return
    start = unix(number, min(twice), first)
    total = sum(twice.values())
    if total > 0:
        yield Row(start, 2 * span_s, total, first, turns_at=start + span_s)
        return
    for minute in twice:
        for offset in (first, last):
            yield Row(unix(number, minute, offset), 60 * length_min, 0.0, offset)


def measured(rows: Sequence[Row], *, synced: int | None, until: int) -> list[Row]:
    """Return the rows that were measured; Fitbit fills the rest of a day with zeros.

    A zero counts up to the last sync of a tracker (``synced``, Unix seconds), or, where nobody
    tells of syncs, up to the last value above zero. Nothing after ``until`` is believed, and a day
    of nothing but zeros is a day that no tracker saw.
    """
    told = [row for row in rows if row.end <= until]
    last = max((row.end for row in told if row.value > 0), default=None)
    if last is None:
        return []
    complete = last if synced is None else synced
    return [row for row in told if row.value > 0 or row.end <= complete]


def series_of(
    source: Source, series: Series, rows: Sequence[Row], zone: ZoneInfo
) -> Iterator[StepSeries]:
    """Yield rows as one record; none where there are no rows."""
    if not rows:
        return
    runs: list[OffsetRun] = []
    for row in rows:
        _run(runs, row.start, row.offset, zone.key)
        if row.turns_at is not None:
            after = datetime.fromtimestamp(row.turns_at, zone).utcoffset() or timedelta()
            _run(runs, row.turns_at, round(after.total_seconds()), zone.key)
    yield StepSeries(
        source=source,
        series=series,
        start=tuple(row.start for row in rows),
        duration=tuple(row.duration for row in rows),
        value=tuple(row.value for row in rows),
        offsets=tuple(runs),
    )


def _run(runs: list[OffsetRun], at: int, offset: int, zone: str) -> None:
    if not runs or runs[-1].offset_s != offset:
        runs.append(OffsetRun(start=at, offset_s=offset, zone=zone))


def instant(wall: datetime, zone: ZoneInfo) -> tuple[datetime, bool]:
    """Return the UTC instant of a time, and whether there is no doubt about it.

    A time without an offset is the zone's; one that came twice is taken for the first, and one
    that never came for the moment of the change.
    """
    if wall.tzinfo is not None:
        return wall.astimezone(UTC), True
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(early, late), early == late


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a civil day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
