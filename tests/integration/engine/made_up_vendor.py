"""A vendor in memory: minutes that a watch hands over now and then, and faults when told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel

from syncd.contract import (
    Adapter,
    Capabilities,
    Cursor,
    DeviceSync,
    Malformed,
    NoAuth,
    RawPayload,
    Series,
    Source,
    SourceKind,
    StepSeries,
    Stream,
    StreamSpec,
    Window,
    Write,
)

WATCH = Source(key="watch", kind=SourceKind.WATCH, whole_day=True)
DAY = timedelta(days=1)


class Settings(BaseModel):
    """Nothing to set."""


@dataclass
class Vendor:
    """What the vendor holds (Unix minute -> steps), and how it behaves.

    ``faults`` are raised one a request, ``None`` lets a request through; ``asked`` are the
    (stream, window) of every request; ``on_request`` is called with the number of each.
    """

    synced: datetime
    minutes: dict[int, int] = field(default_factory=dict)
    faults: list[Exception | None] = field(default_factory=list)
    faulty: dict[Stream, Exception] = field(default_factory=dict)
    asked: list[tuple[Stream, Window]] = field(default_factory=list)
    on_request: object = None
    garbled: bool = False
    history: timedelta = 30 * DAY

    def walk(self, start: datetime, minutes: int, steps: int = 110) -> None:
        """Let the wearer walk, and the watch hand it over at once."""
        first = int(start.timestamp()) // 60
        self.minutes.update({first + i: steps for i in range(minutes)})

    def live(self, start: datetime, end: datetime, steps: int = 3) -> None:
        """Let the wearer sit about: a few steps in every minute."""
        for minute in range(int(start.timestamp()) // 60, int(end.timestamp()) // 60):
            self.minutes.setdefault(minute, steps)

    def adapter(self) -> Adapter[Settings]:
        """Return the adapter of this vendor."""
        spec = StreamSpec(
            epoch=timedelta(minutes=1),
            longest_window=5 * DAY,
            lookback=2 * DAY,
            history=self.history,
            poll_every=timedelta(hours=1),
        )
        devices = StreamSpec(
            epoch=None,
            longest_window=DAY,
            lookback=DAY,
            history=DAY,
            poll_every=timedelta(hours=1),
            write=Write.UPSERT,
            whole_day=False,
        )
        return Adapter(
            name="made-up",
            summary="for tests",
            capabilities=Capabilities(
                auth=NoAuth(),
                streams={Stream.STEPS: spec, Stream.DEVICES: devices},
                freshness=Stream.DEVICES,
            ),
            settings=Settings,
            connect=lambda _settings, _context: self.connected(),
            parse=parse,
        )

    @contextmanager
    def connected(self) -> Iterator[Vendor]:
        """Open the road."""
        yield self

    def fetch(self, stream: Stream, window: Window, cursor: Cursor | None) -> Iterator[RawPayload]:
        """Yield one answer."""
        del cursor
        self.asked.append((stream, window))
        if callable(self.on_request):
            self.on_request(len(self.asked))
        fault = self.faults.pop(0) if self.faults else self.faulty.get(stream)
        if fault is not None:
            raise fault
        yield RawPayload(
            account="made-up",
            stream=stream,
            covers=window,
            seq=0,
            fetched_at=self.synced,
            media_type="application/json",
            body=b"{" if self.garbled and stream is Stream.STEPS else self._answer(stream, window),
        )

    def _answer(self, stream: Stream, window: Window) -> bytes:
        if stream is Stream.DEVICES:
            return json.dumps({"synced": self.synced.isoformat()}).encode()
        first, end = (int(at.timestamp()) // 60 for at in (window.start, window.end))
        handed = int(self.synced.timestamp()) // 60
        inside = {m: s for m, s in self.minutes.items() if first <= m < min(end, handed)}
        return json.dumps(sorted(inside.items())).encode()


def parse(payload: RawPayload) -> Iterator[StepSeries | DeviceSync]:
    """Read an answer."""
    try:
        said = json.loads(payload.body)
    except ValueError as error:
        raise Malformed("the answer is cut off", payload=payload) from error
    if payload.stream is Stream.DEVICES:
        yield DeviceSync(source=WATCH, at=datetime.fromisoformat(said["synced"]).astimezone(UTC))
    elif said:
        yield StepSeries(
            source=WATCH,
            series=Series.STEPS,
            start=tuple(60 * minute for minute, _ in said),
            duration=(60,) * len(said),
            value=tuple(steps for _, steps in said),
        )
