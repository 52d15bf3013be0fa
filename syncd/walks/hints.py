"""A first target that fits the person: said once, after two weeks (walking rules 0.3). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import median

JUDGED_DAYS = 14
LATEST_DAYS = 28
MORE_SHARE = 1.2
ROUND_TO_MIN = 5


def first_target(brisk_min: Sequence[int], target_min: int) -> str | None:
    """Return the hint for a person with these brisk minutes on judged days, oldest first.

    ``None`` with fewer than 14 of them, or where what is usual is near the target: the hint is a
    fifth above the usual day, rounded up to five minutes, and below the target.
    """
    if len(brisk_min) < JUDGED_DAYS:
        return None
    usual = int(median(brisk_min[-LATEST_DAYS:]))
    wiser = max(ROUND_TO_MIN, ceil(MORE_SHARE * usual / ROUND_TO_MIN) * ROUND_TO_MIN)
    if wiser >= target_min:
        return None
    many = {0: "no brisk minutes", 1: "1 brisk minute"}.get(usual, f"{usual} brisk minutes")
    return (
        f"Your usual day has {many}. A first target of {wiser} is often wiser than {target_min}: "
        f"syncd target set day_target={wiser}"
    )
