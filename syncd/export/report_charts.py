"""The chart of a report: brisk minutes by week as inline SVG, made with matplotlib.

The library is an extra and heavy, so it is imported when a chart is asked for and not before. Its
caches go to a temporary folder; what it writes is cut down to an element that can stand in a page.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import escape
from io import StringIO
from itertools import pairwise
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from syncd.contract import SyncdError
from syncd.export.report_style import AMBER, BLUE, CAPTION, GREEN, GREY, INK
from syncd.walks.labels import GLYPHS
from syncd.walks.model import Mark
from syncd.walks.phrases import MONTHS, plural_s, shortened
from syncd.walks.report import Report
from syncd.walks.trend import JUDGED_DAYS, is_over, judged_days, monday_of
from syncd.walks.week import Week

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WHO_MIN = 150
"""Brisk minutes a week that the WHO recommends (walking-rules 0.3)."""
SIZE_IN = (7.17, 2.2)
LABELLED_WEEKS = 14
"""With more weeks only some are labelled."""
NAME_LONGEST = 26
LETTER_IN = 0.055
"""Width of a letter of a name on the chart, roughly."""
HEADROOM = 1.24
"""So much higher than the tallest bar is the chart, where flares and trackers are named."""
_CONFIG = "MPLCONFIGDIR"
_FILLS = {"met": GREEN, "likely_met": GREEN, "missed": AMBER, "likely_missed": AMBER}
_SETTINGS: dict[Any, Any] = {
    "font.size": 7.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "syncd",
    "text.parse_math": False,
    "text.color": INK,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def weekly_chart(report: Report) -> str:
    """Return the ``<svg>`` of brisk minutes by week, cut where the tracker changed.

    Raises ``SyncdError`` where the charting library is missing.
    """
    with _library():
        from matplotlib import rc_context  # noqa: PLC0415 - an extra, and heavy
        from matplotlib.figure import Figure  # noqa: PLC0415

        with rc_context(_SETTINGS):
            figure = Figure(figsize=SIZE_IN)
            axes = figure.add_axes((0.0, 0.09, 1.0, 0.8))
            _draw(axes, report)
            out = StringIO()
            figure.savefig(out, format="svg", transparent=True, metadata=_NO_METADATA)
    return _inline(out.getvalue(), "Brisk minutes a week", _described(report))


@contextmanager
def _library() -> Iterator[None]:
    """Make the charting library ready, quiet and without traces; its absence is a sentence."""
    held = os.environ.get(_CONFIG)
    with TemporaryDirectory(prefix="syncd-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that its font lacks; the page's font has it
        logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it would tell of its caches
        os.environ[_CONFIG] = folder
        try:
            yield
        except ImportError as error:
            raise SyncdError(
                "The page needs a charting library that is not installed. Install it with: "
                'pip install "syncd[report]"'
            ) from error
        finally:
            os.environ.pop(_CONFIG)
            if held is not None:
                os.environ[_CONFIG] = held


def _draw(axes: Axes, report: Report) -> None:
    weeks = report.weeks
    most = max([WHO_MIN, *(week.brisk_min or 0 for week in weeks)])
    places = max(len(weeks), 6)
    right = places - 0.5 + places / 11  # the label of the line stands beside the bars
    every = -(-len(weeks) // LABELLED_WEEKS)
    axes.set_xlim(-0.5 - (places / 40 if every > 1 else 0), right)  # room for the first label
    axes.set_ylim(0, most * (HEADROOM if report.changes or report.marks else 1.12))
    axes.set_axis_off()
    axes.axhline(0, color=GREY, linewidth=0.8, zorder=3)
    axes.axhline(WHO_MIN, color=GREY, linewidth=0.6, dashes=(4, 3), zorder=1)
    axes.annotate(
        f"{WHO_MIN} (WHO)", (right, WHO_MIN), (0, 2), textcoords="offset points",
        ha="right", va="bottom", fontsize=6.5, color=CAPTION, zorder=4,
    )  # fmt: skip
    _flares(axes, report)
    _events(axes, report)
    for number, week in enumerate(weeks):
        place = round(_place(report, monday_of(week)) + 0.5)
        _bar(axes, place, week, report.today, labelled=(len(weeks) - 1 - number) % every == 0)


def _bar(axes: Axes, place: int, week: Week, today: date, *, labelled: bool) -> None:
    """Draw a week; one that is thin or still running is an outline."""
    minutes, colour = week.brisk_min, _FILLS.get(week.outcome, GREY)
    thin = not is_over(week, today) or judged_days(week) < JUDGED_DAYS
    if minutes is not None:
        axes.bar(
            place, minutes, 0.58, color="#ffffff" if thin else colour, edgecolor=colour,
            linewidth=0.9, linestyle=(0, (2, 1.5)) if thin else "solid", zorder=2,
        )  # fmt: skip
    if not labelled:
        return
    monday = monday_of(week)
    number = "no data" if minutes is None else f"{_sign(week, today)} {minutes}"
    axes.annotate(
        number, (place, minutes or 0), (0, 2.5),
        textcoords="offset points", ha="center", va="bottom", zorder=5,
        color=CAPTION if minutes is None else INK,
        fontsize=6.5 if minutes is None else 8,
    )  # fmt: skip
    axes.annotate(
        f"{monday.day} {MONTHS[monday.month - 1][:3]}", (place, 0), (0, -3),
        textcoords="offset points", ha="center", va="top", color=CAPTION, annotation_clip=False,
    )  # fmt: skip


def _sign(week: Week, today: date) -> str:
    """Return the sign of a week's outcome, so that colour is never needed."""
    if not is_over(week, today) and week.outcome in {"unknown", "not_judged"}:
        return GLYPHS.out
    if week.outcome in {"unknown", "not_judged"}:
        return GLYPHS.unknown if week.outcome == "unknown" else GLYPHS.excused
    reached = week.outcome in {"met", "likely_met"}
    return (GLYPHS.met if reached else GLYPHS.missed) + GLYPHS.probably * week.probably


