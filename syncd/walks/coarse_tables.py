"""How much of a bucket is brisk, given its mean steps a minute (walking-rules 2.3).

Learned at 100 steps a minute on free-living days of 33 people (Fitbit minutes of 2016), for
buckets of 5 and of 15 minutes. Other lengths and cadences: docs/decisions/0014.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

LEARNED_AT_SPM = 100.0
CALIBRATED_SPM = (80.0, 120.0)
"""Cadences that the tables may be moved to; beyond them no likelihood is claimed."""
STRETCH_BELOW, STRETCH_ABOVE = 1.25, 2.0
"""Powers of 100 / cadence that a mean is multiplied with, chosen on the cohort of the tests."""
LONGEST_MIN = 60.0

_FIVE, _QUARTER = 5.0, 15.0
_MEAN_5 = (0.0, 0.0, 0.004, 0.016, 0.037, 0.071, 0.095, 0.155, 0.32, 0.47, 0.80, 0.94, 0.98, 0.98)
_SD_5 = (0.0, 0.0, 0.03, 0.05, 0.09, 0.12, 0.15, 0.20, 0.24, 0.21, 0.17, 0.12, 0.07, 0.07)
_MEAN_15 = (0.0, 0.004, 0.019, 0.058, 0.10, 0.16, 0.19, 0.26, 0.42, 0.56, 0.78, 0.89, 0.90, 0.96)
_SD_15 = (0.0, 0.02, 0.04, 0.08, 0.12, 0.15, 0.17, 0.22, 0.19, 0.15, 0.13, 0.11, 0.15, 0.07)


class Share(NamedTuple):
    """The brisk share of a bucket, 0 to 1, and its standard deviation."""

    mean: float
    sd: float


def brisk_share(minutes: float, mean_spm: float, cadence_spm: float) -> Share:
    """Return the brisk share of a bucket of ``minutes`` with ``mean_spm`` steps a minute.

    Between 5 and 15 minutes the tables are joined in the logarithm of the length, and the line is
    drawn on to 2 and 60 minutes; beyond 15 the spread of 15 minutes stays.
    """
    power = STRETCH_BELOW if cadence_spm < LEARNED_AT_SPM else STRETCH_ABOVE
    moved = mean_spm * (LEARNED_AT_SPM / cadence_spm) ** power
    row = min(len(_MEAN_5) - 1, int(moved / 10 + 1e-9))
    along = log(min(max(minutes, 1.0), LONGEST_MIN) / _FIVE) / log(_QUARTER / _FIVE)
    mean = _MEAN_5[row] + (_MEAN_15[row] - _MEAN_5[row]) * along
    sd = _SD_5[row] + (_SD_15[row] - _SD_5[row]) * min(1.0, max(0.0, along))
    return Share(min(1.0, max(0.0, mean)), sd)


def is_calibrated(cadence_spm: float) -> bool:
    """Tell whether the tables say anything about likelihoods at a cadence."""
    low, high = CALIBRATED_SPM
    return low <= cadence_spm <= high
