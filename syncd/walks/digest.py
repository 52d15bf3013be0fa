"""The weekly digest: at most twelve lines, read in ten seconds on a phone. Pure.

Result, minutes against earlier weeks, longest walk, this week's need, what changed, what needs
you. ``syncd report --week`` prints these lines; a notice sends them as they are.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date, timedelta

from syncd.walks.model import Day, Mark, State
from syncd.walks.phrases import DAY_NAMES, MONTHS, plural_s, shortened
from syncd.walks.report import Marked, Report
from syncd.walks.report_sentences import (
    TRACKER_LONGEST,
    day_words,
    promise_words,
    stale_words,
    streak_words,
    walk_day,
    walk_words,
    week_result,
    week_title,
)
from syncd.walks.trend import (
    COMPARED_WEEKS,
    JUDGED_DAYS,
    comparable,
    is_over,
    judged_days,
    longest_walk,
    monday_of,
    streak,
)
from syncd.walks.week import Week
from syncd.walks.week_sentences import week_outlook

COLUMNS = 78
MOST_LINES = 12
MOST_CHANGES = 2
NAMED_DAYS = 3
FLARE_ASKED_DAYS = 4
FLARE_DOCTOR_DAYS = 15
FLARE_RUNS = "The flare has run"


def digest(report: Report) -> list[str]:
    """Return the lines on the newest week that is over, or on the first one while it runs."""
    week = told_week(report)
    told = _wrapped(
        week_title(week) + ".",
        _result(report, week),
        _minutes(report, week),
        *_longest(report, week),
        *_this_week(report, week),
        *_changed(report, week),
        *report.hints,
    )
    needs = _wrapped(*_needs_you(report))  # never cut: it is what the digest is sent for
    return told[: MOST_LINES - len(needs)] + needs


def _wrapped(*said: str) -> list[str]:
    return [line for text in said for line in textwrap.wrap(text, COLUMNS, subsequent_indent="  ")]


def told_week(report: Report) -> Week:
    """Return the newest week that is over and has data, else the newest."""
    over = [
        week
        for week in report.weeks
        if is_over(week, report.today) and monday_of(week) <= report.newest
    ]
    return over[-1] if over else report.weeks[-1]


def _result(report: Report, week: Week) -> str:
    if not is_over(week, report.today):
        return week_outlook(week)
    upto = [one for one in (*report.earlier, *report.weeks) if monday_of(one) <= monday_of(week)]
    row = streak(upto)
    return week_result(week) + (f" {streak_words(row)}" if row.weeks > 1 else "")


def _minutes(report: Report, week: Week) -> str:
    """Return the week's minutes beside the weeks before it, where they compare."""
    if week.brisk_min is None:
        return "No brisk minutes could be counted."
    said = f"{week.brisk_min} brisk minute{plural_s(week.brisk_min)}"
    if not is_over(week, report.today):
        return f"{said} so far."
    for part in comparable(report.weeks, report.changes, report.today):
        if week in part:
            before = [one.brisk_min or 0 for one in part[: part.index(week)]][-COMPARED_WEEKS:]
            if before:
                mean = round(sum(before) / len(before))
                earlier = "the week" if len(before) == 1 else f"the {len(before)} weeks"
                on_average = "" if len(before) == 1 else " on average"
                return f"{said}; {mean}{on_average} in {earlier} before."
            return f"{said}."
    judged = judged_days(week)
    if judged < JUDGED_DAYS:
        return f"{said}, with {judged} day{plural_s(judged)} judged: too few to compare."
    return f"{said}; the tracker changed, so earlier weeks do not compare."


def _longest(report: Report, week: Week) -> Iterator[str]:
    first, last = monday_of(week), monday_of(week) + timedelta(days=6)
    walks = [walk for walk in report.walks if first <= walk_day(walk) <= last]
    longest = longest_walk(walks)
    if longest is not None:
        yield f"Longest walk: {walk_words(longest)}."


def _this_week(report: Report, told: Week) -> Iterator[str]:
    running = report.running
    if running is not None and running is not told:
        yield week_outlook(running)


def _changed(report: Report, week: Week) -> Iterator[str]:
    """Yield what changed since the told week began, newest two."""
    since = monday_of(week)
    found: list[tuple[date, str]] = []
    for day, before, after in report.changes:
        old, new = (shortened(name, TRACKER_LONGEST) for name in (before, after))
        found.append((day, f"{new} instead of {old} since {day_words(day)}."))
    for promise in report.promises:
        if promise.first_day is not None and promise.first_day <= report.today:
            since_when = day_words(promise.first_day)
            found.append((promise.first_day, f"since {since_when}: {promise_words(promise)}"))
    late = [day for day in report.days if ", after late data" in day.reason]
    found += [(day.day, f"{day_words(day.day)} was judged again.") for day in late]
    newest = sorted(one for one in found if one[0] >= since)[-MOST_CHANGES:]
    for _, text in newest:
        yield f"Changed: {text}"


def _needs_you(report: Report) -> Iterator[str]:
    if report.stale:
        yield stale_words(report)
        return
    waiting = [day for day in report.days if day.state is State.WAITING]
    if waiting:
        yield f"{_names(waiting)}: a tracker has not synced. Open its app."
    for mark in report.marks:
        if mark.kind is Mark.FLARE and mark.last is None:
            yield from _flare(mark, report.today)


def _flare(mark: Marked, today: date) -> Iterator[str]:
    length = (today - mark.first).days + 1
    since = f"{mark.first.day} {MONTHS[mark.first.month - 1]}"
    if length >= FLARE_DOCTOR_DAYS:
        yield (
            f"{FLARE_RUNS} since {since}, {length} days. "
            "Please let a doctor or physiotherapist look at it."
        )
    elif length >= FLARE_ASKED_DAYS:
        yield f"{FLARE_RUNS} since {since}. Over? syncd flare end"


def _names(days: list[Day]) -> str:
    names = ", ".join(f"{DAY_NAMES[d.day.weekday()]} {d.day.day}" for d in days[-NAMED_DAYS:])
    more = len(days) - NAMED_DAYS
    return f"{names} and {more} more" if more > 0 else names
