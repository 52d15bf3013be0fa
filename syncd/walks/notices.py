"""What a person is to be told, decided from what days read now and what was told (rules 0.3). Pure.

The words of a message are in ``notice_sentences``. Nothing here is told twice: each decision has a
(kind, subject), and the outbox takes it once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from syncd.walks.flares import ASKED_ON, DOCTOR_FROM, flare_day, flare_question
from syncd.walks.model import Day, Outcome
from syncd.walks.week import Week, iso_week_of, judge_week

ONE_DAY = timedelta(days=1)
TURNING_DAYS = 2
"""The second flagged day in a row is told."""
SILENT_AFTER = timedelta(days=2)
"""Without data for longer, or without a sync that worked, an account is told of."""

Key = tuple[str, str]


class Kind(StrEnum):
    """Kinds of notices; their values are kept in the outbox."""

    MISSED = "missed"
    WEEK = "week"
    CORRECTED = "corrected"
    WEEK_CORRECTED = "week_corrected"
    DIGEST = "digest"
    SILENT = "silent"
    FAILING = "failing"
    FLARE = "flare"
    FIRST_TARGET = "first_target"
    SIGN_IN_ENDS = "sign_in_ends"
    NEEDS_SIGN_IN = "needs_sign_in"
    RETIRED = "retired"


MUST_ARRIVE = frozenset({Kind.NEEDS_SIGN_IN, Kind.RETIRED, Kind.SIGN_IN_ENDS})
"""Sent again when nobody knows whether it went out; all others are sent once at most."""


class When(StrEnum):
    """Which missed days are told: the setting ``notify.days``."""

    TURNING = "turning"
    EACH = "each"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to be told; ``subject`` is an ISO day, an ISO week, or starts with an account."""

    kind: Kind
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What is known of the last weeks when some days have been judged anew.

    ``days`` are whole ISO weeks in order; ``fresh`` those that read otherwise than before;
    ``since`` is the first that ended after the account was there, ``tellable`` are those from then
    on that are recent enough; ``owed`` and ``sent`` are what was to be told and what went out;
    ``most_days`` is the target of a Sunday.
    """

    days: Sequence[Day]
    fresh: Collection[date]
    since: date
    tellable: Collection[date]
    today: date
    owed: Collection[Key]
    sent: Collection[Key]
    most_days: Callable[[date], int]


def day_notices(lately: Lately, when: When) -> list[Owed]:
    """Return what days judged anew give to tell: missed days, a week out of reach, corrections."""
    if when is When.NEVER:
        return []
    told = _each(lately) if when is When.EACH else _turning(lately)
    return [*told, *_weeks(lately), *_corrections(lately)]


def week_name(day: date) -> str:
    """Return "2026-W13"."""
    year, week = iso_week_of(day)
    return f"{year}-W{week:02d}"


def _each(lately: Lately) -> Iterator[Owed]:
    for day in lately.days:
        if day.flagged and day.day in lately.fresh and day.day in lately.tellable:
            yield Owed(Kind.MISSED, day.day.isoformat())


def _turning(lately: Lately) -> Iterator[Owed]:
    """Yield the days of each row of flagged days that has just come to its second.

    Days after the second are told with it when they came at once; later ones are not.
    """
    for row in _rows([d.day for d in lately.days if d.flagged and d.day >= lately.since]):
        turned = any(day in lately.fresh for day in row[:TURNING_DAYS])
        told = any((Kind.MISSED, day.isoformat()) in lately.owed for day in row)
        if len(row) >= TURNING_DAYS and turned and not told:
            yield from (Owed(Kind.MISSED, d.isoformat()) for d in row if d in lately.tellable)


def _rows(days: Sequence[date]) -> list[list[date]]:
    """Return days, in order, as rows without a gap."""
    rows: list[list[date]] = []
    for day in days:
        if rows and day - rows[-1][-1] == ONE_DAY:
            rows[-1].append(day)
        else:
            rows.append([day])
    return rows


def _weeks(lately: Lately) -> Iterator[Owed]:
    """Yield the weeks whose goal these days put out of reach, and those back in reach."""
    fresh = {d for d in lately.fresh if d in lately.tellable}
    for name in sorted({week_name(day) for day in fresh}):
        days = [day for day in lately.days if week_name(day.day) == name]
        now = _judged(days, lately)
        open_again = [replace(d, outcome=None) if d.day in fresh else d for d in days]
        if is_lost(now):
            if not is_lost(_judged(open_again, lately)):
                yield Owed(Kind.WEEK, name)
        elif (Kind.WEEK, name) in lately.sent:
            yield Owed(Kind.WEEK_CORRECTED, name)


def is_lost(week: Week) -> bool:
    """Tell whether a week's goal is out of reach, for certain or probably."""
    return week.outcome in ("missed", "likely_missed")


def _judged(days: Sequence[Day], lately: Lately) -> Week:
    sunday = days[0].day + timedelta(days=6 - days[0].day.weekday())
    return judge_week(days, lately.most_days(sunday), today=lately.today)


def _corrections(lately: Lately) -> Iterator[Owed]:
    """Yield days that were told as missed and no longer are; a person's own mark is no news."""
    for day in lately.days:
        fresh = day.day in lately.fresh and day.day in lately.tellable
        other = not day.flagged and day.mark is None and day.outcome is not None
        name = day.day.isoformat()
        if fresh and other and (Kind.MISSED, name) in lately.sent:
            yield Owed(Kind.CORRECTED, name)


def flare_notice(first: date, today: date, outcomes: Sequence[Outcome | None]) -> Owed | None:
    """Return the question about a running flare, if this is a day to ask it; else the digest does.

    On day 4 and day 8, and once when two days in a row reached the target.
    """
    number = flare_day(first, today)
    if number >= DOCTOR_FROM or flare_question(first, today, outcomes) is None:
        return None
    return Owed(Kind.FLARE, f"{first} {number if number in ASKED_ON else 'reached'}")
