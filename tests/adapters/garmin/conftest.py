"""An account at a simulated Personal API that stands in the middle of March 2026."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.testing.fakes import SetClock
from syncd_garmin.simulator import Garmin
from tests.adapters.garmin.vendor import MID_MARCH, Account, weeks


@pytest.fixture
def account() -> Iterator[Account]:
    """Return an account with a key that works."""
    clock = SetClock(MID_MARCH)
    with Garmin(weeks().cloud, clock) as vendor:
        yield Account(vendor, clock)
