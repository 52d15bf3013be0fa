"""How the service stands, in lines: what runs, what is late, what needs a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from syncd.cli.screens.paper import Paper, clip

LEVELS = {"ok": ("ok", None), "note": ("note", "blue"), "problem": ("PROBLEM", "amber")}
NAME_WIDEST = 26


class CheckLike(Protocol):
    """What a line about a check needs."""

    @property
    def name(self) -> str:
        """Return what was looked at."""

    @property
    def level(self) -> str:
        """Return ``ok``, ``note`` or ``problem``."""

    @property
    def words(self) -> str:
        """Return what was found."""


def check_lines(checks: Sequence[CheckLike], paper: Paper) -> list[str]:
    """Return an entry for each check, and at the end how many need somebody."""
    width = min(NAME_WIDEST, max((len(check.name) for check in checks), default=0))
    lines: list[str] = []
    for check in checks:
        sign, colour = LEVELS[check.level]
        first = f" {sign.ljust(8)}{clip(check.name, width).ljust(width)}  "
        wrapped = _hanging(check.words, first, paper)
        lines += [paper.ink(wrapped[0], colour), *wrapped[1:]]
    problems = sum(check.level == "problem" for check in checks)
    said = "All is well." if not problems else f"{problems} to look at."
    return [*lines, "", f" {said}"]


def _hanging(words: str, first: str, paper: Paper) -> list[str]:
    """Return words beside their heading, or below it where the screen is narrow."""
    if paper.narrow:
        return [first.rstrip(), *paper.wrap(words, first="   ", indent=3)]
    return paper.wrap(words, first=first, indent=len(first))


def status_lines(
    service: str, rows: Sequence[Mapping[str, str]], needs: Sequence[str], paper: Paper
) -> list[str]:
    """Return the screen of ``syncd status``: the service, a line an account, what needs you."""
    lines = paper.wrap(service, first=" Service    ", indent=12)
    width = min(24, max((len(row["name"]) for row in rows), default=0))
    for i, row in enumerate(rows):
        first = f" {'Accounts' if not i else '':<9}  {clip(row['name'], width).ljust(width)}  "
        lines += paper.wrap(row["words"], first=first, indent=len(first))
    if not rows:
        lines.append(" Accounts   None at a vendor. Files are brought in by: syncd import PATH")
    for i, need in enumerate(needs or ["Nothing."]):
        lines += paper.wrap(need, first=f" {'Needs you' if not i else '':<9}  ", indent=12)
    return lines


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a moment as a person says it: ``14:05``, ``Tue 14:05`` or ``3 Mar 14:05``."""
    here, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{here:%H:%M}"
    away = abs((here.date() - today).days)
    if away == 0:
        return clock
    if away < 7:
        return f"{here:%a} {clock}"
    return (
        f"{here.day} {here:%b %Y} {clock}"
        if here.year != today.year
        else f"{here.day} {here:%b} {clock}"
    )


def ago(span: timedelta) -> str:
    """Return how long ago something was, in its largest unit."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count:,} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
