"""The page of a report: one file of HTML that needs nothing else, two sheets of A4.

Everything that a person or a vendor wrote is escaped. No script, no address, no other file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from html import escape

from syncd import __version__
from syncd.export.report_charts import weekly_chart
from syncd.export.report_months import months
from syncd.export.report_style import STYLE
from syncd.walks.labels import GLYPHS
from syncd.walks.model import WalkSession
from syncd.walks.phrases import MONTHS, one_line, shortened
from syncd.walks.report import Figures, Report, figures
from syncd.walks.report_sentences import (
    change_words,
    day_words,
    marked_words,
    promise_words,
    span_words,
    stale_words,
    weeks_words,
)
from syncd.walks.safety import SAFETY
from syncd.walks.trend import ON_FOOT, walked_s

CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; script-src 'none'; "
    "base-uri 'none'; form-action 'none'"
)
NEWEST_WALKS = 12
LONGEST_WALKS = 5
FEWEST_WALKS = 3
FEW_WALKS = 8
"""So few are one table."""
MOST_RULES, MOST_TRACKERS, MOST_MARKS = 2, 2, 3
EVENT_LINES = 9
"""So many lines of events leave room for all the newest walks; each further one costs a walk."""
REASON_LONGEST = 48
LINE = 105
"""Letters on a line of the page, roughly."""
NOTHING = GLYPHS.excused
_FOUND = {"manual": "entered by hand", "recorded": "recorded"}


def page(report: Report) -> str:
    """Return the page; raises ``SyncdError`` where the charting library is missing."""
    f, events = figures(report), _events(report)
    name = escape(one_line(report.person))
    second = f"{_walks(report, events)}{_changes(events)}{_reading(f)}"
    sheet = ' class="second"' if len(report.weeks) > 1 else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Walking report: {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<main>\n<section>\n{_head(report, name)}{_figures(f)}{_chart(report)}"
        f"<h2>Brisk minutes day by day</h2>\n{months(report)}\n</section>\n"
        f"<section{sheet}>\n{second}</section>\n"
        f"</main>\n{_foot(report)}</body>\n</html>\n"
    )


def _head(report: Report, name: str) -> str:
    span = f"{weeks_words(report.weeks)}, {span_words(report.first, report.last)}"
    stale = ""
    if report.stale:
        newest = stale_words(report).partition(". ")[0]
        stale = f'<p class="stale">{escape(newest)}.</p>\n'
    return (
        f'<h1>{name}</h1>\n<p class="when">Walking report: {escape(span)}</p>\n'
        f'<p class="rule">The rule: {escape(promise_words(report.promise))}</p>\n{stale}'
    )


def _figures(f: Figures) -> str:
    tiles = "".join(
        f'<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd><dd class="more">{escape(more)}'
        "</dd></div>\n"
        for label, value, more in _tiles(f)
    )
    return f'<dl class="figures">\n{tiles}</dl>\n'


def _tiles(f: Figures) -> Iterator[tuple[str, str, str]]:
    streak = f"{f.streak.weeks} in a row up to now" if f.streak.weeks > 1 else ""
    undecided = "" if f.weeks_decided else "none decided yet"
    yield "Weeks reached", _of(f.weeks_reached, f.weeks_decided), streak or undecided
    rate, days = f.rate, (f.rate.last - f.rate.first).days + 1
    others = [f"{rate.unknown} can't tell"] if rate.unknown else []
    others += [f"{rate.marked} marked"] if rate.marked else []
    yield f"Days met, last {days}", _of(rate.met, rate.decidable), ", ".join(others)
    mean = f.comparison
    if mean is None:
        yield "Brisk minutes a week", NOTHING, "no whole week yet"
    else:
        over = (
            "in one whole week" if mean.recent_weeks == 1 else f"mean of {mean.recent_weeks} weeks"
        )
        before = f"; {mean.before_min} in the 4 before" if mean.before_min is not None else ""
        yield "Brisk minutes a week", str(mean.recent_min), over + before
    if f.best is None:
        yield "Best effort", NOTHING, "needs minute steps"
    else:
        peak = f"steps/min, best 30 minutes, {_short(f.best.day)}"
        yield "Best effort", f"{f.best.peak30_spm:.0f}", peak
    share = f"{round(100 * f.judged_days / f.over_days)} % of the days" if f.over_days else ""
    yield "Could be judged", _of(f.judged_days, f.over_days), share


def _short(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def _of(some: int, all_of: int) -> str:
    return f"{some} of {all_of}" if all_of else NOTHING


def _chart(report: Report) -> str:
    """Return the weeks as a picture; a single week needs none."""
    if len(report.weeks) == 1:
        minutes = report.weeks[0].brisk_min
        said = (
            "No brisk minutes were counted"
            if minutes is None
            else f"{minutes} brisk minutes so far"
        )
        return (
            f"<h2>Brisk minutes a week</h2>\n<p>{said}. The picture by week begins with the "
            "second week.</p>\n"
        )
    g = GLYPHS
    note = (
        f"{g.met} reached, {g.missed} not reached, {g.unknown} can't tell, {g.excused} not judged, "
        f"{g.probably} probably. Outlined: still running, or fewer than five days judged."
    )
    return (
        f"<h2>Brisk minutes a week</h2>\n<figure>{weekly_chart(report)}\n"
        f'<figcaption class="note">{note}</figcaption></figure>\n'
    )


def _walks(report: Report, events: Events) -> str:
    """Return the longest and the newest walks; fewer where many events need the room."""
    on_foot = [walk for walk in report.walks if walk.activity in ON_FOOT]
    if not on_foot:
        return "<h2>Walks</h2>\n<p>No walk was found in these weeks.</p>\n"
    room = max(FEWEST_WALKS, NEWEST_WALKS - max(0, events.lines - EVENT_LINES))
    if len(on_foot) <= FEW_WALKS:
        return f"<h2>The walks</h2>\n{_table(on_foot[::-1], _shown(on_foot))}"
    longest = sorted(on_foot, key=lambda walk: (-walked_s(walk), -walk.start))[:LONGEST_WALKS]
    newest = on_foot[: -room - 1 : -1]
    shown = _shown([*longest, *newest])
    return (
        f"<h2>The longest walks</h2>\n{_table(longest, shown)}"
        f"<h2>The newest {len(newest)} of {len(on_foot):,} walks</h2>\n{_table(newest, shown)}"
    )


def _shown(walks: Sequence[WalkSession]) -> list[str]:
    """Return the names of the figures that were measured for any of the walks."""
    measured = [_measured(walk) for walk in walks]
    return [name for name in measured[0] if any(one[name] for one in measured)]


def _table(walks: Sequence[WalkSession], shown: Sequence[str]) -> str:
    """Return a table of walks with the figures ``shown``."""
    heads = "".join(f'<th class="n" scope="col">{name}</th>' for name in shown)
    rows = "".join(
        f"<tr>{_when(walk)}{_numbers(_measured(walk)[name] for name in shown)}"
        f"<td>{_FOUND.get(walk.kind, 'found in steps')}</td></tr>"
        for walk in walks
    )
    return (
        '<div class="scroll"><table class="list"><thead><tr><th scope="col">day</th>'
        f'<th scope="col">start</th>{heads}<th scope="col">found</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>\n"
    )


def _numbers(figures: Iterable[str]) -> str:
    return "".join(f'<td class="n">{figure}</td>' for figure in figures)


def _measured(walk: WalkSession) -> dict[str, str]:
    """Return a walk's figures as text; nothing where nothing measured them."""
    return {
        "minutes": f"{walked_s(walk) / 60:.0f}",
        "brisk": str(walk.brisk_min),
        "km": "" if walk.distance_m is None else f"{walk.distance_m / 1000:.2f}",
        "steps": "" if walk.steps is None else f"{walk.steps:,}",
        "steps/min": "" if walk.cadence_spm is None else f"{walk.cadence_spm:.0f}",
        "climb m": "" if walk.elevation_gain_m is None else f"{walk.elevation_gain_m:.0f}",
    }


