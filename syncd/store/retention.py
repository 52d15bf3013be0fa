"""What of the archive goes again: answers that later ones cover, that are old, or half come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, delete, exists, select
from sqlalchemy.sql.selectable import NamedFromClause

from syncd.store import tables as t
from syncd.store.accounts import FILES

_BATCH = 500
"""Pulls that one statement names: a database takes only so many values at once."""


def vendor_accounts(cx: Connection) -> list[tuple[int, str]]:
    """Return (id, vendor) of every account that asks a vendor; imported files stay for ever."""
    here = t.account.c
    rows = cx.execute(select(here.id, here.vendor).where(here.vendor != FILES).order_by(here.id))
    return [(account_id, vendor) for account_id, vendor in rows]


def drop_incomplete(tx: Connection, account_id: int, before: datetime) -> int:
    """Delete pulls that began before and never came to their end, with what nobody else needs."""
    here = t.pull.c
    mine = (here.account_id == account_id) & ~here.complete & (here.started_at < before)
    return drop(tx, account_id, list(tx.execute(select(here.id).where(mine)).scalars()))


def drop(tx: Connection, account_id: int, pull_ids: Sequence[int]) -> int:
    """Delete pulls of an account, and the bytes that no other pull refers to."""
    for first in range(0, len(pull_ids), _BATCH):
        some = pull_ids[first : first + _BATCH]
        _drop_bytes(tx, account_id, some)
        tx.execute(delete(t.pull).where(t.pull.c.account_id == account_id, t.pull.c.id.in_(some)))
    return len(pull_ids)


def expire(tx: Connection, account_id: int, before: datetime) -> int:
    """Delete the bytes of pulls that began before; the pulls stay, so that a rebuild knows.

    Records whose bytes are gone are never thrown away for a replay that cannot bring them back.
    """
    here = t.pull.c
    old = (here.account_id == account_id) & here.complete & (here.started_at < before)
    ids = list(tx.execute(select(here.id).where(old, _has_bytes())).scalars())
    for first in range(0, len(ids), _BATCH):
        _drop_bytes(tx, account_id, ids[first : first + _BATCH], since=before)
    return len(ids)


def _has_bytes() -> Exists:
    named, kept = t.pull_payload.c, t.archive.c
    return exists().where(
        named.account_id == t.pull.c.account_id,
        named.pull_id == t.pull.c.id,
        kept.account_id == named.account_id,
        kept.month == named.month,
        kept.sha256 == named.sha256,
    )


def _drop_bytes(
    tx: Connection, account_id: int, pull_ids: Sequence[int], since: datetime | None = None
) -> None:
    """Delete the bytes of pulls unless another pull (begun ``since``, if given) has them too."""
    mine, other = t.pull_payload.alias("mine"), t.pull_payload.alias("other")
    theirs = [*_names(other), other.c.pull_id.not_in(pull_ids)]
    if since is not None:
        pull = t.pull.c
        theirs += [pull.account_id == other.c.account_id, pull.id == other.c.pull_id]
        theirs.append(pull.started_at >= since)
    tx.execute(
        delete(t.archive).where(
            t.archive.c.account_id == account_id,
            exists().where(*_names(mine), mine.c.pull_id.in_(pull_ids)),
            ~exists().where(*theirs),
        )
    )


def _names(payload: NamedFromClause[Any]) -> list[ColumnElement[bool]]:
    """Return what makes a payload of a pull the name of a row of the archive."""
    named, kept = payload.c, t.archive.c
    return [
        named.account_id == kept.account_id,
        named.month == kept.month,
        named.sha256 == kept.sha256,
    ]
