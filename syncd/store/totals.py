"""What a source says of whole days, and counters that grow: daily totals, step counters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from syncd.contract import DailyTotal, OnConflict, StepCounter
from syncd.store import tables as t
from syncd.store.instants import Instant, days_between, from_unix, to_unix, utc_day
from syncd.store.upserts import upsert
from syncd.walks.counters import Reading

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


def load_daily(
    cx: Connection, person_id: int, first_day: int, last_day: int
) -> dict[int, dict[date, int]]:
    """Return the steps that a person's sources say civil days had: source id -> day -> steps.

    Days are since 1970-01-01, both ends included.
    """
    total, source = t.daily_total.c, t.source.c
    first, last = (date.fromordinal(n + _EPOCH_ORDINAL) for n in (first_day, last_day))
    rows = cx.execute(
        select(total.source_id, total.day, total.steps)
        .join_from(t.daily_total, t.source, total.source_id == source.id)
        .where(source.person_id == person_id, total.day.between(first, last))
        .where(total.steps.is_not(None))
    )
    found: dict[int, dict[date, int]] = {}
    for source_id, day, steps in rows:
        found.setdefault(source_id, {})[day] = steps
    return found


def daily_span(cx: Connection, person_id: int) -> tuple[int, int] | None:
    """Return the first and last day (since 1970) that a person's sources have a total of steps."""
    total, source = t.daily_total.c, t.source.c
    first, last = cx.execute(
        select(func.min(total.day), func.max(total.day))
        .join_from(t.daily_total, t.source, total.source_id == source.id)
        .where(source.person_id == person_id, total.steps.is_not(None))
    ).one()
    if first is None:
        return None
    return first.toordinal() - _EPOCH_ORDINAL, last.toordinal() - _EPOCH_ORDINAL


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
    known = _held_counters(tx, account_id, source_id, counters)
    for counter in counters:
        name = (counter.activity, to_unix(counter.at))
        held = changed.get(name) or known.get(name)
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


def _held_counters(
    cx: Connection, account_id: int, source_id: int, counters: Sequence[StepCounter]
) -> Mapping[tuple[str, int], dict[str, Any]]:
    """Return what is held of the stretch that the readings span, by activity and moment."""
    if not counters:
        return {}
    here = t.step_counter.c
    mine = (here.account_id == account_id) & (here.source_id == source_id)
    moments = [counter.at for counter in counters]
    near = here.read_at.between(min(moments), max(moments))
    rows = cx.execute(select(t.step_counter).where(mine, near)).mappings()
    return {(row["activity"], to_unix(row["read_at"])): dict(row) for row in rows}


def readings(cx: Connection, person_id: int, first_s: int, end_s: int) -> dict[int, list[Reading]]:
    """Return the readings in Unix seconds [``first_s``, ``end_s``), by source."""
    here, source = t.step_counter.c, t.source.c
    rows = cx.execute(
        select(
            here.source_id,
            here.activity,
            here.read_at,
            here.day_start,
            here.total,
            here.utc_offset_s,
        )
        .join_from(
            t.source,
            t.step_counter,
            (here.account_id == source.account_id) & (here.source_id == source.id),
        )
        .where(source.person_id == person_id)
        .where(here.read_at >= from_unix(first_s), here.read_at < from_unix(end_s))
        .order_by(here.source_id, here.read_at, here.activity)
    )
    found: dict[int, list[Reading]] = defaultdict(list)
    for source_id, activity, at, day_start, total, offset in rows:
        found[source_id].append(Reading(activity, to_unix(at), to_unix(day_start), total, offset))
    return dict(found)


def days_span(cx: Connection, person_id: int) -> tuple[int, int] | None:
    """Return the first and last UTC day that a counter or a day's total speaks of."""
    source, days = t.source.c, list[int]()
    here = t.step_counter.c
    start, end = cx.execute(
        select(func.min(here.day_start, type_=Instant), func.max(here.read_at, type_=Instant))
        .join_from(t.step_counter, t.source, here.source_id == source.id)
        .where(source.person_id == person_id)
    ).one()
    if start is not None:
        days += [utc_day(to_unix(start)), utc_day(to_unix(end) - 1)]
    days += daily_span(cx, person_id) or ()
    return (min(days), max(days)) if days else None


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
