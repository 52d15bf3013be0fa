"""The samples of an outing as a ``Track``: in order, in SI units, within what can be."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.contract import Track
from syncd.contract.units import per_leg_to_spm, semicircles_to_degrees
from syncd.formats.columns import (
    ALTITUDE_M,
    CADENCE_SPM,
    DISTANCE_M,
    SPEED_MPS,
    measured,
    never_falling,
    within,
)
from syncd.formats.fit_messages import Sample


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
        distance_m=measured(never_falling(within(distance, DISTANCE_M))),
        altitude_m=measured(within(altitude, ALTITUDE_M)),
        speed_mps=measured(within(speed, SPEED_MPS)),
        cadence_spm=measured(within(steps, CADENCE_SPM)) if on_foot else (),
        latitude=measured(a for a, _ in places),
        longitude=measured(b for _, b in places),
    )


def _place(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None]:
    if latitude is None or longitude is None:
        return None, None
    north, east = semicircles_to_degrees(int(latitude)), semicircles_to_degrees(int(longitude))
    if not (-90.0 <= north <= 90.0 and -180.0 <= east <= 180.0):
        return None, None
    return north, east
