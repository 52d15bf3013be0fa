"""Write FIT monitoring files, for simulators and tests, as watches write them.

Counters grow through a local day, one for each kind of activity. It knows nothing of how the
files are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from syncd.sim.fit_wire import Field, fit_seconds
from syncd.sim.fit_writer import FitWriter

RUN, WALK, STILL = 1, 6, 8
MONITORING, MONITORING_INFO, MONITORING_FILE = 55, 103, 32


@dataclass(frozen=True, slots=True)
class Told:
    """One message: until ``at`` the wearer did ``activity``; ``steps`` is the day's total of it.

    ``packed=False`` is a plain snapshot of a counter, with its full time and no intensity.
    """

    at: datetime
    activity: int
    steps: int | None = None
    packed: bool = True


def monitoring(
    told: Iterable[Told],
    *,
    begins: datetime,
    local_offset_s: int | None,
    writer: FitWriter | None = None,
) -> bytes:
    """Return the file of a watch; a packed message tells the low 16 bits of its time only."""
    out = writer or FitWriter()
    out.file_id(begins, file_type=MONITORING_FILE)
    began = fit_seconds(begins)
    out.message(
        MONITORING_INFO,
        Field(253, "uint32", began),
        Field(0, "uint32", None if local_offset_s is None else began + local_offset_s),
        local=1,
    )
    for message in told:
        at = fit_seconds(message.at)
        cycles = () if message.steps is None else (Field(3, "uint32", message.steps),)
        if message.packed:
            kind = Field(24, "byte", bytes([message.activity | 3 << 5]))
            low = Field(26, "uint16", at & 0xFFFF)
            out.message(MONITORING, *cycles, low, kind, local=2 if cycles else 3)
        else:
            stamp, kind = Field(253, "uint32", at), Field(5, "enum", message.activity)
            out.message(MONITORING, stamp, *cycles, kind, local=4)
    return out.finish()
