"""Longer than usual: a walk, or a week, that stands out from those before (walking rules 0.3).

Choices of ours: no trial says what is too much, so the words never say "harmful". Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.walks.flares import CAP_BRISK_MIN
from syncd.walks.phrases import plural_s
from syncd.walks.plan import whole_minutes

SHARE = 1.3
MORE_MIN = 10
LAST_DAYS = 30
KNOWN_DAYS = 14
"""Judged days among the last thirty without which nobody knows what is usual."""
EARLIER_WEEKS = 4
WEEK_JUDGED_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What a walk is held against.

    ``longest_min`` is the longest walk of the thirty days before, ``judged_days`` how many of them
    were judged, ``plan_min`` the walk of the plan that ran, ``flare`` whether the day was one.
    """

    longest_min: float | None
    judged_days: int
    plan_min: float | None = None
    flare: bool = False


@dataclass(frozen=True, slots=True)
class WeekBefore:
    """A week's minutes in walks, its judged days, and the tracker that spoke."""

    walked_min: float
    judged_days: int
    source: str | None


def longer_than_usual(walk_min: float, brisk_min: int, usual: Usual) -> str | None:
    """Return the sentence on a walk that is longer than usual, else ``None``."""
    said = f"Longer than usual: {whole_minutes(walk_min)} minutes"
    if usual.flare:
        if brisk_min <= CAP_BRISK_MIN:
            return None
        return (
            f"Longer than usual for a flare day: {brisk_min} brisk minute{plural_s(brisk_min)}, "
            f"where {CAP_BRISK_MIN} are enough."
        )
    if usual.plan_min is not None:
        if walk_min <= SHARE * usual.plan_min:
            return None
        return f"{said}; the plan's walk is {whole_minutes(usual.plan_min)}."
    longest = usual.longest_min
    if longest is None or usual.judged_days < KNOWN_DAYS:
        return None
    if walk_min <= SHARE * longest or walk_min <= longest + MORE_MIN:
        return None
    return f"{said}; the longest of the {LAST_DAYS} days before was {whole_minutes(longest)}."


def week_longer_than_usual(week: WeekBefore, earlier: Sequence[WeekBefore]) -> str | None:
    """Return the digest's line on a week with 1.3 times the walking of any of the four before.

    ``earlier`` come oldest first. Without four of them that have five judged days each and the
    week's own tracker there is nothing to compare with: ``None``.
    """
    before = earlier[-EARLIER_WEEKS:]
    alike = [
        w
        for w in before
        if w.judged_days >= WEEK_JUDGED_DAYS and w.source is not None and w.source == week.source
    ]
    if len(alike) < EARLIER_WEEKS:
        return None
    most = max(w.walked_min for w in alike)
    if week.walked_min <= SHARE * most or week.walked_min <= most + MORE_MIN:
        return None
    return (
        f"More walking than usual: {whole_minutes(week.walked_min)} minutes; "
        f"the most of the four weeks before was {whole_minutes(most)}."
    )
