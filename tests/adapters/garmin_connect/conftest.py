from __future__ import annotations

import pytest

from syncd.testing.fakes import SetClock
from syncd_garmin.app.simulator import GarminConnect
from tests.adapters.garmin_connect.vendor import MID_MARCH, Account, weeks


@pytest.fixture
def account():
    clock = SetClock(MID_MARCH)
    with GarminConnect(weeks().cloud, clock, silence_s=2.0) as vendor:
        one = Account(vendor, clock)
        one.signs_in()
        yield one


@pytest.fixture
def quick(monkeypatch):
    """Let the package's pauses for a human's sake take no time."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
