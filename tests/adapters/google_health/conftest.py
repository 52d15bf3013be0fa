"""An account at a simulated Google Health that stands in the middle of March 2026."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.testing.fakes import SetClock
from syncd_google_health.simulator import GoogleHealth
from tests.adapters.google_health.vendor import MID_MARCH, Account, weeks


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    """Return an account that may do everything."""
    clock = SetClock(MID_MARCH)
    with GoogleHealth(weeks().cloud, clock) as vendor:
        vendor.write_client_file(tmp_path)
        yield Account(vendor, clock, tmp_path)
