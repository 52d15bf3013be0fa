"""An account at a simulated Fitbit that stands in the middle of March 2026."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.testing.fakes import SetClock
from syncd_fitbit.simulator import FitbitVendor
from tests.adapters.fitbit.vendor import MID_MARCH, Account, weeks


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    """Return an account that may do everything."""
    clock = SetClock(MID_MARCH)
    with FitbitVendor(weeks().cloud, clock) as vendor:
        made = Account(vendor, clock, tmp_path)
        made.signs_in()
        yield made
