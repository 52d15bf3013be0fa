"""Days of steps that stay as they are although a pull says otherwise (house rule: shrinking)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from syncd.contract import Series, Source, SourceKind
from syncd.store import series
from syncd.store import tables as t
from syncd.store.columns import Columns
from syncd.store.records import Prepared, prepared_with
from syncd.store.series import PackedDay

Day = tuple[str, int]
"""A source's key and a UTC day."""


@dataclass(frozen=True, slots=True)
class HeldDay:
    """Steps of one source on one UTC day inside what a pull covers: held, and come."""

    source_key: str
    utc_day: int
    held: int
    came: int


def held_days(
    cx: Connection, account_id: int, prepared: Prepared, cut: tuple[int, int]
) -> list[HeldDay]:
    """Return each day that is held and starts inside ``cut`` (Unix seconds), by (source, day)."""
    found: list[HeldDay] = []
    for source, day, body in _held(cx, account_id, cut):
        held = _total([series.unpack(Series.STEPS, day, body)], cut)
        came = _total(_came(prepared, source.key, day), cut)
        found.append(HeldDay(source.key, day, held, came))
    return found


def keeping(
    cx: Connection,
    account_id: int,
    prepared: Prepared,
    kept: Collection[Day],
    cut: tuple[int, int],
) -> Prepared:
    """Return what to store instead, so that the steps of the ``kept`` days stay as they are."""
    if not kept:
        return prepared
    stay: dict[Day, tuple[Source, PackedDay]] = {}
    for source, day, body in _held(cx, account_id, cut):
        if (source.key, day) in kept:
            columns = series.unpack(Series.STEPS, day, body)
            stay[source.key, day] = source, series.pack_day(Series.STEPS, day, columns)
    return prepared_with(prepared, Series.STEPS, stay)


def _held(
    cx: Connection, account_id: int, cut: tuple[int, int]
) -> Iterable[tuple[Source, int, bytes]]:
    here, source = t.series_day.c, t.source.c
    mine = (here.account_id == account_id) & (here.series == Series.STEPS.value)
    inside = here.utc_day.between(cut[0] // 86_400, (cut[1] - 1) // 86_400)
    query = (
        select(source.key, source.kind, source.whole_day, here.utc_day, here.body)
        .join_from(t.series_day, t.source, here.source_id == source.id)
        .where(mine, inside)
        .order_by(source.key, here.utc_day)
    )
    for key, kind, whole_day, day, body in cx.execute(query):
        yield Source(key=key, kind=SourceKind(kind), whole_day=whole_day), day, bytes(body)


def _came(prepared: Prepared, key: str, day: int) -> list[Columns]:
    part = prepared.by_source.get(key)
    days = part.days.get(Series.STEPS, []) if part else []
    return [
        series.unpack(Series.STEPS, day, packed.body)
        for packed in days
        if packed.utc_day == day and packed.body
    ]


def _total(parts: Iterable[Columns], cut: tuple[int, int]) -> int:
    return round(
        sum(
            value
            for part in parts
            for start, value in zip(part.start, part.value, strict=True)
            if value is not None and cut[0] <= start < cut[1]
        )
    )
