"""A vendor that somebody starts on their own machine: what its package offers for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from syncd.sim.cloud import Cloud


class Running(Protocol):
    """A simulated vendor that answers until it is stopped."""

    @property
    def url(self) -> str:
        """Return its address."""

    @property
    def settings(self) -> Mapping[str, str]:
        """Return the settings of an account that asks it."""

    @property
    def requests(self) -> int:
        """Return how many requests for data it has answered."""

    def stop(self) -> None:
        """Answer no more."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """A vendor's double, found by an entry point named like the adapter.

    ``start(port, now, folder, seed)`` begins to answer at once; files it needs to hand out go
    into ``folder``, which belongs to the caller. ``serve(cloud, zone, now, folder)`` does the same
    for a life of the caller's, whose person says they live in ``zone``. ``key`` is what a person
    signs in with, where the vendor takes a key.
    """

    name: str
    summary: str
    start: Callable[[int, Callable[[], datetime], Path, int], Running]
    serve: Callable[[Cloud, str, Callable[[], datetime], Path], Running]
    key: str | None = None
