"""What a source says of whole days, and counters that grow: daily totals, step counters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from syncd.contract import DailyTotal, OnConflict, StepCounter
from syncd.store import tables as t
from syncd.store.instants import days_between, to_unix
from syncd.store.upserts import upsert

_EPOCH_ORDINAL = 719_163
"""``date.toordinal()`` of 1970-01-01."""


def joined(totals: Sequence[DailyTotal]) -> list[DailyTotal]:
    """Return totals of which one day's, told in several answers, have become one.

    Two that tell the same thing of a day stay two: which stands is decided when they are stored.
    """
    found: dict[date, list[DailyTotal]] = {}
    for total in totals:
        before = found.setdefault(total.day, [])
        if before and not _told(before[-1]).keys() & _told(total).keys():
            before[-1] = before[-1].model_copy(update=_told(total))
        else:
            before.append(total)
    return [total for of_day in found.values() for total in of_day]


def put_daily(
    tx: Connection,
    account_id: int,
    source_id: int,
    totals: Sequence[DailyTotal],
    *,
    on_conflict: OnConflict,
) -> set[int]:
    """Store daily totals of one source and return the days (since 1970) that changed."""
    changed: dict[int, dict[str, Any]] = {}
    here = t.daily_total.c
    mine = (here.account_id == account_id) & (here.source_id == source_id)
    for total in totals:
        day = total.day.toordinal() - _EPOCH_ORDINAL
        said = {"steps": total.steps, "distance_m": total.distance_m, "floors": total.floors}
        row = tx.execute(select(t.daily_total).where(mine, here.day == total.day)).first()
        held = changed.get(day) or (row._asdict() if row else None)
        if held is not None and on_conflict is OnConflict.RICHEST:
            said = {name: _larger(held[name], value) for name, value in said.items()}
        if held is None or any(held[name] != value for name, value in said.items()):
            whose = {"account_id": account_id, "source_id": source_id, "day": total.day}
            changed[day] = {**whose, **said}
    upsert(tx, t.daily_total, list(changed.values()))
    return set(changed)


def put_counters(
    tx: Connection,
    account_id: int,
    source_id: int,
    counters: Sequence[StepCounter],
    *,
    on_conflict: OnConflict,
) -> set[int]:
    """Store readings of counters of one source and return the UTC days that changed."""
    changed: dict[tuple[str, int], dict[str, Any]] = {}
    days: set[int] = set()
    here = t.step_counter.c
    mine = (here.account_id == account_id) & (here.source_id == source_id)
    for counter in counters:
        name = (counter.activity, to_unix(counter.at))
        same = mine & (here.activity == counter.activity) & (here.read_at == counter.at)
        row = tx.execute(select(t.step_counter).where(same)).first()
        held = changed.get(name) or (row._asdict() if row else None)
        said = {
            "account_id": account_id,
            "source_id": source_id,
            "activity": counter.activity,
            "read_at": counter.at,
            "day_start": counter.day_start,
            "total": counter.total,
            "utc_offset_s": counter.utc_offset_s,
        }
        if held is not None and not _replaces(said, held, on_conflict):
            continue
        changed[name] = said
        days.update(days_between(to_unix(counter.day_start), to_unix(counter.at)))
    upsert(tx, t.step_counter, list(changed.values()))
    return days


def _told(total: DailyTotal) -> dict[str, float]:
    said = {"steps": total.steps, "distance_m": total.distance_m, "floors": total.floors}
    return {name: value for name, value in said.items() if value is not None}


def _replaces(said: dict[str, Any], held: dict[str, Any], on_conflict: OnConflict) -> bool:
    def content(row: dict[str, Any]) -> tuple[int, int, int]:
        return row["total"], -to_unix(row["day_start"]), row["utc_offset_s"] or 0

    if on_conflict is OnConflict.RICHEST:
        return content(said) > content(held)
    return content(said) != content(held)


def _larger(a: float | None, b: float | None) -> float | None:
    return b if a is None else a if b is None else max(a, b)
