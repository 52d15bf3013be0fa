"""What the conformance kit asks of an adapter's vendor: a simulator that can be made to fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from syncd.contract import Connection, Cursor, Stream, Window
from syncd.sim.faults import Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A running simulator and a road to it, with short time-outs and everything granted.

    ``connect`` opens a new connection through the true HTTP client. ``windows`` are spans with
    data, a stream each; ``secrets`` are texts that must never be seen in a log or a message
    (tokens, the client's secret, user ids). ``requests`` counts what the vendor has answered.
    """

    connect: Callable[[], AbstractContextManager[Connection]]
    faults: Faults
    windows: Mapping[Stream, Window | None]
    secrets: tuple[str, ...]
    requests: Callable[[], int]
    cursors: Mapping[Stream, Cursor]
