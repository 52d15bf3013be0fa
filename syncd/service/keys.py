"""Short tokens for a person's key: from the store, exchanged in time, saved before their use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from syncd.contract import AuthExpired, Issued, Transient
from syncd.ingest.key_grants import KeyGrant, key_grant, packed, unpacked
from syncd.service.sealed import sealed_token
from syncd.store import Store, logins, secrets
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock


@dataclass(slots=True, kw_only=True)
class KeyTokens:
    """Gives tokens of one account; ``tokens()`` for any, ``tokens(refused=...)`` for a new one."""

    store: Store
    lock: StoreLock
    account_id: int
    exchange: Callable[[str], Issued] = field(repr=False)
    clock: Callable[[], datetime]
    _in_vain: bool = False
    """An early renewal has failed: what there is serves until its end, without asking again."""

    def __call__(self, *, refused: str | None = None) -> str:
        """Return a token that should serve; raises ``AuthExpired`` when only a person can help."""
        grant, generation = self.held()
        now = self.clock()
        serves = grant.access != refused and grant.serves(now)
        if serves and (grant.is_fresh(now) or self._in_vain):
            return grant.access
        try:
            issued = self.exchange(grant.key)
        except AuthExpired:
            another, newest = self.held()
            if newest == generation:
                raise
            return another.access  # somebody has signed in with another key meanwhile
        except Transient:
            if not serves:
                raise
            self._in_vain = True
            return grant.access
        return self._saved(key_grant(grant.key, issued, self.clock(), grant.ends_at), generation)

    def held(self) -> tuple[KeyGrant, int]:
        """Return the key with its token, and their generation; raises as ``sealed_token``."""
        kept = sealed_token(self.store, self.lock, self.account_id)
        return unpacked(kept.secret.reveal()), kept.generation

    def _saved(self, fresh: KeyGrant, generation: int) -> str:
        """Save a token, or return that of whoever was faster."""
        with self.store.write(durable=True) as tx:
            mine = secrets.put_token(
                tx,
                self.lock,
                self.account_id,
                Secret(packed(fresh)),
                after=generation,
                now=self.clock(),
            )
            if mine is not None and fresh.ends_at is not None:
                logins.set_end(tx, self.account_id, fresh.ends_at)
        return fresh.access if mine is not None else self.held()[0].access
