"""What a person promised: the rule in force, its knobs, and what another one would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from syncd.cli.screens.paper import Paper
from syncd.cli.screens.tables import facts_lines
from syncd.cli.screens.verdict import outcome_word
from syncd.service.promises import Preview
from syncd.service.show import rule_words
from syncd.walks.knobs import KNOBS, Knob, said
from syncd.walks.model import CountMode, Rules, Target
from syncd.walks.phrases import plural_s


def target_screen(targets: Sequence[Target], today: date, paper: Paper, *, full: bool) -> list[str]:
    """Return the target in force today, its knobs, and the targets before and after it."""
    begun = [t for t in targets if t.first_day is None or t.first_day <= today]
    now = begun[-1]
    facts = [("Rule", rule_words(now.rules)), ("Since", _since(now))]
    lines = facts_lines(facts, paper)
    lines += ["", *_knobs(now.rules, paper, full=full)]
    others = [t for t in targets if t is not now]
    if others:
        lines += ["", *facts_lines(((_when(t, today), rule_words(t.rules)) for t in others), paper)]
    return lines


def _since(target: Target) -> str:
    if target.first_day is None:
        return "always; it comes with syncd. syncd target set changes it from today on"
    return str(target.first_day)


def _when(target: Target, today: date) -> str:
    if target.first_day is None:
        return "Before"
    return f"{'From' if target.first_day <= today else 'Coming'} {target.first_day}"


def _knobs(rules: Rules, paper: Paper, *, full: bool) -> Iterator[str]:
    shown = {
        knob: f"{knob.name}={said(getattr(rules, knob.name))}"
        for knob in KNOBS.values()
        if full or knob.main or getattr(rules, knob.name) != getattr(Rules(), knob.name)
    }
    width = max(map(len, shown.values())) + 3
    for knob, setting in shown.items():
        turned = getattr(rules, knob.name) != getattr(Rules(), knob.name)
        default = f" (default {said(knob.default)})" if turned else ""
        first = f" {setting}".ljust(width)
        yield from paper.wrap(f"{_meaning(knob, rules)}{default}", first=first, indent=width)


def _meaning(knob: Knob, rules: Rules) -> str:
    if knob.name == "day_target" and rules.count_mode is CountMode.WALKING:
        return "minutes in walks that a day needs"
    return knob.meaning


def preview_lines(preview: Preview, first: date, paper: Paper) -> list[str]:
    """Return how many days another target would flip, and from what to what."""
    judged = f"{preview.days:,} day{plural_s(preview.days)} from {first} on"
    verb = "is" if preview.days == 1 else "are"
    if not preview.flips:
        return paper.wrap(f"{judged} {verb} judged again; none changes its verdict.")
    number = len(preview.flips)
    changes = Counter((outcome_word(f.before), outcome_word(f.after)) for f in preview.flips)
    ways = ", ".join(f"{n:,} from {a} to {b}" for (a, b), n in changes.most_common())
    verdicts = "changes its verdict" if number == 1 else "change their verdict"
    return paper.wrap(f"{judged} {verb} judged again; {number:,} {verdicts}: {ways}.")


def target_line(first: date, today: date, rules: Rules, days: int) -> str:
    """Return what was set, from when on."""
    when = "From today on" if first == today else f"From {first} on"
    again = f" {days:,} day{plural_s(days)} judged again." if days else ""
    idle = rules.height_cm is not None and not rules.height_adjust
    hint = " height_cm says nothing until height_adjust=on." if idle else ""
    return f"{when}: {rule_words(rules)}{again}{hint}"
