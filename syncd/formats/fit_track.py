"""The samples of an outing as a ``Track``: in order, in SI units, within what can be."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from syncd.contract import Track
from syncd.contract.units import per_leg_to_spm, semicircles_to_degrees
from syncd.formats.fit_messages import Sample

_DISTANCE_M: Final = (0.0, 1e8)
_ALTITUDE_M: Final = (-1000.0, 20_000.0)
_SPEED_MPS: Final = (0.0, 1000.0)
_CADENCE_SPM: Final = (0.0, 1000.0)
"""Beyond these a register was broken; an unlikely speed within them is measured, and is kept."""

Column = tuple[float | None, ...]


def track(samples: Sequence[tuple[int, Sample]], *, on_foot: bool) -> Track | None:
    """Return the track of samples in order of time; cadence only where it counts footfalls.

    A watch on foot counts one leg, so its cadence is doubled; a bicycle's counts crank turns.
    """
    if not samples:
        return None
    distance, altitude, speed, cadence, latitude, longitude = zip(
        *(sample for _, sample in samples), strict=True
    )
    steps = (None if c is None else per_leg_to_spm(c) for c in cadence)
    places = [_place(a, b) for a, b in zip(latitude, longitude, strict=True)]
    return Track(
        at=tuple(at for at, _ in samples),
        distance_m=_measured(never_falling(_within(distance, _DISTANCE_M))),
        altitude_m=_measured(_within(altitude, _ALTITUDE_M)),
        speed_mps=_measured(_within(speed, _SPEED_MPS)),
        cadence_spm=_measured(_within(steps, _CADENCE_SPM)) if on_foot else (),
        latitude=_measured(a for a, _ in places),
        longitude=_measured(b for _, b in places),
    )


def never_falling(values: Sequence[float | None]) -> Column:
    """Return cumulative values without those that contradict the most others.

    A total never falls, so the longest run of values in which none does stands and the rest become
    ``None``: one wild value costs itself, not everything after it.
    """
    known = [(i, v) for i, v in enumerate(values) if v is not None]
    if all(a[1] <= b[1] for a, b in pairwise(known)):
        return tuple(values)
    tails: list[float] = []  # the smallest last value of a run of each length
    holders: list[int] = []
    before: dict[int, int | None] = {}
    for i, value in known:
        length = bisect_right(tails, value)
        before[i] = holders[length - 1] if length else None
        tails[length : length + 1] = [value]
        holders[length : length + 1] = [i]
    stands: set[int] = set()
    link: int | None = holders[-1]
    while link is not None:
        stands.add(link)
        link = before[link]
    return tuple(v if i in stands else None for i, v in enumerate(values))


def _within(values: Iterable[float | None], limits: tuple[float, float]) -> Column:
    low, high = limits
    return tuple(v if v is not None and low <= v <= high else None for v in values)


def _place(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    if latitude is None or longitude is None:
        return None, None
    north, east = semicircles_to_degrees(int(latitude)), semicircles_to_degrees(int(longitude))
    if not (-90.0 <= north <= 90.0 and -180.0 <= east <= 180.0):
        return None, None
    return north, east


def _measured(values: Iterable[float | None]) -> Column:
    """Return the column, empty when nothing in it was measured."""
    column = tuple(values)
    return column if any(v is not None for v in column) else ()
