"""A vendor that somebody starts on their own machine: what its package offers for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


class Running(Protocol):
    """A simulated vendor that answers until it is stopped."""

    @property
    def url(self) -> str:
        """Return its address."""

    @property
    def hints(self) -> Sequence[str]:
        """Return lines that say how to point an account at it."""

    def stop(self) -> None:
        """Answer no more."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """A vendor's double, found by an entry point named like the adapter.

    ``start(port, now, folder, seed)`` begins to answer at once; files it needs to hand out go
    into ``folder``, which belongs to the caller.
    """

    name: str
    summary: str
    start: Callable[[int, Callable[[], datetime], Path, int], Running]
