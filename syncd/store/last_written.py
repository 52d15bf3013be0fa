"""When anything was last written: a clock that says less than this is wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from syncd.store import tables as t


def last_written(cx: Connection) -> datetime | None:
    """Return the newest moment that a sync, a pull or a stream was written at, or ``None``."""
    newest_pull = select(t.pull.c.started_at).order_by(t.pull.c.id.desc()).limit(1)
    found: list[datetime | None] = [
        cx.execute(newest_pull).scalar(),
        cx.execute(select(func.max(t.stream_state.c.asked_at))).scalar(),
        cx.execute(select(func.max(t.account.c.synced_ok_at))).scalar(),
    ]
    return max((at for at in found if at is not None), default=None)
