"""The outbox: what a person is to be told, each once, and what went out on which channel.

A row of ``notice`` is owed; ``claimed_at`` says that a screen told it instead, ``sent_at`` when the
first channel had it. A row of ``delivery`` without ``sent_at`` was claimed by a sender whose end
nobody knows: it may have been sent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select, update

from syncd.store import tables as t

FIRST_TARGET = "first_target"
CLAIM_HOLDS = timedelta(minutes=10)
"""So long a claim stands before what must arrive is sent once more."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told; ``subject`` is the day, week or account it is about."""

    kind: str
    subject: str
    words: str
    created_at: datetime

    @property
    def key(self) -> tuple[str, str]:
        """Return what makes it one and the same to a person."""
        return self.kind, self.subject


def told_at(cx: Connection, person_id: int, kind: str) -> datetime | None:
    """Return when something was told, or ``None``."""
    here = t.notice.c
    mine = (here.person_id == person_id) & (here.kind == kind) & (here.subject == "")
    found: datetime | None = cx.execute(select(here.created_at).where(mine)).scalar()
    return found


def keep_told(tx: Connection, person_id: int, kind: str, words: str, now: datetime) -> None:
    """Keep that something was told on a screen: nothing is left to send."""
    if told_at(tx, person_id, kind) is None:
        values = {"kind": kind, "subject": "", "words": words, "created_at": now}
        row = {"person_id": person_id, **values, "claimed_at": now, "sent_at": now}
        tx.execute(insert(t.notice).values(row))


def owe(
    tx: Connection, person_id: int, kind: str, subject: str, *, words: str, now: datetime
) -> bool:
    """Put a notice into the outbox; ``False`` when the same was owed or told before."""
    here = t.notice.c
    same = (here.person_id == person_id) & (here.kind == kind) & (here.subject == subject)
    if tx.execute(select(here.created_at).where(same)).first() is not None:
        return False
    values = {"kind": kind, "subject": subject, "words": words, "created_at": now}
    tx.execute(insert(t.notice).values({"person_id": person_id, **values}))
    return True


def owed(cx: Connection, person_id: int) -> set[tuple[str, str]]:
    """Return (kind, subject) of everything that a person was ever to be told."""
    here = t.notice.c
    rows = cx.execute(select(here.kind, here.subject).where(here.person_id == person_id))
    return {(kind, subject) for kind, subject in rows}


def went_out(cx: Connection, person_id: int) -> set[tuple[str, str]]:
    """Return (kind, subject) of everything that reached a channel for certain."""
    here = t.notice.c
    sent = (here.person_id == person_id) & here.sent_at.is_not(None)
    return {
        (kind, subject) for kind, subject in cx.execute(select(here.kind, here.subject).where(sent))
    }


def waiting(
    cx: Connection,
    person_id: int,
    channel_id: int,
    *,
    since: datetime,
    until: datetime,
    again: Collection[str],
    now: datetime,
) -> list[Notice]:
    """Return what was owed in [since, until] and has not gone out on a channel, oldest first.

    What was claimed and never marked is among it only for kinds in ``again``, after a while.
    """
    here, there = t.notice.c, t.delivery.c
    same = and_(
        there.person_id == here.person_id,
        there.channel_id == channel_id,
        there.kind == here.kind,
        there.subject == here.subject,
    )
    lost = (
        there.sent_at.is_(None)
        & here.kind.in_(sorted(again))
        & (there.claimed_at <= now - CLAIM_HOLDS)
    )
    query = (
        select(here.kind, here.subject, here.words, here.created_at)
        .select_from(t.notice.outerjoin(t.delivery, same))
        .where(here.person_id == person_id, here.claimed_at.is_(None))
        .where(here.created_at >= since, here.created_at <= until)
        .where(there.claimed_at.is_(None) | lost)
    )
    ordered = query.order_by(here.created_at, here.kind, here.subject)
    return [Notice(*row) for row in cx.execute(ordered)]


def next_lost(
    cx: Connection, person_id: int, channel_id: int, again: Collection[str]
) -> datetime | None:
    """Return when the first claim on a channel that nobody marked may be made again."""
    here = t.delivery.c
    lost = (here.channel_id == channel_id) & here.sent_at.is_(None) & here.kind.in_(sorted(again))
    first = select(func.min(here.claimed_at)).where((here.person_id == person_id) & lost)
    found: datetime | None = cx.execute(first).scalar()
    return None if found is None else found + CLAIM_HOLDS


def claim(
    tx: Connection, person_id: int, channel_id: int, keys: Sequence[tuple[str, str]], now: datetime
) -> None:
    """Note that a sender takes these to a channel; the caller holds the channel."""
    release(tx, person_id, channel_id, keys)
    whose = {"person_id": person_id, "channel_id": channel_id, "claimed_at": now}
    tx.execute(insert(t.delivery), [{**whose, "kind": k, "subject": s} for k, s in keys])


def release(
    tx: Connection, person_id: int, channel_id: int, keys: Sequence[tuple[str, str]]
) -> None:
    """Take back a claim: these have not gone out for certain."""
    here = t.delivery.c
    for key in keys:
        mine = _of(t.delivery, person_id, key) & (here.channel_id == channel_id)
        tx.execute(delete(t.delivery).where(mine))


def mark_sent(
    tx: Connection, person_id: int, channel_id: int, keys: Sequence[tuple[str, str]], now: datetime
) -> None:
    """Note that these went out."""
    here, there = t.notice.c, t.delivery.c
    for key in keys:
        mine = _of(t.delivery, person_id, key) & (there.channel_id == channel_id)
        tx.execute(update(t.delivery).where(mine).values(sent_at=now))
        told = update(t.notice).where(_of(t.notice, person_id, key))
        tx.execute(told.values(sent_at=func.coalesce(here.sent_at, now, type_=here.sent_at.type)))


def _of(table: Table, person_id: int, key: tuple[str, str]) -> ColumnElement[bool]:
    here = table.c
    return (here.person_id == person_id) & (here.kind == key[0]) & (here.subject == key[1])
