"""Each person's one timeline of UTC offsets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from syncd.store import tables as t
from syncd.store.instants import from_unix, to_unix, utc_day
from syncd.store.series_days import days_span
from syncd.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class OffsetRow:
    """From ``from_utc`` (Unix seconds) on local time is UTC + ``offset_s``; ``source`` said so."""

    from_utc: int
    offset_s: int
    zone: str | None
    source: str


def replace_runs(tx: Connection, person_id: int, runs: Sequence[OffsetRow]) -> set[int]:
    """Make ``runs`` the timeline; return the UTC days between each changed run and the next.

    The last run reaches as far as there is data. An unchanged timeline is not written.
    """
    before = load(tx, person_id)
    after = sorted(runs, key=lambda run: run.from_utc)
    if before == after:
        return set()
    kept = {run.from_utc for run in after}
    here = t.offset_run.c
    for run in before:
        if run.from_utc not in kept:
            at = from_unix(run.from_utc)
            tx.execute(delete(t.offset_run).where(here.person_id == person_id, here.from_utc == at))
    upsert(tx, t.offset_run, [_values(person_id, run) for run in after if run not in before])
    return _changed_days(before, after, days_span(tx, person_id))


def load(cx: Connection, person_id: int) -> list[OffsetRow]:
    """Return the timeline, oldest first."""
    here = t.offset_run.c
    query = select(here.from_utc, here.offset_s, here.zone, here.source)
    rows = cx.execute(query.where(here.person_id == person_id).order_by(here.from_utc))
    return [OffsetRow(to_unix(at), offset_s, zone, source) for at, offset_s, zone, source in rows]


def _values(person_id: int, run: OffsetRow) -> dict[str, object]:
    return {
        "person_id": person_id,
        "from_utc": from_unix(run.from_utc),
        "offset_s": run.offset_s,
        "zone": run.zone,
        "source": run.source,
    }


def _changed_days(
    before: Sequence[OffsetRow], after: Sequence[OffsetRow], span: tuple[int, int] | None
) -> set[int]:
    edges = sorted({run.from_utc for run in (*before, *after)})
    last = max([utc_day(edges[-1]), *(span or ())])
    ends = [*(utc_day(edge) for edge in edges[1:]), last]
    days: set[int] = set()
    for edge, end in zip(edges, ends, strict=True):
        if _told(before, edge) != _told(after, edge):
            days.update(range(utc_day(edge), end + 1))
    return days


def _told(runs: Sequence[OffsetRow], at: int) -> tuple[int, str | None] | None:
    index = bisect_right([run.from_utc for run in runs], at) - 1
    return (runs[index].offset_s, runs[index].zone) if index >= 0 else None
