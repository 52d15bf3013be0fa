"""The home screen: four lines of today, what waits, what needs you, more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from syncd.cli.screens.figures import long_date
from syncd.cli.screens.paper import WIDEST, Paper
from syncd.walks.model import Day, State
from syncd.walks.phrases import DAY_NAMES

SILENT_DAYS = 7
"""Data older than this is worth a word (a tracker silent this long is not in use)."""
NAMED = 3
MARGIN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one person stands. ``recent`` are the newest days up to ``today``, oldest first.

    ``questions`` are what to ask them, ``hint`` what they are told once; ``served`` says that an
    account brings their data.
    """

    person: str
    today: date
    recent: Sequence[Day]
    questions: Sequence[str] = ()
    hint: str | None = None
    served: bool = False

    @property
    def newest(self) -> Day | None:
        """Return the newest day there is."""
        return self.recent[-1] if self.recent else None

    @property
    def waiting(self) -> list[date]:
        """Return the days that wait for a sync."""
        return [day.day for day in self.recent if day.state is State.WAITING]


def home_screen(
    people: Sequence[Standing],
    paper: Paper,
    *,
    needs: Sequence[str] = (),
    waits: Sequence[str] = (),
) -> list[str]:
    """Return the four lines and what is told once, wrapped where a line is long.

    ``needs`` and ``waits`` are sentences about accounts.
    """
    said = (
        ("Today", _today(people)),
        ("Waiting", _joined(waits, _waiting(people))),
        ("Needs you", _joined(needs, _needs_you(people))),
        *(("Hint", one.hint) for one in people if one.hint),
        ("More", "syncd days, syncd walks, syncd show day DATE, syncd --help"),
    )
    lines: list[str] = []
    for label, text in said:
        lines += paper.wrap(text, first=f" {label}".ljust(MARGIN), indent=MARGIN)
    return lines


def _joined(accounts: Sequence[str], people: str) -> str:
    """Return what there is to say of accounts, then of people; "Nothing." only alone."""
    some = list(accounts[:NAMED])
    if len(accounts) > NAMED:
        some.append(f"{len(accounts) - NAMED} more: syncd account list")
    return " ".join([*some, *([] if some and people == "Nothing." else [people])])


def empty_screen(paper: Paper) -> list[str]:
    """Return what to type when there is no data at all."""
    if paper.width < WIDEST:
        return [" No walks here yet. To begin:", "   syncd import PATH", "   syncd demo"]
    return [
        " No walks here yet. To begin:",
        "   syncd import PATH   your own FIT files, minute steps as CSV, or a folder",
        "   syncd account add   a tracker's account (syncd adapters shows which)",
        "   syncd demo          three made-up people, to see what it looks like",
        "   syncd --help        everything else",
    ]


def _today(people: Sequence[Standing]) -> str:
    if len(people) == 1:
        return _one_today(people[0])
    if len(people) <= NAMED:
        return " ".join(f"{one.person}: {_one_today(one)}" for one in people)
    with_today = sum(one.newest is not None and one.newest.day == one.today for one in people)
    return f"{len(people):,} people, {with_today:,} with data of today. {_newest(people)}"


def _one_today(one: Standing) -> str:
    if one.newest is None:
        return "No data yet."
    if one.newest.day == one.today:
        return one.newest.reason
    return f"No data of today. {long_date(one.newest.day)}: {one.newest.reason}"


def _newest(people: Sequence[Standing]) -> str:
    days = [one.newest.day for one in people if one.newest is not None]
    return f"Newest day: {long_date(max(days))}." if days else "No data yet."


def _waiting(people: Sequence[Standing]) -> str:
    waiting = sorted({day for one in people for day in one.waiting})
    if not waiting:
        return "Nothing."
    names = ", ".join(f"{DAY_NAMES[day.weekday()]} {day.day}" for day in waiting[-NAMED:])
    more = f" and {len(waiting) - NAMED} more" if len(waiting) > NAMED else ""
    return f"{names}{more}: a tracker has not synced. Open its app."


def _needs_you(people: Sequence[Standing]) -> str:
    silent = [
        one
        for one in people
        if not one.served
        and (one.newest is None or (one.today - one.newest.day).days > SILENT_DAYS)
    ]
    asked = [
        f"{one.person}: {question}" if len(people) > 1 else question
        for one in people[:NAMED]
        for question in one.questions
    ]
    said = _silent(people, silent)
    return " ".join([*asked, said] if said else asked) or "Nothing."


def _silent(people: Sequence[Standing], silent: Sequence[Standing]) -> str:
    if not silent:
        return ""
    if len(silent) == len(people):
        return "No data in the last week. Bring newer files in: syncd import PATH"
    names = ", ".join(one.person for one in silent[:NAMED])
    more = f" and {len(silent) - NAMED} more" if len(silent) > NAMED else ""
    return f"No data in the last week from {names}{more}: syncd import PATH"
