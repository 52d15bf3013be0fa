"""What an outing really was: the label is a hint, movement decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from syncd.contract.units import mps_to_kmh
from syncd.walks.model import Activity, Rules

STILL_MPS = 0.3
"""Slower than this over the whole outing, nobody went anywhere."""
STILL_SPM = 40.0
"""Fewer steps a minute than this over the whole outing are fidgeting, not walking."""
SLOW_KMH = 2.0
"""A track that nobody named is walking from this median speed on."""
FAST_MINUTE_KMH, FAST_SHARE = 12.0, 0.05
"""A single minute faster than that, or more than this share above walking speed: wheels."""
FOOT_MAX_KMH = 25.0
"""Faster on average than any runner keeps up: wheels."""

_FOOT = re.compile(r"walk|hik|trek|run|jog|treadmill|mountaineer|snowshoe|stroll|ruck|stair|nordic")
_RUN = re.compile(r"run|jog|sprint")
_HIKE = re.compile(r"hik|trek|mountaineer|snowshoe|ruck")
_UNNAMED = re.compile(r"^(|other|generic|all|unknown|uncategorized|workout|training|tracking)$")


@dataclass(frozen=True, slots=True)
class Movement:
    """What was measured of an outing; ``None`` where nothing measured it.

    ``speed_mps`` is typical of moving minutes, ``cadence_spm`` is over moving time, and
    ``mean_*`` are over the time the timer ran.
    """

    speed_mps: float | None
    cadence_spm: float | None
    mean_speed_mps: float | None
    mean_cadence_spm: float | None
    at_walking_speed: bool = False
    """Whether the whole of it keeps to the speed of a walk, minute by minute."""


def judge(label: str | None, movement: Movement, rules: Rules) -> Activity:
    """Return the activity; ``OTHER`` is never a walk, ``UNKNOWN`` is shown and does not count."""
    word = (label or "").strip().lower()
    if not _UNNAMED.match(word) and not _FOOT.search(word):
        return Activity.OTHER
    if _still(movement):
        return Activity.UNKNOWN
    if _UNNAMED.match(word) and (movement.cadence_spm or 0.0) < STILL_SPM:
        # A handful of steps is no walk: a paddle board has some, too. Nor is "Other" at walking
        # speed; where nobody chose a word and nothing counted steps, speed has to do.
        unsaid = not word and movement.cadence_spm is None and movement.at_walking_speed
        return Activity.WALKING if unsaid else Activity.UNKNOWN
    fast = movement.speed_mps is not None and mps_to_kmh(movement.speed_mps) > rules.speed_max_kmh
    if fast:
        return _fast(word, movement, rules)
    if movement.cadence_spm is not None and movement.cadence_spm >= rules.run_cadence:
        return Activity.RUNNING
    if movement.cadence_spm is None and movement.speed_mps is None:
        return Activity.UNKNOWN
    return Activity.HIKING if _HIKE.search(word) else Activity.WALKING


def keeps_to_walking(moving_m: Sequence[float], rules: Rules) -> bool:
    """Tell whether the metres of moving minutes are those of a walk throughout (decision 12)."""
    if len(moving_m) < rules.session_min:
        return False
    kmh = [metres * 60 / 1000 for metres in moving_m]
    fast = sum(v > rules.speed_max_kmh for v in kmh)
    typical = SLOW_KMH <= median(kmh) <= rules.speed_max_kmh
    return typical and max(kmh) <= FAST_MINUTE_KMH and fast <= FAST_SHARE * len(kmh)


def _still(movement: Movement) -> bool:
    slow = movement.mean_speed_mps is None or movement.mean_speed_mps < STILL_MPS
    few = movement.mean_cadence_spm is None or movement.mean_cadence_spm < STILL_SPM
    return slow and few


def _fast(word: str, movement: Movement, rules: Rules) -> Activity:
    """Above walking speed: a runner's steps, or a runner's word without steps, else wheels."""
    if movement.cadence_spm is not None:
        return Activity.RUNNING if movement.cadence_spm >= rules.run_cadence else Activity.OTHER
    slow_enough = mps_to_kmh(movement.speed_mps or 0.0) <= FOOT_MAX_KMH
    return Activity.RUNNING if _RUN.search(word) and slow_enough else Activity.OTHER
