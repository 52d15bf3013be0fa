"""Every word a person reads about a day or a week: the one door to them.

Three words (met, missed, can't tell), one adverb (probably), two marks (flare, excused), two
waits (so far, waiting). A sentence starts with its word, has the number, the cause, and the way
out if there is one; it fits two lines of 78 columns. Knows no clock, no locale and no database.
"""

from __future__ import annotations

import textwrap

from syncd.walks.coarse_sentences import (
    by_total,
    estimate_words,
    fits_words,
    in_walks,
    met_at_least,
    missed_at_most,
    noun,
)
from syncd.walks.facts import CloseCall, DayFacts, OtherTracker, ReadBefore
from syncd.walks.labels import ASCII_GLYPHS, GLYPHS, LABELS, Glyphs, glyph, label
from syncd.walks.model import CountMode, Mark, Outcome, State, Why
from syncd.walks.phrases import (
    MONTHS,
    clock_words,
    hours_words,
    is_file,
    moment_words,
    number_word,
    one_line,
    plural_s,
    shortened,
    steps_words,
    tracker_name,
    whole_hours,
)
from syncd.walks.week_sentences import week_outlook, week_words

__all__ = [
    "ASCII_GLYPHS",
    "GLYPHS",
    "LABELS",
    "CloseCall",
    "DayFacts",
    "Glyphs",
    "OtherTracker",
    "ReadBefore",
    "because",
    "glyph",
    "label",
    "reason",
    "week_outlook",
    "week_words",
]

_NOT_COUNTED = "Excused, not counted"
COLUMNS = 78
LINES = 2
WHY_LONGEST = 40
ALWAYS_FITS = 130
"""Columns that fit two lines wherever they break: no word has more than 24."""


def reason(facts: DayFacts) -> str:
    """Return the sentence of a day: its word, the number, the cause, the way out."""
    if facts.mark is Mark.FLARE:
        return _flare(facts)
    if facts.mark is Mark.EXCUSED:
        return _excused(facts)
    match facts.outcome:
        case Outcome.MET:
            return _met(facts)
        case Outcome.LIKELY_MET:
            return _probably_met(facts)
        case Outcome.LIKELY_MISSED:
            return _probably_missed(facts)
        case Outcome.MISSED:
            return _missed(facts)
        case Outcome.UNKNOWN:
            return _cannot_tell(facts)
    return _waiting(facts) if facts.state is State.WAITING else _so_far(facts)


def because(sentence: str, mark_why: str | None) -> str:
    """Return the sentence of an excused day with a person's own words in it; others as they are."""
    if not one_line(mark_why) or not sentence.startswith(_NOT_COUNTED):
        return sentence
    said = shortened(mark_why, WHY_LONGEST)
    return f"Excused ({said}), not counted{sentence.removeprefix(_NOT_COUNTED)}"


# Sentences, by their first word.


def _flare(facts: DayFacts) -> str:
    if not facts.easy_walks:
        return "Flare day, not counted. Rest is fine."
    walks = f"{number_word(facts.easy_walks)} easy walk{plural_s(facts.easy_walks)}"
    about = "about " if facts.easy_about else ""
    minutes = f"{about}{facts.easy_min} minute{plural_s(facts.easy_min)}"
    return f"Flare day, not counted: {walks}, {minutes}."


def _excused(facts: DayFacts) -> str:
    tail = "" if facts.brisk is None else f": {_brisk(facts)}"
    return because(f"{_NOT_COUNTED}{tail}.", facts.mark_why)


def _so_far(facts: DayFacts) -> str:
    if facts.brisk is None:
        return f"So far nothing {_from(facts)}."
    return f"So far {_progress(facts)}."


def _waiting(facts: DayFacts) -> str:
    silent = tracker_name(facts.silent or facts.tracker)
    synced = (
        f"last synced {moment_words(facts.last_sync, facts.day)}"
        if facts.last_sync
        else "has not synced yet"
    )
    it = "Open its app; the day is then judged by itself."
    return f"Waiting: {silent} {synced}. {it}"


def _met(facts: DayFacts) -> str:
    plain = f"Met: {_brisk(facts)} (target {facts.target})."
    if facts.least is not None:
        plain = met_at_least(facts)
    if late := _late(facts):
        return _fitting(f"Met, after late data: {_brisk(facts)}. {late}", plain)
    if facts.other is not None:
        return _fitting(
            f"Met by {_tracker(facts)}: {_brisk(facts)}. {_other(facts, facts.other)}", plain
        )
    if travel := _travel(facts):
        return f"Met: {_brisk(facts)}. {travel}"
    if facts.close_call is not None:
        would = _would_be(facts.close_call)
        return f"Met, a close call: {_brisk(facts)} (target {facts.target}); {would}."
    return plain


