"""Who may have a worker's next free thread: one slow vendor never has all of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

KEPT = 4
"""Of so many threads one is kept for other vendors."""


@dataclass
class Shares:
    """Counts jobs under way by vendor. ``vendors`` names those that there are."""

    threads: int
    vendors: Callable[[], Sequence[str]]
    _running: Counter[str] = field(default_factory=Counter, init=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def running(self) -> int:
        """Return how many jobs are under way."""
        with self._guard:
            return self._running.total()

    def open(self) -> list[str] | None:
        """Return the vendors that may have another thread; ``None`` for all there are."""
        vendors = self.vendors()
        most = self.threads - max(1, self.threads // KEPT)
        if len(vendors) < 2 or most < 1:
            return None
        with self._guard:
            return [vendor for vendor in vendors if self._running[vendor] < most]

    def begun(self, vendor: str) -> None:
        """Count a job that has a thread now."""
        with self._guard:
            self._running[vendor] += 1

    def ended(self, vendor: str) -> None:
        """Count it no more."""
        with self._guard:
            self._running[vendor] -= 1
