"""How every account and stream stands: facts from the store, and what they mean. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from syncd.contract import Adapter, ConfigError, Stream
from syncd.ingest.gaps import Known
from syncd.store import accounts, due, people, streams
from syncd.store.accounts import FILES, Account
from syncd.store.streams import GapRow, ShrunkDay, StreamRow

STALE: Final = timedelta(days=2)
"""Without data for so long something is wrong, or a tracker lies in a drawer."""
NOT_IN_USE: Final = timedelta(days=7)
"""A device that has been silent for so long is not in use (house rule)."""
LATE: Final = timedelta(minutes=15)
"""An account that is due for so long is late: nobody syncs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHealth:
    """One stream; ``gaps`` are seconds by what is known of them.

    ``hollow`` is one that is asked well and has brought nothing for days, although the device has.
    """

    stream: Stream
    state: str
    why: str | None
    asked_at: datetime | None
    stored_at: datetime | None
    watermark: datetime | None
    gaps: Mapping[str, float]
    shrunk: Sequence[ShrunkDay]
    hollow: bool

    @property
    def missing_days(self) -> float:
        """Return how much of the past is still to be asked for."""
        return self.gaps.get(Known.MISSING.value, 0.0) / 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    """One account at a vendor, and what its state means at ``now``."""

    account: Account
    person: str
    now: datetime
    streams: Sequence[StreamHealth]

    @property
    def newest(self) -> datetime | None:
        """Return the newest moment that data is known to reach to: a device's sync, else news."""
        if self.account.device_sync_at is not None:
            return self.account.device_sync_at
        return max((s.stored_at for s in self.streams if s.stored_at), default=None)

    @property
    def lag(self) -> timedelta | None:
        """Return how old the newest data is."""
        return None if self.newest is None else self.now - self.newest

    @property
    def paused(self) -> bool:
        """Return whether a person paused it."""
        return self.account.paused_at is not None

    @property
    def runs(self) -> bool:
        """Return whether it is synced by itself at all."""
        return not self.paused and self.account.state in {due.ACTIVE, due.WAITING}

    @property
    def needs_person(self) -> bool:
        """Return whether nothing happens until a person acts."""
        stopped = self.account.state in {due.NEEDS_SIGN_IN, due.RETIRED}
        return stopped and self.account.moved_to is None

    @property
    def in_run(self) -> bool:
        """Return whether it is being synced now."""
        until = self.account.lease_until
        return until is not None and until > self.now

    @property
    def late(self) -> bool:
        """Return whether it has been due for long and nobody syncs it."""
        at = self.account.next_sync_at
        return self.runs and not self.in_run and at is not None and self.now - at > LATE

    @property
    def stale(self) -> bool:
        """Return whether no data came for two days, from a tracker that is in use."""
        since = self.newest or self.account.created_at
        return self.runs and STALE <= self.now - since < NOT_IN_USE

    @property
    def not_in_use(self) -> bool:
        """Return whether its devices have been silent for a week."""
        return self.newest is not None and self.now - self.newest >= NOT_IN_USE


def health(
    cx: Connection,
    now: datetime,
    *,
    find: Callable[[str], Adapter[Any]],
    nothing_written_days: int,
) -> list[AccountHealth]:
    """Return how every account at a vendor stands, by person and account."""
    found = []
    for person in people.listing(cx):
        for account in accounts.of_person(cx, person.id):
            if account.vendor != FILES:
                hollow_after = timedelta(days=nothing_written_days)
                known = _streams(cx, account, _delivers(find, account.vendor), hollow_after)
                found.append(
                    AccountHealth(account=account, person=person.name, now=now, streams=known)
                )
    return found


def _delivers(find: Callable[[str], Adapter[Any]], vendor: str) -> set[Stream]:
    """Return the streams that bring something every day somebody wears a device."""
    try:
        capabilities = find(vendor).capabilities
    except ConfigError:
        return {Stream.STEPS}
    known = {stream for stream, spec in capabilities.streams.items() if spec.whole_day}
    return known - {capabilities.freshness}


def _streams(
    cx: Connection, account: Account, delivers: set[Stream], hollow_after: timedelta
) -> list[StreamHealth]:
    shrunk = streams.shrunk_days(cx, account.id)
    return [
        StreamHealth(
            stream=row.stream,
            state=row.state,
            why=row.why,
            asked_at=row.asked_at,
            stored_at=row.stored_at,
            watermark=row.watermark,
            gaps=_seconds(streams.gaps(cx, account.id, row.stream)),
            shrunk=[day for day in shrunk if day.stream is row.stream],
            hollow=row.stream in delivers and _hollow(account, row, hollow_after),
        )
        for row in streams.of_account(cx, account.id)
    ]


def _hollow(account: Account, row: StreamRow, after: timedelta) -> bool:
    """Tell whether a stream was asked well for days without bringing what the device handed over.

    A device that was silent itself has nothing to bring.
    """
    since = row.stored_at or account.created_at
    if row.state != streams.OK or row.asked_at is None or row.asked_at - since < after:
        return False
    return account.device_sync_at is None or account.device_sync_at - since >= after


def _seconds(rows: Sequence[GapRow]) -> dict[str, float]:
    """Return how many seconds of a stream's past are in each state."""
    found: dict[str, float] = {}
    for row in rows:
        length = (row.end_at - row.start_at).total_seconds()
        found[row.state] = found.get(row.state, 0.0) + length
    return found
