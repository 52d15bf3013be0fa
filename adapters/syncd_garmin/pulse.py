"""When somebody wore the watch, by its heart rates: one every two minutes while it is on a wrist.

That a rate is missing says nothing: the watch was off, or did not get hold of a pulse.
"""

from __future__ import annotations

from collections.abc import Iterator

from syncd.contract import Malformed, RawPayload, Series, StepSeries
from syncd_garmin import wire
from syncd_garmin.sources import CLOUD

EVERY_S = 120
BRIDGED_S = 600
"""Readings no farther apart are of one wearing."""
_LEAST_BPM, _MOST_BPM = 20, 250
_LATEST_MS = 4_102_444_800_000


def worn(payload: RawPayload) -> Iterator[StepSeries]:
    """Yield when the watch was worn; nothing where it told no pulse.

    Raises ``Malformed`` for rows that do not say which column is which.
    """
    said = wire.read(wire.HeartRates, payload, "heart rates")
    if not said.rows:
        return
    place = {column.key: column.index for column in said.columns or ()}
    if "timestamp" not in place or "heartrate" not in place:
        raise Malformed("heart rates: its columns are not as we know them.", payload=payload)
    runs = _runs(sorted(_readings(said.rows, place["timestamp"], place["heartrate"])))
    covers = payload.covers
    first, end = (covers.start.timestamp(), covers.end.timestamp()) if covers else (0.0, 1e12)
    cut = [(max(a, int(first)), min(b, int(end))) for a, b in runs]
    spans = [(a, b) for a, b in cut if a < b]
    if spans:
        yield StepSeries(
            source=CLOUD,
            series=Series.WEAR,
            start=tuple(a for a, _ in spans),
            duration=tuple(b - a for a, b in spans),
            value=(1.0,) * len(spans),
        )


def _readings(rows: list[list[float | None]], at: int, rate: int) -> Iterator[int]:
    """Yield the Unix seconds at which a pulse was felt."""
    for row in rows:
        if not 0 <= max(at, rate) < len(row) or min(at, rate) < 0:
            continue
        moment, bpm = row[at], row[rate]
        if moment is None or bpm is None or not 0 <= moment < _LATEST_MS:
            continue
        if _LEAST_BPM <= bpm <= _MOST_BPM:
            yield int(moment // 1000)


def _runs(readings: list[int]) -> list[tuple[int, int]]:
    """Return the [start, end) of wearings; a reading speaks for its two minutes."""
    runs: list[tuple[int, int]] = []
    for at in readings:
        if runs and at - runs[-1][1] <= BRIDGED_S - EVERY_S:
            runs[-1] = (runs[-1][0], max(runs[-1][1], at + EVERY_S))
        else:
            runs.append((at, at + EVERY_S))
    return runs
