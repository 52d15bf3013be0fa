"""Reports made by hand from a line of outcomes, for what only needs facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from syncd.walks.model import Day, Mark, Outcome, State, WalkSession
from syncd.walks.report import Promise, Report
from syncd.walks.week import Week, iso_week_of, judge_week
from tests.unit.cli import made

MONDAY = date(2026, 3, 2)
RULE = "30 brisk minutes anywhere in the day (100 steps a minute or more)."
PROMISE = Promise(None, RULE, 30, 5)
_LETTERS = {
    "m": (Outcome.MET, None),
    "M": (Outcome.LIKELY_MET, None),
    "x": (Outcome.MISSED, None),
    "X": (Outcome.LIKELY_MISSED, None),
    "?": (Outcome.UNKNOWN, None),
    "f": (Outcome.MISSED, Mark.FLARE),
    "e": (Outcome.MET, Mark.EXCUSED),
    "w": (None, None),
}


def days(letters: str, first: date = MONDAY, brisk: int = 30) -> list[Day]:
    """Return a day a letter (blanks do not count): m met, x missed, capitals probably, ? unknown,
    f flare, e excused, w waiting."""
    found = []
    for number, letter in enumerate(letters.replace(" ", "")):
        outcome, mark = _LETTERS[letter]
        state = State.WAITING if outcome is None else State.FINAL
        at = first + timedelta(days=number)
        found.append(made.day(at, outcome, brisk, mark=mark, state=state, reason=f"day {at}"))
    return found


def weeks(held: Sequence[Day], today: date = date(2027, 1, 1)) -> list[Week]:
    return [
        judge_week(list(group), 5, today=today)
        for _, group in groupby(held, key=lambda day: iso_week_of(day.day))
    ]


def walk(at: date, minutes: int = 34, hour: int = 18, **said: Any) -> WalkSession:
    start = int(datetime(at.year, at.month, at.day, hour, tzinfo=UTC).timestamp())
    session = made.walk_row().session
    times = {"start": start, "end": start + 60 * minutes, "moving_time_s": 60.0 * minutes}
    return replace(session, utc_offset_start_s=0, utc_offset_end_s=0, **{**times, **said})


def report(held: Sequence[Day], **said: Any) -> Report:
    """Return the report that the days make; by default it is the day after the last of them."""
    today = said.pop("today", held[-1].day + timedelta(days=1))
    facts: dict[str, Any] = {
        "person": "me",
        "zone": "Europe/Paris",
        "today": today,
        "newest": held[-1].day,
        "weeks": tuple(weeks(held, today)),
        "days": tuple(held),
        "walks": (walk(held[0].day),),
        "promises": (PROMISE,),
    }
    return Report(**{**facts, **said})
