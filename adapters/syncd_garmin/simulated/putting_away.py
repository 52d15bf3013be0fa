"""Days whose rows Garmin has put away: 95 empty ones, until somebody asks for the day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from syncd_garmin.simulated.telling import iso

EMPTY_ROWS: Final = 95
BUCKET_S: Final = 900


@dataclass
class PutAway:
    """``after`` is the age from which days are put away (``None``: none is)."""

    after: timedelta | None = None
    most_a_day: int = 20
    asked: Counter[date] = field(default_factory=Counter)
    """How often each day was asked for."""
    back: set[date] = field(default_factory=set)
    _on: Counter[date] = field(default_factory=Counter)

    def is_away(self, day: date, today: date) -> bool:
        """Tell whether a day's rows cannot be seen now."""
        return self.after is not None and today - day > self.after and day not in self.back

    def rows(self, span: tuple[int, int] | None) -> list[dict[str, Any]]:
        """Return the rows of a day that is put away: no steps, and nothing else either."""
        start = span[0] if span else 0
        return [
            {
                "startGMT": iso(start + n * BUCKET_S),
                "endGMT": iso(start + (n + 1) * BUCKET_S),
                "steps": 0,
                "pushes": 0,
                "primaryActivityLevel": "none",
                "activityLevelConstant": True,
            }
            for n in range(EMPTY_ROWS)
        ]

    def fetch_back(self, day: date, today: date) -> bool:
        """Bring a day back, if not too many were asked for today."""
        self.asked[day] += 1
        self._on[today] += 1
        if self._on[today] > self.most_a_day:
            return False
        self.back.add(day)
        return True
