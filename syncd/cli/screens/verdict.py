"""One day in a few columns: its sign, its colour, its number, its word."""

from __future__ import annotations

from syncd.cli.screens.paper import Glyphs
from syncd.walks.labels import LABELS, glyph, label
from syncd.walks.model import Day, Mark, Outcome, State, Why
from syncd.walks.phrases import DAY_NAMES
from syncd.walks.trend import counted_minutes

_COLOURS = {
    Outcome.MET: "green",
    Outcome.LIKELY_MET: "green",
    Outcome.UNKNOWN: "grey",
    Outcome.LIKELY_MISSED: "amber",
    Outcome.MISSED: "amber",
}


def sign(day: Day, glyphs: Glyphs) -> str:
    """Return the two characters of a day: its glyph, and ``~`` where it is only probable."""
    return glyph(day.outcome, day.mark, glyphs.signs)


def colour(day: Day) -> str:
    """Return the colour of a day; never red."""
    if day.mark is not None:
        return "blue" if day.mark is Mark.FLARE else "grey"
    return _COLOURS[day.outcome] if day.outcome is not None else "grey"


def word(day: Day) -> str:
    """Return the words for a day's verdict."""
    return label(day.outcome, day.state, day.mark)


def outcome_word(outcome: Outcome | None) -> str:
    """Return the words for an outcome alone, whatever was marked."""
    return "not judged" if outcome is None else LABELS[outcome]


def judged_minutes(day: Day, *, bouts: bool = False) -> int | None:
    """Return the brisk minutes a day is judged on, edge credit included; see walking rules 0.2."""
    return counted_minutes(day, bouts=bouts)


def needs_sentence(day: Day) -> bool:
    """Return whether sign and number leave a question open: not judged, unknown, odd or changed."""
    if day.mark is not None:
        return False
    if day.outcome in {None, Outcome.UNKNOWN} or day.state in {State.OPEN, State.WAITING}:
        return True
    return day.why is Why.TRAVEL or ", after late data" in day.reason


def short_date(day: Day) -> str:
    """Return the day as in the margin of a calendar: "Fri  6"."""
    return f"{DAY_NAMES[day.day.weekday()]} {day.day.day:2d}"
