"""What walking costs, and what cadence stands for; each equation refuses beyond its validity.

Effort on a slope is an estimate (about +-0.7 METs, walking-rules 3): show one decimal at most.
"""

from __future__ import annotations

HEIGHT_CM = (152.0, 198.0)
HEIGHT_SPM = (113.0, 90.0)


def height_cadence_spm(height_cm: float) -> float:
    """Return the steps a minute that are moderate effort for a person of ``height_cm``.

    Rowe et al., MSSE 2011;43:312-318: 113 at 152 cm down to 90 at 198 cm; linear between those
    published ends, and held at them beyond.
    """
    (short, tall), (most, least) = HEIGHT_CM, HEIGHT_SPM
    spm = most - (most - least) * (height_cm - short) / (tall - short)
    return min(most, max(least, spm))
