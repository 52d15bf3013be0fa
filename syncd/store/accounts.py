"""Accounts and their leases: who may write what a vendor answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, text, update

from syncd.contract import StoreError
from syncd.store import tables as t
from syncd.store.instants import Instant

FILES = "files"
"""The vendor and the name of the built-in account that imports go to."""

LEASE_S = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's login at a vendor, or the built-in account of imported files."""

    id: int
    person_id: int
    vendor: str
    name: str
    settings: Mapping[str, Any] = field(repr=False)
    state: str
    waiting_until: datetime | None
    why: str | None
    lease_epoch: int
    lease_until: datetime | None
    token_generation: int
    next_sync_at: datetime | None
    queued_until: datetime | None
    created_at: datetime
    paused_at: datetime | None
    attempts: int
    synced_ok_at: datetime | None
    device_sync_at: datetime | None
    grant_ends_at: datetime | None
    vendor_user: str | None
    signed_in_at: datetime | None
    sign_in_after: datetime | None
    sign_in_refusals: int
    moves_from: int | None
    moved_to: int | None
    begins_at: datetime | None


_COLUMNS = tuple(t.account.c[name] for name in Account.__dataclass_fields__)


def get(cx: Connection, account_id: int) -> Account:
    """Return an account by id; raise ``StoreError`` when there is none."""
    found = _select(cx, t.account.c.id == account_id)
    if not found:
        raise StoreError(f"There is no account number {account_id} any more: it was removed.")
    return found[0]


def of_person(cx: Connection, person_id: int) -> list[Account]:
    """Return a person's accounts in order of id."""
    return _select(cx, t.account.c.person_id == person_id)


def where(cx: Connection, condition: ColumnElement[bool]) -> list[Account]:
    """Return the accounts of which ``condition`` holds, in order of id."""
    return _select(cx, condition)


def begins(cx: Connection, person_id: int) -> dict[int, datetime]:
    """Return from when on those accounts of a person speak that took over from another."""
    here = t.account.c
    mine = (here.person_id == person_id) & here.begins_at.is_not(None)
    rows = cx.execute(select(here.id, here.begins_at).where(mine))
    return {row.id: row.begins_at for row in rows}


def find_files_account(cx: Connection, person_id: int) -> Account | None:
    """Return the person's built-in account for files, if there has been an import."""
    mine = (t.account.c.person_id == person_id) & (t.account.c.name == FILES)
    return next(iter(_select(cx, mine)), None)


def files_account(tx: Connection, person_id: int, *, now: datetime) -> Account:
    """Return the person's built-in account for files, made on first use."""
    found = find_files_account(tx, person_id)
    return found or add(tx, person_id, FILES, FILES, settings={}, now=now)


def add(
    tx: Connection,
    person_id: int,
    vendor: str,
    name: str,
    *,
    settings: Mapping[str, Any],
    now: datetime,
) -> Account:
    """Add an account to a person."""
    values = {
        "person_id": person_id,
        "vendor": vendor,
        "name": name,
        "settings": json.dumps(dict(settings), sort_keys=True),
        "created_at": now,
    }
    made = tx.execute(insert(t.account).values(values).returning(t.account.c.id)).scalar_one()
    return get(tx, made)


def take_lease(
    tx: Connection, account_id: int, *, now: datetime, seconds: int = LEASE_S
) -> int | None:
    """Take the right to write and return its epoch; ``None`` while somebody else holds it.

    PostgreSQL goes by its own clock, so that machines need not agree; SQLite by ``now``.
    """
    here = t.account.c
    free = here.lease_until.is_(None) | (here.lease_until <= _clock(tx, now))
    taken = (
        update(t.account)
        .where(here.id == account_id, free)
        .values(lease_epoch=here.lease_epoch + 1, lease_until=_clock(tx, now, seconds))
        .returning(here.lease_epoch)
    )
    return tx.execute(taken).scalar()


def renew_lease(
    tx: Connection, account_id: int, epoch: int, *, now: datetime, seconds: int = LEASE_S
) -> bool:
    """Hold the lease longer; ``False`` when it has gone to somebody else."""
    return _guarded(tx, account_id, epoch, lease_until=_clock(tx, now, seconds))


def stretch_lease(tx: Connection, account_id: int, epoch: int, *, now: datetime) -> bool:
    """Hold a lease longer that runs; one that has run out, or that nobody took, stays so."""
    runs = t.account.c.lease_until > _clock(tx, now)
    return _guarded(tx, account_id, epoch, runs, lease_until=_clock(tx, now, LEASE_S))


def assert_lease(tx: Connection, account_id: int, epoch: int) -> bool:
    """Lock the account for this transaction if the lease still is ours; the first statement."""
    return _guarded(tx, account_id, epoch, lease_epoch=epoch)


def release_lease(tx: Connection, account_id: int, epoch: int) -> bool:
    """Give the lease back; ``False`` when it was no longer ours."""
    return _guarded(tx, account_id, epoch, lease_until=None)


def in_a_run(tx: Connection, person_id: int, *, now: datetime) -> bool:
    """Tell whether an account of the person is being synced; none begins before ``tx`` ends."""
    here = t.account.c
    mine = select(here.id, here.lease_until > _clock(tx, now)).where(here.person_id == person_id)
    if tx.dialect.name == "postgresql":
        mine = mine.with_for_update(read=True)  # on SQLite the one writer's lock does it
    return any(held for _, held in tx.execute(mine))


def _guarded(
    tx: Connection,
    account_id: int,
    epoch: int,
    more: ColumnElement[bool] | None = None,
    **values: Any,  # noqa: ANN401
) -> bool:
    here = t.account.c
    ours = (here.id == account_id) & (here.lease_epoch == epoch)
    ours = ours if more is None else ours & more
    return tx.execute(update(t.account).where(ours).values(values)).rowcount == 1


def _clock(tx: Connection, now: datetime, ahead_s: int = 0) -> ColumnElement[datetime] | datetime:
    if tx.dialect.name == "sqlite":
        return now + timedelta(seconds=ahead_s)
    ahead = text(f"INTERVAL '{int(ahead_s)} seconds'")
    return func.date_trunc("second", func.clock_timestamp().op("+")(ahead), type_=Instant)


def _select(cx: Connection, condition: ColumnElement[bool]) -> list[Account]:
    rows = cx.execute(select(*_COLUMNS).where(condition).order_by(t.account.c.id)).mappings()
    return [Account(**{**row, "settings": json.loads(row["settings"])}) for row in rows]
