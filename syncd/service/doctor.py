"""What is well and what is not, each in one line with the way out. Changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from syncd.contract import Adapter, AuthExpired, ConfigError, NoAuth, StoreError, SyncdError, Window
from syncd.service.attention import SAID_BEFORE, moves_on
from syncd.service.cross_check import cross_check, difference_words
from syncd.service.daemon import SLACK
from syncd.service.health import AccountHealth, StreamHealth, health
from syncd.service.loading import day_of
from syncd.service.syncing import Opener
from syncd.settings import Settings, store_lock_file
from syncd.store import Store, due, secrets, streams
from syncd.store.accounts import Account
from syncd.store.daemon_lock import Holder, holder
from syncd.store.last_written import last_written
from syncd.store.store_lock import StoreLock, find_store_lock
from syncd.store.worker_place import workers

OK, NOTE, PROBLEM = "ok", "note", "problem"

LITTLE_SPACE: Final = 200 << 20
MUCH_TOO_LITTLE: Final = 20 << 20
_MIB: Final = 1 << 20
NAMED_MOST: Final = 4
_BUILT: Final = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
"""A clock that says less was never right on a machine with this version."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: ``level`` is ``ok``, ``note`` or ``problem``; words with the way out."""

    name: str
    level: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Looks everything over. ``open`` is asked only where ``online``, one request an account."""

    store: Store
    settings: Settings
    env: Mapping[str, str]
    clock: Callable[[], datetime]
    find: Callable[[str], Adapter[Any]]
    open: Opener
    online: bool = False

    def checks(self) -> Iterator[Check]:
        """Yield every check, from the machine to the single stream."""
        yield self._lock()
        yield self._database()
        yield self._clock()
        yield from self._disk()
        yield self._daemon()
        with self.store.read() as cx:
            known = health(
                cx,
                self.clock(),
                find=self.find,
                nothing_written_days=self.settings.daemon.nothing_written_days,
            )
        if not known:
            yield Check("accounts", NOTE, "There are none at a vendor; files can be imported.")
        for one in known:
            yield from self._account(one)

    def _lock(self) -> Check:
        try:
            lock = self._store_lock()
        except SyncdError as error:
            return Check("store lock", PROBLEM, str(error))
        if lock is None:
            return Check("store lock", NOTE, "There is none yet; the first sign-in needs one.")
        return Check("store lock", OK, f"From {lock.said_by}.")

    def _store_lock(self) -> StoreLock | None:
        file, named = store_lock_file(self.settings, self.env)
        return find_store_lock(self.env, file, named=named)

    def _database(self) -> Check:
        try:
            with self.store.write() as tx:
                tx.execute(text("UPDATE alembic_version SET version_num = version_num"))
        except StoreError as error:
            return Check("database", PROBLEM, str(error))
        return Check("database", OK, f"{self.store.place} can be written; its schema fits.")

    def _clock(self) -> Check:
        now = self.clock()
        with self.store.read() as cx:
            newest = last_written(cx)
        if now < _BUILT:
            return Check("clock", PROBLEM, f"It says {now:%Y-%m-%d}. Set it: timedatectl.")
        if newest is not None and now < newest - SLACK:
            return Check(
                "clock",
                PROBLEM,
                f"It says {now:%Y-%m-%d %H:%M} UTC, but something was written at"
                f" {newest:%Y-%m-%d %H:%M}. Set it; if it is right, syncd run --trust-clock.",
            )
        return Check("clock", OK, f"{now:%Y-%m-%d %H:%M} UTC.")

    def _disk(self) -> Iterator[Check]:
        if self.store.dialect != "sqlite":
            return
        free = shutil.disk_usage(Path(self.store.place).parent).free
        said = f"{free // _MIB:,} MiB free at {Path(self.store.place).parent}."
        if free < LITTLE_SPACE:
            level = PROBLEM if free < MUCH_TOO_LITTLE else NOTE
            yield Check("disk", level, f"{said} Make some room.")
        else:
            yield Check("disk", OK, said)

    def _daemon(self) -> Check:
        found, others = holder(self.store), workers(self.store)
        if others:
            also = f"Process {found.pid} on {found.host}, and " if found else ""
            words = workers_words(others)
            return Check("service", OK, also + (words[0].lower() + words[1:] if also else words))
        if found is None:
            return Check("service", NOTE, "Not running; nothing is synced by itself: syncd run.")
        since = f"{found.since:%Y-%m-%d %H:%M} UTC"
        return Check("service", OK, f"Process {found.pid} on {found.host} since {since}.")

    def _account(self, one: AccountHealth) -> Iterator[Check]:
        name = one.account.name
        yield Check(name, *account_words(one))
        yield from self._sign_in(one)
        yield from self._note(one)
        for stream in one.streams:
            yield from _stream(one, stream)
        yield from self._totals(one)
        if self.online and one.account.state != due.RETIRED:
            yield self._asked(one)

    def _sign_in(self, one: AccountHealth) -> Iterator[Check]:
        """Yield whether the sign-in can be opened, and whether it soon ends by itself."""
        name, account = f"{one.account.name} sign-in", one.account
        if account.state == due.NEEDS_SIGN_IN or account.moved_to is not None:
            return  # said already, with the way out
        try:
            if isinstance(self.find(account.vendor).capabilities.auth, NoAuth):
                return
            self._opened(account)
        except SyncdError as error:
            yield Check(name, PROBLEM, str(error))
            return
        ends = account.grant_ends_at
        if ends is None:
            yield Check(name, OK, "Here, and the store lock opens it.")
        elif ends - one.now > SAID_BEFORE:
            yield Check(name, OK, f"Here, and the store lock opens it. It ends at {_at(ends)}.")
        else:
            again = f"Sign in before that: syncd account login {account.name}"
            yield Check(name, NOTE, f"The vendor ends it at {_at(ends)}. {again}")

    def _note(self, one: AccountHealth) -> Iterator[Check]:
        """Yield what the adapter says of how this installation runs it, if anything."""
        try:
            note = self.find(one.account.vendor).note
        except ConfigError:
            return  # said where the account is asked
        words = note() if note is not None else None
        if words is not None:
            yield Check(f"{one.account.name} library", NOTE, words)

    def _opened(self, account: Account) -> None:
        """Open what a sign-in left; raises ``AuthExpired`` or ``ConfigError`` with the way out."""
        lock = self._store_lock()
        if lock is None:
            raise ConfigError("The store lock is not here, so it cannot be opened. Put it back.")
        try:
            with self.store.read() as cx:
                kept = secrets.get(cx, lock, account.id, secrets.TOKEN)
        except (secrets.SealedElsewhere, secrets.SealBroken) as error:
            raise AuthExpired(str(error)) from None
        if kept is None:
            raise AuthExpired(f"Nobody has signed in yet: syncd account login {account.name}")

    def _totals(self, one: AccountHealth) -> Iterator[Check]:
        """Yield whether the vendor's totals of days are what its minutes add up to."""
        with self.store.read() as cx:
            compared = cross_check(cx, one.account, one.now)
        differ = [day for day in compared if day.differs]
        name = f"{one.account.name} totals"
        if differ:
            yield Check(name, NOTE, difference_words(differ))
        elif compared:
            yield Check(name, OK, f"Agree with the minutes on {len(compared)} settled days.")

    def _asked(self, one: AccountHealth) -> Check:
        """Ask the vendor one question, and say whether it answered."""
        name = f"{one.account.name} online"
        if due.is_held_off(one.account, one.now):
            return Check(name, NOTE, "Not asked: the vendor bids us wait, as said above.")
        try:
            adapter = self.find(one.account.vendor)
            stream = adapter.capabilities.freshness or next(iter(adapter.capabilities.streams))
            window = Window(one.now - timedelta(days=1), one.now)
            with self.open(one.account, adapter) as road:
                next(iter(road.fetch(stream, window, None)), None)
        except AuthExpired as error:
            return Check(name, PROBLEM, f"{error} Sign in: syncd account login {one.account.name}")
        except SyncdError as error:
            return Check(name, PROBLEM, str(error))
        return Check(name, OK, "The vendor answers.")


