"""A Personal API on this machine, and the road to it that the engine will build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from syncd.contract import (
    CanonicalRecord,
    Connection,
    Context,
    Cursor,
    RawPayload,
    Stream,
    Window,
    Workout,
)
from syncd.ingest.http import Limits, VendorClient
from syncd.sim.weeks import Eventful, eventful
from syncd.testing.fakes import SetClock
from syncd_garmin import adapter
from syncd_garmin.settings import GarminSettings, exchange
from syncd_garmin.simulator import Garmin

MID_MARCH = datetime(2026, 3, 16, 10, 30, tzinfo=UTC)
ZONE = "Europe/Berlin"


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


@dataclass
class Account:
    """One person's account at the simulated vendor."""

    vendor: Garmin
    clock: SetClock
    tokens: list[str] = field(default_factory=list)
    facts: Mapping[str, str] = field(default_factory=lambda: {"zone": ZONE})
    silence_s: float = 30.0

    @property
    def streams(self) -> list[Stream]:
        """Return what there is to ask for."""
        return list(adapter.capabilities.streams)

    @property
    def settings(self) -> GarminSettings:
        """Return the account's settings."""
        return GarminSettings(base_url=self.vendor.base_url, spacing_s=0)

    def token(self, *, refused: str | None = None) -> str:
        """Return the newest token, or exchange the key for one."""
        if not self.tokens or refused == self.tokens[-1]:
            with VendorClient(now=self.clock) as http:
                self.tokens.append(exchange(self.settings, self.vendor.keys.key, http).access)
        return self.tokens[-1]

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Open a connection through the true client."""
        limits = Limits(silence_s=self.silence_s)
        with VendorClient(now=self.clock, tokens=self.token, limits=limits) as http:
            context = Context("someone", self.clock, http, facts=self.facts)
            with adapter.connect(self.settings, context) as connection:
                yield connection

    def fetched(
        self, stream: Stream, asked: Window | None, cursor: Cursor | None = None
    ) -> list[RawPayload]:
        """Return all payloads of one pull over a connection of its own."""
        with self.connected() as connection:
            return list(connection.fetch(stream, asked, cursor))

    def records(
        self, stream: Stream, asked: Window | None, cursor: Cursor | None = None
    ) -> list[CanonicalRecord]:
        """Return all records of one pull."""
        return parsed(self.fetched(stream, asked, cursor))

    def asked(self) -> list[str]:
        """Return what the vendor was asked so far, without sign-ins: the parts that tell it."""
        parts = [line.path.split("/")[1:4] for line in self.vendor.server.log]
        return [part[-1] if part[0] != "download-service" else "file" for part in parts
                if part[0] != "personalapitoken-service"]  # fmt: skip


def parsed(payloads: list[RawPayload]) -> list[CanonicalRecord]:
    """Return the records of payloads in order."""
    return [record for payload in payloads for record in adapter.parse(payload)]


def workouts(found: list[CanonicalRecord]) -> dict[str, Workout]:
    """Return outings by their key, the last told."""
    return {record.key: record for record in found if isinstance(record, Workout)}
