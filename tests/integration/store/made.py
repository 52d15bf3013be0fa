"""What the store's tests put into it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from syncd.contract import (
    OffsetRun,
    Pause,
    RawPayload,
    Series,
    Source,
    SourceKind,
    StepSeries,
    Stream,
    Track,
    Workout,
)
from syncd.store import Store, accounts, archive, people, pulls, sources
from syncd.store.accounts import Account
from syncd.walks.model import (
    Activity,
    Day,
    Outcome,
    Resolution,
    State,
    WalkSession,
    Why,
)

DAY_S = 86_400
DAY = 16_900
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WATCH = Source(key="watch", kind=SourceKind.WATCH, whole_day=True)
PHONE = Source(key="phone", kind=SourceKind.PHONE, whole_day=True)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def account_of(store: Store, name: str = "me") -> Account:
    with store.write() as tx:
        person = people.find(tx, name) or people.add(tx, name, now=NOW)
        return accounts.files_account(tx, person.id, now=NOW)


def source_of(store: Store, account: Account, source: Source = WATCH) -> int:
    with store.write() as tx:
        return sources.put(tx, account.id, source).id


def steps(
    start: int,
    values: list[float | None],
    *,
    every: int = 60,
    source: Source = WATCH,
    offset_s: int | None = 3600,
    series: Series = Series.STEPS,
) -> StepSeries:
    count = len(values)
    runs = (
        ()
        if offset_s is None
        else (OffsetRun(start=start, offset_s=offset_s, zone="Europe/Paris"),)
    )
    return StepSeries(
        source=source,
        series=series,
        start=tuple(range(start, start + every * count, every)),
        duration=(every,) * count,
        value=tuple(values),
        offsets=runs,
    )


def a_day(day: int = DAY, seed: int = 0) -> StepSeries:
    draw = random.Random(seed)
    return steps(day * DAY_S, [draw.choice([0, 0, 0, 40, 110]) for _ in range(1440)])


def a_workout(start: int = DAY * DAY_S, *, key: str = "fit:1:2", samples: int = 3) -> Workout:
    track = None if not samples else a_track(start, samples)
    return Workout(
        source=WATCH,
        key=key,
        label="walking",
        start=at(start),
        end=at(start + 1800),
        timer_s=1791.5,
        steps=3138,
        distance_m=2440.61,
        utc_offset_s=3600,
        zone="Europe/Paris",
        pauses=(Pause(start=start + 60, end=start + 69),),
        track=track,
    )


def a_track(start: int, samples: int) -> Track:
    return Track(
        at=tuple(range(start, start + samples * 5, 5)),
        distance_m=tuple(i * 6.25 for i in range(samples)),
        altitude_m=tuple(100.2 + i for i in range(samples)),
        speed_mps=(1.25,) * samples,
        cadence_spm=tuple(110.5 if i % 2 else None for i in range(samples)),
        latitude=(48.8566969,) * samples,
        longitude=(-2.3514616,) * samples,
    )


def judged(day: date, brisk: int = 31, **changes: object) -> Day:
    content = {
        "day": day,
        "tz": "Europe/Paris",
        "utc_offset_start_min": 60,
        "utc_offset_end_min": 60,
        "length_h": 24.0,
        "outcome": Outcome.MET,
        "state": State.FINAL,
        "mark": None,
        "flagged": False,
        "close_call": False,
        "why": Why.ENOUGH,
        "reason": f"Met: {brisk} brisk minutes (target 30).",
        "brisk_min": brisk,
        "edge_min": 0.25,
        "brisk_min_low": brisk,
        "brisk_min_high": brisk,
        "bouted_min": 0,
        "target_min": 30,
        "target_id": 0,
        "walking_min": 40,
        "steps": 8000,
        "seen_h": 15.5,
        "longest_unseen_min": 0,
        "resolution": Resolution.MINUTE,
        "peak1_spm": 120.0,
        "peak30_spm": 108.2,
    }
    return Day(**{**content, **changes})  # type: ignore[arg-type]


def a_walk(start: int, **changes: object) -> WalkSession:
    content = {
        "recorded_key": None,
        "start": start,
        "end": start + 1800,
        "utc_offset_start_s": 3600,
        "utc_offset_end_s": 3600,
        "kind": "inferred",
        "detected": "syncd",
        "activity": Activity.WALKING,
        "label": None,
        "precision": "minute",
        "steps": 3100,
        "distance_m": None,
        "moving_time_s": 1740.0,
        "pace_s_per_km": None,
        "speed_mps": None,
        "cadence_spm": 103.3,
        "elevation_gain_m": None,
        "elevation_loss_m": None,
        "elevation_source": None,
        "gain_device_m": None,
        "grade_max": None,
        "brisk_min": 25,
        "uphill_min": None,
        "downhill_min": None,
        "sources": ("the watch", "the phone"),
    }
    return WalkSession(**{**content, **changes})  # type: ignore[arg-type]


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=i) for i in range(count)]


def payload(body: bytes, seq: int = 0, **facts: str) -> RawPayload:
    return RawPayload(
        account="files",
        stream=Stream.FILES,
        covers=None,
        seq=seq,
        fetched_at=NOW,
        media_type="text/csv",
        body=body,
        facts=facts,
    )


def pulled(store: Store, account: accounts.Account, *brought: RawPayload, done: bool = True) -> int:
    with store.write() as tx:
        pull = pulls.begin(tx, account.id, Stream.FILES, None, NOW)
        for one in brought:
            archive.keep(tx, account.id, pull, one)
        if done:
            pulls.complete(tx, pull, covers=None, parser=3, problems=["line 7: no number"])
    return pull
