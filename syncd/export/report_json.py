"""A report for machines: one person's weeks with their figures, or the weeks of a cohort."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from syncd.export.rows import row_fields
from syncd.walks.compliance import CohortWeek
from syncd.walks.digest import digest
from syncd.walks.on_foot import walk_day, walked_s
from syncd.walks.report import Figures, Report, figures
from syncd.walks.week import PersonWeek

_COUNTS = ("judged", "met", "missed", "unknown", "marked", "no_data", "reached", "decided")


def report_document(report: Report | None) -> str:
    """Return ``{"report": {...}}``; ``null`` where there is nothing to report."""
    return json.dumps({"report": None if report is None else _fields(report)}, ensure_ascii=False)


def cohort_document(
    cohort: str, weeks: Iterable[CohortWeek], absent: Iterable[Mapping[str, object]]
) -> str:
    """Return ``{"cohort_weeks": [...], "absent": [...]}``.

    A week of too few people has ``null`` for its counts; ``absent`` are those who must sign in
    again or have not synced for seven days.
    """
    rows = [
        {
            "cohort": cohort,
            "iso_year": week.iso_year,
            "iso_week": week.iso_week,
            "hidden": week.hidden,
            "people": None if week.hidden else week.people,
            **{name: None if week.hidden else getattr(week, name) for name in _COUNTS},
        }
        for week in weeks
    ]
    document = {"cohort_weeks": rows, "absent": [dict(one) for one in absent]}
    return json.dumps(document, ensure_ascii=False)


def _fields(report: Report) -> Mapping[str, object]:
    f = figures(report)
    return {
        "person": report.person,
        "tz": report.zone,
        "first_day": report.first.isoformat(),
        "last_day": report.last.isoformat(),
        "newest_day": report.newest.isoformat(),
        "target_min": report.promise.target_min,
        "most_days": report.promise.most_days,
        **_figures(f),
        "device_changes": [
            {"day": day.isoformat(), "from": before, "to": after}
            for day, before, after in report.changes
        ],
        "digest": digest(report),
        "weeks": [row_fields(PersonWeek(report.person, week)) for week in report.weeks],
    }


def _figures(f: Figures) -> Mapping[str, object]:
    mean, best, longest = f.comparison, f.best, f.longest
    return {
        "streak_weeks": f.streak.weeks,
        "streak_probably": f.streak.probably,
        "weeks_reached": f.weeks_reached,
        "weeks_decided": f.weeks_decided,
        "rate_first_day": f.rate.first.isoformat(),
        "rate_last_day": f.rate.last.isoformat(),
        "met_days": f.rate.met,
        "decidable_days": f.rate.decidable,
        "unknown_days": f.rate.unknown,
        "marked_days": f.rate.marked,
        "judged_days": f.judged_days,
        "over_days": f.over_days,
        "probably_days": f.probably_days,
        "mean_brisk_min": mean and mean.recent_min,
        "mean_weeks": mean.recent_weeks if mean else 0,
        "mean_before_brisk_min": mean and mean.before_min,
        "mean_before_weeks": mean.before_weeks if mean else 0,
        "best_peak30_spm": best and best.peak30_spm,
        "best_day": best and best.day.isoformat(),
        "longest_walk_s": longest and round(walked_s(longest)),
        "longest_walk_day": longest and walk_day(longest).isoformat(),
    }
