"""The words for a week; ``sentences`` hands them on."""

from __future__ import annotations

from syncd.walks.phrases import DAY_NAMES, number_word, plural_s
from syncd.walks.week import Week


def week_words(week: Week) -> str:
    """Return how a week stands in 11 columns: "2 of 4", "4 or 5 of 5", "~5 of 5", "3-7 of 5"."""
    if week.outcome == "not_judged":
        return "not judged"
    return f"{'~' if week.probably else ''}{_reached(week)} of {week.need}"


def tight_week_words(week: Week) -> str:
    """Return "4/5", "4-5/5", "~5/5" of a week that is judged, in at most six columns."""
    return week_words(week).replace(" of ", "/").replace(" or ", "-")


def week_outlook(week: Week) -> str:
    """Return the line on the running week: how it stands and which days would reach it."""
    marked = _marked(week)
    if week.outcome == "not_judged":
        return f"This week is not judged{marked}."
    stands = f"This week {week_words(week)}{marked}"
    if week.outcome == "met":
        return f"{stands}: reached."
    if week.outcome == "likely_met":
        return f"{stands}: probably reached."
    if week.outcome in ("missed", "likely_missed"):
        probably = "probably " if week.probably else ""
        return f"{stands}: {probably}no longer in reach. Mon starts a new one."
    lacking = week.need - week.low
    left = [DAY_NAMES[day.weekday()] for day in week.undecided]
    if len(left) < lacking:
        return f'{stands}. Only days that read "can\'t tell" could still make it.'
    return f"{stands}. {_would_do(lacking, left)} would do it."


def _reached(week: Week) -> str:
    if week.low >= week.need or week.high == week.low:
        return str(week.low)
    either = " or " if week.high == week.low + 1 and not week.probably else "-"
    return f"{week.low}{either}{week.high}"


def _marked(week: Week) -> str:
    parts = []
    if week.flare:
        parts.append(f"{number_word(week.flare)} flare day{plural_s(week.flare)}")
    if week.excused:
        day = "" if week.flare else f" day{plural_s(week.excused)}"
        parts.append(f"{number_word(week.excused)}{day} excused")
    return f" ({', '.join(parts)})" if parts else ""


def _would_do(lacking: int, left: list[str]) -> str:
    if lacking < len(left):
        return f"{number_word(lacking).capitalize()} of {', '.join(left)}"
    if len(left) == 1:
        return left[0]
    named = f"{', '.join(left[:-1])} and {left[-1]}"
    return f"Both {named}" if lacking == 2 else f"All of {named}"
