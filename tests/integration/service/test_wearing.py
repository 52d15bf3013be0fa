"""Wear and sleep as a tracker delivers them: stored, read back, judged, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from syncd.contract import (
    DeviceSync,
    OnConflict,
    Series,
    Source,
    StepSeries,
)
from syncd.service.derive import derive_person
from syncd.store import Store, dirty, people
from syncd.walks.model import Outcome
from tests.integration.service.lives import PHONE, WATCH, at, keep, meaning, published, put
from tests.integration.service.test_spine import waking

DAY = date(2026, 3, 10)
FIRST = (DAY - date(1970, 1, 1)).days * 1440
HOUR_S = 3600
SYNCED = datetime(2026, 3, 11, 8, tzinfo=UTC)


def lay(store: Store, source: Source, values: list[int | None]) -> None:
    """Store the minutes of DAY, and that the tracker has synced since."""
    put(store, source, FIRST, values)
    keep(store, DeviceSync(source=source, at=SYNCED))


def tell(store: Store, series: Series, *spans: tuple[float, float, float]) -> None:
    """Store (from hour, hours, value) of the watch, counted from DAY's midnight, and derive."""
    record = StepSeries(
        source=WATCH,
        series=series,
        start=tuple(FIRST * 60 + int(a * HOUR_S) for a, _, _ in spans),
        duration=tuple(int(hours * HOUR_S) for _, hours, _ in spans),
        value=tuple(value for _, _, value in spans),
    )
    keep(store, record, on_conflict=OnConflict.NEWEST)


def judged(store: Store) -> tuple[Outcome | None, float | None, int | None]:
    [day] = [row.day for row in published(store)[0] if row.day.day == DAY]
    return day.outcome, day.seen_h, day.longest_unseen_min


def test_wear_decides_over_still_and_walked_minutes(store: Store) -> None:
    lay(store, WATCH, [0] * 600 + [105] * 12 + [0] * 828)
    assert judged(store)[0] is Outcome.UNKNOWN
    tell(store, Series.WEAR, (0, 24, 1))
    assert judged(store) == (Outcome.MISSED, 16.0, 0)
    tell(store, Series.WEAR, (0, 13, 1), (13, 5, 0), (18, 6, 1))
    assert judged(store) == (Outcome.UNKNOWN, 11.0, 300)


def test_a_night_that_begins_the_evening_before_is_taken_off_the_waking_hours(
    store: Store,
) -> None:
    day: list[int | None] = [*waking(12)]
    day[420:600] = [None] * 180
    day[600] = None
    lay(store, WATCH, day)
    assert judged(store)[0] is Outcome.UNKNOWN
    tell(store, Series.SLEEP, (-1.5, 11.52, 1))
    assert judged(store)[0] is Outcome.MISSED
    again = meaning(store)
    with store.read() as cx:
        me = people.find(cx, "me")
    assert me is not None
    with store.write() as tx:
        dirty.mark(tx, me.id, [FIRST // 1440])
    derive_person(store, me.id, clock=at())
    assert meaning(store) == again


@pytest.mark.parametrize(
    ("hours", "outcome"), [((8, 11, 14, 17, 20), "likely_missed"), ((8,), "unknown")]
)
def test_a_phone_is_seen_only_while_it_is_carried(
    store: Store, hours: tuple[int, ...], outcome: str
) -> None:
    day: list[int | None] = [0] * 1440
    for hour in hours:
        day[hour * 60] = 30
    lay(store, PHONE, day)
    assert judged(store)[0] == outcome
