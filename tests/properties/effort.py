"""How many examples a slow property gets: a few in the normal run, many in `make soak`."""

from __future__ import annotations

import os

SOAK_FACTOR = 20


def examples(few: int) -> int:
    """Return ``few``, or twenty times as many under the soak profile."""
    soaking = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
    return few * SOAK_FACTOR if soaking else few
