"""A claimed account synced to its end: whatever comes of it, the account is let go of."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from syncd.contract import StoreError
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.store import due

log = logging.getLogger(__name__)

SOON = timedelta(minutes=5)
"""An account that met a bug of ours is tried again so much later, and loudly."""


@dataclass(frozen=True, slots=True)
class Done:
    """One finished sync: its report, or the bug that ended it."""

    account_id: int
    report: SyncReport | None
    bug: BaseException | None = None


def sync_claimed(engine: Engine, account_id: int, wish: Wish) -> Done:
    """Sync an account that the caller has claimed; one account's failure never stops another.

    Raises ``StoreError`` when the database refuses or is away: the claim is still there then.
    """
    try:
        return Done(account_id, sync_account(engine, account_id, wish))
    except StoreError:
        raise
    except Exception as bug:
        log.exception("sync failed account=%d", account_id)
        put_off(engine, account_id, SOON, "A fault in syncd; see its log.")
        return Done(account_id, None, bug)


def put_off(engine: Engine, account_id: int, span: timedelta, why: str) -> None:
    """Let an account wait, and say why."""
    with engine.store.write() as tx:
        due.waits(tx, account_id, until=engine.clock() + span, why=why)
