"""The outings of one person as Garmin and Strava really told them: each pair is one walk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syncd.contract import RawPayload, Source, SourceKind, Stream, Workout
from syncd.walks.day import History, Outing, Reading
from syncd.walks.joining import one_outing
from syncd.walks.model import Rules, Target, WalkSession
from syncd.walks.offsets import Evidence, timeline
from syncd.walks.recorded import Recorded
from syncd_garmin import adapter

pytestmark = pytest.mark.realdata
STRAVA = Source(key="strava", kind=SourceKind.HUB, whole_day=False, device="Strava")
RANK = {"cloud": 20, "strava": 10}
"""Strava speaks first here, though it counts no steps: what it lacks Garmin has to tell."""
SECOND = timedelta(seconds=1)


def of_garmin(folder: Path) -> list[Workout]:
    said = json.loads((folder / "api" / "garmin-activities-p0.json").read_text())
    body = json.dumps(said["activityList"]).encode()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    payload = RawPayload(
        "me", Stream.WORKOUTS, None, 0, now, "application/json", body, {"type": "activities"}
    )
    return [r for r in adapter.parse(payload) if isinstance(r, Workout)]


def of_strava(folder: Path) -> list[Workout]:
    said = json.loads((folder / "api" / "strava-activities-p0.json").read_text())
    return [as_told(one) for one in said]


def as_told(one: dict[str, Any]) -> Workout:
    start = datetime.fromisoformat(one["start_date"])
    return Workout(
        source=STRAVA,
        key=f"strava:{one['id']}",
        label=one["type"].lower(),
        start=start,
        end=start + one["elapsed_time"] * SECOND,
        moving_time_s=one["moving_time"],
        distance_m=one["distance"],
        ascent_m=one["total_elevation_gain"],
    )


def recorded(workouts: list[Workout]) -> list[Recorded]:
    return [
        Recorded(w, RANK[w.source.key], w.source.key, RANK[w.source.key], Rules()) for w in workouts
    ]


def walks(workouts: list[Workout]) -> list[WalkSession]:
    first = min(int(w.start.timestamp()) for w in workouts) // 86_400 * 1440 - 1440
    end = max(int(w.end.timestamp()) for w in workouts) // 86_400 * 1440 + 2880
    reading = Reading(
        History(
            first=first,
            end=end,
            line=timeline([[Evidence(first * 60, end * 60, 0)]]),
            sources=(),
            outings=tuple(
                Outing(
                    workout=r.workout, source_id=r.source_id, source_key=r.source_key, rank=r.rank
                )
                for r in recorded(workouts)
            ),
            targets=(Target(0, None, Rules()),),
        )
    )
    return reading.sessions(list(reading.days))


def test_what_both_vendors_tell_joins_one_to_one(realdata: Path) -> None:
    garmin, strava = of_garmin(realdata), of_strava(realdata)
    groups = one_outing(recorded([*strava, *garmin]))
    both = [group for group in groups if len({r.source_key for r in group}) == 2]
    told = [[r for r in group if r.source_key == "strava"] for group in both]
    assert [len(one) for one in told] == [1] * 19
    assert len(groups) == len(strava) == 30  # every outing of Garmin's is one of Strava's
    ride = [group for group in both if len(group) == 3]  # two watches on one ride
    assert [{r.workout.label for r in group} for group in ride] == [{"cycling", "ride"}]
    assert all(abs(a.start - b.start) <= 2 for group in both for a in group for b in group)


def test_a_hike_told_twice_has_the_steps_of_the_one_that_counted_them(realdata: Path) -> None:
    found = walks([*of_garmin(realdata), *of_strava(realdata)])
    began = int(datetime(2019, 9, 8, 9, 52, 45, tzinfo=UTC).timestamp())
    [hike] = [walk for walk in found if walk.start == began]
    assert set(hike.sources) == {"cloud", "strava"}
    assert hike.steps == 2232
    # 121.0 by Garmin's average, 61.7 a leg by Strava's: neither is steps by moving time
    assert hike.cadence_spm is not None
    assert 120 < hike.cadence_spm < 125


def test_a_hike_with_long_stops_has_its_cadence_over_the_time_it_moved(realdata: Path) -> None:
    found = walks([*of_garmin(realdata), *of_strava(realdata)])
    long = [w for w in found if w.steps == 16_516]
    assert len(long) == 1
    assert set(long[0].sources) == {"cloud", "strava"}
    assert long[0].cadence_spm == pytest.approx(95.9, abs=0.2)
