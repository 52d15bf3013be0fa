"""How often Garmin is asked: what performance.md promises, counted at the vendor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncd.service.syncing import Wish
from syncd.sim.weeks import lately
from syncd.store import open_store
from tests.adapters.garmin.home import GarminHome, garmin_home, hours

ZONE = "Europe/Berlin"
TODAY = datetime(2026, 3, 16, 6, 5, tzinfo=UTC)


@pytest.fixture
def garmin(tmp_path: Path) -> Iterator[GarminHome]:
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    cloud = lately(5, ZONE, TODAY.date() + timedelta(days=15), 52)
    with garmin_home(store, tmp_path, cloud, ZONE, TODAY) as home:
        yield home
    store.close()


def settled(garmin: GarminHome) -> None:
    """Bring everything up to date, so that what follows is an ordinary day."""
    garmin.synced(Wish(since=garmin.clock.at - timedelta(days=30), slices_most=None))
    garmin.clock.move(timedelta(seconds=1))
    garmin.synced()


def test_a_poll_costs_one_request_when_the_watch_has_not_synced(garmin: GarminHome):
    settled(garmin)
    garmin.clock.move(timedelta(minutes=1))
    assert garmin.asks() == {"today": 1}


def test_a_day_of_hourly_polls_stays_within_its_budget(garmin: GarminHome):
    settled(garmin)
    walks = len(garmin.workouts())
    total, daily = Counter[str](), 0
    for _ in range(24):
        garmin.clock.move(hours(1))
        asked = garmin.asks()
        new, walks = len(garmin.workouts()) - walks, len(garmin.workouts())
        often = asked["today"] + asked["list"]
        assert often <= 2
        assert asked["detail"] + asked["file"] <= 2 * new
        assert asked["settings"] == 0
        daily += asked["days"]
        total += asked
    assert total["list"] > 10  # the watch did sync
    assert total["detail"] == total["file"] >= 1  # and there was a walk
    assert daily == 1
    assert total["pulse"] <= 1
    assert total.total() <= 50


def test_the_settings_are_read_once_a_week_and_when_the_clock_has_moved(garmin: GarminHome):
    garmin.clock.move(timedelta(days=2))
    settled(garmin)  # on 18 March
    asked = {}
    for days in (6, 1, 4, 1):
        garmin.clock.move(timedelta(days=days))
        asked[f"{garmin.clock.at:%d %B}"] = garmin.asks()["settings"]
    # the day of 30 March is the first that begins by Berlin's summer clock
    assert asked == {"24 March": 0, "25 March": 1, "29 March": 0, "30 March": 1}


def test_a_year_of_daily_totals_costs_fourteen_requests(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    now = datetime(2026, 3, 16, 6, 5, tzinfo=UTC)
    cloud = lately(3, ZONE, now.date(), 20)  # what lies before is empty, and asked for all the same
    with garmin_home(store, tmp_path, cloud, ZONE, now) as home:
        asked = home.asks(Wish(since=now - timedelta(days=365), slices_most=None))
        assert asked["days"] <= 14
        assert asked["list"] <= 54
    store.close()


def test_nothing_is_asked_twice_when_nothing_changed(garmin: GarminHome):
    settled(garmin)
    garmin.clock.move(hours(25))
    garmin.synced()
    assert garmin.asks() == {"today": 1}
