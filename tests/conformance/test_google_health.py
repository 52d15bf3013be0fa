"""The Google Health adapter does what every adapter must, against its simulator over sockets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from syncd.contract import Adapter, Cursor, RawPayload, Stream
from syncd.ingest.registry import find
from syncd.testing.conformance import AdapterConformance
from syncd.testing.fakes import SetClock
from syncd.testing.sandbox import Sandbox
from syncd_google_health.simulated.telling import USER
from syncd_google_health.simulator import GoogleHealth
from tests.adapters.google_health.vendor import MID_MARCH, Account, weeks, window

ONE_DAY = window("2026-03-12", "2026-03-13")
FIRST, LATER = window("2026-03-11", "2026-03-14"), window("2026-03-12", "2026-03-16")


@contextmanager
def account() -> Iterator[Account]:
    clock = SetClock(MID_MARCH)
    with (
        TemporaryDirectory() as folder,
        GoogleHealth(weeks().cloud, clock, silence_s=2.0) as vendor,
    ):
        vendor.write_client_file(Path(folder))
        yield Account(vendor, clock, Path(folder))


@cache
def looked_at(asked: Any) -> tuple[RawPayload, ...]:
    with account() as one:
        return tuple(p for stream in Stream if stream is not Stream.FILES
                     for p in one.fetched(stream, asked))  # fmt: skip


class TestGoogleHealth(AdapterConformance):
    def adapter(self) -> Adapter[Any]:
        return find("google-health")

    def payloads(self) -> Sequence[RawPayload]:
        return looked_at(FIRST)

    def overlapping(self) -> Sequence[RawPayload]:
        return looked_at(LATER)

    @contextmanager
    def sandbox(self) -> Iterator[Sandbox]:
        with account() as one:
            one.token()
            one.silence_s = 1.5  # the one fault that has to be waited for
            yield Sandbox(
                connect=one.connected,
                faults=one.vendor.faults,
                windows=dict.fromkeys(self.adapter().capabilities.streams, ONE_DAY),
                secrets=("sim-access", "sim-refresh", one.vendor.sign_in.client_secret, USER),
                requests=lambda: len(one.vendor.server.log),
                cursors=dict[Stream, Cursor](),
            )
