"""The words for a graded plan: what a week asks for, why, and what comes after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import floor

from syncd.walks.phrases import DAY_NAMES, MONTHS, number_word, plural_s
from syncd.walks.plan import ENOUGH_SHARE, STANDS_WEEKS, Flare, Kind, Step, whole_minutes

_BECAUSE = {
    Kind.BEGUN: "where the plan begins",
    Kind.LONGER: "walks a little longer",
    Kind.DAY: "one more day, walks as long as before",
    Kind.REPEATED: "the same again; last week shows too few minutes, and that is no failure",
    Kind.HELD: "the same again, as you said",
    Kind.AFTER_FLARE: "less than before the flare, and on from there",
    Kind.STANDS: "the same; it is as long as the plan asks for",
}
_COMES = {
    Kind.LONGER: "if this week is walked; walks a little longer",
    Kind.DAY: "if this week is walked; one more day, walks as long as now",
    Kind.HELD: "the same again, as you said",
    Kind.STANDS: "the same; it is as long as the plan asks for",
}

WAITS = "Last week is not known to its end yet; until then this one asks for the same."
FLARE_WAITS = (
    "A flare is running, and the plan waits. Short, easy walks are enough; rest is fine. "
    "Afterwards it goes on with 70 % of the last week that was walked."
)
FLARE_OVER = "The flare is over; from tomorrow the plan goes on with less than before."


def asked_words(step: Step) -> str:
    """Return "13 minutes on four days, about 53 in all"."""
    days = f"{number_word(step.days)} day{plural_s(step.days)}"
    return f"{step.day_min} minutes on {days}, about {whole_minutes(step.week_min)} in all"


def step_words(step: Step) -> str:
    """Return what a week asks for and why."""
    return f"{asked_words(step)}: {_BECAUSE[step.kind]}."


def plan_week_words(step: Step, today: date, *, flare: Flare | None, waits: bool) -> str:
    """Return in a line what the plan asks for now; see ``service.plans.PlanStanding``."""
    if flare is not None:
        return FLARE_WAITS if flare.last is None else FLARE_OVER
    if step.first_day > today:
        first = step.first_day
        begins = f"{DAY_NAMES[first.weekday()]} {first.day} {MONTHS[first.month - 1]}"
        return f"The plan begins on {begins}: {asked_words(step)}."
    if waits:
        return f"The plan: {asked_words(step)}. {WAITS}"
    return f"The plan this week: {step_words(step)}"


def following_words(step: Step) -> str:
    """Return what the next week will ask for, and on what condition."""
    return f"{asked_words(step)}: {_COMES[step.kind]}."


def whole_week_words(step: Step) -> str:
    """Return what the first whole week after a beginning inside a week asks for."""
    return f"{asked_words(step)}: the same, in its first whole week."


def so_far_words(step: Step, walked: Mapping[date, float], open_min: float = 0) -> str:
    """Return what was walked of a week, in sure minutes, and what buckets leave open.

    A day counts once it has the plan's walk, in full minutes as in its verdict.
    """
    full = {day: floor(minutes + 1e-9) for day, minutes in sorted(walked.items())}
    total = whole_minutes(sum(walked.values()))
    days = sum(minutes >= step.day_min for minutes in full.values())
    each = ", ".join(f"{DAY_NAMES[day.weekday()]} {minutes}" for day, minutes in full.items())
    said = f"{total} of {whole_minutes(step.week_min)} minutes, {days} of {step.days} days"
    said = f"{said} ({each})." if each else f"{said}."
    possible = whole_minutes(open_min)
    if not possible:
        return said
    are = "is" if possible == 1 else "are"
    more = f"About {possible} more {are} possible: coarse steps leave open how long a walk was."
    return f"{said} {more}"


def enough_words(step: Step) -> str:
    """Return how many minutes let the plan go on."""
    enough = -int(-(ENOUGH_SHARE * step.week_min) // 1)
    return f"{enough} minutes in the week are enough to go on; with fewer it is repeated."


def stood_words(own: str) -> str:
    """Return what comes after the plan; ``own`` is the person's own rule."""
    return (
        f"30 minutes on five days have stood for {number_word(STANDS_WEEKS)} weeks. Next comes "
        f"pace, hills last: syncd plan stop brings back your own target, {own}"
    )
