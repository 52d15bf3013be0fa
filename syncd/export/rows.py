"""Stored rows as the fields of machine output; values are ready for JSON."""

from __future__ import annotations

import json
from functools import lru_cache
from operator import attrgetter
from typing import TypeAlias

from syncd.export.fields import FIELDS, Kind
from syncd.export.instants import rfc3339, utc_text
from syncd.store.derived import DayRow, FlatWalk, RetiredWalk, WalkRow
from syncd.walks.model import PersonMinute
from syncd.walks.week import PersonWeek

Row: TypeAlias = WalkRow | FlatWalk | DayRow | PersonWeek | PersonMinute | RetiredWalk
Value: TypeAlias = str | int | float | bool | list[str] | None

NAMES: dict[Kind, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields) for kind, fields in FIELDS.items()
}

_session = attrgetter(*NAMES["walks"][4:-3])
_verdict = attrgetter(*NAMES["days"][2:-2])
_week = attrgetter(*NAMES["weeks"][1:])


def walk_fields(row: WalkRow | FlatWalk) -> dict[str, Value]:
    """Return the fields of a walk, in their order."""
    return dict(zip(NAMES["walks"], walk_values(row), strict=True))


def day_fields(row: DayRow) -> dict[str, Value]:
    """Return the fields of a day, in their order."""
    return dict(zip(NAMES["days"], day_values(row), strict=True))


def row_fields(row: Row) -> dict[str, Value]:
    """Return the fields of a row; of a retired walk only that it is gone."""
    if isinstance(row, (FlatWalk, WalkRow)):
        return walk_fields(row)
    if isinstance(row, DayRow):
        return day_fields(row)
    if isinstance(row, PersonWeek):
        return dict(zip(NAMES["weeks"], week_values(row), strict=True))
    if isinstance(row, PersonMinute):
        return dict(zip(NAMES["minutes"], minute_values(row), strict=True))
    return {"id": row.id, "deleted": True}


def row_values(row: WalkRow | FlatWalk | DayRow | PersonWeek | PersonMinute) -> tuple[Value, ...]:
    """Return the values of a walk, a day, a week or a minute in the order of its fields."""
    if isinstance(row, (FlatWalk, WalkRow)):
        return walk_values(row)
    if isinstance(row, PersonMinute):
        return minute_values(row)
    return day_values(row) if isinstance(row, DayRow) else week_values(row)


def minute_values(row: PersonMinute) -> tuple[Value, ...]:
    """Return the values of a minute in the order of ``MINUTE_FIELDS``."""
    m = row.minute
    return (
        row.person,
        rfc3339(m.start, 0),
        rfc3339(m.start, m.utc_offset_s),
        m.utc_offset_s // 60,
        m.day.isoformat(),
        m.steps,
        None if m.distance_m is None else round(m.distance_m, 2),
        m.interval_s,
        m.source,
        m.brisk_by,
        row.walk_id,
    )


def week_values(row: PersonWeek) -> tuple[Value, ...]:
    """Return the values of a week in the order of ``WEEK_FIELDS``."""
    return (row.person, *_week(row.week))


def walk_values(row: WalkRow | FlatWalk) -> tuple[Value, ...]:
    """Return the values of a walk in the order of ``WALK_FIELDS``."""
    if isinstance(row, FlatWalk):
        _, person, revision, changed_at, walk_id, _, start, end, before, after, *said, sources = row
        return (
            walk_id,
            person,
            rfc3339(start, before),
            rfc3339(end, after),
            *said,
            list(_listed(sources)),
            revision,
            rfc3339(changed_at),
        )
    walk = row.session
    return (
        row.id,
        row.person,
        rfc3339(walk.start, walk.utc_offset_start_s),
        rfc3339(walk.end, walk.utc_offset_end_s),
        *_session(walk),
        list(walk.sources),
        row.revision,
        utc_text(row.changed_at),
    )


def day_values(row: DayRow) -> tuple[Value, ...]:
    """Return the values of a day in the order of ``DAY_FIELDS``."""
    day = row.day
    return (
        row.person,
        day.day.isoformat(),
        *_verdict(day),
        row.revision,
        utc_text(row.changed_at),
    )


@lru_cache(maxsize=1024)
def _listed(sources: str) -> tuple[str, ...]:
    return tuple(json.loads(sources))
