"""Climb credit: a minute uphill that costs what a brisk one costs on the level is brisk.

Only where a barometer or a model of the ground measured the height; satellites never earn one.
"""

from __future__ import annotations

from syncd.walks.activity import STILL_SPM
from syncd.walks.effort import is_as_hard_as_level
from syncd.walks.model import MINUTE_S, Activity
from syncd.walks.recorded import Recorded
from syncd.walks.terrain import TRUSTED

BRISK_KMH = 4.8
"""What costs as much on the level (NHS), where brisk by speed is off."""


def is_brisk_uphill(r: Recorded, k: int, steps: int) -> bool:
    """Tell whether own minute ``k`` earns the credit; ``steps`` are the merged minute's.

    It lies in a confirmed climb, and its own way and grade cost by LCDA at least what the speed
    that is brisk on the level costs there. Hardly a step in it: a lift, or a pram in one.
    """
    if not r.rules.uphill_credit or r.workout.elevation_source not in TRUSTED:
        return False
    if r.activity not in {Activity.WALKING, Activity.HIKING} or steps < STILL_SPM:
        return False
    metres, hills = r.spoken_minutes[k], r.hills
    if metres is None or hills is None or not hills.uphill[k]:
        return False
    grade = hills.grade[k]
    level_kmh = r.rules.speed_min_kmh or BRISK_KMH
    return grade is not None and is_as_hard_as_level(metres / MINUTE_S, grade, level_kmh)
