"""What the weekly digest hints at: a week longer than usual, the plan's week, a first target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from syncd.service.asking import target_hint
from syncd.service.longer import week_longer_words
from syncd.service.plans import standing
from syncd.service.speaking import Speaker
from syncd.walks.digest import told_week
from syncd.walks.plan_sentences import plan_week_words
from syncd.walks.report import Report
from syncd.walks.trend import is_over, monday_of


def hints_of(
    cx: Connection,
    person_id: int,
    report: Report,
    spoke: Sequence[tuple[date, Speaker]],
    now: datetime,
) -> Iterator[str]:
    """Yield the hints of a report; none where its data are old.

    ``spoke`` reaches back four weeks before the weeks shown.
    """
    if report.stale:
        return
    told = told_week(report)
    if is_over(told, report.today):
        upto = [one for one in (*report.earlier, *report.weeks) if monday_of(one) < monday_of(told)]
        longer = week_longer_words(cx, person_id, told, upto, spoke)
        if longer is not None:
            yield longer
    stands = standing(cx, person_id, report.today)
    if stands is not None:
        yield plan_week_words(stands.step, report.today, flare=stands.flare, waits=stands.waits)
    hint = target_hint(cx, person_id, report.today, now)
    if hint is not None:
        yield hint
