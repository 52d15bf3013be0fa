"""Days that somebody else judged after a sync was broken off: told by the next one.

A sync that ends between its pulls and its verdicts leaves the days to whoever looks next: a screen,
or the hourly work. Neither tells anybody, since only fresh days of a sync are told.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from syncd.service.owing import owe_days
from syncd.store import journal, streams
from syncd.store.accounts import Account
from syncd.walks.notices import When


def broken_off_since(cx: Connection, account: Account) -> datetime | None:
    """Return when the last sync ran to its end, if a later one stored something and did not."""
    since = account.synced_ok_at or account.created_at
    stored = (row.stored_at for row in streams.of_account(cx, account.id))
    return since if any(at is not None and at > since for at in stored) else None


def owe_untold(
    tx: Connection, account: Account, since: datetime, *, when: When, now: datetime
) -> None:
    """Put into the outbox what the days that read anew after ``since`` give to tell."""
    fresh = journal.days_revised(tx, account.person_id, since)
    if fresh:
        owe_days(tx, account.person_id, fresh, since=account.created_at, when=when, now=now)
