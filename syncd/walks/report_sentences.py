"""The words of a report: figures in a line each; ``digest`` and the screens hand them on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from syncd.walks.model import Day, Mark, WalkSession
from syncd.walks.on_foot import is_timed, walk_day, walked_s
from syncd.walks.phrases import DAY_NAMES, MONTHS, number_word, one_line, plural_s, shortened
from syncd.walks.report import Figures, Marked, Promise, Report
from syncd.walks.trend import (
    BestEffort,
    Comparison,
    DeviceChange,
    MetRate,
    Streak,
    monday_of,
)
from syncd.walks.week import Week

TRACKER_LONGEST = 40
_RESULTS = {
    "met": "Reached",
    "likely_met": "Probably reached",
    "unknown": "Can't tell",
    "likely_missed": "Probably not reached",
    "missed": "Not reached",
}


def day_words(day: date) -> str:
    """Return "Sat 8 August"."""
    return f"{DAY_NAMES[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def span_words(first: date, last: date) -> str:
    """Return "2 to 8 March 2026", "29 December 2025 to 4 January 2026"."""
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    month = f" {MONTHS[first.month - 1]}" if first.month != last.month else ""
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day}{month or (f' {MONTHS[first.month - 1]}' if year else '')}{year} to {end}"


def promise_words(promise: Promise) -> str:
    """Return the rule in words with the days that a week needs."""
    days = "every day" if promise.most_days == 7 else f"on {promise.most_days} days of 7"
    return f"{promise.rule.rstrip('.')}, {days}."


def week_title(week: Week) -> str:
    """Return "Week 12, 16 to 22 March 2026"."""
    monday = monday_of(week)
    return f"Week {week.iso_week}, {span_words(monday, monday + timedelta(days=6))}"


def week_result(week: Week) -> str:
    """Return how an ended week went: "Reached: 5 days met, 5 needed."."""
    marks = _marks_words(week)
    if week.outcome == "not_judged":
        return f"Not judged{marks}."
    low, high = str(week.low), str(week.high)
    days = f"{low} day{plural_s(week.low)}"
    if week.outcome == "unknown" and low != high:
        days = f"{low} {'or' if week.high == week.low + 1 else 'to'} {high} days"
    return f"{_RESULTS[week.outcome]}: {days} met, {week.need} needed{marks}."


def _marks_words(week: Week) -> str:
    parts = []
    if week.flare:
        parts.append(f"{number_word(week.flare)} flare day{plural_s(week.flare)}")
    if week.excused:
        parts.append(f"{number_word(week.excused)} excused")
    return f" ({', '.join(parts)})" if parts else ""


def streak_words(streak: Streak) -> str:
    """Return "3 weeks in a row reached"."""
    if not streak.weeks:
        return "The last week that was decided was not reached."
    probably = "probably " if streak.probably else ""
    if streak.weeks == 1:
        return f"The last week that was decided was {probably}reached."
    return f"{streak.weeks} weeks in a row {probably}reached."


def reached_words(figures: Figures) -> str:
    """Return "8 of 11 weeks reached, the last 3 in a row"."""
    if not figures.weeks_decided:
        return "no week could be decided yet"
    said = f"{figures.weeks_reached} of {figures.weeks_decided}"
    weeks = figures.streak.weeks
    if weeks > 1:
        said += f", {weeks} in a row up to now"
    return said + (" (probably)" if figures.streak.probably and weeks else "")


def rate_words(rate: MetRate) -> str:
    """Return "14 of 22 days, 6 can't tell"."""
    if not rate.decidable:
        said = "no day could be decided"
    else:
        said = f"{rate.met} of {rate.decidable} day{plural_s(rate.decidable)}"
    if rate.unknown:
        said += f", {rate.unknown} can't tell"
    return said + (f", {rate.marked} marked" if rate.marked else "")


def share_words(judged: int, over: int, probably: int) -> str:
    """Return "71 of 84 days (85 %), 12 of them probably"."""
    if not over:
        return "no day is over yet"
    leaning = f", {probably} of them probably" if probably else ""
    return f"{judged} of {over} day{plural_s(over)} ({round(100 * judged / over)} %){leaning}"


def comparison_words(comparison: Comparison | None) -> str:
    """Return "148 on average over 4 weeks, 121 over the 4 before"."""
    if comparison is None:
        return "no whole week with five judged days yet"
    weeks = comparison.recent_weeks
    said = f"{comparison.recent_min} in one whole week"
    if weeks > 1:
        said = f"{comparison.recent_min} on average over {weeks} whole weeks"
    if comparison.before_min is not None:
        said += f", {comparison.before_min} over the {comparison.before_weeks} before"
    return said


def best_words(best: BestEffort | None) -> str:
    """Return "118 steps a minute over a day's best 30 minutes, Sat 8 August"."""
    if best is None:
        return "not known: it needs minute steps and ten hours seen"
    return f"{best.peak30_spm:.0f} steps a minute in the best 30 minutes, {day_words(best.day)}"


def walk_words(walk: WalkSession | None) -> str:
    """Return "72 minutes, Sat 8 August"; "about 75" where it is seen in buckets only."""
    if walk is None:
        return "no walk found"
    minutes = round(walked_s(walk) / 60)
    about = "" if is_timed(walk) else "about "
    return f"{about}{minutes} minute{plural_s(minutes)}, {day_words(walk_day(walk))}"


def change_words(change: DeviceChange) -> str:
    """Return "Charge 2 since Tue 17 March, Flex before; their figures do not compare."."""
    day, before, after = change
    old, new = (shortened(name, TRACKER_LONGEST) for name in (before, after))
    new = f"T{new[1:]}" if new.startswith("the ") else new
    return f"{new} since {day_words(day)}, {old} before; their figures do not compare."


def marked_words(mark: Marked) -> str:
    """Return "Flare, 3 to 9 March 2026", without anybody's own words."""
    kind = "Flare" if mark.kind is Mark.FLARE else "Excused"
    if mark.last is None:
        return f"{kind} since {mark.first.day} {MONTHS[mark.first.month - 1]} {mark.first.year}"
    return f"{kind}, {span_words(mark.first, mark.last)}"


def untold_words(day: Day) -> str:
    """Return "Sat 8 August 2026: Can't tell: about 26 brisk minutes (15-33), ..."."""
    return f"{day_words(day.day)} {day.day.year}: {day.reason}"


def stale_words(report: Report) -> str:
    """Return that the data end long ago, and the way out."""
    newest = f"{day_words(report.newest)} {report.newest.year}"
    return f"The newest data are of {newest}. Bring newer in: syncd import PATH"


def nothing_words(person: str) -> str:
    """Return what there is to say of somebody without any day."""
    return f"There is nothing to report of {one_line(person)} yet. Bring some in: syncd import PATH"


def weeks_words(weeks: Sequence[Week]) -> str:
    """Return "12 weeks", "1 week"."""
    return f"{len(weeks)} week{plural_s(len(weeks))}"
