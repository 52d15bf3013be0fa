"""Access tokens of an account: from the store, renewed in time, saved before they are used.

A vendor may take the old refresh token back the moment it hands out a new one, so what was granted
is committed, durably and by compare-and-set, before anybody sends it. Whoever comes second reads
what the first one saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from syncd.contract import AuthExpired, OAuth2, OAuthClient
from syncd.ingest.forms import post_form
from syncd.ingest.grants import Grant, packed, unpacked
from syncd.ingest.oauth import Send, refreshed
from syncd.service.sealed import sealed_token
from syncd.store import Store, secrets
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTokens:
    """Gives access tokens of one account; ``tokens()`` for any, ``tokens(refused=...)`` for new."""

    store: Store
    lock: StoreLock
    account_id: int
    auth: OAuth2
    client: OAuthClient
    clock: Callable[[], datetime]
    send: Send = post_form

    def __call__(self, *, refused: str | None = None) -> str:
        """Return a token that should serve; raises ``AuthExpired`` when only a person can help."""
        grant, generation = self.held()
        if grant.is_fresh(self.clock()) and grant.access != refused:
            return grant.access
        try:
            fresh = refreshed(self.auth, self.client, grant, send=self.send, now=self.clock())
        except AuthExpired:
            another, newest = self.held()
            if newest == generation:
                raise
            return another.access  # somebody was faster, and ours was the old refresh token
        return self._saved(fresh, generation)

    def held(self) -> tuple[Grant, int]:
        """Return the grant and its generation; raises ``AuthExpired`` where there is none."""
        kept = sealed_token(self.store, self.lock, self.account_id)
        return unpacked(kept.secret.reveal()), kept.generation

    def _saved(self, fresh: Grant, generation: int) -> str:
        """Save a grant, or return the token of whoever was faster."""
        with self.store.write(durable=True) as tx:
            mine = secrets.put_token(
                tx,
                self.lock,
                self.account_id,
                Secret(packed(fresh)),
                after=generation,
                now=self.clock(),
            )
        return fresh.access if mine is not None else self.held()[0].access
