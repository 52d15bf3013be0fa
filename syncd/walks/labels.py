"""The words and signs that stand for a verdict where there is no room for its sentence."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.walks.model import Mark, Outcome, State

LABELS = {
    Outcome.MET: "met",
    Outcome.LIKELY_MET: "probably met",
    Outcome.UNKNOWN: "can't tell",
    Outcome.LIKELY_MISSED: "probably missed",
    Outcome.MISSED: "missed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """One column each; ``probably`` stands after ``met`` or ``missed``."""

    met: str
    missed: str
    unknown: str
    probably: str
    flare: str
    excused: str
    out: str


GLYPHS = Glyphs(
    met="●", missed="○", unknown="?", probably="~", flare="▲", excused="\N{EN DASH}", out="…"
)
ASCII_GLYPHS = Glyphs(
    met="*", missed="o", unknown="?", probably="~", flare="^", excused="-", out="."
)


def label(outcome: Outcome | None, state: State, mark: Mark | None) -> str:
    """Return the words for a verdict: "met", "probably missed", "flare", "so far", ..."""
    if mark is not None:
        return mark.value
    if outcome is not None:
        return LABELS[outcome]
    return "waiting" if state is State.WAITING else "so far"


def glyph(outcome: Outcome | None, mark: Mark | None, signs: Glyphs = GLYPHS) -> str:
    """Return the two columns that stand for a verdict, the second a space or "probably"."""
    if mark is not None:
        return (signs.flare if mark is Mark.FLARE else signs.excused) + " "
    if outcome is None:
        return signs.out + " "
    if outcome is Outcome.UNKNOWN:
        return signs.unknown + " "
    sign = signs.met if outcome in (Outcome.MET, Outcome.LIKELY_MET) else signs.missed
    likely = outcome in (Outcome.LIKELY_MET, Outcome.LIKELY_MISSED)
    return sign + (signs.probably if likely else " ")
