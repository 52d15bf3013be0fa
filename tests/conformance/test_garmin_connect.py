"""The Garmin Connect adapter does what every adapter must, through the package, over sockets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any
from unittest.mock import patch

from syncd.contract import Adapter, Cursor, RawPayload, Stream
from syncd.ingest.registry import find
from syncd.testing.conformance import AdapterConformance
from syncd.testing.fakes import SetClock
from syncd.testing.sandbox import Sandbox
from syncd_garmin.app import asking
from syncd_garmin.app.simulator import GarminConnect
from syncd_garmin.simulated.telling import NAME
from tests.adapters.garmin_connect.vendor import MID_MARCH, Account, weeks, window

ONE_DAY = window("2026-03-12", "2026-03-13")
FIRST, LATER = window("2026-03-11", "2026-03-14"), window("2026-03-12", "2026-03-16")


@contextmanager
def account() -> Iterator[Account]:
    clock = SetClock(MID_MARCH)
    with GarminConnect(weeks().cloud, clock, silence_s=2.0) as vendor:
        one = Account(vendor, clock, undecided={date(2026, 3, 12): "coarse"})
        one.signs_in()
        yield one


@cache
def looked_at(asked: Any) -> tuple[RawPayload, ...]:
    with account() as one:
        streams = find("garmin-connect").capabilities.streams
        return tuple(p for stream in streams for p in one.fetched(stream, asked))


class TestGarminConnect(AdapterConformance):
    def adapter(self) -> Adapter[Any]:
        return find("garmin-connect")

    def payloads(self) -> Sequence[RawPayload]:
        return looked_at(FIRST)

    def overlapping(self) -> Sequence[RawPayload]:
        return looked_at(LATER)

    @contextmanager
    def sandbox(self) -> Iterator[Sandbox]:
        # The one fault that has to be waited for.
        with account() as one, patch.object(asking, "SILENCE_S", 1.0):
            yield Sandbox(
                connect=one.connected,
                faults=one.vendor.faults,
                windows=dict.fromkeys(self.adapter().capabilities.streams, ONE_DAY),
                secrets=("sim-refresh", one.kept.tokens["di_token"], NAME),
                requests=lambda: len(one.vendor.server.log),
                cursors=dict[Stream, Cursor](),
            )
