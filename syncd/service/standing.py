"""Where an account stands, gathered for a screen or a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from syncd.service.attention import need, wait, zone_of
from syncd.store import due, logins, people, streams
from syncd.store.accounts import Account
from syncd.store.streams import GapRow, StreamRow

PAUSED = "paused"
MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """One account; ``state`` is also ``paused``; times are told in ``zone``, the person's."""

    account: Account
    person: str
    zone: ZoneInfo
    need: str | None
    wait: str | None

    @property
    def state(self) -> str:
        """Return the state that counts: a pause holds whatever else is so."""
        removed = self.account.state == due.REMOVED
        if self.account.paused_at and not removed:
            return PAUSED
        return due.WAITING if self.account.state in due.WAITS else self.account.state


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamView:
    """One stream and what is missing of its past, newest first."""

    row: StreamRow
    missing: Sequence[GapRow]
    held_back: int


def views(cx: Connection, now: datetime) -> list[AccountView]:
    """Return all accounts but removed ones, in the order they were added."""
    return [view(cx, one, now) for one in logins.listing(cx)]


def view(cx: Connection, account: Account, now: datetime) -> AccountView:
    """Return where one account stands."""
    zone = zone_of(cx, account, now)
    removed = account.state == due.REMOVED
    return AccountView(
        account=account,
        person=people.get(cx, account.person_id).name,
        zone=zone,
        need=None if removed else need(account, zone, now),
        wait=wait(account, zone, now),
    )


def stream_views(cx: Connection, account_id: int) -> list[StreamView]:
    """Return the streams that were ever asked."""
    shrunk = streams.shrunk_days(cx, account_id)
    return [
        StreamView(
            row=row,
            missing=[g for g in streams.gaps(cx, account_id, row.stream) if g.state == MISSING],
            held_back=sum(day.stream is row.stream for day in shrunk),
        )
        for row in streams.of_account(cx, account_id)
    ]
