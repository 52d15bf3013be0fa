"""A running flare: its own small goal, when to ask whether it is over (walking rules 0.3). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from syncd.walks.model import Outcome

ASKED_ON = (4, 8)
"""Days of a flare on which it is asked whether it is over."""
DOCTOR_FROM = 15
REACHED_DAYS = 2
CAP_BRISK_MIN = 10
"""Brisk minutes that are enough on a flare day; a soft cap."""

GOAL = "One to three level walks of 5 to 10 minutes at your own pace are enough; rest is fine."
OVER = "Over? syncd flare end says so."
DOCTOR = "please let a doctor or physiotherapist look at it"


def flare_day(first: date, today: date) -> int:
    """Return which day of a flare it is, the first being 1."""
    return (today - first).days + 1


def flare_question(first: date, today: date, outcomes: Sequence[Outcome | None]) -> str | None:
    """Return what to ask or say about a flare that runs since ``first``; mostly ``None``.

    ``outcomes`` are those of its days so far, oldest first. It is never ended by itself.
    """
    number = flare_day(first, today)
    if number >= DOCTOR_FROM:
        return f"Day {number} of the flare: {DOCTOR}. {OVER}"
    reached = [outcome for outcome in outcomes if outcome is not None][-REACHED_DAYS:]
    if len(reached) == REACHED_DAYS and all(outcome is Outcome.MET for outcome in reached):
        return f"Day {number} of the flare; its last two days reached the target. {OVER}"
    return f"Day {number} of the flare. {OVER}" if number in ASKED_ON else None


def is_flare_question(line: str) -> bool:
    """Tell whether a line is what ``flare_question`` says."""
    return line.startswith("Day ") and " of the flare" in line
