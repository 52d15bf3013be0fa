"""Points at which a test may kill this process: off unless the environment names one.

``SYNCD_FAILPOINT=NAME:K`` kills at the K-th time that NAME is reached, as a power cut would;
``SYNCD_FAILPOINT=count`` kills nowhere and counts, so that a test can draw a K.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from functools import cache

VARIABLE = "SYNCD_FAILPOINT"
BEFORE, AFTER = "before-commit", "after-commit"
BEFORE_DURABLE, AFTER_DURABLE = "before-durable-commit", "after-durable-commit"
ARCHIVE = "archive-write"
counts: Counter[str] = Counter()
"""How often each point was reached, while the environment names any."""


def reached(point: str) -> None:
    """Do nothing, or die here when the environment says so."""
    armed = _armed()
    if armed is None:
        return
    counts[point] += 1
    if armed == (point, counts[point]):
        os.kill(os.getpid(), signal.SIGKILL)


@cache
def _armed() -> tuple[str, int] | None:
    said = os.environ.get(VARIABLE)
    if not said:
        return None
    point, _, number = said.partition(":")
    return point, int(number or 0)
