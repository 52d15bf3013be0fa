"""Conversions to SI and back; each name says both units."""

from __future__ import annotations

MILE_M = 1609.344
FOOT_M = 0.3048
FEET_PER_FLOOR = 10
SEMICIRCLES_PER_HALF_TURN = 2**31


def kmh_to_mps(speed_kmh: float) -> float:
    """Return metres per second."""
    return speed_kmh / 3.6


def mps_to_kmh(speed_mps: float) -> float:
    """Return kilometres per hour."""
    return speed_mps * 3.6


def mps_to_pace_s_per_km(speed_mps: float) -> float | None:
    """Return seconds per kilometre; ``None`` at a standstill."""
    return 1000.0 / speed_mps if speed_mps > 0 else None


def per_leg_to_spm(cadence_per_leg: float) -> float:
    """Return steps per minute from strides (one leg) per minute."""
    return 2.0 * cadence_per_leg


def strides_to_steps(strides: float) -> int:
    """Return steps from strides: a stride is two steps."""
    return round(2.0 * strides)


def semicircles_to_degrees(semicircles: int) -> float:
    """Return degrees of arc; FIT positions count half turns in 2**31 parts."""
    return semicircles * 180.0 / SEMICIRCLES_PER_HALF_TURN
