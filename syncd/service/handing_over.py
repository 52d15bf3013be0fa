"""An account handed over to another vendor: the old days stay, the new one begins at their end.

The new account is made first and takes over when somebody has signed in to it, however much later
that is; until then the old one goes on as it can. It begins with the first day of which the old
one has not brought everything, and asks for a lookback before that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from syncd.contract import ConfigError, NoAuth, Stream
from syncd.service.enrolling import Wanted, begin, settled
from syncd.service.whereabouts import local_midnight
from syncd.store import Store, accounts, dirty, due, logins, sources, streams
from syncd.store.accounts import Account
from syncd.store.instants import to_unix, utc_day

IN_USE = timedelta(days=7)
"""A device that was silent for so long before the end is not waited for (house rule)."""
EDGE_DAYS = 1


@dataclass(frozen=True, slots=True)
class Move:
    """An account and the one that takes over; ``resumed`` where the latter was there already."""

    old: Account
    new: Account
    resumed: bool


def begin_move(store: Store, old_id: int, wanted: Wanted, *, clock: Callable[[], datetime]) -> Move:
    """Make the account that is to take over from another, or return the one that was made before.

    Raises ``ConfigError`` where it was moved already, for settings that are wrong, and for a name
    that is taken. The old account is as it was.
    """
    with store.read() as cx:
        found = pending(cx, old_id)
    if found is not None:
        return found
    adapter = wanted.adapter
    settings = settled(wanted, wanted.name or adapter.name)
    with store.write() as tx:
        logins.alone(tx)
        old, now = accounts.get(tx, old_id), clock()
        name = wanted.name or _free_name(tx, adapter.name)
        logins.check_name(name)
        if logins.named(tx, name) is not None:
            raise ConfigError(f'There already is an account "{name}". Choose another: --name N')
        made = accounts.add(tx, old.person_id, adapter.name, name, settings=settings, now=now)
        logins.takes_over(tx, made.id, old.id)
        begin(tx, made.id, adapter, now=now)
        if isinstance(adapter.capabilities.auth, NoAuth):
            take_over(tx, made.id, now)
        return Move(accounts.get(tx, old_id), accounts.get(tx, made.id), resumed=False)


def pending(cx: Connection, old_id: int) -> Move | None:
    """Return the move of an account that waits for a sign-in; ``ConfigError`` where it is done."""
    old = accounts.get(cx, old_id)
    refuse_moved(cx, old)
    new = logins.successor(cx, old_id)
    return None if new is None else Move(old, new, resumed=True)


def take_over(tx: Connection, account_id: int, now: datetime) -> Account | None:
    """Let an account take over from the one that it was made for, if that still is to happen.

    Called in the transaction that keeps its sign-in. Returns the old account, retired.
    """
    new = accounts.get(tx, account_id)
    if new.moves_from is None:
        return None
    old = accounts.get(tx, new.moves_from)
    if old.state == due.REMOVED or _moved_to(tx, old) is not None:
        return None
    begins_at = end_of_days(tx, old)
    logins.moved(tx, old, new, begins_at=begins_at)
    if begins_at is not None:
        sources.retire(tx, old.id, begins_at)
        first = utc_day(to_unix(begins_at)) - EDGE_DAYS
        dirty.mark(tx, old.person_id, range(first, utc_day(to_unix(now)) + 1 + EDGE_DAYS))
    return accounts.get(tx, old.id)


def end_of_days(cx: Connection, old: Account) -> datetime | None:
    """Return the midnight after the last day that an account has brought whole.

    ``None`` where it never brought anything. A day is whole when the account was asked after its
    end and every device in use had synced by then.
    """
    held = sources.of_account(cx, old.id)
    syncs = [row.last_sync for row in held if row.whole_day and row.last_sync is not None]
    reached = [at for at in syncs if max(syncs) - at <= IN_USE]
    marks = {
        row.stream: row.watermark
        for row in streams.of_account(cx, old.id)
        if row.watermark is not None
    }
    asked = marks.get(Stream.STEPS) or marks.get(Stream.DAILY) or max(marks.values(), default=None)
    known = [*reached, *([asked] if asked is not None else [])]
    if not held or not known:
        return None
    return local_midnight(cx, old.person_id, min(known))


def refuse_moved(cx: Connection, account: Account) -> None:
    """Raise ``ConfigError`` for an account whose place another one has taken."""
    new = _moved_to(cx, account)
    if new is not None:
        raise ConfigError(
            f"{account.name} was moved to {new.name}, which goes on from there:"
            f" syncd sync {new.name}"
        )


def _moved_to(cx: Connection, old: Account) -> Account | None:
    """Return the account that has taken over, ``None`` where none has or it was removed since."""
    if old.moved_to is None:
        return None
    new = accounts.get(cx, old.moved_to)
    return None if new.state == due.REMOVED else new


def _free_name(cx: Connection, vendor: str) -> str:
    """Return VENDOR, else VENDOR-2 and so on; a removed account's name is taken."""
    number, name = 1, vendor
    while logins.named(cx, name) is not None:
        number += 1
        name = f"{vendor}-{number}"
    return name
