"""The month that a calendar shows: the current one where it has data, else the newest."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from syncd.cli.screens.calendar import Month, Rule
from syncd.cli.who import zone_of
from syncd.service.counting import counting_of
from syncd.store.derived import days_range, iter_days
from syncd.store.journal import targets
from syncd.store.people import Person
from syncd.walks.model import CountMode, Day
from syncd.walks.phrases import MONTHS
from syncd.walks.week import mondays

WEEK = timedelta(days=7)
DEFAULT = Rule()


def newest_month(cx: Connection, person: Person, today: date, otherwise: str) -> Month | None:
    """Return the month to show with the days of all its weeks; ``None`` without any day.

    ``otherwise`` is the zone to name when the person said none and the days know none.
    """
    days = _weeks_of(cx, person, today)
    shown, note = today, ""
    if not any(day.month == today.month for day in days):
        newest = newest_day(cx, person)
        if newest is None:
            return None
        shown, days = newest, _weeks_of(cx, person, newest)
        note = f"Nothing in {_name(today)} yet; {_name(shown)} is the newest month with data."
    zone = days[max(days)].tz or zone_of(cx, person, otherwise)
    return Month(
        year=shown.year,
        month=shown.month,
        person=person.name,
        zone=zone,
        rule=rule_on(cx, person, max(days)),
        days=days,
        counting=counting_of(cx, person.id, min(days), max(days)),
        today=today,
        note=note,
        goals={
            monday: rule_on(cx, person, sunday_of(monday)).most_days
            for monday in mondays(shown.year, shown.month)
        },
    )


def rule_on(cx: Connection, person: Person, day: date) -> Rule:
    """Return the promise in force on a day."""
    in_force = [
        target.knobs
        for target in targets(cx, person.id)
        if target.first_day is None or target.first_day <= day
    ]
    knobs = in_force[-1] if in_force else {}
    return Rule(
        target_min=knobs.get("day_target", DEFAULT.target_min),
        most_days=knobs.get("most_days", DEFAULT.most_days),
        mode=CountMode(knobs.get("count_mode", DEFAULT.mode)),
    )


def sunday_of(day: date) -> date:
    """Return the last day of a week: the week goes by the target in force then."""
    return day + timedelta(days=6 - day.weekday())


def _weeks_of(cx: Connection, person: Person, at: date) -> dict[date, Day]:
    """Return the days of all weeks that touch the month of ``at``."""
    weeks = mondays(at.year, at.month)
    rows = iter_days(cx, [person.id], first=weeks[0], last=weeks[-1] + WEEK - timedelta(days=1))
    return {row.day.day: row.day for row in rows}


def newest_day(cx: Connection, person: Person) -> date | None:
    """Return the last day that has a row, or ``None``."""
    held = days_range(cx, person.id)
    return held[1] if held else None


def _name(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"
