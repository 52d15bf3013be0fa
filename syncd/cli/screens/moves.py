"""What a move from one vendor to another does and has done, in plain words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from syncd.cli.screens.paper import Paper
from syncd.service.attention import day_words, zone_of
from syncd.service.handing_over import Move, end_of_days
from syncd.store import logins
from syncd.store.accounts import Account
from syncd.walks.phrases import plural_s


def moving_lines(cx: Connection, move: Move, now: datetime, paper: Paper) -> list[str]:
    """Return what is about to happen."""
    old, new = move.old.name, move.new.name
    if move.resumed:
        return paper.wrap(f"{new} was made before to take over from {old}; it waits for you.")
    days = logins.days_brought(cx, move.old.id)
    begins = end_of_days(cx, move.old)
    lines = paper.wrap(f"{new} takes over from {old} as soon as you have signed in.")
    if begins is None:
        return lines + paper.wrap(f"{old} has brought no days, so {new} begins like any other.")
    zone = zone_of(cx, move.old, now)
    lines += paper.wrap(
        f"The {days:,} day{plural_s(days)} of {old} stay, with their verdicts. {new} begins with"
        f" {day_words(begins, zone)}, the first day that {old} has not brought whole, and looks at"
        " a few days before it again; nothing is counted twice."
    )
    return lines


def moved_lines(old: Account, new: Account, zone: ZoneInfo, paper: Paper) -> list[str]:
    """Return what has happened and what to do next."""
    begins = new.begins_at
    since = f" {new.name} begins with {day_words(begins, zone)}." if begins is not None else ""
    said = f"{old.name} is retired: it is asked no more, and its days stay.{since}"
    return ["", *paper.wrap(said), "", f"Next: syncd sync {new.name}"]
