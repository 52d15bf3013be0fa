"""A Google Health on this machine, and the road to it that the engine will build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from syncd.contract import (
    CanonicalRecord,
    Connection,
    Context,
    Cursor,
    RawPayload,
    StepSeries,
    Stream,
    Window,
)
from syncd.ingest.http import Limits, VendorClient
from syncd.sim.weeks import Eventful, eventful
from syncd.testing.fakes import SetClock
from syncd_google_health import adapter
from syncd_google_health.scopes import SCOPES
from syncd_google_health.simulator import GoogleHealth

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


@dataclass
class Account:
    """One person's account at the simulated vendor."""

    vendor: GoogleHealth
    clock: SetClock
    folder: Path
    scopes: tuple[str, ...] = SCOPES
    granted: frozenset[str] | None = None
    tokens: list[str] = field(default_factory=list)
    silence_s: float = 30.0
    sent: int = 0

    def token(self, *, refused: str | None = None) -> str:
        """Return the newest token, or sign in for one."""
        if not self.tokens or refused == self.tokens[-1]:
            self.tokens.append(self.vendor.sign_in.consent(self.scopes)[0])
        return self.tokens[-1]

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Open a connection through the true client."""
        limits = Limits(silence_s=self.silence_s)
        settings = adapter.settings(
            client_file=self.folder / "client.json", base_url=self.vendor.base_url
        )
        with VendorClient(now=self.clock, tokens=self.token, limits=limits) as http:
            context = Context("someone", self.clock, http, granted=self.granted)
            with adapter.connect(settings, context) as connection:
                yield connection
            self.sent = http.sent

    def fetched(
        self, stream: Stream, asked: Window | None, cursor: Cursor | None = None
    ) -> list[RawPayload]:
        """Return all payloads of one pull."""
        with self.connected() as connection:
            return list(connection.fetch(stream, asked, cursor))

    def records(self, stream: Stream, asked: Window | None) -> list[CanonicalRecord]:
        """Return all records of one pull."""
        return parsed(self.fetched(stream, asked))

    def asked(self) -> list[str]:
        """Return the last parts of the paths of every request so far."""
        return [line.path.rpartition("/")[2] for line in self.vendor.server.log]


def parsed(payloads: list[RawPayload]) -> list[CanonicalRecord]:
    """Return the records of payloads in order."""
    return [record for payload in payloads for record in adapter.parse(payload)]


def minutes(found: list[CanonicalRecord], series: str) -> dict[int, float | None]:
    """Return start (Unix seconds) -> value of one series."""
    return {
        start: value
        for record in found
        if isinstance(record, StepSeries) and record.series == series
        for start, value in zip(record.start, record.value, strict=True)
    }
