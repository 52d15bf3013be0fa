"""Rows as the store hands them out, plain and random."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from syncd.export import DAY_FIELDS, WALK_FIELDS
from syncd.store.derived import DayRow, WalkRow
from syncd.walks.model import Activity, Day, Outcome, Resolution, State, WalkSession, Why

CHANGED = datetime(2026, 3, 14, 6, 30, 5, tzinfo=UTC)
WALK = WalkSession(
    recorded_key="fit:1:2",
    start=1773160200,
    end=1773162082,
    utc_offset_start_s=3600,
    utc_offset_end_s=7200,
    kind="recorded",
    detected="person",
    activity=Activity.WALKING,
    label="Walk",
    precision="second",
    steps=3138,
    distance_m=2440.6,
    moving_time_s=1873.0,
    pace_s_per_km=767.4,
    speed_mps=1.303,
    cadence_spm=100.5,
    elevation_gain_m=12.5,
    elevation_loss_m=None,
    elevation_source="barometric",
    gain_device_m=11.0,
    grade_max=0.08,
    brisk_min=28,
    uphill_min=3,
    downhill_min=None,
    sources=("fit:garmin:245:1", "csv"),
)
DAY = Day(
    day=date(2026, 3, 10),
    tz="Europe/Paris",
    utc_offset_start_min=60,
    utc_offset_end_min=60,
    length_h=24.0,
    outcome=Outcome.MISSED,
    state=State.FINAL,
    mark=None,
    flagged=True,
    close_call=False,
    why=Why.SHORT,
    reason="Missed: 19 of 30 brisk minutes, 11 short.",
    brisk_min=19,
    edge_min=0.53,
    brisk_min_low=19,
    brisk_min_high=19,
    bouted_min=12,
    target_min=30,
    target_id=0,
    walking_min=61,
    steps=7012,
    seen_h=15.2,
    longest_unseen_min=48,
    resolution=Resolution.MINUTE,
    peak1_spm=118.0,
    peak30_spm=97.1,
)
WALK_ROW = WalkRow("0b5c2a", 1, "me", WALK, 3, CHANGED)
DAY_ROW = DayRow(1, "me", DAY, 2, CHANGED)


def many_walks(count: int) -> Any:
    """Yield walks that differ in id, person and time."""
    for i in range(count):
        walk = replace(WALK, start=WALK.start + 7200 * i, end=WALK.end + 7200 * i)
        yield WalkRow(f"{i:032x}", i // 500, f"cohort/{i // 500}", walk, 1, CHANGED)


numbers = st.floats(0, 1e9, allow_nan=False)
texts = st.text(max_size=40)
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "start": st.integers(-2_000_000_000, 4_000_000_000),
    "end": st.integers(-2_000_000_000, 4_000_000_000),
    "utc_offset_start_s": st.integers(-18 * 3600, 18 * 3600),
    "utc_offset_end_s": st.integers(-18 * 3600, 18 * 3600),
    "sources": st.lists(texts, max_size=3).map(tuple),
} | {
    field.name: st.sampled_from([*field.values, *[None] * field.nullable])
    for field in (*WALK_FIELDS, *DAY_FIELDS)
    if field.values
}
PLAIN = {int: st.integers(0, 10**9), float: numbers, str: texts}


def _any_of(cls: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    plain = {
        name: st.one_of([PLAIN.get(one, st.from_type(one)) for one in get_args(kind) or (kind,)])
        for name, kind in hints.items()
    }
    return st.builds(cls, **(plain | {name: SPECIAL[name] for name in hints if name in SPECIAL}))


moments = st.integers(0, 10**8).map(lambda s: CHANGED + timedelta(seconds=s))
walk_rows = st.builds(
    WalkRow,
    id=st.uuids().map(str),
    person_id=st.integers(1, 9),
    person=texts,
    session=_any_of(WalkSession),
    revision=st.integers(1, 99),
    changed_at=moments,
)
day_rows = st.builds(
    DayRow,
    person_id=st.integers(1, 9),
    person=texts,
    day=_any_of(Day),
    revision=st.integers(1, 99),
    changed_at=moments,
)
