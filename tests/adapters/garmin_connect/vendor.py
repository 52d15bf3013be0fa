"""A Garmin Connect on this machine, and the road to it through the package garminconnect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from syncd.contract import (
    AuthExpired,
    CanonicalRecord,
    Connection,
    Context,
    Cursor,
    RawPayload,
    StepSeries,
    Stream,
    Window,
)
from syncd.sim.weeks import Eventful, eventful
from syncd.testing.fakes import SetClock
from syncd_garmin.app import adapter
from syncd_garmin.app.session import told
from syncd_garmin.app.simulator import GarminConnect
from syncd_garmin.simulated.telling import NAME

MID_MARCH = datetime(2026, 3, 16, 10, 30, tzinfo=UTC)


@cache
def weeks() -> Eventful:
    """Return the eight eventful weeks, lived once for all tests."""
    return eventful()


def window(first: str, last: str) -> Window:
    """Return a window of whole UTC days, the last excluded."""
    return Window(
        datetime.fromisoformat(first).replace(tzinfo=UTC),
        datetime.fromisoformat(last).replace(tzinfo=UTC),
    )


def session_of(vendor: GarminConnect) -> str:
    """Return what a sign-in would leave."""
    said = vendor.sso.issue()
    tokens = {
        "di_token": said["access_token"],
        "di_refresh_token": said["refresh_token"],
        "di_client_id": "SIMULATED",
    }
    return told(tokens, NAME)


@dataclass
class Kept:
    """A keeper in memory, with everything that was ever kept."""

    texts: list[str] = field(default_factory=list)

    def held(self) -> str:
        if not self.texts:
            raise AuthExpired("Nobody has signed in to this account yet.")
        return self.texts[-1]

    def keep(self, renewed: str) -> str:
        self.texts.append(renewed)
        return renewed

    @property
    def tokens(self) -> dict[str, Any]:
        tokens: dict[str, Any] = json.loads(self.texts[-1])["tokens"]
        return tokens


@dataclass
class Account:
    """One person's account at the simulated vendor."""

    vendor: GarminConnect
    clock: SetClock
    kept: Kept = field(default_factory=Kept)
    zone: str = "Europe/Berlin"
    undecided: Mapping[date, str] = field(default_factory=dict)

    def signs_in(self) -> None:
        self.kept.texts.append(session_of(self.vendor))

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        settings = adapter.settings(base_url=self.vendor.base_url, spacing_s=0)
        context = Context(
            "someone",
            self.clock,
            facts={"zone": self.zone},
            keeper=self.kept,
            undecided=lambda: self.undecided,
        )
        with adapter.connect(settings, context) as connection:
            yield connection

    def fetched(
        self, stream: Stream, asked: Window | None, cursor: Cursor | None = None
    ) -> list[RawPayload]:
        with self.connected() as connection:
            return list(connection.fetch(stream, asked, cursor))

    def records(
        self, stream: Stream, asked: Window | None, cursor: Cursor | None = None
    ) -> list[CanonicalRecord]:
        return parsed(self.fetched(stream, asked, cursor))

    def paths(self) -> list[str]:
        """Return the paths of every request so far."""
        return [line.path for line in self.vendor.server.log]


def parsed(payloads: list[RawPayload]) -> list[CanonicalRecord]:
    """Return the records of payloads in order."""
    return [record for payload in payloads for record in adapter.parse(payload)]


def values(found: list[CanonicalRecord], series: str) -> dict[int, float | None]:
    """Return start (Unix seconds) -> value of one series."""
    return {
        start: value
        for record in found
        if isinstance(record, StepSeries) and record.series == series
        for start, value in zip(record.start, record.value, strict=True)
    }
