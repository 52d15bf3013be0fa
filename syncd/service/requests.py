"""Requests to vendors, counted for as long as the process lives."""

from __future__ import annotations

import threading


class RequestTally:
    """How many requests went to each vendor, by what became of them; for several threads."""

    def __init__(self) -> None:
        self._counted: dict[tuple[str, str], int] = {}
        self._guard = threading.Lock()

    def heard(self, vendor: str, became: str) -> None:
        """Count a request: ``became`` is the status of its answer, or why there was none."""
        with self._guard:
            self._counted[vendor, became] = self._counted.get((vendor, became), 0) + 1

    def counted(self) -> dict[tuple[str, str], int]:
        """Return the counts by (vendor, what became of it)."""
        with self._guard:
            return dict(self._counted)
