"""Gain and loss from noisy altitude (walking-rules 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

DELTA_M = {"barometric": 3.0, "terrain": 3.0, "gnss": 10.0}
UNKNOWN_SENSOR_DELTA_M = 5.0
MEDIAN_WINDOW_S = 15
JUMP_M, JUMP_S, SPIKE_M = 30.0, 5, 50.0


def zig_zag(altitudes_m: Sequence[float], delta_m: float) -> tuple[float, float]:
    """Return (gain, loss) in metres: legs between turns confirmed by ``delta_m`` of movement.

    A turn is confirmed after at least ``delta_m`` the other way; then the full leg is added, so
    that nothing of a real climb is lost (walking-rules 3.1, vectors 34-39).
    """
    if not altitudes_m:
        return 0.0, 0.0
    legs = {1: 0.0, -1: 0.0}
    low = high = altitudes_m[0]
    direction, turn = 0, altitudes_m[0]
    for h in altitudes_m:
        low, high = min(low, h), max(high, h)
        if direction >= 0 and high - h >= delta_m:
            if direction > 0:
                legs[1] += high - turn
            direction, turn, low = -1, high, h
        elif direction <= 0 and h - low >= delta_m:
            if direction < 0:
                legs[-1] += turn - low
            direction, turn, high = 1, low, h
    if direction > 0:
        legs[1] += high - turn
    elif direction < 0:
        legs[-1] += turn - low
    return legs[1], legs[-1]


def cleaned(at: Sequence[int], altitude_m: Sequence[float | None]) -> list[float]:
    """Return altitudes without holes, spikes and jumps, smoothed by a 15 s rolling median."""
    samples = [(t, h) for t, h in zip(at, altitude_m, strict=True) if h is not None]
    kept = _without_jumps([s for i, s in enumerate(samples) if not _is_spike(samples, i)])
    smooth: list[float] = []
    first = 0
    for i, (t, _) in enumerate(kept):
        while kept[first][0] < t - MEDIAN_WINDOW_S // 2:
            first += 1
        last = i
        while last + 1 < len(kept) and kept[last + 1][0] <= t + MEDIAN_WINDOW_S // 2:
            last += 1
        smooth.append(median(h for _, h in kept[first : last + 1]))
    return smooth


def _is_spike(samples: list[tuple[int, float]], i: int) -> bool:
    around = [h for _, h in samples[max(0, i - 2) : i] + samples[i + 1 : i + 3]]
    return len(around) >= 2 and abs(samples[i][1] - median(around)) > SPIKE_M


def _without_jumps(samples: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    kept: list[tuple[int, float]] = []
    for t, h in samples:
        if kept and t - kept[-1][0] <= JUMP_S and abs(h - kept[-1][1]) > JUMP_M:
            continue
        kept.append((t, h))
    return kept


def gain_and_loss(
    at: Sequence[int], altitude_m: Sequence[float | None], sensor: str | None
) -> tuple[float, float] | None:
    """Return (gain, loss) in metres with the sensor's delta; ``None`` without two altitudes."""
    heights = cleaned(at, altitude_m)
    if len(heights) < 2:
        return None
    return zig_zag(heights, DELTA_M.get(sensor or "", UNKNOWN_SENSOR_DELTA_M))
