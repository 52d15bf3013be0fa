"""A vendor's own totals of days against the minutes it gave: a look for what was lost or doubled.

The verdicts go by the minutes; a total is never judged where there are any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection

from syncd.contract import Series, Stream
from syncd.ingest.gaps import Known
from syncd.service.loading import day_number
from syncd.store import derived, series, series_days, sources, streams, totals
from syncd.store.accounts import Account
from syncd.store.instants import to_unix
from syncd.store.streams import GapRow
from syncd.walks.model import Day, State

MUCH: Final = 0.02
"""A larger share than this is told; both come from the same steps, so they should be equal."""
FEW_STEPS: Final = 20
"""A difference of fewer is that of one minute at midnight, on a day with hardly a step."""
LOOKS_BACK: Final = timedelta(days=28)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Compared:
    """One settled day: the steps of its minutes, and those of the vendor's total."""

    day: date
    by_minutes: int
    by_total: int

    @property
    def differs(self) -> bool:
        """Tell whether the two differ by more than two in a hundred."""
        apart = abs(self.by_minutes - self.by_total)
        return apart >= FEW_STEPS and apart > MUCH * max(self.by_minutes, self.by_total)


def cross_check(cx: Connection, account: Account, now: datetime) -> list[Compared]:
    """Return the account's settled days of the last four weeks that can be compared, in order.

    Those are 24 hours long (a vendor may cut a travel day elsewhere), final, and were asked for
    in minutes and in totals after the tracker had handed all of them over.
    """
    days = _settled(cx, account, now)
    if not days:
        return []
    first, last = day_number(days[0].day), day_number(days[-1].day)
    told = totals.load_daily(cx, account.person_id, first, last)
    found: list[Compared] = []
    for source in sources.of_account(cx, account.id):
        if source.retired_at is None and source.id in told:
            steps = _minutes(cx, account.person_id, source.id, first, last)
            found += _compared(days, told[source.id], steps)
    return sorted(found, key=lambda one: one.day)


def difference_words(found: Sequence[Compared]) -> str:
    """Return what days that differ mean, and what a person can do about it."""
    newest = found[-3:]
    named = ", ".join(
        f"{one.day} ({one.by_minutes:,} in minutes, {one.by_total:,} in the total)"
        for one in newest
    )
    more = f" and {len(found) - len(newest)} more" if len(found) > len(newest) else ""
    return (
        f"The vendor's own totals of steps differ by more than 2 % from its minutes on {named}"
        f"{more}. Days are judged by the minutes. Look at such a day in the vendor's app: steps"
        " that were typed in, or came from another app, have no minutes. If there are none,"
        " please report it."
    )


def _settled(cx: Connection, account: Account, now: datetime) -> list[Day]:
    rows = derived.iter_days(cx, [account.person_id], first=(now - LOOKS_BACK).date())
    final = [row.day for row in rows if row.day.state is State.FINAL and row.day.length_h == 24]
    known = [streams.gaps(cx, account.id, one) for one in (Stream.STEPS, Stream.DAILY)]
    return [day for day in final if all(_is_whole(gaps, *_span(day)) for gaps in known)]


def _span(day: Day) -> tuple[datetime, datetime]:
    start = datetime.combine(day.day, time(), UTC) - timedelta(minutes=day.utc_offset_start_min)
    return start, start + _DAY


def _is_whole(gaps: Sequence[GapRow], start: datetime, end: datetime) -> bool:
    """Tell whether all of a span was asked for when everything of it was there."""
    sure = {Known.FINAL.value, Known.EMPTY.value}
    inside = (min(g.end_at, end) - max(g.start_at, start) for g in gaps if g.state in sure)
    return sum((length for length in inside if length > timedelta()), timedelta()) == end - start


def _minutes(
    cx: Connection, person_id: int, source_id: int, first: int, last: int
) -> list[tuple[int, float]]:
    """Return (start in Unix seconds, steps) of what a source holds around days since 1970."""
    return [
        (start, value)
        for packed in series_days.load(cx, person_id, Series.STEPS, first - 1, last + 1)
        if packed.source_id == source_id
        for start, value in _values(packed)
    ]


def _values(packed: series_days.SeriesDay) -> Iterator[tuple[int, float]]:
    columns = series.unpack(Series.STEPS, packed.utc_day, packed.body)
    for start, value in zip(columns.start, columns.value, strict=True):
        if value is not None:
            yield start, value


def _compared(
    days: Sequence[Day], told: dict[date, int], steps: Sequence[tuple[int, float]]
) -> Iterator[Compared]:
    for day in days:
        if day.day in told:
            start, end = (to_unix(at) for at in _span(day))
            inside = sum(value for at, value in steps if start <= at < end)
            yield Compared(day.day, round(inside), told[day.day])
