"""What Fitbit's zoneless times stand for: the profile's zone, and which zone held before.

The cursor of the devices remembers it, so that a poll without news costs one request and a day
that was read in one zone is not read again in another after a journey.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from syncd.contract import ConfigError, Cursor

MOST_ZONES: Final = 60
ASKED_EVERY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clocks:
    """``zones`` are (first local day, name) in order; the first holds for all time before it.

    ``synced`` is the newest sync of a tracker as Fitbit wrote it, ``since`` the first day that the
    person was a member, ``asked_at`` when the profile was last asked (Unix seconds).
    """

    zones: tuple[tuple[date, str], ...] = ()
    synced: str = ""
    since: date | None = None
    asked_at: int = 0

    @classmethod
    def of(cls, cursor: Cursor | None) -> Clocks:
        """Return what a cursor remembers; nothing where it is strange: it is asked again."""
        try:
            said: dict[str, Any] = json.loads(cursor.token) if cursor and cursor.token else {}
            return cls(
                zones=tuple((date.fromisoformat(d), _known(z)) for d, z in said.get("zones", ())),
                synced=str(said.get("synced", "")),
                since=date.fromisoformat(said["since"]) if said.get("since") else None,
                asked_at=int(said.get("asked_at", 0)),
            )
        except (AttributeError, LookupError, OSError, TypeError, ValueError):
            return cls()

    def token(self) -> str:
        """Return it as the cursor keeps it."""
        said = {
            "zones": [(day.isoformat(), name) for day, name in self.zones],
            "synced": self.synced,
            "since": self.since and self.since.isoformat(),
            "asked_at": self.asked_at,
        }
        return json.dumps(said, separators=(",", ":"))

    def are_current(self, synced: str, now: datetime) -> bool:
        """Tell whether the profile need not be asked: no news, and asked within a day."""
        fresh = now.timestamp() - self.asked_at < ASKED_EVERY.total_seconds()
        return bool(self.zones) and fresh and synced == self.synced

    def seen(self, name: str, now: datetime, since: date | None) -> Clocks:
        """Return it with the zone of today; a new one holds from today on."""
        today, zones = now.astimezone(ZoneInfo(name)).date(), self.zones
        if not zones or zones[-1][1] != name:
            kept = tuple(run for run in zones if run[0] < today)
            zones = (*kept, (today, name))[-MOST_ZONES:]
        return replace(self, zones=zones, since=since, asked_at=int(now.timestamp()))

    def zone_on(self, day: date) -> ZoneInfo:
        """Return the zone of a local day."""
        held = [name for first, name in self.zones if first <= day]
        return ZoneInfo(held[-1] if held else self.zones[0][1])

    @property
    def zone_now(self) -> ZoneInfo:
        """Return the newest zone."""
        return ZoneInfo(self.zones[-1][1])


def zone_of(told: str | None, facts: Mapping[str, str]) -> str:
    """Return the profile's zone, else the person's own; raise ``ConfigError`` without any."""
    for name in (told, facts.get("zone")):
        try:
            return _known(name or "")
        except (LookupError, OSError, ValueError):
            continue
    raise ConfigError(
        "Fitbit's times have no zone, and its profile names none that is known here. Say yours:"
        " syncd person set NAME --tz ZONE"
    )


def _known(name: str) -> str:
    ZoneInfo(name)
    return name