def _flares(axes: Axes, report: Report) -> None:
    for mark in report.marks:
        if mark.kind is Mark.FLARE:
            start = max(_place(report, mark.first), -0.5)
            end = _place(report, min(mark.last or report.last, report.last)) + 1 / 7
            axes.axvspan(start, end, color=BLUE, alpha=0.13, linewidth=0, zorder=0)
            axes.annotate(
                f"{GLYPHS.flare} flare", (start, 1), (2, -1), xycoords=("data", "axes fraction"),
                textcoords="offset points", va="top", fontsize=6.5, color=BLUE, zorder=4,
            )  # fmt: skip


def _events(axes: Axes, report: Report) -> None:
    """Mark where another tracker speaks and where another target begins.

    They are named in two rows; a name without room is left out: the page lists them all.
    """
    named = [(day, f"from here: {shortened(new, NAME_LONGEST)}") for day, _, new in report.changes]
    for before, promise in pairwise(report.promises):
        if promise.first_day is not None and report.first < promise.first_day <= report.last:
            same = promise.target_min == before.target_min
            text = "another rule" if same else f"target {promise.target_min}"
            named.append((promise.first_day, text))
    end = axes.get_xlim()[1]
    letter = LETTER_IN * (end + 0.5) / SIZE_IN[0]
    taken = [-0.5, -0.5]
    for day, text in sorted(named):
        at, width = _place(report, day), len(text) * letter
        axes.axvline(at, color=INK, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
        left = at + width > end
        start = at - width if left else at
        row = next((row for row, until in enumerate(taken) if until <= start), None)
        if row is not None:
            taken[row] = start + width + letter
            axes.annotate(
                text, (at, 1), (-3 if left else 3, 8 + 8 * row), annotation_clip=False,
                xycoords=("data", "axes fraction"), textcoords="offset points", va="top",
                ha="right" if left else "left", fontsize=6.5, color=INK, zorder=4,
            )  # fmt: skip


def _place(report: Report, day: date) -> float:
    """Return where a day's midnight lies between the bars."""
    return (day - report.first).days / 7 - 0.5


def _described(report: Report) -> str:
    """Return the chart in words, for those who cannot see it."""
    weeks = "; ".join(
        f"week of {monday_of(week).isoformat()}: "
        + ("no data" if week.brisk_min is None else f"{week.brisk_min}")
        for week in report.weeks
    )
    number = len(report.weeks)
    return f"Brisk minutes in each of {number} week{plural_s(number)}. {weeks}."


def _inline(svg: str, title: str, desc: str) -> str:
    """Return the element alone, without addresses, scripts or fonts of its own."""
    found = re.search(r"<svg\b[^>]*\bviewBox=\"([^\"]*)\"[^>]*>(.*)</svg>", svg, re.DOTALL)
    if found is None:
        raise SyncdError("The charting library gave no picture. Update it, or report this.")
    inside = re.sub(r"<metadata>.*?</metadata>", "", found[2], flags=re.DOTALL)
    inside = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1", inside)
    return (
        f'<svg role="img" aria-labelledby="chart-title chart-desc" viewBox="{found[1]}">'
        f'<title id="chart-title">{escape(title)}</title>'
        f'<desc id="chart-desc">{escape(desc)}</desc>{inside}</svg>'
    )
