"""Secrets of accounts, sealed: authenticated encryption bound to where and when they were kept.

A sealed secret is one byte of version, eight that mark the store lock, a nonce of twelve, and
AES-256-GCM's output. Account, name and generation are its associated data, so that a row that is
copied to another account or put back from an older time does not open.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import Connection, delete, select, update

from syncd.contract import StoreError
from syncd.store import tables as t
from syncd.store.store_lock import StoreLock
from syncd.store.upserts import upsert

TOKEN: Final = "token"  # noqa: S105 - a name, not a token
"""The name of what a sign-in leaves; written with compare-and-set only."""
AWAITED: Final = "awaited"
"""The name of a sign-in that waits for a code: what lets any process go on with it."""
_VERSION = 1
_MARK, _NONCE = slice(1, 9), slice(9, 21)
_SHORTEST = 21 + 16
_FULL = 2


class SealedElsewhere(StoreError):
    """Sealed with another store lock than the one that is here."""


class SealBroken(StoreError):
    """Sealed with this store lock, but changed since, or moved from where it belongs."""


class Secret:
    """Bytes that show themselves to nobody by accident: neither printed, logged nor pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes | str) -> None:
        self._value = value.encode() if isinstance(value, str) else bytes(value)

    def reveal(self) -> bytes:
        """Return the bytes, to be used at once and kept nowhere."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")


class Bound(Protocol):
    """A place that a seal is bound to, with the words for one that does not open."""

    @property
    def what(self) -> str:
        """Return what is sealed, to begin a sentence with."""

    @property
    def way_out(self) -> str:
        """Return what a person then does: "sign in again"."""

    def bound(self) -> bytes:
        """Return what a seal is bound to; no two places give the same bytes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret belongs; ``generation`` counts what was ever kept there."""

    what = "A kept sign-in"
    way_out = "sign in again"

    account_id: int
    name: str
    generation: int

    def bound(self) -> bytes:
        """Return what a seal is bound to; no two places give the same bytes."""
        return f"syncd:{_VERSION}:{self.account_id}:{self.generation}:{self.name}".encode()


@dataclass(frozen=True, slots=True)
class Kept:
    """A secret as it was read, and the generation to hand in when it is replaced."""

    secret: Secret
    generation: int
    changed_at: datetime


def seal(lock: StoreLock, place: Bound, secret: Secret) -> bytes:
    """Return the secret, sealed for one place."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - start-up time

    nonce = os.urandom(12)
    closed = AESGCM(lock.key).encrypt(nonce, secret.reveal(), place.bound())
    return bytes([_VERSION]) + lock.mark + nonce + closed


def unseal(lock: StoreLock, place: Bound, sealed: bytes) -> Secret:
    """Return what was sealed; raise ``SealedElsewhere`` or ``SealBroken``, without the content."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - start-up time
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - start-up time

    if len(sealed) < _SHORTEST or sealed[0] != _VERSION:
        raise SealBroken(f"{place.what} is damaged: {place.way_out}.")
    if sealed[_MARK] != lock.mark:
        raise SealedElsewhere(
            f"{place.what} is sealed with another store lock than {lock.said_by}. "
            f"Put that lock back, or {place.way_out}."
        )
    try:
        opened = AESGCM(lock.key).decrypt(sealed[_NONCE], sealed[_NONCE.stop :], place.bound())
    except InvalidTag:
        raise SealBroken(f"{place.what} is damaged or misplaced: {place.way_out}.") from None
    return Secret(opened)


def get(cx: Connection, lock: StoreLock, account_id: int, name: str) -> Kept | None:
    """Return a secret, ``None`` where there is none; raises as ``unseal``."""
    here = t.secret.c
    found = select(here.sealed, here.generation, here.changed_at)
    row = cx.execute(found.where(here.account_id == account_id, here.name == name)).first()
    if row is None:
        return None
    place = Place(account_id, name, row.generation)
    return Kept(unseal(lock, place, row.sealed), row.generation, row.changed_at)


def put(
    tx: Connection, lock: StoreLock, account_id: int, name: str, secret: Secret, *, now: datetime
) -> None:
    """Keep a secret that only a person changes, such as a client's; not for tokens."""
    if name == TOKEN:
        raise ValueError("a token is written by put_token")
    _lock_account(tx, account_id)
    here = t.secret.c
    held = select(here.generation).where(here.account_id == account_id, here.name == name)
    before: int | None = tx.execute(held).scalar()
    _write(tx, lock, Place(account_id, name, (before or 0) + 1), secret, now)


