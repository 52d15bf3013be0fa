"""The files adapter does what every adapter must, as far as it asks nobody."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from syncd.contract import Adapter, Context, Malformed, RawPayload, Stream
from syncd.ingest.registry import find
from syncd.sim.sample import write_sample
from syncd.sim.takeout_writer import Shape, takeout, write_parts
from syncd.testing.conformance import AdapterConformance

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GPX = b"""<?xml version="1.0"?><gpx version="1.1" creator="made up"><trk><type>walking</type>
<trkseg>
<trkpt lat="10.0" lon="20.0"><time>2026-03-02T08:00:00Z</time></trkpt>
<trkpt lat="10.001" lon="20.0"><time>2026-03-02T08:01:20Z</time></trkpt>
</trkseg></trk></gpx>"""


@cache
def read(days: int) -> tuple[RawPayload, ...]:
    """Return the payloads of a made-up person's files, the last days of their history."""
    adapter, found = find("files"), list[RawPayload]()
    with TemporaryDirectory() as name:
        folder = Path(name)
        sample = write_sample(folder, people=1, days=days, end=date(2026, 11, 20))
        (folder / "walk.gpx.gz").write_bytes(gzip.compress(GPX))
        export = write_parts(folder / "takeout", takeout(sample.people[0].truth, Shape()))
        for path in (*sample.people[0].files, folder / "walk.gpx.gz", *export):
            context = Context("files", lambda: NOW, facts={"zone": "Europe/Paris"})
            with adapter.connect(adapter.settings(path=path), context) as connection:
                found += _sound(connection.fetch(Stream.FILES, None, None))
    return tuple(found)


def _sound(payloads: Iterator[RawPayload]) -> Iterator[RawPayload]:
    """Yield payloads; exports hold files that are nothing of ours, and nothing that is amiss."""
    try:
        yield from payloads
    except Malformed as error:
        if error.problems:
            raise


class TestFiles(AdapterConformance):
    def adapter(self) -> Adapter[Any]:
        return find("files")

    def payloads(self) -> Sequence[RawPayload]:
        return read(10)

    def overlapping(self) -> Sequence[RawPayload]:
        return read(14)
