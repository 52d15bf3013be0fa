"""What a sign-in left, opened: the one place where a seal that does not open becomes a sentence."""

from __future__ import annotations

from syncd.contract import AuthExpired
from syncd.store import Store, secrets
from syncd.store.secrets import Kept
from syncd.store.store_lock import StoreLock


def sealed_token(store: Store, lock: StoreLock, account_id: int) -> Kept:
    """Return what the last sign-in left; raises ``AuthExpired`` where there is none to open."""
    try:
        with store.read() as cx:
            kept = secrets.get(cx, lock, account_id, secrets.TOKEN)
    except (secrets.SealedElsewhere, secrets.SealBroken) as error:
        raise AuthExpired(str(error)) from None
    if kept is None:
        raise AuthExpired("Nobody has signed in to this account yet.")
    return kept