def drop(tx: Connection, account_id: int, name: str) -> None:
    """Remove a secret, where there is one; not for tokens, which go with their account."""
    if name == TOKEN:
        raise ValueError("a token goes with its account")
    here = t.secret.c
    tx.execute(delete(t.secret).where(here.account_id == account_id, here.name == name))


def put_token(
    tx: Connection, lock: StoreLock, account_id: int, token: Secret, *, after: int, now: datetime
) -> int | None:
    """Keep a token if the account's ``token_generation`` still is ``after``; return the new one.

    ``None``, and nothing written, when somebody else was faster: their token is the valid one.
    """
    here = t.account.c
    ours = (here.id == account_id) & (here.token_generation == after)
    moved = update(t.account).where(ours).values(token_generation=after + 1)
    if tx.execute(moved).rowcount != 1:
        return None
    _write(tx, lock, Place(account_id, TOKEN, after + 1), token, now)
    return after + 1


def rotate(tx: Connection, old: StoreLock, new: StoreLock) -> list[int]:
    """Seal everything anew; return the accounts with secrets that neither lock opens.

    Those stay as they are. Run again after an interruption, it ends in the same state.
    """
    refuse_forgetful(tx)
    lost = set()
    for place, sealed in _all(tx, for_update=True):
        if opens(new, place, sealed):
            continue
        try:
            secret = unseal(old, place, sealed)
        except StoreError:
            lost.add(place.account_id)
            continue
        here = t.secret.c
        mine = (here.account_id == place.account_id) & (here.name == place.name)
        tx.execute(update(t.secret).where(mine).values(sealed=seal(new, place, secret)))
    return sorted(lost)


def drop_unopened(tx: Connection, lock: StoreLock | None) -> list[int]:
    """Remove the secrets that ``lock`` does not open; return their accounts, by id."""
    shut = [p for p, sealed in _all(tx) if lock is None or not opens(lock, p, sealed)]
    here = t.secret.c
    for place in shut:
        tx.execute(
            delete(t.secret).where(here.account_id == place.account_id, here.name == place.name)
        )
    return sorted({place.account_id for place in shut})


def opens(lock: StoreLock, place: Bound, sealed: bytes) -> bool:
    """Return whether this lock opens what was sealed for this place."""
    try:
        unseal(lock, place, sealed)
    except StoreError:
        return False
    return True


def _all(cx: Connection, *, for_update: bool = False) -> Sequence[tuple[Place, bytes]]:
    here = t.secret.c
    rows = select(here.account_id, here.name, here.generation, here.sealed)
    if for_update and cx.dialect.name == "postgresql":
        rows = rows.with_for_update()
    ordered = rows.order_by(here.account_id, here.name)
    return [(Place(*row[:3]), bytes(row.sealed)) for row in cx.execute(ordered)]


def _lock_account(tx: Connection, account_id: int) -> None:
    here = t.account.c
    held = update(t.account).where(here.id == account_id).values(lease_epoch=here.lease_epoch)
    if tx.execute(held).rowcount != 1:
        raise StoreError(f"There is no account number {account_id} any more: it was removed.")


def _write(tx: Connection, lock: StoreLock, place: Place, secret: Secret, now: datetime) -> None:
    refuse_forgetful(tx)
    row = {
        "account_id": place.account_id,
        "name": place.name,
        "sealed": seal(lock, place, secret),
        "generation": place.generation,
        "changed_at": now,
    }
    upsert(tx, t.secret, [row])


def refuse_forgetful(tx: Connection) -> None:
    """Refuse a transaction that a power cut could take back: that would lose a sign-in."""
    if tx.dialect.name == "sqlite":
        forgetful = tx.exec_driver_sql("PRAGMA synchronous").scalar_one() < _FULL
    else:
        forgetful = tx.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "off"
    if forgetful:
        raise RuntimeError("a secret is written in a durable transaction")