def _missed(facts: DayFacts) -> str:
    if facts.recorded_only and facts.rest_steps is not None:
        return _missed_by_total(facts, facts.rest_steps)
    plain = f"Missed: {_progress(facts)}, {_short(facts)} short."
    if facts.most is not None:
        plain = missed_at_most(facts)
    if late := _late(facts):
        short = f"{_brisk(facts)}, {_short(facts)} short"
        return _fitting(f"Missed, after late data: {short}. {late}", plain)
    if facts.other is not None:
        return _fitting(
            f"Missed by {_tracker(facts)}: {_progress(facts)}. {_other(facts, facts.other)}", plain
        )
    if travel := _travel(facts):
        return _fitting(f"{plain} {travel}", plain)
    if facts.close_call is not None:
        return f"Missed, a close call: {_progress(facts)}; {_would_be(facts.close_call)}."
    if hours := _judged_on(facts):
        return _fitting(f"{plain[:-1]}; {hours}.", plain)
    return plain


def _missed_by_total(facts: DayFacts, rest_steps: int) -> str:
    judged, short = _judged(facts), _short(facts)
    if not rest_steps:
        found = f"{judged} of {facts.target} {noun(facts, facts.target)}"
        return f"Missed: {found} in recorded walks; the day has no other steps."
    rest = f"the day's other {steps_words(rest_steps)} cannot hold the {short} that"
    return f"Missed: {judged} in recorded walks; {rest} {'is' if short == 1 else 'are'} short."


def _probably_met(facts: DayFacts) -> str:
    if facts.fits_walk is not None:
        length, start = facts.fits_walk
        return f"Probably met: {fits_words(facts, length, clock_words(start))}."
    return f"Probably met: {_estimate(facts)}."


def _probably_missed(facts: DayFacts) -> str:
    if facts.why is Why.COARSE:
        return f"Probably missed: {_estimate(facts)}."
    gap = _gap(facts)
    cause = f"; nothing {_from(facts)} {gap}" if gap else ""
    return f"Probably missed: {_progress(facts)}, {_short(facts)} short{cause}."


def _cannot_tell(facts: DayFacts) -> str:
    match facts.why:
        case Why.NOT_SYNCED:
            return _not_synced(facts)
        case Why.RECORDED_ONLY:
            return _recorded_only(facts)
        case Why.NO_DATA:
            return "Can't tell: no data from any tracker."
        case Why.TRAVEL:
            return _travel_unseen(facts)
        case Why.UNSEEN:
            return _unseen(facts)
        case Why.COARSE:
            return _coarse(facts)
    if facts.other is not None:
        others = f"{tracker_name(facts.other.name)} {facts.other.brisk}"
        says = f"{_tracker(facts)} says {_brisk(facts)}, {others}"
        return f"Can't tell: {says}; the target is {facts.target}."
    return f"Can't tell: {_brisk(facts)} seen (target {facts.target})."


def _not_synced(facts: DayFacts) -> str:
    silent = tracker_name(facts.silent or facts.tracker)
    if is_file(silent):
        ends = (
            f"ends at {clock_words(facts.hole_from)}" if facts.hole_from else "ends before this day"
        )
        return f"Can't tell: {silent} {ends}; {_some(facts)}. A newer file lets it be judged."
    since = f"since {moment_words(facts.last_sync, facts.day)}" if facts.last_sync else "yet"
    way_out = "If it comes later, this day is judged again."
    return f"Can't tell: no sync from {silent} {since}. {way_out}"


def _recorded_only(facts: DayFacts) -> str:
    if facts.rest_steps is not None:
        return _by_total(facts)
    walks = f"{_some(facts)} in recorded walks"
    if is_file(facts.tracker):
        return f"Can't tell: {walks}; no file shows the others."
    return f"Can't tell: {walks}; this account does not show the others."


def _coarse(facts: DayFacts) -> str:
    if facts.rest_steps is not None:
        return _by_total(facts)
    return f"Can't tell: {_estimate(facts)}."


def _by_total(facts: DayFacts) -> str:
    return by_total(facts, _some(facts), _short(facts), _carried(facts))


def _travel_unseen(facts: DayFacts) -> str:
    seen = "" if facts.seen_h is None else f", {whole_hours(facts.seen_h)} of them seen"
    day = f"travel day of {hours_words(facts.length_h)} hours"
    return f"Can't tell: {day}{seen}; {_some(facts)}."


