"""Which accounts are due, and what became of each: the account's row seen from the schedule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from syncd.store import tables as t
from syncd.store.accounts import FILES, Account

ACTIVE, WAITING, NEEDS_SIGN_IN, RETIRED = "active", "waiting", "needs_sign_in", "retired"
"""States of an account. A pause is none of them: it is a person's, and ends only by a person."""
HELD_OFF = "held_off"
"""Waiting as the vendor bade us: not even a person's wish makes us ask earlier."""
WAITS = (WAITING, HELD_OFF)
RUNS = (ACTIVE, *WAITS)
"""States of an account that is synced by itself."""
_FREE: Mapping[str, Any] = {"queued_until": None, "queued_by": None}
PAST_WAITS = timedelta(hours=1)
"""The past of an account waits behind everybody's fresh days, but no longer than this."""
REMOVED = "removed"
"""Given up by a person: never asked again, its days stay."""


def claim(tx: Connection, *, now: datetime, most: int, hold: timedelta) -> list[int]:
    """Claim up to ``most`` due accounts and return their ids: longest due first, the past last.

    A claimed account is nobody else's until ``hold`` is over or it is put back by ``scheduled``.
    """
    here = t.account.c
    order = (_only_past(now), here.next_sync_at, here.id)
    due = select(here.id).where(_is_due(now)).order_by(*order).limit(most)
    if tx.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    ids = list(tx.execute(due).scalars())
    if ids:
        claimed = {"queued_until": now + hold, "queued_by": None}
        tx.execute(update(t.account).where(here.id.in_(ids)).values(claimed))
    return ids


def unclaimed(tx: Connection) -> int:
    """Let go of every claim but those of workers, as the one daemon may when it starts.

    Returns how many there were. What workers claimed is in their queue, which outlives them.
    """
    here = t.account.c
    mine = here.queued_until.is_not(None) & here.queued_by.is_(None)
    return tx.execute(update(t.account).where(mine).values(_FREE)).rowcount


def claimed_until(tx: Connection, account_id: int, until: datetime | None) -> None:
    """Leave an account alone until then, and no longer: somebody else is syncing it."""
    _set(tx, account_id, {"queued_until": until, "queued_by": None})


def next_due(cx: Connection) -> datetime | None:
    """Return when the next account is due, ``None`` where none ever is."""
    here = t.account.c
    return cx.execute(select(func.min(here.next_sync_at)).where(_runs())).scalar()


def scheduled(
    tx: Connection, account_id: int, at: datetime | None, *, only_past: bool = False
) -> None:
    """Say when an account is due next, ``None`` for never, and let go of a claim.

    ``only_past`` says that its fresh days are here: accounts that wait for theirs go first.
    """
    _set(tx, account_id, {"next_sync_at": at, "only_past": only_past, **_FREE})


def succeeded(
    tx: Connection, account_id: int, *, now: datetime, device_sync: datetime | None
) -> None:
    """Note a sync that ran to its end: the account is active and its failures are forgotten."""
    said: dict[str, Any] = {"synced_ok_at": now, "attempts": 0}
    if device_sync is not None:
        said["device_sync_at"] = device_sync
    _set(tx, account_id, said)
    _set(tx, account_id, {"state": ACTIVE, "waiting_until": None, "why": None}, _runs_by_itself())


def waits(
    tx: Connection, account_id: int, *, until: datetime, why: str, bidden: bool = False
) -> None:
    """Let an account wait after a failure; a restart does not shorten it.

    ``bidden`` says that the vendor named the time.
    """
    failed = {"attempts": t.account.c.attempts + 1}
    _set(tx, account_id, {"next_sync_at": until, "only_past": False, **_FREE, **failed})
    said = {"state": HELD_OFF if bidden else WAITING, "waiting_until": until, "why": why}
    _set(tx, account_id, said, _runs_by_itself())


def stops(tx: Connection, account_id: int, *, state: str, why: str) -> bool:
    """Stop an account until a person acts; ``True`` when it was not in this state before."""
    said = {"state": state, "why": why, "waiting_until": None}
    changed = _set(tx, account_id, said, t.account.c.state != state)
    scheduled(tx, account_id, None)
    return changed


def starts(tx: Connection, account_id: int, *, now: datetime) -> None:
    """Make an account active and due at once: after a sign-in."""
    said = {"state": ACTIVE, "why": None, "waiting_until": None, "attempts": 0}
    _set(tx, account_id, said)
    scheduled(tx, account_id, now)


def is_held_off(account: Account, now: datetime) -> bool:
    """Tell whether the vendor has bidden us wait for longer than until ``now``."""
    until = account.waiting_until
    return account.state == HELD_OFF and until is not None and until > now


def pause(tx: Connection, account_id: int, now: datetime) -> bool:
    """Pause an account; ``False`` when it was paused already."""
    return _set(tx, account_id, {"paused_at": now}, t.account.c.paused_at.is_(None))


def resume(tx: Connection, account_id: int) -> bool:
    """End a pause and nothing else; ``False`` when there was none."""
    return _set(tx, account_id, {"paused_at": None}, t.account.c.paused_at.is_not(None))


def _is_due(now: datetime) -> ColumnElement[bool]:
    here = t.account.c
    free = here.queued_until.is_(None) | (here.queued_until <= now)
    return _runs() & (here.next_sync_at <= now) & free


def _only_past(now: datetime) -> ColumnElement[bool]:
    here = t.account.c
    return here.only_past & (here.next_sync_at > now - PAST_WAITS)


def _runs() -> ColumnElement[bool]:
    here = t.account.c
    return (here.vendor != FILES) & here.paused_at.is_(None) & _runs_by_itself()


def _runs_by_itself() -> ColumnElement[bool]:
    return t.account.c.state.in_(RUNS)


def _set(
    tx: Connection,
    account_id: int,
    values: Mapping[str, Any],
    where: ColumnElement[bool] | None = None,
) -> bool:
    changed = update(t.account).where(t.account.c.id == account_id).values(dict(values))
    if where is not None:
        changed = changed.where(where)
    return tx.execute(changed).rowcount == 1
