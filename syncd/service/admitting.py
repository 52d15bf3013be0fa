"""The end of every sign-in: whose it is, and that it is kept, sealed, before it counts.

Nothing that is said here or logged holds a key, a password, a code or a token.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from syncd.contract import (
    Adapter,
    AuthExpired,
    ConfigError,
    Connection,
    Profile,
    Stream,
    SyncdError,
    Transient,
    Window,
)
from syncd.service.connecting import Entry, Roads
from syncd.service.handing_over import take_over
from syncd.store import accounts, logins, secrets
from syncd.store.accounts import Account
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock

log = logging.getLogger(__name__)

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What a sign-in came to: what the person left out, and when it ends by itself and why."""

    account: Account
    lacking: tuple[str, ...] = ()
    ends_at: datetime | None = None
    why_short: str | None = None
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class GivenToken:
    """The one token of a sign-in that is not kept yet; there is no newer one."""

    access: str = field(repr=False)

    def __call__(self, *, refused: str | None = None) -> str:
        """Return the token; raise ``AuthExpired`` where the vendor refused it."""
        if refused is not None:
            raise AuthExpired("The vendor does not accept the sign-in that it just gave.")
        return self.access


@dataclass(frozen=True, slots=True)
class Held:
    """What a sign-in left and is to be kept, and whom the vendor says it belongs to."""

    secret: Secret
    user: str | None
    ends_at: datetime | None = None


def whose(
    roads: Roads,
    account: Account,
    adapter: Adapter[Any],
    told: object,
    entry: Entry,
    *,
    now_or_later: bool = False,
) -> str | None:
    """Return whom the vendor says a sign-in belongs to, ``None`` where it does not say.

    Raises ``AuthExpired`` for another person than before. Where it is known already whose account
    it is, not knowing is an error; ``now_or_later`` lets the first pull find out where the vendor
    only has trouble of its own (a sign-in that took a code is not thrown away for that).
    """
    if Stream.PROFILE not in adapter.capabilities.streams:
        return None
    with roads.road(account, adapter, told, entry) as connection:
        user = _user(adapter, connection, account, roads.clock(), later=now_or_later)
    _refuse_another(account, user)
    return user


def keep(roads: Roads, account: Account, lock: StoreLock, held: Held) -> Account:
    """Seal what a sign-in left, durably, and make the account due.

    A daemon that renews the old one meanwhile only costs a try.
    """
    for _ in range(_TRIES):
        with roads.store.write(durable=True) as tx:
            now, before = roads.clock(), accounts.get(tx, account.id)
            _refuse_another(before, held.user)
            after = before.token_generation
            kept = secrets.put_token(tx, lock, account.id, held.secret, after=after, now=now)
            if kept is not None:
                secrets.drop(tx, account.id, secrets.AWAITED)
                logins.signed_in(tx, account.id, user=held.user, ends_at=held.ends_at, now=now)
                take_over(tx, account.id, now)
                log.info("signed in account=%s", account.name)
                return accounts.get(tx, account.id)
    raise ConfigError(f"{account.name} is being signed in to from somewhere else. Try again.")


def _user(
    adapter: Adapter[Any],
    connection: Connection,
    account: Account,
    now: datetime,
    *,
    later: bool,
) -> str | None:
    window = Window(now - timedelta(days=1), now)
    user = None
    try:
        for payload in connection.fetch(Stream.PROFILE, window, None):
            said = [r.user for r in adapter.parse(payload) if isinstance(r, Profile) and r.user]
            user = said[-1] if said else user
    except AuthExpired:
        raise  # such as the wrong one of a person's accounts: better said now than by a sync
    except SyncdError as error:
        if account.vendor_user is None or (later and isinstance(error, Transient)):
            return None  # the first pull tells; until then there is nothing to mix it up with
        if isinstance(error, Transient):
            raise Transient(f"Signed in, but whose it is could not be asked: {error}") from None
        raise AuthExpired(
            f"{account.name} belongs to one person, and it could not be made sure that this is"
            f" the same one. {error}"
        ) from None
    if user is None and account.vendor_user is not None:
        raise AuthExpired(
            f"{adapter.name} does not say whose sign-in that is, and {account.name} belongs to one"
            " person. It was not kept; try again."
        )
    return user


def _refuse_another(account: Account, user: str | None) -> None:
    if user is None or account.vendor_user is None or user == account.vendor_user:
        return
    raise AuthExpired(
        f"That is another person's sign-in than {account.name} had before, so it was not kept."
        " Sign in as the person it belongs to. For somebody else, add an account of their own:"
        f" syncd account add {account.vendor}"
    )
