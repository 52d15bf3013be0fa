"""Which recordings we do not hold yet, and how the cursor remembers those that we do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from syncd.contract import Cursor, Window
from syncd_garmin import activities, wire

KEPT: Final = timedelta(days=45)
"""How long a recording is remembered after the newest one: longer than any window is re-read."""


@dataclass(frozen=True, slots=True)
class Known:
    """Activities whose recording was asked for: id -> (start, Unix seconds; revision)."""

    held: Mapping[str, tuple[int, str]]

    @classmethod
    def of(cls, cursor: Cursor | None) -> Known:
        """Return what a cursor remembers; nothing where it is strange: recordings come again."""
        try:
            said = json.loads(cursor.token) if cursor and cursor.token else {}
            return cls({str(k): (int(start), str(rev)) for k, (start, rev) in said.items()})
        except (AttributeError, TypeError, ValueError):
            return cls({})

    def holds(self, item: wire.ActivityItem) -> bool:
        """Tell whether the recording was asked for since the activity was last changed."""
        return self.held.get(str(item.activity_id), (0, ""))[1] == revision(item)

    def with_recording(self, item: wire.ActivityItem) -> Known:
        """Remember one more, and forget what is long past."""
        start = begun(item)
        at = 0 if start is None else int(start.timestamp())
        held = {**self.held, str(item.activity_id): (at, revision(item))}
        oldest = max(at for at, _ in held.values()) - int(KEPT.total_seconds())
        return replace(self, held={k: v for k, v in held.items() if v[0] >= oldest})

    def token(self) -> str:
        """Return it as the cursor keeps it."""
        return json.dumps(dict(sorted(self.held.items())), separators=(",", ":"))


def revision(item: wire.ActivityItem) -> str:
    """Return what changes when somebody trims, retypes or corrects an activity."""
    return hashlib.sha256(item.model_dump_json().encode()).hexdigest()[:12]


def begun(item: wire.ActivityItem) -> datetime | None:
    """Return when an activity began."""
    return item.start_time_gmt or item.begin_timestamp


def inside(item: wire.ActivityItem, window: Window | None) -> bool:
    """Tell whether an activity begins in a window."""
    start = begun(item)
    return start is not None and (window is None or window.start <= start < window.end)


def wanted(
    items: Iterable[wire.ActivityItem], window: Window, known: Known
) -> Iterator[wire.ActivityItem]:
    """Yield activities of the window whose recording may hold a walk and is new or changed."""
    for item in items:
        if not inside(item, window) or known.holds(item):
            continue
        if activities.is_parent(item) or activities.is_manual(item):
            continue
        if activities.is_on_foot(item):
            yield item
