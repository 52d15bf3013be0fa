"""Month pictures: a calendar of verdicts as tables, a sign and the minutes in each cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from html import escape

from syncd.walks.labels import GLYPHS, glyph, label
from syncd.walks.model import Day, Mark, Outcome
from syncd.walks.phrases import DAY_NAMES, MONTHS
from syncd.walks.report import Report
from syncd.walks.trend import DECIDED, MET, counted_minutes, has_data, monday_of
from syncd.walks.week import Week
from syncd.walks.week_sentences import week_words

MOST_MONTHS = 4
_SIGNS = (
    ("met", GLYPHS.met, "met"),
    ("missed", GLYPHS.missed, "missed"),
    ("unknown", GLYPHS.unknown, "can't tell"),
    ("flare", GLYPHS.flare, "flare"),
    ("excused", GLYPHS.excused, "excused"),
)


def months(report: Report) -> str:
    """Return the newest four months that have data, oldest first, with what the signs mean."""
    days = {day.day: day for day in report.days if day.day <= report.last}
    known = [day.day for day in days.values() if has_data(day) or day.mark is not None]
    shown = sorted({(day.year, day.month) for day in known})[-MOST_MONTHS:]
    weeks = {monday_of(week): week for week in report.weeks}
    tables = "".join(_month(year, month, days, weeks, report) for year, month in shown)
    return f'{_legend()}<div class="months">{tables}</div>'


def _legend() -> str:
    signs = " ".join(
        f'<span><b class="{kind}"><b class="sign">{sign}</b></b>{words}</span>'
        for kind, sign, words in _SIGNS
    )
    rest = " ".join(
        f"<span>{words}</span>"
        for words in (
            f"{GLYPHS.probably} probably",
            "week: days met / needed",
        )
    )
    return f'<p class="legend">{signs} {rest}</p>'


def _month(
    year: int, month: int, days: Mapping[date, Day], weeks: Mapping[date, Week], report: Report
) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in DAY_NAMES)
    rows = "".join(
        f"<tr>{''.join(_cell(day, month, days.get(day), report) for day in _seven(monday))}"
        f'<td class="week">{_standing(weeks.get(monday), month)}</td></tr>'
        for monday in _mondays(year, month)
        if report.first <= monday <= report.last
    )
    return (
        f'<table class="month"><caption>{MONTHS[month - 1]} {year}</caption>'
        f'<thead><tr>{heads}<th class="week" scope="col">week</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _mondays(year: int, month: int) -> Iterator[date]:
    first = date(year, month, 1)
    monday = first - timedelta(days=first.weekday())
    while (monday.year, monday.month) <= (year, month):
        yield monday
        monday += timedelta(days=7)


def _seven(monday: date) -> list[date]:
    return [monday + timedelta(days=i) for i in range(7)]


def _standing(week: Week | None, month: int) -> str:
    """Return "5/5", "~4/5", "4-5/5" or a dash, in the month that holds most of the week."""
    if week is None or (monday_of(week) + timedelta(days=3)).month != month:
        return ""
    if week.outcome == "not_judged":
        return GLYPHS.excused
    return escape(week_words(week).replace(" of ", "/").replace(" or ", "-"))


def _cell(at: date, month: int, day: Day | None, report: Report) -> str:
    if at.month != month:
        return "<td></td>"
    number = f'<span class="date">{at.day}</span>'
    if day is None:
        return f"<td>{number}</td>"
    minutes = counted_minutes(day, bouts=report.promise_on(at).bouts)
    said = "" if minutes is None else f", {minutes} brisk minutes"
    words = f"{at.day} {MONTHS[at.month - 1]}: {label(day.outcome, day.state, day.mark)}{said}"
    sign = glyph(day.outcome, day.mark).rstrip()
    return (
        f'<td class="{_kind(day)}" aria-label="{escape(words)}">{number}'
        f'<span class="sign">{sign}</span>{"" if minutes is None else minutes}</td>'
    )


def _kind(day: Day) -> str:
    if day.mark is not None:
        return "flare" if day.mark is Mark.FLARE else "excused"
    if day.outcome in MET:
        return "met"
    if day.outcome in DECIDED:
        return "missed"
    return "unknown" if day.outcome is Outcome.UNKNOWN else "open"
