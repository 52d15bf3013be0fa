"""What Garmin really answered to other people: shapes as they are, not as they are described."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from syncd.contract import DailyTotal, RawPayload, StepSeries, Stream, Workout
from syncd_garmin import adapter

pytestmark = pytest.mark.realdata
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def answer(folder: Path, name: str) -> Any:
    said = json.loads((folder / "api" / name).read_text())
    return said[0]["json"] if isinstance(said, list) and "json" in said[0] else said


def parsed(stream: Stream, kind: str, said: object, at: datetime = NOW) -> list[Any]:
    body = json.dumps(said).encode()
    payload = RawPayload("me", stream, None, 0, at, "application/json", body, {"type": kind})
    return list(adapter.parse(payload))


def totals(said: object, at: datetime) -> list[DailyTotal]:
    return [r for r in parsed(Stream.DEVICES, "summary", said, at) if isinstance(r, DailyTotal)]


def test_a_page_of_activities_becomes_outings_of_a_believable_length(realdata: Path):
    said = answer(realdata, "garmin-activities-p0.json")["activityList"]
    found = [r for r in parsed(Stream.WORKOUTS, "activities", said) if isinstance(r, Workout)]
    assert len(found) == len(said) == 20
    hike = next(w for w in found if w.key == "garmin:4036098147")
    assert (hike.label, hike.steps, hike.utc_offset_s) == ("hiking", 2232, 3600)
    assert round((hike.end - hike.start).total_seconds()) == 1092  # told in milliseconds
    for walk in found:
        seconds = (walk.end - walk.start).total_seconds()
        assert walk.timer_s - 1 <= seconds < 24 * 3600


def test_a_day_of_twelve_thousand_steps_is_the_metres_on_foot(realdata: Path):
    said = answer(realdata, "garmin-day-stats-20230701.json")
    asked = datetime(2023, 7, 2, tzinfo=UTC)
    [total] = totals(said, asked)
    assert (total.day, total.steps, total.distance_m) == (date(2023, 7, 1), 12_413, 10_368)
    assert total.floors == pytest.approx(29.79, abs=0.01)
    other = answer(realdata, "garmin-user-summary-20200526.json")
    [ridden] = totals(other, datetime(2020, 5, 27, tzinfo=UTC))
    assert (ridden.steps, ridden.distance_m) == (16_736, 14_615)  # of 31,214 m with the rides


def test_a_days_heart_rates_say_when_the_watch_was_worn(realdata: Path):
    said = answer(realdata, "garmin-heartrate-20230701.json")
    [worn] = parsed(Stream.DAILY, "pulse", said)
    assert isinstance(worn, StepSeries)
    assert 12 * 3600 < sum(worn.duration) <= 86_400
