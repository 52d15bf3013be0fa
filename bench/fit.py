"""FIT files of the simulated watch, read to records, against fitdecode yielding their messages."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from fitdecode import FIT_FRAME_DATA, FitReader

from bench.measure import Row, side_by_side
from syncd.formats import fit
from syncd.sim.fit_writer import FitWriter, Sample

GOAL = 0.7
SECONDS = 3600
"""An hour at a sample a second: what a watch records."""
START = datetime(2026, 3, 9, 10, tzinfo=UTC)


@lru_cache(maxsize=1)
def _outing() -> bytes:
    samples = [
        Sample(s, 1.4 * s, 100 + s % 60 / 5, 1.4, 55.5, 48 + s * 1e-5, 2 + s * 1e-5)
        for s in range(SECONDS)
    ]
    return FitWriter().activity(
        start=START, samples=samples, total_cycles=3330, local_offset_s=3600
    )


def run() -> list[Row]:
    """Return the row."""
    data = _outing()

    def ours() -> int:
        found = fit.records(data, name="x.fit", before=START + timedelta(days=1))
        return sum(len(w.track.at) for w in found if w.type == "workout" and w.track)

    def messages() -> int:
        with FitReader(io.BytesIO(data)) as reader:
            return sum(frame.frame_type == FIT_FRAME_DATA for frame in reader)

    assert ours() == SECONDS
    assert messages() > SECONDS
    us, reference = side_by_side(ours, messages, repeats=5)
    return [
        Row(
            "FIT decode, an hour at 1 Hz",
            f"{SECONDS / us:,.0f} records/s",
            f"fitdecode {SECONDS / reference:,.0f}/s",
            reference / us,
            f">= {GOAL}x",
            reference >= GOAL * us,
        )
    ]
