"""Streams of accounts: how far each has come, what is known of its past, what it holds back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from syncd.contract import Cursor, Stream
from syncd.store import tables as t
from syncd.store.upserts import upsert

OK, FORBIDDEN, DEGRADED = "ok", "forbidden", "degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """One stream of one account; ``state`` is ``ok``, ``forbidden`` or ``degraded``.

    ``asked_at`` is the last complete pull, ``asked_full_at`` the last over the whole lookback,
    ``stored_at`` the last that changed anything.
    """

    account_id: int
    stream: Stream
    state: str = OK
    why: str | None = None
    watermark: datetime | None = None
    token: str | None = None
    asked_full_at: datetime | None = None
    asked_at: datetime | None = None
    stored_at: datetime | None = None

    @property
    def cursor(self) -> Cursor | None:
        """Return where the next pull goes on, ``None`` before the first."""
        return Cursor(self.watermark, self.token) if self.watermark is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """A stretch of a stream's past, start included and end excluded; see ``ingest.gaps``."""

    start_at: datetime
    end_at: datetime
    state: str
    why: str | None
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkDay:
    """A day of a source that came back with half or less of what is held (steps).

    ``synced_at`` is the device's sync that the smaller answer rests on.
    """

    account_id: int
    stream: Stream
    source_key: str
    utc_day: int
    held: int
    came: int
    seen_at: datetime
    synced_at: datetime | None


def get(cx: Connection, account_id: int, stream: Stream) -> StreamRow:
    """Return a stream; one that was never asked is a fresh row, not yet stored."""
    for row in of_account(cx, account_id):
        if row.stream is stream:
            return row
    return StreamRow(account_id=account_id, stream=stream)


def of_account(cx: Connection, account_id: int) -> list[StreamRow]:
    """Return the streams of an account that were ever asked, by name."""
    here = t.stream_state.c
    columns = [here[name] for name in StreamRow.__dataclass_fields__]
    rows = cx.execute(
        select(*columns).where(here.account_id == account_id).order_by(here.stream)
    ).mappings()
    return [StreamRow(**{**row, "stream": Stream(row["stream"])}) for row in rows]


def put(tx: Connection, row: StreamRow) -> None:
    """Write a stream; its watermark never moves backwards, whatever ``row`` says."""
    held = get(tx, row.account_id, row.stream)
    if held.watermark and (row.watermark is None or row.watermark < held.watermark):
        row = replace(row, watermark=held.watermark)
    values = {name: getattr(row, name) for name in StreamRow.__dataclass_fields__}
    upsert(tx, t.stream_state, [{**values, "stream": row.stream.value}])


def gaps(cx: Connection, account_id: int, stream: Stream) -> list[GapRow]:
    """Return what is known of a stream's past, oldest first."""
    here = t.gap_run.c
    columns = [here[name] for name in GapRow.__dataclass_fields__]
    mine = (here.account_id == account_id) & (here.stream == stream.value)
    rows = cx.execute(select(*columns).where(mine).order_by(here.start_at)).mappings()
    return [GapRow(**row) for row in rows]


def put_gaps(tx: Connection, account_id: int, stream: Stream, rows: Sequence[GapRow]) -> None:
    """Replace what is known of a stream's past; unchanged rows are left alone."""
    held = {row.start_at: row for row in gaps(tx, account_id, stream)}
    wanted = {row.start_at: _since(row, held.get(row.start_at)) for row in rows}
    here = t.gap_run.c
    for start in held.keys() - wanted.keys():
        mine = (here.account_id == account_id) & (here.stream == stream.value)
        tx.execute(delete(t.gap_run).where(mine, here.start_at == start))
    whose = {"account_id": account_id, "stream": stream.value}
    fresh = [row for start, row in wanted.items() if held.get(start) != row]
    values = [
        {**whose, **{name: getattr(row, name) for name in GapRow.__dataclass_fields__}}
        for row in fresh
    ]
    upsert(tx, t.gap_run, values)


def _since(row: GapRow, held: GapRow | None) -> GapRow:
    """Return a row that only grew with the moment it was first found."""
    if held and (held.state, held.why) == (row.state, row.why):
        return replace(row, found_at=held.found_at)
    return row


def shrunk_days(cx: Connection, account_id: int) -> list[ShrunkDay]:
    """Return the days that an account holds back, by (stream, source, day)."""
    here = t.shrunk.c
    columns = [here[name] for name in ShrunkDay.__dataclass_fields__]
    found = select(*columns).where(here.account_id == account_id)
    rows = cx.execute(found.order_by(here.stream, here.source_key, here.utc_day)).mappings()
    return [ShrunkDay(**{**row, "stream": Stream(row["stream"])}) for row in rows]


def hold_back(tx: Connection, days: Sequence[ShrunkDay]) -> None:
    """Remember days that came back smaller; what was seen first of a day stays."""
    for day in days:
        here = t.shrunk.c
        same = (
            (here.account_id == day.account_id)
            & (here.stream == day.stream.value)
            & (here.source_key == day.source_key)
            & (here.utc_day == day.utc_day)
        )
        if tx.execute(select(here.came).where(same)).scalar() == day.came:
            continue
        tx.execute(delete(t.shrunk).where(same))
        values = {name: getattr(day, name) for name in ShrunkDay.__dataclass_fields__}
        tx.execute(insert(t.shrunk).values({**values, "stream": day.stream.value}))


def let_go(tx: Connection, days: Sequence[ShrunkDay]) -> None:
    """Forget days that are no longer held back."""
    here = t.shrunk.c
    for day in days:
        mine = (here.account_id == day.account_id) & (here.stream == day.stream.value)
        same = (here.source_key == day.source_key) & (here.utc_day == day.utc_day)
        tx.execute(delete(t.shrunk).where(mine, same))