def _unseen(facts: DayFacts) -> str:
    if facts.rest_steps is not None:
        return _by_total(facts)
    if facts.steps == 0:
        return f"Can't tell: no steps {_from(facts)} all day; {_not_worn(facts)}."
    gap = _gap(facts)
    if not gap:
        return f"Can't tell: {_shows(facts)}; {_some(facts)} seen."
    if facts.other_holes:
        longest = f"{_shows(facts)}, the longest gap {gap}"
        return f"Can't tell: {longest}; {_some(facts)} seen."
    if facts.hole_to is None:
        there = "until then"
    else:
        there = "since then" if facts.hole_from is None else "in the rest of the day"
    return f"Can't tell: nothing {_from(facts)} {gap}; {_some(facts)} {there}."


def _not_worn(facts: DayFacts) -> str:
    if is_file(facts.tracker):
        return "the tracker was probably not worn"
    return f"it was probably not {_worn(facts)}"


def _carried(facts: DayFacts) -> str:
    return f"{'the tracker' if is_file(facts.tracker) else _tracker(facts)} was {_worn(facts)}"


def _worn(facts: DayFacts) -> str:
    return "carried" if "phone" in _tracker(facts).lower() else "worn"


# Clauses.


def _judged(facts: DayFacts) -> int:
    bouts = facts.count_mode is CountMode.BOUTS
    return (facts.brisk_bouted if bouts else facts.brisk) or 0


def _short(facts: DayFacts) -> int:
    return max(0, facts.target - _judged(facts))


def _brisk(facts: DayFacts) -> str:
    judged = _judged(facts)
    return f"{_about(facts)}{judged} {noun(facts, judged)}{in_walks(facts)}"


def _about(facts: DayFacts) -> str:
    return "" if facts.estimate is None else "about "


def _some(facts: DayFacts) -> str:
    """Return the judged minutes with "no" for 0: a lone 0 reads like a verdict."""
    judged = _judged(facts)
    about = _about(facts) if judged else ""
    return f"{about}{judged or 'no'} {noun(facts, judged)}"


def _progress(facts: DayFacts) -> str:
    many = f"{_judged(facts)} of {facts.target} {noun(facts, facts.target)}"
    return f"{_about(facts)}{many}{in_walks(facts)}"


def _late(facts: DayFacts) -> str:
    if facts.before is None:
        return ""
    outcome, brisk, changed = facts.before
    read = LABELS[outcome] if brisk is None else f"{LABELS[outcome]}, {brisk}"
    year = "" if facts.day is None or facts.day.year == changed.year else f" {changed.year}"
    bringer = facts.late or facts.tracker
    came = "was imported" if is_file(bringer) else "synced"
    on = f"on {changed.day} {MONTHS[changed.month - 1]}{year}"
    return f'It read "{read}" until {tracker_name(bringer)} {came} {on}.'


def _other(facts: DayFacts, other: OtherTracker) -> str:
    name = tracker_name(other.name)
    says = f"{name[0].upper()}{name[1:]} says {other.brisk}"
    return f"{says}; {_tracker(facts)} counts first."


def _travel(facts: DayFacts) -> str:
    if abs(facts.length_h - 24) <= 1:
        return ""
    way = "back" if facts.clock_change_h < 0 else "forward"
    clock = (
        f" (clock {way} {hours_words(abs(facts.clock_change_h))} h)" if facts.clock_change_h else ""
    )
    return f"Travel day of {hours_words(facts.length_h)} hours{clock}."


def _would_be(call: CloseCall) -> str:
    return f"at {call.cadence} steps a minute it would be {call.brisk}"


def _judged_on(facts: DayFacts) -> str:
    """Say on how many hours a day was judged, when a whole hour or more is lacking."""
    if facts.seen_h is None or facts.waking_h is None or facts.seen_h > facts.waking_h - 1:
        return ""
    return f"judged on {whole_hours(facts.seen_h)} of {whole_hours(facts.waking_h)} waking hours"


def _shows(facts: DayFacts) -> str:
    if facts.seen_h is None or facts.waking_h is None:
        return f"too little {_from(facts)}"
    seen = f"{whole_hours(facts.seen_h)} of {whole_hours(facts.waking_h)}"
    return f"{_tracker(facts)} shows {seen} waking hours"


def _gap(facts: DayFacts) -> str:
    if facts.hole_from is None:
        return "" if facts.hole_to is None else f"before {clock_words(facts.hole_to)}"
    if facts.hole_to is None:
        return f"after {clock_words(facts.hole_from)}"
    return f"from {clock_words(facts.hole_from)} to {clock_words(facts.hole_to)}"


def _estimate(facts: DayFacts) -> str:
    return estimate_words(facts, _judged(facts))


def _tracker(facts: DayFacts) -> str:
    return tracker_name(facts.tracker)


def _from(facts: DayFacts) -> str:
    return f"{'in' if is_file(facts.tracker) else 'from'} {_tracker(facts)}"


def _fitting(full: str, plain: str) -> str:
    fits = len(full) <= ALWAYS_FITS or len(textwrap.wrap(full, COLUMNS)) <= LINES
    return full if fits else plain
