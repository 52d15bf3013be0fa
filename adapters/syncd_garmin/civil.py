"""Civil days where the person is: Garmin is asked by date, the engine asks by instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syncd.contract import Context, Window

FARTHEST_OFFSET = timedelta(hours=14)
"""Civil time is at most so far from UTC."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Civil:
    """The zone that the engine knows of the person, and now."""

    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, context: Context) -> Civil:
        """Return the days of an account; in UTC where nobody knows a zone."""
        try:
            zone = ZoneInfo(context.facts.get("zone", "UTC"))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            zone = ZoneInfo("UTC")
        return cls(zone, context.now())

    def today(self) -> date:
        """Return the civil day of now."""
        return self.now.astimezone(self.zone).date()

    def touched(self, window: Window) -> tuple[date, date]:
        """Return the first and last civil day of a window, none in the future."""
        first = window.start.astimezone(self.zone).date()
        last = (window.end - timedelta(microseconds=1)).astimezone(self.zone).date()
        return min(first, self.today()), min(max(first, last), self.today())

    def span(self, day: date) -> Window:
        """Return the instants of a civil day."""
        return Window(self._midnight(day), self._midnight(day + DAY))

    def is_over(self, day: date, synced: datetime | None) -> bool:
        """Tell whether a day is past and, where that is known, handed over to its end."""
        end = self._midnight(day + DAY)
        return end <= self.now and (synced is None or end <= synced)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), tzinfo=self.zone).astimezone(UTC)


def around(window: Window) -> tuple[date, date]:
    """Return dates between which everything of a window lies, wherever on earth somebody is."""
    first, last = window.start - FARTHEST_OFFSET, window.end + FARTHEST_OFFSET
    return first.astimezone(UTC).date(), last.astimezone(UTC).date()
