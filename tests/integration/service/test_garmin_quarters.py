"""A real day as Garmin Connect tells it, through the whole path from its bytes to the verdict."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from syncd.contract import DeviceSync, RawPayload, Stream, Window
from syncd.ingest.registry import find
from syncd.store import Store
from syncd.walks.model import Outcome, Resolution
from tests.integration.service.lives import keep, published

COVERS = Window(datetime(2023, 7, 1, 6, tzinfo=UTC), datetime(2023, 7, 2, 6, tzinfo=UTC))


@pytest.mark.realdata
def test_b4_a_real_day_of_12413_steps_is_an_estimate_with_its_interval(
    store: Store, realdata: Path
) -> None:
    told = json.loads((realdata / "api" / "garmin-steps-15min-20230701.json").read_bytes())
    body = json.dumps(told[0]["json"]).encode()
    facts = {"type": "rows", "day": "2023-07-01", "zone": "America/Denver"}
    rows = RawPayload("g", Stream.STEPS, COVERS, 0, COVERS.end, "application/json", body, facts)
    found = list(find("garmin-connect").parse(rows))
    keep(store, *found, DeviceSync(source=found[0].source, at=COVERS.end))
    (row,) = published(store)[0]
    day = row.day
    assert (day.day, day.steps, day.resolution) == (date(2023, 7, 1), 12_413, Resolution.QUARTER)
    assert day.outcome in {Outcome.UNKNOWN, Outcome.LIKELY_MISSED}
    assert day.brisk_min_low == 0
    assert day.brisk_min is not None
    assert day.brisk_min_high is not None
    assert 0 < day.brisk_min < 30 < day.brisk_min_high + 15
    assert "from 15-minute steps" in day.reason
