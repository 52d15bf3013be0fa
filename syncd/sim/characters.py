"""Three ways to live: who walks how often, how fast and how reliably a device sees it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """How somebody lives.

    Hours and chances are pairs (work day, weekend); the rest are (least, most) or one chance a day.
    """

    name: str
    step_m: float
    """Length of a step at 100 steps a minute, metres."""
    wakes_h: Pair
    sleeps_h: Pair
    target_chance: Pair
    target_min: tuple[int, int]
    target_spm: Pair
    easy_chance: Pair
    gentle_walks: tuple[int, int]
    errands: tuple[int, int]
    dashes: tuple[int, int]
    run_chance: float
    commutes: bool
    hills_chance: float
    record_chance: float
    watch_off_chance: float
    battery_chance: float
    phone_chance: float


STEADY = Character(
    name="steady",
    step_m=0.72,
    wakes_h=(6.7, 7.2),
    sleeps_h=(22.5, 22.7),
    target_chance=(0.85, 0.75),
    target_min=(32, 45),
    target_spm=(106, 118),
    easy_chance=(0.3, 0.6),
    gentle_walks=(0, 1),
    errands=(1, 3),
    dashes=(0, 2),
    run_chance=0.1,
    commutes=False,
    hills_chance=0.4,
    record_chance=0.6,
    watch_off_chance=0.01,
    battery_chance=0.005,
    phone_chance=0.85,
)
OFFICE = Character(
    name="office",
    step_m=0.76,
    wakes_h=(6.6, 8.0),
    sleeps_h=(22.7, 23.2),
    target_chance=(0.35, 0.55),
    target_min=(31, 40),
    target_spm=(105, 116),
    easy_chance=(0.2, 0.5),
    gentle_walks=(0, 0),
    errands=(0, 2),
    dashes=(0, 1),
    run_chance=0.1,
    commutes=True,
    hills_chance=0.1,
    record_chance=0.4,
    watch_off_chance=0.02,
    battery_chance=0.01,
    phone_chance=0.95,
)
IN_PAIN = Character(
    name="in pain",
    step_m=0.66,
    wakes_h=(6.9, 7.4),
    sleeps_h=(22.0, 22.4),
    target_chance=(0.5, 0.45),
    target_min=(32, 36),
    target_spm=(105, 110),
    easy_chance=(0.5, 0.5),
    gentle_walks=(1, 2),
    errands=(0, 2),
    dashes=(0, 2),
    run_chance=0.0,
    commutes=False,
    hills_chance=0.0,
    record_chance=0.3,
    watch_off_chance=0.02,
    battery_chance=0.005,
    phone_chance=0.7,
)
CHARACTERS = MappingProxyType({one.name: one for one in (STEADY, OFFICE, IN_PAIN)})
