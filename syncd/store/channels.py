"""Channels: where a person's notices go. The address is sealed; it may hold a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from syncd.contract import ConfigError, StoreError
from syncd.store import tables as t
from syncd.store.locks import lock_person
from syncd.store.secrets import Secret, opens, refuse_forgetful, seal, unseal
from syncd.store.store_lock import StoreLock

LONGEST_NAME = 40
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=2)
"""After a failure a channel is left alone: two minutes, then twice as long each time."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the address of a channel belongs."""

    person_id: int
    channel_id: int
    what = "The address of a channel"
    way_out = "remove the channel and add it again"

    def bound(self) -> bytes:
        """Return what its seal is bound to; no account's secret gives the same bytes."""
        return f"syncd:channel:{self.person_id}:{self.channel_id}".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel. ``scheme`` is the part of its address that may be shown.

    ``done_day`` is the wearer's day of the last message (or of nothing to say), ``try_at`` the
    moment before which nobody looks, ``why`` what went wrong ``attempts`` times in a row.
    """

    id: int
    person_id: int
    name: str
    scheme: str
    created_at: datetime
    done_day: date | None
    attempts: int
    try_at: datetime | None
    why: str | None

    @property
    def shown(self) -> str:
        """Return the address with all of it hidden that could be secret."""
        return f"{self.scheme}://***"


_COLUMNS = tuple(t.channel.c[name] for name in Channel.__dataclass_fields__)


def add(
    tx: Connection,
    lock: StoreLock,
    person_id: int,
    address: Secret,
    *,
    scheme: str,
    name: str | None,
    now: datetime,
) -> Channel:
    """Add a channel in a durable transaction; raise ``ConfigError`` where the name is taken."""
    refuse_forgetful(tx)
    lock_person(tx, person_id)
    taken = {channel.name for channel in of_person(tx, person_id)}
    if name is not None:
        _check(name, taken)
    called = name or next(n for n in _names(scheme) if n not in taken)
    row = {"person_id": person_id, "name": called, "scheme": scheme, "created_at": now}
    here = t.channel.c
    made = insert(t.channel).values({**row, "sealed": b""}).returning(here.id)
    channel_id: int = tx.execute(made).scalar_one()
    sealed = seal(lock, Place(person_id, channel_id), address)
    tx.execute(update(t.channel).where(here.id == channel_id).values(sealed=sealed))
    return _select(tx, here.id == channel_id)[0]


def of_person(cx: Connection, person_id: int) -> list[Channel]:
    """Return a person's channels, oldest first."""
    return _select(cx, t.channel.c.person_id == person_id)


def due(cx: Connection, now: datetime) -> list[Channel]:
    """Return the channels that it is time to look at, oldest first."""
    return _select(cx, t.channel.c.try_at.is_(None) | (t.channel.c.try_at <= now))


def remove(tx: Connection, channel_id: int) -> None:
    """Remove a channel with what is known of its deliveries."""
    tx.execute(delete(t.channel).where(t.channel.c.id == channel_id))


def address(cx: Connection, lock: StoreLock, channel: Channel) -> Secret:
    """Return where a channel leads; raise ``StoreError`` when it is gone or does not open."""
    sealed = cx.execute(select(t.channel.c.sealed).where(t.channel.c.id == channel.id)).scalar()
    if sealed is None:
        raise StoreError(f"The channel {channel.name} was removed.")
    return unseal(lock, Place(channel.person_id, channel.id), bytes(sealed))


def can_open(cx: Connection, lock: StoreLock | None, channel: Channel) -> bool:
    """Tell whether this store lock opens the address of a channel."""
    sealed = cx.execute(select(t.channel.c.sealed).where(t.channel.c.id == channel.id)).scalar()
    place = Place(channel.person_id, channel.id)
    return lock is not None and sealed is not None and opens(lock, place, bytes(sealed))


def shut(cx: Connection, lock: StoreLock | None) -> list[Channel]:
    """Return everybody's channels whose address this store lock does not open, oldest first."""
    return [channel for channel in _select(cx) if not can_open(cx, lock, channel)]


def rotate(tx: Connection, old: StoreLock, new: StoreLock) -> list[Channel]:
    """Seal all addresses anew; return the channels that neither lock opens, left as they are."""
    refuse_forgetful(tx)
    lost = []
    for channel in _select(tx):
        if can_open(tx, new, channel):
            continue
        try:
            opened = address(tx, old, channel)
        except StoreError:
            lost.append(channel)
            continue
        sealed = seal(new, Place(channel.person_id, channel.id), opened)
        tx.execute(update(t.channel).where(t.channel.c.id == channel.id).values(sealed=sealed))
    return lost


def hold(tx: Connection, channel_id: int) -> Channel | None:
    """Lock a channel's row for this transaction and return it; ``None`` when it was removed."""
    here = t.channel.c
    tx.execute(update(t.channel).where(here.id == channel_id).values(attempts=here.attempts))
    return next(iter(_select(tx, here.id == channel_id)), None)


def done(tx: Connection, channel_id: int, day: date, *, until: datetime) -> None:
    """Note that the wearer's ``day`` had its message or needs none; look again at ``until``."""
    said = {"done_day": day, "try_at": until, "attempts": 0, "why": None}
    tx.execute(update(t.channel).where(t.channel.c.id == channel_id).values(said))


def wait(tx: Connection, channel_id: int, until: datetime) -> None:
    """Look at a channel no earlier than ``until``."""
    tx.execute(update(t.channel).where(t.channel.c.id == channel_id).values(try_at=until))


def failed(tx: Connection, channel: Channel, why: str, now: datetime) -> None:
    """Note a failure and leave the channel alone, longer each time."""
    delay = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(channel.attempts, 10))
    said = {"attempts": channel.attempts + 1, "try_at": now + delay, "why": why}
    tx.execute(update(t.channel).where(t.channel.c.id == channel.id).values(said))


def _check(name: str, taken: set[str]) -> None:
    if name in taken:
        raise ConfigError(f"There is a channel {name} already: syncd notify list.")
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise ConfigError(
            f"A channel's name has 1 to {LONGEST_NAME} printable characters, no blanks around it."
        )


def _names(scheme: str) -> Sequence[str]:
    return [scheme, *(f"{scheme}-{number}" for number in range(2, 1000))]


def _select(cx: Connection, where: ColumnElement[bool] | None = None) -> list[Channel]:
    found = select(*_COLUMNS).order_by(t.channel.c.id)
    rows = cx.execute(found if where is None else found.where(where)).mappings()
    return [Channel(**row) for row in rows]