def workers_words(found: Sequence[Holder]) -> str:
    """Return in one sentence which workers run."""
    named = [f"process {one.pid} on {one.host}" for one in found]
    more = f" and {len(named) - NAMED_MOST} more" if len(named) > NAMED_MOST else ""
    count = "One worker runs" if len(named) == 1 else f"{len(named)} workers run"
    return f"{count}: {', '.join(named[:NAMED_MOST])}{more}."


def account_words(one: AccountHealth) -> tuple[str, str]:
    """Return (level, words) of an account: what it does, or what it waits for."""
    account = one.account
    if not one.runs:
        return _stopped(one)
    if one.in_run:
        return OK, "Syncing now."
    if one.late:
        return PROBLEM, f"Due since {_at(account.next_sync_at)}; nobody syncs it: is syncd running?"
    if account.state in due.WAITS:
        return NOTE, f"Waits until {_at(account.waiting_until)}. {account.why or ''}".strip()
    if one.not_in_use:
        return NOTE, f"Its tracker is not in use: nothing since {_at(one.newest)}."
    if one.stale:
        return PROBLEM, f"No data since {_at(one.newest)}. Open the tracker's app to let it sync."
    if account.synced_ok_at is None:
        return NOTE, "Never synced yet."
    return OK, f"Synced {_at(account.synced_ok_at)}; data until {_at(one.newest)}."


