"""One message made of what waits for a channel, as things stand when it is sent.

What no longer holds is left out: a day that late data have turned since, an account that somebody
has signed in to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from syncd.service.owing import account_notices
from syncd.service.report import report_of
from syncd.service.weeks import week_around
from syncd.store import accounts, derived, journal, people, plans
from syncd.store.notices import Notice
from syncd.walks.digest import digest
from syncd.walks.flares import is_flare_question
from syncd.walks.model import Day, Mark
from syncd.walks.notice_sentences import Message
from syncd.walks.notices import Key, Kind, is_lost
from syncd.walks.week import Week

DIGEST_WEEKS = 12
ASKING = frozenset(
    {
        *(Kind.NEEDS_SIGN_IN, Kind.RETIRED, Kind.SILENT, Kind.FAILING),
        *(Kind.SIGN_IN_ENDS, Kind.FLARE, Kind.FIRST_TARGET),
    }
)


@dataclass(frozen=True, slots=True)
class Written:
    """A message, and the notices that are in it."""

    message: Message
    keys: tuple[Key, ...]


@dataclass(slots=True)
class _Writer:
    """What waits for one person, being looked at."""

    cx: Connection
    person_id: int
    now: datetime
    local: datetime
    zone: str
    waiting: Sequence[Notice]
    told: list[Key]

    def days(self, kind: Kind, holds: Callable[[Day], bool]) -> tuple[Day, ...]:
        """Return the days of one kind of notice that still read so, in order."""
        found = {}
        for notice in self._of(kind):
            day = date.fromisoformat(notice.subject)
            for row in derived.iter_days(self.cx, [self.person_id], first=day, last=day):
                if holds(row.day):
                    found[day] = row.day, notice
        self.told += [found[day][1].key for day in sorted(found)]
        return tuple(found[day][0] for day in sorted(found))

    def weeks(self, kind: Kind, *, lost: bool) -> tuple[Week, ...]:
        """Return the weeks of one kind of notice that still stand so, in order."""
        found = []
        for notice in sorted(self._of(kind), key=lambda one: one.subject):
            year, _, number = notice.subject.partition("-W")
            monday = date.fromisocalendar(int(year), int(number), 1)
            week = week_around(self.cx, self.person_id, monday, self.now)
            if week is not None and is_lost(week) == lost:
                found.append(week)
                self.told.append(notice.key)
        return tuple(found)

    def asks(self, digest: Sequence[str]) -> tuple[str, ...]:
        """Return what needs a person, as it was written down, where it still does.

        A flare is not asked after twice where the digest does.
        """
        holding = _holding(self.cx, self.person_id, self.local)
        found = [one for one in self.waiting if one.kind in ASKING and holding(one)]
        self.told += [one.key for one in found]
        asked = any(is_flare_question(line) for line in digest)
        return tuple(one.words for one in found if not (asked and one.kind == Kind.FLARE))

    def digest(self) -> tuple[str, ...]:
        """Return the lines of the digest, if one waits."""
        notices = self._of(Kind.DIGEST)
        if notices:
            report = report_of(
                self.cx,
                people.get(self.cx, self.person_id),
                weeks=DIGEST_WEEKS,
                today=self.local.date(),
                now=self.now,
                zone=self.zone,
            )
            if report is not None:
                self.told += [notice.key for notice in notices]
                return tuple(digest(report))
        return ()

    def _of(self, kind: Kind) -> list[Notice]:
        return [notice for notice in self.waiting if notice.kind == kind]


def written(
    cx: Connection,
    person_id: int,
    waiting: Sequence[Notice],
    *,
    now: datetime,
    local: datetime,
) -> Written | None:
    """Return the message on what waits and still holds; ``None`` where nothing is left to say."""
    writer = _Writer(cx, person_id, now, local, str(local.tzinfo), waiting, [])
    digest_lines = writer.digest()
    message = Message(
        today=local.date(),
        asks=writer.asks(digest_lines),
        missed=writer.days(Kind.MISSED, lambda day: day.flagged),
        lost=writer.weeks(Kind.WEEK, lost=True),
        corrected=writer.days(Kind.CORRECTED, _is_no_longer_missed),
        back=writer.weeks(Kind.WEEK_CORRECTED, lost=False),
        digest=digest_lines,
    )
    return Written(message, tuple(writer.told)) if writer.told else None


def _is_no_longer_missed(day: Day) -> bool:
    return not day.flagged and day.mark is None and day.outcome is not None


def _holding(cx: Connection, person_id: int, local: datetime) -> Callable[[Notice], bool]:
    """Return what tells whether a notice still is as it was written down."""
    mine = accounts.of_person(cx, person_id)
    states = {account.name: account.state for account in mine if account.moved_to is None}
    silent = {(one.kind, one.subject) for one, _ in account_notices(cx, person_id, local)}
    flares = {
        mark.first_day.isoformat()
        for mark in journal.marks(cx, person_id)
        if mark.kind is Mark.FLARE and mark.last_day is None
    }
    chosen = bool(journal.targets(cx, person_id) or plans.plans(cx, person_id))

    def holds(notice: Notice) -> bool:
        match notice.kind:
            case Kind.NEEDS_SIGN_IN:
                return states.get(notice.subject.rpartition(" ")[0]) == notice.kind
            case Kind.RETIRED:
                return states.get(notice.subject) == notice.kind
            case Kind.FLARE:
                return notice.subject.partition(" ")[0] in flares
            case Kind.FIRST_TARGET:
                return not chosen
            case _:
                return notice.key in silent

    return holds
