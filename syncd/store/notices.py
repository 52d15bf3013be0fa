"""What a person was told once: kept so that it is not told again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from syncd.store import tables as t

FIRST_TARGET = "first_target"


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