def _stopped(one: AccountHealth) -> tuple[str, str]:
    """Return (level, words) of an account that is not synced by itself."""
    name, why = one.account.name, one.account.why or ""
    if one.account.state == due.NEEDS_SIGN_IN:
        return PROBLEM, f"{why} Sign in again: syncd account login {name}".strip()
    if one.account.moved_to is not None:
        return OK, f"{why} What it brought stays."
    if one.account.state == due.RETIRED:
        return PROBLEM, f"The vendor has ended it. {why} {moves_on(name)}"
    return NOTE, f"Paused by you. To go on: syncd account resume {name}"


def _stream(one: AccountHealth, stream: StreamHealth) -> Iterator[Check]:
    name = f"{one.account.name} {stream.stream.value}"
    if stream.state == streams.FORBIDDEN:
        yield Check(name, NOTE, f"Not allowed. {stream.why or ''}".strip())
    elif stream.state == streams.DEGRADED:
        yield Check(name, PROBLEM, f"Not understood; kept for later. {stream.why or ''}".strip())
    elif stream.hollow:
        since = _at(stream.stored_at) if stream.stored_at else "it was added"
        yield Check(name, PROBLEM, f"Every sync runs well, yet nothing was written since {since}.")
    else:
        missing = round(stream.missing_days)
        left = f" {missing:,} days of the past are still to come." if missing else ""
        yield Check(name, OK, f"Asked {_at(stream.asked_at)}.{left}")
    if stream.shrunk:
        yield Check(f"{one.account.name} kept days", NOTE, _shrunk(stream))


def _shrunk(stream: StreamHealth) -> str:
    days = sorted({day.utc_day for day in stream.shrunk})
    named = ", ".join(day_of(day).isoformat() for day in days[-3:])
    more = f" and {len(days) - 3} more" if len(days) > 3 else ""
    return f"Came back with half or less, so the older steps stay: {named}{more}."


def _at(at: datetime | None) -> str:
    return "never" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def is_well(checks: Sequence[Check]) -> bool:
    """Return whether there is no problem."""
    return all(check.level != PROBLEM for check in checks)
