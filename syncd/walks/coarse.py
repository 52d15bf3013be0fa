"""What steps over more than a minute can say of brisk minutes: bounds, estimate, chance.

A bucket of n minutes with S steps holds at most floor(S / T) brisk minutes, and at least as many
as are needed to place S when the others hold T - 1 and nobody steps more than 220 a minute
(walking-rules 2.3). The estimate is a calibrated mean; it is never counted as minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import erf, sqrt
from typing import NamedTuple

from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.coarse_tables import brisk_share, is_calibrated
from syncd.walks.minutes import whole
from syncd.walks.model import IMPLAUSIBLE_ABOVE, MINUTE_S, Rules

INFLATION = 2.5
"""Of the variance, for dependence between the buckets of a day (walking-rules 2.3, ours)."""
INTERVAL_SD = 1.2816
"""Standard deviations on either side of the middle 80 %."""


class Bounds(NamedTuple):
    """The fewest and the most brisk minutes there can be."""

    low: int
    high: int


class Part(NamedTuple):
    """The part of a bucket that is judged: its length, and the steps that may lie in it.

    ``fewest`` and ``most`` are certain; ``steps`` is what is likely. They are equal for a whole
    bucket. ``shape`` is a better guess of its brisk minutes than the table's, if there is one;
    ``moving_s`` how long of it was walked, if that is known.
    """

    seconds: int
    fewest: int
    steps: float
    most: int
    shape: int | None = None
    moving_s: int | None = None


@dataclass(frozen=True, slots=True)
class Coarse:
    """Bounds and estimate of some buckets together, in brisk minutes."""

    low: int = 0
    high: int = 0
    mean: float = 0.0
    variance: float = 0.0


def bounds(
    seconds: int,
    fewest: int,
    most: int,
    threshold: int,
    *,
    cap: int = IMPLAUSIBLE_ABOVE,
    run_from: int | None = None,
) -> Bounds:
    """Return the bounds of a stretch of ``seconds`` that holds ``fewest`` to ``most`` steps.

    What is left beside whole minutes holds a share of ``cap`` steps. Minutes from ``run_from``
    steps on do not count: then nothing is certain, for all of them could be such.
    """
    full, rest_s = divmod(seconds, MINUTE_S)
    rest = cap * rest_s // MINUTE_S
    high = min(full + (rest >= threshold), most // threshold)
    if run_from is not None:
        return Bounds(0, high if run_from > threshold else 0)
    still = threshold - 1
    left = fewest - full * still - min(still, rest)
    low = -(-left // max(1, cap - still)) if left > 0 else 0
    return Bounds(min(low, high), high)


def guess(part: Part, rules: Rules) -> Coarse:
    """Return bounds and estimate of one part of a bucket under ``rules``."""
    threshold, runs = whole(brisk_spm(rules)), None
    if not rules.run_counts:
        runs = whole(rules.run_cadence)
    low, high = bounds(part.seconds, part.fewest, part.most, threshold, run_from=runs)
    if low == high:
        return Coarse(low, high, float(low), 0.0)
    minutes = (part.moving_s or part.seconds) / MINUTE_S
    mean, sd = brisk_share(minutes, part.steps / minutes, brisk_spm(rules))
    if not rules.run_counts:
        mean -= min(mean, brisk_share(minutes, part.steps / minutes, rules.run_cadence).mean)
    shape = part.shape if rules.run_counts else None
    about = minutes * mean if shape is None else float(shape)
    return Coarse(low, high, min(high, max(low, about)), (minutes * sd) ** 2)


def together(parts: Iterable[Coarse]) -> Coarse:
    """Return the sum of parts; the variance is not yet inflated."""
    low, high, mean, variance = 0, 0, 0.0, 0.0
    for part in parts:
        low, high = low + part.low, high + part.high
        mean, variance = mean + part.mean, variance + part.variance
    return Coarse(low, high, mean, variance)


def spread(coarse: Coarse) -> float:
    """Return the standard deviation of a day's estimate, in minutes."""
    return sqrt(INFLATION * coarse.variance)


def chance(target: float, estimate: float, sd: float) -> float:
    """Return how likely it is that ``target`` was reached: 1 - Phi((target - estimate) / sd)."""
    if sd <= 0:
        return 1.0 if estimate >= target else 0.0
    return 0.5 * (1 - erf((target - estimate) / (sd * sqrt(2))))


def claims_likelihood(rules: Rules) -> bool:
    """Tell whether a likelihood may be claimed at the cadence of the rules."""
    return is_calibrated(brisk_spm(rules))
