"""The cadence that makes a minute brisk for one person: the knob, or what their height says."""

from __future__ import annotations

from syncd.walks.effort import height_cadence_spm
from syncd.walks.model import Rules


def brisk_spm(rules: Rules) -> float:
    """Return the steps that a brisk minute has: by height where that is asked for and known."""
    if rules.height_adjust and rules.height_cm is not None:
        return height_cadence_spm(rules.height_cm)
    return rules.cadence_min
