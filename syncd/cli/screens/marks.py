"""Flares and excuses: what became of one, and a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from syncd.cli.screens.paper import Paper
from syncd.service.marks import Marked
from syncd.store.journal import MarkRow
from syncd.walks.flares import GOAL
from syncd.walks.phrases import plural_s


def flare_lines(marked: Marked, paper: Paper) -> list[str]:
    """Return what a flare is now, and what helps."""
    mark = marked.mark
    if mark.last_day is not None:
        return paper.wrap(f"Flare {span(mark)}. {_counted(mark)}{_again(marked.days)}")
    said = f"Flare since {mark.first_day}; its days do not count.{_again(marked.days)}"
    return paper.wrap(f"{said} {GOAL} syncd flare end says when it is over.")


def excuse_lines(marked: Marked, paper: Paper) -> list[str]:
    """Return which days are excused."""
    return paper.wrap(f"Excused {span(marked.mark)}. {_counted(marked.mark)}{_again(marked.days)}")


def dropped_line(what: str, days: int) -> str:
    """Return that a mark is gone."""
    return f"{what} is taken back; its days count.{_again(days)}"


def mark_lines(marks: Sequence[MarkRow], today: date, paper: Paper) -> list[str]:
    """Return a line for each mark, the newest first."""
    lines: list[str] = []
    for mark in reversed(marks):
        last = min(today, mark.last_day or today)
        days = (last - mark.first_day).days + 1
        long = f"{days} day{plural_s(days)}" if days > 0 else "to come"
        words = f"  {mark.why}" if mark.why else ""
        first = f" {span(mark)}  "
        lines += paper.wrap(f"{long}{words}", first=first, indent=4)
    return lines


def mark_row(person: str, mark: MarkRow) -> dict[str, object]:
    """Return a mark as machines are told it."""
    row: dict[str, object] = {
        "person": person,
        "first_day": str(mark.first_day),
        "last_day": None if mark.last_day is None else str(mark.last_day),
    }
    return row if mark.why is None else {**row, "why": mark.why}


def span(mark: MarkRow) -> str:
    """Return "2026-03-02", "2026-03-02..2026-03-06" or "2026-03-02.. (running)"."""
    if mark.last_day is None:
        return f"{mark.first_day}.. (running)"
    one = mark.first_day == mark.last_day
    return str(mark.first_day) if one else f"{mark.first_day}..{mark.last_day}"


def _counted(mark: MarkRow) -> str:
    return "The day does not count." if mark.first_day == mark.last_day else "They do not count."


def _again(days: int) -> str:
    return f" {days:,} day{plural_s(days)} judged again." if days else ""
