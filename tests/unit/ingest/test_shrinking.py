from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syncd.ingest.shrinking import Answer, Doubt, doubted

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
GONE = Answer("watch", 20000, 9000, 0)
BEFORE = Doubt(
    source_key="watch", utc_day=20000, came=0, seen_at=NOW - 6 * HOUR, synced=NOW - 7 * HOUR
)


@pytest.mark.parametrize(
    ("held", "came", "believed"),
    [(9000, 0, False), (9000, 4500, False), (9000, 4501, True), (0, 0, True), (10, 9000, True)],
)
def test_only_a_day_that_lost_half_of_its_steps_is_doubted(held, came, believed):
    answer = Answer("watch", 20000, held, came)
    assert doubted([answer], [], now=NOW, synced=NOW) == ([] if believed else [answer])


def test_a_second_answer_hours_later_after_a_newer_sync_is_believed():
    assert doubted([GONE], [BEFORE], now=NOW, synced=NOW - HOUR) == []


@pytest.mark.parametrize(
    ("before", "synced"),
    [
        (replace(BEFORE, seen_at=NOW - 6 * HOUR + timedelta(seconds=1)), NOW - HOUR),
        (BEFORE, BEFORE.synced),
        (BEFORE, None),
        (replace(BEFORE, came=100), NOW - HOUR),
        (replace(BEFORE, utc_day=20001), NOW - HOUR),
        (replace(BEFORE, source_key="phone"), NOW - HOUR),
    ],
)
def test_too_soon_or_no_newer_sync_or_another_answer_is_doubted_again(before, synced):
    assert doubted([GONE], [before], now=NOW, synced=synced) == [GONE]


def test_a_vendor_without_device_syncs_is_believed_the_second_time():
    before = replace(BEFORE, synced=None)
    assert doubted([GONE], [before], now=NOW, synced=None) == []
