"""Days and walks made by hand, for screens that only need rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from syncd.store.derived import DayRow, WalkRow
from syncd.walks.model import Activity, Day, Mark, Outcome, Resolution, State, WalkSession

CHANGED = datetime(2026, 3, 28, 12, tzinfo=UTC)
MET, MISSED, UNKNOWN = Outcome.MET, Outcome.MISSED, Outcome.UNKNOWN
PROBABLY_MET, PROBABLY_MISSED = Outcome.LIKELY_MET, Outcome.LIKELY_MISSED

_DAY = Day(
    day=date(2026, 3, 2),
    tz="Europe/Paris",
    utc_offset_start_min=60,
    utc_offset_end_min=60,
    length_h=24.0,
    outcome=MET,
    state=State.FINAL,
    mark=None,
    flagged=False,
    close_call=False,
    why=None,
    reason="",
    brisk_min=30,
    edge_min=0.0,
    brisk_min_low=30,
    brisk_min_high=30,
    bouted_min=20,
    target_min=30,
    target_id=0,
    walking_min=40,
    steps=6000,
    seen_h=16.0,
    longest_unseen_min=0,
    resolution=Resolution.MINUTE,
    peak1_spm=120.0,
    peak30_spm=90.0,
)
_WALK = WalkSession(
    recorded_key=None,
    start=1_772_643_900,  # 2026-03-04 17:05:00 UTC
    end=1_772_645_940,
    utc_offset_start_s=3600,
    utc_offset_end_s=3600,
    kind="inferred",
    detected="syncd",
    activity=Activity.WALKING,
    label=None,
    precision="minute",
    steps=3512,
    distance_m=None,
    moving_time_s=2040.0,
    pace_s_per_km=None,
    speed_mps=None,
    cadence_spm=103.3,
    elevation_gain_m=None,
    elevation_loss_m=None,
    elevation_source=None,
    gain_device_m=None,
    grade_max=None,
    brisk_min=30,
    uphill_min=None,
    downhill_min=None,
    sources=("csv",),
)


def day(at: date, outcome: Outcome | None = MET, brisk: int | None = 30, **said: Any) -> Day:
    return replace(_DAY, day=at, outcome=outcome, brisk_min=brisk, **said)


def day_row(person: str, at: date, *said: Any, **more: Any) -> DayRow:
    return DayRow(1, person, day(at, *said, **more), 1, CHANGED)


def walk_row(walk_id: str = "1a2b3c4d-0000-5000-8000-000000000000", **said: Any) -> WalkRow:
    person = said.pop("person", "me")
    return WalkRow(walk_id, 1, person, replace(_WALK, **said), 1, CHANGED)


def march() -> dict[date, Day]:
    """Return the month that the product's design shows."""
    verdicts = {
        2: (MET, 33),
        3: (MISSED, 19),
        4: (MET, 30),
        5: (MET, 38),
        6: (UNKNOWN, 4),
        7: (MET, 52),
        8: (MISSED, 4),
        9: (MET, 31),
        10: (PROBABLY_MET, 33),
        11: (MISSED, 19),
        12: (MET, 35),
        13: (MET, 36),
        14: (MET, 47),
        15: (MISSED, 0),
        16: (MET, 30),
        17: (MISSED, 6),
        18: (MISSED, 8),
        19: (MISSED, 5),
        20: (MISSED, 12),
        21: (MET, 31),
        22: (MISSED, 22),
        23: (MET, 32),
        24: (PROBABLY_MISSED, 22),
        25: (MET, 34),
        26: (MISSED, 18),
        27: (None, 8),
        28: (None, 2),
    }
    said: dict[int, dict[str, Any]] = {
        6: {
            "reason": "Can't tell: nothing from the watch after 09:10; 4 brisk minutes until then."
        },
        17: {"mark": Mark.FLARE},
        18: {"mark": Mark.FLARE},
        19: {"mark": Mark.FLARE},
        26: {"mark": Mark.EXCUSED},
        27: {
            "state": State.WAITING,
            "reason": "Waiting: the watch last synced Fri 12:10. Open its app; "
            "the day is then judged by itself.",
        },
        28: {"state": State.OPEN, "reason": "So far 2 of 30 brisk minutes."},
    }
    return {
        date(2026, 3, number): day(date(2026, 3, number), outcome, brisk, **said.get(number, {}))
        for number, (outcome, brisk) in verdicts.items()
    }
