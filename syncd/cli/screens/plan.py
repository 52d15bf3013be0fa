"""A graded plan on the screen: this week, what was walked of it, the next one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from syncd.cli.screens.paper import Paper
from syncd.cli.screens.safety import safety_lines
from syncd.cli.screens.tables import facts_lines
from syncd.service.plans import PlanStanding
from syncd.service.show import rule_words
from syncd.walks.model import Rules
from syncd.walks.phrases import plural_s
from syncd.walks.plan import WEEK, Step, whole_minutes
from syncd.walks.plan_sentences import (
    FLARE_OVER,
    FLARE_WAITS,
    WAITS,
    enough_words,
    following_words,
    so_far_words,
    step_words,
    stood_words,
    whole_week_words,
)


def plan_screen(standing: PlanStanding, today: date, paper: Paper) -> list[str]:
    """Return where a plan stands."""
    lines = facts_lines(_facts(standing, today), paper)
    for note in _notes(standing):
        lines += ["", *paper.wrap(note, first=" ", indent=1)]
    return lines


def plan_document(standing: PlanStanding | None) -> str:
    """Return ``{"plan": {...}}`` for machines; ``null`` where none runs."""
    plan = None if standing is None else _fields(standing)
    return json.dumps({"plan": plan}, ensure_ascii=False)


def _fields(standing: PlanStanding) -> Mapping[str, object]:
    plan, flare = standing.plan, standing.flare
    following = None if flare is not None else _step_fields(standing.following)
    return {
        "first_day": plan.first_day.isoformat(),
        "usual_walk_min": plan.baseline_min,
        "week": _step_fields(standing.step),
        "following": following,
        "walked_min": {day.isoformat(): round(m, 2) for day, m in sorted(standing.walked.items())},
        "open_min": round(standing.open_min, 2),
        "held": standing.held,
        "waits": standing.waits,
        "flare_first_day": flare and flare.first.isoformat(),
        "stood": standing.stood,
    }


def _step_fields(step: Step) -> Mapping[str, object]:
    return {
        "monday": step.week.isoformat(),
        "first_day": step.first_day.isoformat(),
        "day_min": step.day_min,
        "days": step.days,
        "week_min": round(step.week_min, 2),
        "kind": step.kind.value,
    }


def begun_lines(standing: PlanStanding, today: date, paper: Paper) -> list[str]:
    """Return a plan that was just begun, after the text that goes before any plan."""
    lines = [*safety_lines(paper), ""]
    begun = f"The plan begins {_on(standing.plan.first_day, today)}."
    rule = "It counts minutes in walks, at any pace, and is the target of its days."
    return [*lines, *paper.wrap(f"{begun} {rule}"), "", *plan_screen(standing, today, paper)]


def held_lines(standing: PlanStanding, today: date, paper: Paper, *, new: bool) -> list[str]:
    """Return that next week is held."""
    first = standing.step.week
    said = "was held already"
    if new:  # in the days before a first whole week, "this one" would be no whole week
        said = "repeats this one" if first <= today else f"repeats that of {first}"
    words = f"The week of {first + WEEK} {said}."
    return [*paper.wrap(words), "", *plan_screen(standing, today, paper)]


def stopped_lines(own: Rules, paper: Paper) -> list[str]:
    """Return that a plan has ended."""
    return paper.wrap(f"The plan has ended. From today on: {rule_words(own)}")


def _facts(standing: PlanStanding, today: date) -> Iterable[tuple[str, str]]:
    plan, step = standing.plan, standing.step
    since = f"since {plan.first_day}" if plan.first_day <= today else f"from {plan.first_day} on"
    usual = whole_minutes(plan.baseline_min)
    yield "Plan", f"{since}, from a usual walk of {usual} minute{plural_s(usual)}"
    yield "This week" if step.first_day <= today else "First week", step_words(step)
    if standing.flare is not None or step.first_day > today:
        return
    yield "So far", so_far_words(step, standing.walked, standing.open_min)
    if today < step.week:
        yield "Next week", whole_week_words(step)
        return
    if not standing.held:
        yield "Enough", enough_words(step)
    yield "Next week", following_words(standing.following)


def _notes(standing: PlanStanding) -> Iterable[str]:
    if standing.flare is not None:
        yield FLARE_WAITS if standing.flare.last is None else FLARE_OVER
    elif standing.waits:
        yield WAITS
    if standing.stood:
        yield stood_words(rule_words(standing.own))


def _on(day: date, today: date) -> str:
    return "today" if day == today else f"on {day}"
