"""What a scrape of /metrics says after real requests to a simulated vendor."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from urllib.request import urlopen

import pytest

from syncd.daemon_settings import DaemonSettings
from syncd.ingest import registry
from syncd.service.dispatch import Done
from syncd.service.observing import Observing
from syncd.service.requests import RequestTally
from syncd.sim.faults import FaultKind
from syncd.store import derived
from tests.integration.engine.google import GoogleHome, google_home


@pytest.fixture
def home(store, tmp_path):
    with google_home(store, tmp_path) as opened:
        yield opened


def scraped(home: GoogleHome, tally: RequestTally, done: list[Done]) -> dict[str, float]:
    """Return what a scrape says: family with labels -> value."""
    seen = Observing(
        home.store,
        DaemonSettings(listen="127.0.0.1:0"),
        clock=lambda: home.now,
        find=registry.find,
        requests=tally.counted,
    )
    for one in done:
        seen.synced(one)
    try:
        with urlopen(f"http://127.0.0.1:{seen.port}/metrics", timeout=10) as page:
            lines = page.read().decode().splitlines()
    finally:
        seen.close()
    said = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in said}


def test_requests_are_counted_by_vendor_and_status_and_days_by_outcome(home):
    account_id = home.adds()
    home.signs_in(account_id)
    tally = RequestTally()
    home.roads = replace(home.roads, heard=tally.heard)
    home.vendor.faults.add(FaultKind.TOO_MANY)
    failed = home.sync(account_id)
    well = home.sync(account_id)
    said = scraped(home, tally, [Done(account_id, failed), Done(account_id, well)])
    vendor = 'vendor="google-health"'
    assert said[f'syncd_vendor_requests_total{{status="429",{vendor}}}'] == 1
    assert said[f'syncd_vendor_requests_total{{status="200",{vendor}}}'] >= 5
    assert said[f'syncd_syncs_total{{ended="wait",{vendor}}}'] == 1
    assert said[f'syncd_syncs_total{{ended="well",{vendor}}}'] == 1
    days = {name: n for name, n in said.items() if name.startswith("syncd_days{")}
    with home.store.read() as cx:
        rows = [row.day for row in derived.iter_days(cx, [home.person_id])]
    assert len(rows) >= 3
    counted = Counter((day.outcome or "open", day.state) for day in rows)
    assert days == {
        f'syncd_days{{outcome="{outcome}",state="{state}"}}': count
        for (outcome, state), count in counted.items()
    }
    assert all(name.count('"') == 4 for name in days)  # an outcome, a state, and nobody's name


def test_the_lag_of_the_schedule_is_how_long_the_longest_due_account_has_waited(home):
    account_id = home.adds()
    home.signs_in(account_id)
    home.sync(account_id)
    due_at = home.account(account_id).next_sync_at
    assert scraped(home, RequestTally(), [])["syncd_schedule_lag_seconds"] == 0
    home.now = due_at + (due_at - home.now)
    lag = scraped(home, RequestTally(), [])["syncd_schedule_lag_seconds"]
    assert lag == (home.now - due_at).total_seconds() > 0
