"""The words of a message: what happened, what reads otherwise now, what needs a person. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from syncd.walks.model import Day
from syncd.walks.phrases import DAY_NAMES, clock_words, number_word
from syncd.walks.report_sentences import day_words, week_result, week_title
from syncd.walks.trend import is_over
from syncd.walks.week import Week
from syncd.walks.week_sentences import week_outlook

COLUMNS = 78
HELLO = "This is how syncd will reach you. There is nothing to do."
_KEPT = "\N{NO-BREAK SPACE}"
JUDGED_AGAIN = "Judged again:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one message tells, each part in order; all parts may be empty.

    ``asks`` are whole sentences (a sign-in, a silent tracker, a flare), ``digest`` its lines.
    """

    today: date
    missed: tuple[Day, ...] = ()
    lost: tuple[Week, ...] = ()
    corrected: tuple[Day, ...] = ()
    back: tuple[Week, ...] = ()
    asks: tuple[str, ...] = ()
    digest: tuple[str, ...] = ()


def title(person: str) -> str:
    """Return the first line, where a channel has one."""
    return f"syncd: {person}"


def message_lines(message: Message) -> list[str]:
    """Return the lines of a message, none longer than 78 columns, an empty one between parts."""
    parts = [
        *([one] for one in message.asks),
        [*_row_words(message.missed), *map(_day_line, message.missed)],
        [_week_line(week, message.today) for week in message.lost],
        _corrections(message),
    ]
    folded = [[line for text in part for line in _folded(text)] for part in parts if part]
    whole = [*folded, *([list(message.digest)] if message.digest else [])]
    return [line for part in whole for line in ("", *part)][1:]


def silent_words(account: str, last: datetime | None, today: date) -> str:
    """Return the sentence on an account whose tracker hands over nothing; ``last`` is local."""
    since = f"since {_moment(last, today)}" if last is not None else "from its tracker yet"
    return f"{account}: no data {since}. Open the tracker's app, so that it syncs."


def failing_words(account: str, last: datetime | None, why: str | None, today: date) -> str:
    """Return the sentence on an account that cannot be read; ``last`` is the last good sync."""
    since = f"no sync has worked since {_moment(last, today)}" if last else "no sync has worked yet"
    cause = f" {why.rstrip('.')}." if why else ""
    return f"{account}: {since}.{cause} It is tried again by itself."


def ending_words(account: str, ends: date, today: date, again: str) -> str:
    """Return the sentence on a sign-in or key that ends soon; ``again`` is what to type."""
    if ends > today:
        return f"{account}: the sign-in ends on {day_words(ends)}. Sign in before that: {again}"
    when = "ends today" if ends == today else f"was to end on {day_words(ends)}"
    return f"{account}: the sign-in {when}. Sign in again: {again}"


def _moment(at: datetime, today: date) -> str:
    year = "" if at.year == today.year else f" {at.year}"
    return f"{day_words(at.date())}{year} {clock_words(at)}"


def _row_words(days: Sequence[Day]) -> Iterator[str]:
    """Yield the heading over days that follow each other."""
    dates = [day.day for day in days]
    if len(dates) > 1 and dates[-1] - dates[0] == timedelta(days=len(dates) - 1):
        yield f"{number_word(len(dates)).capitalize()} days in a row:"


def _day_line(day: Day) -> str:
    return f"{DAY_NAMES[day.day.weekday()]} {day.day.day}: {day.reason}"


def _week_line(week: Week, today: date) -> str:
    return (
        f"{week_title(week)}. {week_result(week)}" if is_over(week, today) else week_outlook(week)
    )


def _corrections(message: Message) -> list[str]:
    lines = [_day_line(day) for day in message.corrected]
    lines += [_week_line(week, message.today) for week in message.back]
    return [JUDGED_AGAIN, *lines] if lines else []


def _folded(text: str) -> list[str]:
    """Return a sentence as lines; a command at its end stays in one piece, to be copied."""
    said, colon, command = text.partition(": syncd ")
    whole = said + (colon + command).replace(" ", _KEPT).replace(f":{_KEPT}", ": ", 1)
    lines = textwrap.wrap(whole, COLUMNS, subsequent_indent="  ")
    return [line.replace(_KEPT, " ") for line in lines]
