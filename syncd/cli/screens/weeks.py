"""Weeks where there is little room: as a fraction, and as bars."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.cli.screens.paper import Paper
from syncd.walks.week import Week
from syncd.walks.week_sentences import tight_week_words


def tight_standing(week: Week) -> str:
    """Return "4/5", "4-5/5", "~5/5" or "-", in at most six columns."""
    if week.outcome == "not_judged":
        return "-"
    return tight_week_words(week)


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
