"""The adapter of Garmin's Personal API does what every adapter must, over sockets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from syncd.contract import Adapter, Cursor, RawPayload, Stream
from syncd.ingest.registry import find
from syncd.testing.conformance import AdapterConformance
from syncd.testing.fakes import SetClock
from syncd.testing.sandbox import Sandbox
from syncd_garmin.simulated.keys import KEY
from syncd_garmin.simulated.telling import NAME
from syncd_garmin.simulator import Garmin
from tests.adapters.garmin.vendor import MID_MARCH, Account, weeks, window

ONE_DAY = window("2026-03-12", "2026-03-13")
FIRST, LATER = window("2026-03-11", "2026-03-14"), window("2026-03-12", "2026-03-16")


@contextmanager
def account() -> Iterator[Account]:
    clock = SetClock(MID_MARCH)
    with Garmin(weeks().cloud, clock, silence_s=2.0) as vendor:
        yield Account(vendor, clock)


@cache
def looked_at(asked: Any) -> tuple[RawPayload, ...]:
    with account() as one:
        return tuple(p for stream in one.streams for p in one.fetched(stream, asked))


class TestGarmin(AdapterConformance):
    def adapter(self) -> Adapter[Any]:
        return find("garmin")

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
                windows=dict.fromkeys(one.streams, ONE_DAY),
                secrets=(KEY, "sim-signature", NAME),
                requests=lambda: len(one.vendor.server.log),
                cursors=dict[Stream, Cursor](),
            )
