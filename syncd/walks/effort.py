"""What effort a pace is: for now, the cadence of moderate walking by a person's height. Pure."""

from __future__ import annotations

LOWEST_SPM, HIGHEST_SPM = 90.0, 113.0


def height_cadence_spm(height_cm: float) -> float:
    """Return the steps a minute of moderate walking at a height: 113 - (cm - 152) / 2, 90..113.

    Linear between the end points of Rowe et al., Med Sci Sports Exerc 2011;43:312 (n = 75): 113
    at 152 cm and 90 at 198 cm.
    """
    return min(HIGHEST_SPM, max(LOWEST_SPM, HIGHEST_SPM - 0.5 * (height_cm - 152)))
