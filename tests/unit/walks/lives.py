"""Small made-up lives for the tests of days and sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from syncd.contract import Source, SourceKind, Track, Workout
from syncd.walks.day import History, Outing, Reading
from syncd.walks.minutes import cut, from_values
from syncd.walks.model import Mark, Rules, SourceView, Target
from syncd.walks.offsets import Evidence, timeline

DAY = date(2026, 3, 10)
MIDNIGHT = int(datetime(2026, 3, 10, tzinfo=UTC).timestamp())
FIRST = MIDNIGHT // 60
LONG_AFTER = datetime(2026, 6, 1, tzinfo=UTC)
WATCH_FILE = Source(key="fit:1:2:3", kind=SourceKind.FILE, whole_day=False)


def waking(**stretches: Sequence[int]) -> list[int | None]:
    """Return a day of zeros with a step every hour, and values from ``at_HHMM=[...]`` on."""
    day: list[int | None] = [0] * 1440
    for hour in range(7, 23):
        day[hour * 60] = 5
    for name, values in stretches.items():
        at = int(name[3:5]) * 60 + int(name[5:7])
        day[at : at + len(values)] = list(values)
    return day


def tracker(
    days: Sequence[Sequence[int | None]],
    *,
    name: str = "the watch",
    rank: int = 20,
    synced: datetime | None = LONG_AFTER,
    whole_day: bool = True,
    first_day: int = 0,
) -> SourceView:
    """Return a source whose minutes begin ``first_day`` days from DAY."""
    values = [value for day in days for value in day]
    start = FIRST + 1440 * first_day
    return SourceView(
        id=rank,
        name=name,
        rank=rank,
        whole_day=whole_day,
        minutes=cut(from_values(start, values), FIRST - 8 * 1440, FIRST + 12 * 1440),
        last_sync=synced,
        key=name,
    )


def life(
    *sources: SourceView,
    outings: Sequence[Workout] = (),
    rules: Rules | None = None,
    marks: Mapping[date, Mark] | None = None,
    offsets: Sequence[tuple[int, int]] = ((0, 0),),
) -> Reading:
    """Return a reading; ``offsets`` are (minutes from DAY's UTC midnight, offset hours)."""
    start, end = (FIRST - 8 * 1440) * 60, (FIRST + 12 * 1440) * 60
    edges = [MIDNIGHT + m * 60 for m, _ in offsets[1:]] + [end]
    runs = [
        Evidence(start if i == 0 else MIDNIGHT + m * 60, edges[i], h * 3600)
        for i, (m, h) in enumerate(offsets)
    ]
    return Reading(
        History(
            first=FIRST - 8 * 1440,
            end=FIRST + 12 * 1440,
            line=timeline([runs]),
            sources=tuple(sorted(sources, key=lambda s: (s.rank, s.key))),
            outings=tuple(
                Outing(workout=w, source_id=99, source_key=w.source.key, rank=10) for w in outings
            ),
            targets=(Target(0, None, rules or Rules()),),
            marks=marks or {},
        )
    )


def outing(
    start_s: int,
    seconds: int,
    *,
    cadence: float | None = 110.0,
    speed: float | None = 1.4,
    label: str | None = "walking",
    key: str = "fit:3:1",
    every_s: int = 1,
    steps: int | None = None,
    source: Source = WATCH_FILE,
) -> Workout:
    """Return a steady recorded outing that starts ``start_s`` seconds into DAY (UTC)."""
    start = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(seconds=start_s)
    at = tuple(range(MIDNIGHT + start_s, MIDNIGHT + start_s + seconds + 1, every_s))
    track = Track(
        at=at,
        cadence_spm=() if cadence is None else (cadence,) * len(at),
        distance_m=() if speed is None else tuple((t - at[0]) * speed for t in at),
    )
    return Workout(
        source=source,
        key=key,
        label=label,
        start=start,
        end=start + timedelta(seconds=seconds),
        timer_s=float(seconds),
        steps=steps,
        track=track,
    )
