"""Fast minutes: shown, never doubled; and those that nobody steps (walking-rules 0.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

from syncd.walks.ground import Ground
from syncd.walks.minutes import at_least, whole

_NO_VEHICLE = bytes([0, 1, 0]) + bytes(253)


@dataclass(frozen=True, slots=True)
class FastMinutes:
    """Minutes of ``fast_spm`` or more; of them those of ``run_spm`` or more, and of over 220.

    The last are counted as 220: a tracker that was shaken, or steps written late.
    """

    fast: int
    running: int
    implausible: int
    run_spm: int
    fast_spm: int = 130


def fast_minutes(ground: Ground, spans: Iterable[tuple[int, int]]) -> FastMinutes:
    """Return the fast minutes of spans of Unix minutes, without those in a vehicle."""
    run_spm, fast_spm = whole(ground.rules.run_cadence), whole(ground.rules.cadence_vigorous)
    fast = running = implausible = 0
    for start, end in spans:
        on_foot = ground.walking(start, end).translate(_NO_VEHICLE)
        steps = bytes(compress(ground.steps(start, end), on_foot))
        fast += steps.translate(at_least(fast_spm)).count(1)
        running += steps.translate(at_least(run_spm)).count(1)
        over = ground.merged.minutes.over
        implausible += sum(start <= i + ground.first < end for i in over)
    return FastMinutes(fast, running, implausible, run_spm, fast_spm)
