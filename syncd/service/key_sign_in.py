"""A person signs in with a key that they pasted, or that lies where the vendor's programs look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from syncd.contract import Adapter, ApiKey, AuthExpired, ConfigError
from syncd.ingest.key_grants import KeyGrant, key_grant, packed, pasted_key
from syncd.service.account_settings import checked
from syncd.service.admitting import GivenToken, Held, SignedIn, keep, whose
from syncd.service.connecting import Entry, Roads
from syncd.service.key_files import FoundKey
from syncd.store import accounts
from syncd.store.accounts import Account
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock

LONGEST_LIFE_DAYS = 3660
KEYS_END = "The key ends then; you are told a week before."


def as_key(auth: object, account: str) -> ApiKey:
    """Return how to sign in; raise ``ConfigError`` where that is not with a key."""
    if isinstance(auth, ApiKey):
        return auth
    raise ConfigError(f"{account}: its vendor takes no key.")


def end_of_key(typed: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Return when a key ends, from days that it lives from now on or a date, ``None`` for nothing.

    Raises ``ConfigError`` for anything else, and for an end that is over.
    """
    text = typed.strip().lower().removesuffix("days").removesuffix("d").strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= LONGEST_LIFE_DAYS:
        return (now + timedelta(days=int(text[:6]))).replace(microsecond=0)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f'"{typed.strip()[:20]}" says no end of a key. Write days from today, such as 90, or a'
            " date, such as 2027-03-01."
        ) from None
    ends = datetime.combine(day, time(), zone).astimezone(UTC)
    if not now < ends <= now + timedelta(days=LONGEST_LIFE_DAYS):
        raise ConfigError(f"A key that ends on {day} would be of no use, or that is a slip.")
    return ends


@dataclass(frozen=True, slots=True)
class Tried:
    """A key that the vendor takes, for one account; nothing of it is kept yet."""

    account: Account
    grant: KeyGrant
    user: str | None


def tried_key(roads: Roads, account_id: int, adapter: Adapter[Any], found: FoundKey) -> Tried:
    """Exchange a key and ask whose it is; raises ``AuthExpired`` for one that is no good.

    Nothing of the key is in an error, and nothing is kept.
    """
    with roads.store.read() as cx:
        account = accounts.get(cx, account_id)
    auth = as_key(adapter.capabilities.auth, account.name)
    told = checked(adapter, account.name, account.settings, roads.env)
    key = pasted_key(found.text, auth.called)
    try:
        issued = roads.exchanged(account, adapter, told, key)
    except AuthExpired as error:
        lay = f" It was read from {found.lay}." if found.lay else ""
        raise AuthExpired(f"{error}{lay}") from None
    user = whose(roads, account, adapter, told, Entry(tokens=GivenToken(issued.access)))
    return Tried(account, key_grant(key, issued, roads.clock(), None), user)


def keep_key(
    roads: Roads, tried: Tried, lock: StoreLock, *, ends_at: datetime | None = None
) -> SignedIn:
    """Keep a key that works, sealed; ``ends_at`` is a person's word where the vendor says none."""
    grant = replace(tried.grant, ends_at=tried.grant.ends_at or ends_at)
    held = Held(Secret(packed(grant)), user=tried.user, ends_at=grant.ends_at)
    account = keep(roads, tried.account, lock, held)
    return SignedIn(account=account, ends_at=grant.ends_at, why_short=KEYS_END)
