"""What a simulated Fitbit does on top of its protocol, and how often it may be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock


@dataclass(slots=True, kw_only=True)
class Quirks:
    """May be changed while the vendor runs.

    ``retired`` switches everything off for good; ``personal`` is the type of the app: another one
    gets no minutes. ``zone`` names the profile's zone, ``None`` for where the wearer is.
    """

    retired: bool = False
    personal: bool = True
    altimeter: bool = True
    zone: str | None = None
    tells_zone: bool = True
    limit: int = 150
    """Questions an hour."""
    stray_links: bool = False
    """The addresses of next pages lead to another server."""


@dataclass(slots=True)
class Hours:
    """Counts the questions of the clock hour."""

    limit: int
    hour: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    asked: int = 0
    refused: int = 0
    _lock: Lock = field(default_factory=Lock)

    def admits(self, now: datetime) -> tuple[bool, dict[str, str]]:
        """Count a question; return whether it may be asked, and the headers that say so."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        with self._lock:
            if hour != self.hour:
                self.hour, self.asked = hour, 0
            is_admitted = self.asked < self.limit
            self.asked += is_admitted
            self.refused += not is_admitted
            left = self.limit - self.asked
        reset = str(max(1, int((hour + timedelta(hours=1) - now).total_seconds())))
        headers = {
            "Fitbit-Rate-Limit-Limit": str(self.limit),
            "Fitbit-Rate-Limit-Remaining": str(left),
            "Fitbit-Rate-Limit-Reset": reset,
        }
        return is_admitted, headers if is_admitted else headers | {"Retry-After": reset}