def _when(walk: WalkSession) -> str:
    at = datetime.fromtimestamp(walk.start, timezone(timedelta(seconds=walk.utc_offset_start_s)))
    return f"<td>{day_words(at.date())} {at.year}</td><td>{at:%H:%M}</td>"


@dataclass(frozen=True, slots=True)
class Events:
    """What happened in the weeks of a report, in words: rules, trackers, marked days."""

    rules: tuple[str, ...]
    trackers: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def lines(self) -> int:
        """Return the lines that they take, roughly."""
        said = (*self.rules, *self.trackers, *self.marks)
        return sum(1 + len(text) // LINE for text in said)


def _events(report: Report) -> Events:
    """Return the newest of each; a reason only where the report was asked to hold it."""
    first, *later = report.promises
    rules = [
        f"From {day_words(p.first_day)} {p.first_day.year}: {promise_words(p)}"
        for p in later
        if p.first_day is not None
    ]
    before = "Before" if later else "The same in all these weeks"
    marks = [
        marked_words(mark) + (f": {shortened(mark.why, REASON_LONGEST)}" if mark.why else "")
        for mark in report.marks
        if mark.first <= report.last
    ]
    return Events(
        (f"{before}: {promise_words(first)}", *_newest(rules, MOST_RULES)),
        _newest([change_words(change) for change in report.changes], MOST_TRACKERS),
        _newest(marks, MOST_MARKS),
    )


def _newest(said: Sequence[str], most: int) -> tuple[str, ...]:
    left_out = len(said) - most
    more = (f"{left_out} more before these",) if left_out > 0 else ()
    return (*more, *said[-most:])


def _changes(events: Events) -> str:
    return (
        f"<h2>The rule, and when it changed</h2>\n{_list(events.rules)}"
        + (
            f"<h2>When the tracker changed</h2>\n{_list(events.trackers)}"
            if events.trackers
            else ""
        )
        + (f"<h2>Days that do not count</h2>\n{_list(events.marks)}" if events.marks else "")
    )


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in items)}</ul>\n"


def _reading(f: Figures) -> str:
    return (
        "<h2>How to read this</h2>\n"
        f"<p>{f.judged_days} of {f.over_days} days could be judged. A day is missed only when the "
        "tracker was worn and its data came; else it says can't tell, and is neither counted for "
        "nor against. Flare and excused days do not count, and their week needs as many days "
        "less.</p>\n"
        "<p>A cadence of 100 steps a minute is a fair sign of a brisk pace and not a proof: about "
        "one person in four is judged otherwise by a laboratory. Figures of two trackers do not "
        "compare.</p>\n"
    )


def _foot(report: Report) -> str:
    safety = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in SAFETY.split("\n\n"))
    made = f"{_short(report.today)} {report.today.year}"
    return (
        f'<aside class="safety" aria-label="Safety">\n{safety}</aside>\n'
        f"<footer>Made on {made} by syncd {escape(__version__)}. Days run in "
        f"{escape(report.zone)}.</footer>\n"
    )
