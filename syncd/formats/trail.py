"""Points with their times, in stretches recorded without a break, as outings and tracks.

What GPX and TCX have in common: which points are believed, where one outing ends and the next
begins, how far the way along the points is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from syncd.contract import Pause, Track
from syncd.formats.columns import (
    ALTITUDE_M,
    CADENCE_SPM,
    DISTANCE_M,
    SPEED_MPS,
    measured,
    never_falling,
    within,
)
from syncd.formats.problems import Problems

EARTH_RADIUS_M: Final = 6_371_008.8
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
LONGEST_S: Final = 7 * 86400
PAUSE_S: Final = 10
"""A longer gap between two stretches is a pause."""
BREAK_S: Final = 30 * 60
"""A longer gap between two stretches parts two outings."""
SILENCE_S: Final = 6 * 3600
"""A longer gap inside a stretch parts two outings too: the logger was off."""
MOST_METRES_A_SECOND: Final = 400.0


class Point(NamedTuple):
    """One point: Unix seconds, degrees, metres, m/s, steps a minute, the device's metres so far."""

    at: float
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    speed_mps: float | None = None
    cadence_spm: float | None = None
    distance_m: float | None = None


Stretch = Sequence[Point]
"""Points recorded without a break; never empty."""


def in_words(at: float) -> str:
    """Return a moment for people."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def believed(
    stretches: Iterable[Sequence[Point]], limit: float, problems: Problems
) -> list[Stretch]:
    """Return the stretches in order of time, without points that cannot be of that time."""
    given = [list(points) for points in stretches]
    early = [p.at for points in given for p in points if p.at < EARLIEST]
    late = [p.at for points in given for p in points if p.at > limit]
    if early:
        problems.add(
            f"{_points(early)} dated before 2000 (the first {in_words(early[0])}):"
            " the clock was not set; left out."
        )
    if late:
        problems.add(f"{_points(late)} dated in the future ({in_words(late[0])}); left out.")
    possible = ([p for p in points if EARLIEST <= p.at <= limit] for points in given)
    return _in_order(sorted((s for s in possible if s), key=lambda s: s[0].at), problems)


def _in_order(stretches: list[list[Point]], problems: Problems) -> list[Stretch]:
    times = [p.at for points in stretches for p in points]
    kept = never_falling(times)
    back = [at for at, stands in zip(times, kept, strict=True) if stands is None]
    if not back:
        return list(stretches)
    problems.add(f"{_points(back)} earlier than those before ({in_words(back[0])}); left out.")
    ordered, stands = [], iter(kept)
    for points in stretches:
        left = [p for p in points if next(stands) is not None]
        if left:
            ordered.append(left)
    return list(ordered)


def _points(times: Sequence[float]) -> str:
    return "1 point is" if len(times) == 1 else f"{len(times):,} points are"


def outings(stretches: Iterable[Stretch]) -> list[list[Stretch]]:
    """Return the stretches of each outing: a long gap parts them, a short one does not."""
    found: list[list[Stretch]] = []
    for stretch in stretches:
        for piece in _pieces(stretch):
            if found and piece[0].at - found[-1][-1][-1].at <= BREAK_S:
                found[-1].append(piece)
            else:
                found.append([piece])
    return found


def _pieces(stretch: Stretch) -> Iterator[Stretch]:
    first = 0
    for i, (a, b) in enumerate(pairwise(stretch)):
        if b.at - a.at > SILENCE_S:
            yield stretch[first : i + 1]
            first = i + 1
    yield stretch[first:]


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches with those made one that no pause lies between, as at a new lap."""
    found: list[list[Point]] = []
    for stretch in stretches:
        if found and stretch[0].at - found[-1][-1].at <= PAUSE_S:
            found[-1].extend(stretch)
        else:
            found.append(list(stretch))
    return list(found)


def pauses(stretches: Sequence[Stretch]) -> tuple[Pause, ...]:
    """Return the gaps between stretches that are pauses."""
    gaps = ((int(a[-1].at), int(b[0].at)) for a, b in pairwise(stretches))
    return tuple(Pause(start=a, end=b) for a, b in gaps if b - a > PAUSE_S)


def too_long(start: float, end: float) -> str | None:
    """Return why an outing cannot be, if it is longer than a week."""
    if end - start <= LONGEST_S:
        return None
    days = round((end - start) / 86400)
    return (
        f"an outing of {days} days, from {in_words(start)} on, is longer than 7 days;"
        " it was left out."
    )


def track(stretches: Sequence[Stretch]) -> Track | None:
    """Return the samples of an outing, one a second.

    Distance is the device's where it tells any, else the way along the points: straight within
    a stretch and none between two. Heights that are all 0 were never measured.
    """
    points = [p for stretch in stretches for p in stretch]
    if not points:
        return None
    told = never_falling(within((p.distance_m for p in points), DISTANCE_M))
    if not measured(told):
        told = tuple(_along(stretches))
    at: list[int] = []
    rows: list[list[float | None]] = []
    for point, metres in zip(points, told, strict=True):
        row = [metres, *point[1:6]]
        if at and at[-1] == int(point.at):
            rows[-1] = [a if b is None else b for a, b in zip(rows[-1], row, strict=True)]
        else:
            at.append(int(point.at))
            rows.append(row)
    distance, latitude, longitude, altitude, speed, cadence = zip(*rows, strict=True)
    heights = within(altitude, ALTITUDE_M)
    return Track(
        at=tuple(at),
        distance_m=measured(distance),
        altitude_m=measured(heights) if any(heights) else (),
        speed_mps=measured(within(speed, SPEED_MPS)),
        cadence_spm=measured(within(cadence, CADENCE_SPM)),
        latitude=measured(latitude),
        longitude=measured(longitude),
    )


def _along(stretches: Iterable[Stretch]) -> Iterator[float | None]:
    """Yield metres from the start at every point with a place.

    A leg faster than anything that moves was a lost signal: it adds nothing.
    """
    total = 0.0
    for stretch in stretches:
        before: Point | None = None
        for point in stretch:
            if point.latitude is None or point.longitude is None:
                yield None
                continue
            if before is not None:
                leg = _metres(before, point)
                if leg <= MOST_METRES_A_SECOND * max(1.0, point.at - before.at):
                    total += leg
            before = point
            yield total


def _metres(a: Point, b: Point) -> float:
    """Return the way between two places over a round Earth."""
    south, north = radians(a.latitude or 0.0), radians(b.latitude or 0.0)
    east = radians((b.longitude or 0.0) - (a.longitude or 0.0))
    h = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


def local_time(
    start: datetime, told: int | None, zone: ZoneInfo | None
) -> tuple[int | None, str | None]:
    """Return (offset in seconds, zone): the file's own word before the zone's."""
    if told is not None or zone is None:
        return told, None
    shift = start.astimezone(zone).utcoffset()
    return (None if shift is None else round(shift.total_seconds())), zone.key
