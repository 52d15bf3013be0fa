"""The words and bars of weeks: what a week has, what the running one still needs."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.cli.screens.paper import Paper
from syncd.walks.phrases import DAY_NAMES, number_word
from syncd.walks.week import Week

COLUMN = 11
"""Columns for ``standing`` at the end of a calendar row."""


def standing(week: Week) -> str:
    """Return "4 of 5", "4 or 5 of 5", "~5 of 5" or "not judged", in at most eleven columns."""
    if week.outcome == "not_judged":
        return "not judged"
    likely = "~" if week.probably else ""
    if week.low == week.high:
        return f"{likely}{week.low} of {week.need}"
    if week.high - week.low == 1 and not likely:
        return f"{week.low} or {week.high} of {week.need}"
    return f"{likely}{week.low}-{week.high} of {week.need}"


def tight_standing(week: Week) -> str:
    """Return "4/5", "4-5/5", "~5/5" or "-", in at most six columns."""
    if week.outcome == "not_judged":
        return "-"
    likely = "~" if week.probably else ""
    has = str(week.low) if week.low == week.high else f"{week.low}-{week.high}"
    return f"{likely}{has}/{week.need}"


def this_week(week: Week) -> str:
    """Return the running week in a line: what it has, what was left out, what would do it."""
    has = standing(week)
    if week.outcome == "not_judged":
        return f"This week is not judged{_left_out(week)}."
    return f"This week {has}{_left_out(week)}. {_would_do(week)}"


def _left_out(week: Week) -> str:
    said = []
    if week.flare:
        said.append(f"{number_word(week.flare)} flare day{'s' if week.flare > 1 else ''}")
    if week.excused:
        said.append(f"{number_word(week.excused)} day{'s' if week.excused > 1 else ''} excused")
    return f" ({', '.join(said)})" if said else ""


def _would_do(week: Week) -> str:
    short = week.need - week.low
    if short <= 0:
        return "That is the week's goal."
    names = [DAY_NAMES[day.weekday()] for day in week.undecided]
    if short > len(names):
        return "Its goal is out of reach; the next week starts on Monday."
    if short == len(names):
        return f"{_both(names)} would do it."
    return f"{number_word(short).capitalize()} of {', '.join(names)} would do it."


def _both(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def bars(weeks: Sequence[Week], running: tuple[int, int], paper: Paper) -> str:
    """Return the brisk minutes of the newest weeks that fit on one line, oldest first."""
    title = " Brisk minutes a week"
    known = [week for week in weeks if week.brisk_min is not None]
    most = max((week.brisk_min or 0 for week in known), default=0)
    line = ""
    for week in reversed(known):
        entry = f"   {week.brisk_min} {paper.bar(week.brisk_min or 0, most)}"
        entry += " (flare)" if week.flare else ""
        entry += " so far" if (week.iso_year, week.iso_week) == running else ""
        if len(title) + len(entry) + len(line) > paper.width:
            break
        line = entry + line
    return title + line if line else ""
