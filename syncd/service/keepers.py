"""Sealed sign-ins for vendors' libraries that renew them by themselves.

What a library has renewed is committed, durably and by compare-and-set, before it is used. It is
kept even by somebody who has lost the lease meanwhile: the vendor has taken the old one back, and
without the new one the account would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from syncd.contract import AuthExpired, Malformed
from syncd.ingest.grants import Grant, packed, unpacked
from syncd.service.sealed import sealed_token
from syncd.store import Store, accounts, secrets
from syncd.store.accounts import Account
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock

LARGEST = 256 * 1024
"""No session is larger; a cookie jar of a browser is a tenth of it."""


@dataclass(slots=True, kw_only=True)
class SessionKeeper:
    """Keeps a session as the adapter's own text: what a password sign-in left."""

    store: Store
    lock: StoreLock
    account: Account
    clock: Callable[[], datetime]
    _generation: int | None = None
    """Of what was handed out last: only that may be replaced by what was made of it."""

    def held(self) -> str:
        """Return the newest there is; raises ``AuthExpired`` where only a person can help."""
        return self._opened().decode()

    def keep(self, renewed: str) -> str:
        """Save a renewed session, durably; return what stands: this, or a faster one's.

        Raises ``Malformed`` for what can be none.
        """
        if not renewed or len(renewed) > LARGEST:
            raise Malformed(f"{self.account.name}: the vendor's library renewed no session.")
        self._replaced(lambda _before: renewed.encode())
        return self.held()

    def _opened(self) -> bytes:
        kept = sealed_token(self.store, self.lock, self.account.id)
        self._generation = kept.generation
        return kept.secret.reveal()

    def _replaced(self, renewed: Callable[[bytes], bytes]) -> None:
        """Write what is made of what stands, if that is still what was handed out last."""
        handed_out = self._generation
        before = self._opened()
        after = handed_out if handed_out is not None else self._generation
        body = renewed(before)
        if body == before or after is None:
            return
        with self.store.write(durable=True) as tx:
            now = self.clock()
            accounts.stretch_lease(tx, self.account.id, self.account.lease_epoch, now=now)
            secrets.put_token(tx, self.lock, self.account.id, Secret(body), after=after, now=now)


@dataclass(slots=True, kw_only=True)
class GrantKeeper(SessionKeeper):
    """Keeps the tokens of a browser sign-in, as JSON for a library that renews them."""

    def held(self) -> str:
        """Return JSON with ``access_token``, ``refresh_token``, ``expires_at`` (Unix seconds)."""
        grant = unpacked(self._opened())
        if grant.refresh is None and not grant.is_fresh(self.clock()):
            raise AuthExpired("The vendor gave no lasting sign-in. Sign in again.")
        return as_json(grant)

    def keep(self, renewed: str) -> str:
        """Save renewed tokens, durably; return what stands: these, or a faster one's.

        Raises ``Malformed`` for what can be none: an empty token is never kept.
        """
        name = self.account.name
        self._replaced(lambda before: packed(from_json(renewed, unpacked(before), name)))
        return self.held()


def as_json(grant: Grant) -> str:
    """Return the tokens as the contract words them for a library."""
    return json.dumps(
        {
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "expires_at": grant.expires_at.timestamp(),
        }
    )


def from_json(renewed: str, before: Grant, account: str) -> Grant:
    """Return renewed tokens with all else as it was; raise ``Malformed`` where there are none."""
    try:
        said: Any = json.loads(renewed[:LARGEST])
        access, refresh = said["access_token"], said.get("refresh_token")
        seconds = float(said["expires_at"])
        expires_at = datetime.fromtimestamp(seconds if isfinite(seconds) else -1e12, UTC)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError):
        access = refresh = None
    texts = isinstance(access, str) and isinstance(refresh, str | None)
    if not texts or not access:
        raise Malformed(f"{account}: the vendor's library renewed no tokens.")
    return replace(before, access=access, refresh=refresh or before.refresh, expires_at=expires_at)


@dataclass(slots=True)
class NewKeeper:
    """Holds a sign-in that is not kept yet; what a library renews meanwhile is what is kept."""

    session: str = field(repr=False)

    def held(self) -> str:
        """Return the newest there is."""
        return self.session

    def keep(self, renewed: str) -> str:
        """Remember what was renewed."""
        self.session = renewed
        return renewed
