"""The Fitbit adapter does what every adapter must, through the real package over sockets."""

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
from syncd_fitbit.simulated.telling import USER
from syncd_fitbit.simulator import FitbitVendor
from tests.adapters.fitbit.vendor import MID_MARCH, Account, weeks, window

ONE_DAY = window("2026-03-12", "2026-03-13")
FIRST, LATER = window("2026-03-11", "2026-03-14"), window("2026-03-12", "2026-03-16")


@contextmanager
def account() -> Iterator[Account]:
    clock = SetClock(MID_MARCH)
    with (
        TemporaryDirectory() as folder,
        FitbitVendor(weeks().cloud, clock, silence_s=0.2) as vendor,
    ):
        vendor.quirks.limit = 10_000
        made = Account(vendor, clock, Path(folder), facts={"zone": "Europe/Berlin"})
        made.signs_in()
        yield made


@cache
def looked_at(asked: Any) -> tuple[RawPayload, ...]:
    with account() as one:
        return tuple(p for stream in Stream if stream is not Stream.FILES
                     for p in one.fetched(stream, asked))  # fmt: skip


class TestFitbit(AdapterConformance):
    def adapter(self) -> Adapter[Any]:
        return find("fitbit")

    def payloads(self) -> Sequence[RawPayload]:
        return looked_at(FIRST)

    def overlapping(self) -> Sequence[RawPayload]:
        return looked_at(LATER)

    @contextmanager
    def sandbox(self) -> Iterator[Sandbox]:
        with account() as one:
            yield Sandbox(
                connect=one.connected,
                faults=one.vendor.faults,
                windows=dict.fromkeys(self.adapter().capabilities.streams, ONE_DAY),
                secrets=("sim-access", "sim-refresh", one.vendor.sign_in.client_secret, USER),
                requests=lambda: len(one.vendor.server.log),
                cursors=dict[Stream, Cursor](),
            )
