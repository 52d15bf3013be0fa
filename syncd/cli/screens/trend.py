"""The weeks of one person at a glance: a bar a week, figures below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from syncd.cli.screens.paper import Paper, clip
from syncd.cli.screens.tables import facts_lines
from syncd.walks.digest import COLUMNS, digest
from syncd.walks.phrases import MONTHS
from syncd.walks.report import Figures, Report, figures
from syncd.walks.report_sentences import (
    best_words,
    change_words,
    comparison_words,
    promise_words,
    rate_words,
    reached_words,
    share_words,
    span_words,
    stale_words,
    walk_words,
    weeks_words,
)
from syncd.walks.trend import JUDGED_DAYS, DeviceChange, is_over, judged_days, monday_of
from syncd.walks.week import Week, iso_week_of
from syncd.walks.week_sentences import week_outlook, week_words

BAR = 26
NARROW_BAR = 10
_OUTCOME_COLOURS = {
    "met": "green",
    "likely_met": "green",
    "missed": "amber",
    "likely_missed": "amber",
}


def report_screen(report: Report, paper: Paper) -> list[str]:
    """Return twelve weeks at a glance: a bar a week, then the figures."""
    lines = [*_title(report, paper), ""]
    lines += _weeks(report, paper)
    lines += ["", *facts_lines(_figures(report, figures(report)), paper)]
    if report.stale:
        lines += ["", *paper.wrap(stale_words(report), first=" ", indent=1)]
    page = "As a page to print: syncd report -o report.html"
    return [*lines, "", *(paper.ink(line, "grey") for line in paper.wrap(page, first=" "))]


def digest_screen(report: Report, paper: Paper) -> list[str]:
    """Return the newest week in a few lines; wide paper shows the notice as it is sent."""
    lines = digest(report)
    if paper.width >= COLUMNS:
        return lines
    return [line for text in lines for line in paper.wrap(text)]


def _title(report: Report, paper: Paper) -> list[str]:
    span = span_words(report.first, report.last)
    parts = [clip(report.person, 40), f"{weeks_words(report.weeks)}, {span}"]
    lines = paper.fill(parts, indent=0, gap="    ")
    rule = promise_words(report.promise)
    return [*(paper.ink(line, "bold") for line in lines), *paper.wrap(rule)]


def _weeks(report: Report, paper: Paper) -> Iterator[str]:
    head = f" {'wk':<3}{'from':<8}{'brisk minutes':<{_bar_width(paper) + 7}}days met"
    yield paper.ink(head, "grey")
    most = max((week.brisk_min or 0 for week in report.weeks), default=0)
    changed = {iso_week_of(change[0]): change for change in report.changes}
    for week in report.weeks:
        change = changed.get((week.iso_year, week.iso_week))
        if change is not None:
            yield from _cut(change, paper)
        yield from _week(week, most, report.today, paper)


def _bar_width(paper: Paper) -> int:
    return NARROW_BAR if paper.narrow else BAR


def _week(week: Week, most: int, today: date, paper: Paper) -> Iterator[str]:
    monday = monday_of(week)
    width = _bar_width(paper)
    minutes = week.brisk_min
    length = round((minutes or 0) / most * width) if most else 0
    full = paper.glyphs.bars[-1]
    bar = full * max(length, 1) if minutes else ""
    colour = _OUTCOME_COLOURS.get(week.outcome, "grey")
    number = "" if minutes is None else str(minutes)
    head = f" {week.iso_week:<3}{monday.day:>2} {MONTHS[monday.month - 1][:3]}  "
    shown = paper.ink(bar, colour) + " " * (width - len(bar))
    notes = _notes(week, today)
    line = f"{head}{shown}{number:>5}  {week_words(week)}"
    length = len(head) + width + 7 + len(week_words(week))
    if notes and length + 2 + len(notes) > paper.width:
        yield line.rstrip()
        yield from paper.wrap(notes, first=" " * len(head), indent=len(head))
    else:
        yield f"{line}{'  ' if notes else ''}{notes}".rstrip()


def _notes(week: Week, today: date) -> str:
    found = []
    if not is_over(week, today):
        found.append("so far")
    elif week.outcome != "not_judged" and not week.flare and judged_days(week) < JUDGED_DAYS:
        found.append(f"{judged_days(week)} judged")
    found += ["flare"] if week.flare else []
    found += [f"{week.excused} excused"] if week.excused else []
    return ", ".join(found)


def _cut(change: DeviceChange, paper: Paper) -> list[str]:
    lines = paper.wrap(change_words(change), first=" -- ", indent=4)
    return [paper.ink(line, "grey") for line in lines]


def _figures(report: Report, f: Figures) -> Iterator[tuple[str, str]]:
    yield "Weeks reached", reached_words(f)
    yield f"Last {_span_of(f)}", f"{rate_words(f.rate)}"
    yield "Minutes a week", comparison_words(f.comparison)
    yield "Best effort", best_words(f.best)
    yield "Longest walk", walk_words(f.longest)
    yield "Could be judged", share_words(f.judged_days, f.over_days)
    if report.running is not None:
        yield "This week", week_outlook(report.running).removeprefix("This week ")


def _span_of(f: Figures) -> str:
    days = (f.rate.last - f.rate.first).days + 1
    return f"{days} days" if days > 1 else "day"
