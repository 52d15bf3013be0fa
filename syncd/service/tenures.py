"""From when until when each source of a person speaks: read from accounts that were moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from syncd.store import accounts
from syncd.store.instants import to_unix
from syncd.store.sources import SourceRow
from syncd.walks.model import MINUTE_S, SourceView
from syncd.walks.offsets import DAY_S, timeline, zone_evidence
from syncd.walks.tenure import STANDS_IN, Edge, Tenure, in_tenure

Zones = Sequence[tuple[date | None, str]]


def tenures(
    cx: Connection, person_id: int, rows: Iterable[SourceRow], zones: Zones
) -> dict[int, Tenure]:
    """Return the tenure of every source, by id, that does not speak at all times."""
    begins = accounts.begins(cx, person_id)
    return {
        row.id: Tenure(
            _edge(begins.get(row.account_id), zones),
            _edge(row.retired_at, zones),
        )
        for row in rows
        if row.retired_at is not None or row.account_id in begins
    }


def spoken(views: Iterable[SourceView], held: Mapping[int, Tenure]) -> tuple[SourceView, ...]:
    """Return the sources as they speak, in the order of rank; whoever stands in comes last."""
    if not held:
        return tuple(views)
    found = [
        one
        for view in views
        for one in (in_tenure(view, held[view.id]) if view.id in held else (view,))
    ]
    return tuple(sorted(found, key=lambda one: one.rank))


def rank_at(tenure: Tenure | None, rank: int, start_s: int) -> int | None:
    """Return the rank of what was recorded from ``start_s`` (Unix) on.

    ``None`` for what lies before an account begins: the one before it has recorded that itself.
    """
    if tenure is None or tenure.holds(start_s // MINUTE_S):
        return rank
    early = tenure.begins is not None and start_s // MINUTE_S < tenure.begins.minute
    return None if early else rank + STANDS_IN


def _edge(at: datetime | None, zones: Zones) -> Edge | None:
    """Return the edge at a local midnight."""
    if at is None:
        return None
    second = to_unix(at)
    line = timeline([zone_evidence(zones or [(None, "UTC")], second - DAY_S, second + DAY_S)])
    return Edge(second // MINUTE_S, line.local(second).date())
