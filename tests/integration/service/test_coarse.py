"""Steps over more than a minute, and day totals, from the store to the screens."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from syncd.cli.screens.day import day_screen
from syncd.cli.screens.paper import Paper
from syncd.contract import (
    DailyTotal,
    DeviceSync,
    OffsetRun,
    Series,
    Source,
    SourceKind,
    StepSeries,
)
from syncd.service.minutes import iter_minutes
from syncd.service.show import day_view, walk_view
from syncd.store import Store, people, series_days
from syncd.walks.model import Outcome, Resolution, Why
from tests.integration.service.lives import NOW, PHONE, WATCH, keep, published, put

DAY = date(2026, 3, 10)
MIDNIGHT = int(datetime(2026, 3, 10, tzinfo=UTC).timestamp())

SYNCED = DeviceSync(source=WATCH, at=datetime(2026, 3, 11, 6, tzinfo=UTC))


def quarters(*walks: tuple[int, int], day: int = 0, offset_h: float = 0) -> StepSeries:
    """Return a day of 15-minute steps, 30 in each waking one, ``walks`` as (quarter, steps)."""
    value = [30.0 if 28 <= i < 92 else 0.0 for i in range(96)]
    for i, steps in walks:
        value[i] = float(steps)
    start = MIDNIGHT + 86_400 * day - round(3600 * offset_h)
    runs = (OffsetRun(start=start, offset_s=round(3600 * offset_h)),) if offset_h else ()
    return StepSeries(
        source=WATCH,
        series=Series.STEPS,
        start=tuple(start + 900 * i for i in range(96)),
        duration=(900,) * 96,
        value=tuple(value),
        offsets=runs,
    )


def only_day(store: Store):
    (row,) = published(store)[0]
    return row.day


def test_a_walk_in_quarters_of_an_hour_is_told_on_every_screen(store: Store) -> None:
    person_id = keep(store, quarters((72, 1200), (73, 1600), (74, 1000)))
    day = only_day(store)
    assert (day.outcome, day.why) == (Outcome.UNKNOWN, Why.NOT_SYNCED)  # nobody said it is over
    keep(store, SYNCED)
    day = only_day(store)
    assert day.outcome is Outcome.LIKELY_MET
    assert day.resolution is Resolution.QUARTER
    assert day.reason.startswith("Probably met: 15-minute steps fit one walk of about 35 minutes")
    (walk,) = published(store)[1]
    assert (walk.session.precision, walk.session.steps) == ("bucket", 3800)
    with store.read() as cx:
        person = people.get(cx, person_id)
        view = day_view(cx, person, DAY, NOW)
        assert walk_view(cx, walk).minutes == ()
        rows = list(iter_minutes(cx, [person_id], first=DAY, last=DAY))
    assert len(view.strip) == 48
    assert sum(half.steps or 0 for half in view.strip) == day.steps
    assert [half.start_local for half in view.strip if half.brisk_min] == [time(18)]
    assert [(s.name, s.minutes, s.steps) for s in view.sources] == [("the watch", 1440, day.steps)]
    assert {row.minute.interval_s for row in rows} == {900}
    assert len(rows) == 96
    inside = [row for row in rows if row.walk_id == walk.id]
    assert [row.minute.steps for row in inside] == [1200, 1600, 1000]


@pytest.mark.parametrize("mixed", [False, True])
def test_the_screen_of_a_day_calls_its_coarse_steps_what_the_sentence_does(
    store: Store, *, mixed: bool
) -> None:
    told = quarters((72, 1600), (90, 400), (91, 400))
    if mixed:
        halves = {"start": told.start[:91], "duration": (*[900] * 90, 1800)}
        told = told.model_copy(update={**halves, "value": (*told.value[:90], 800.0)})
    person_id = keep(store, told, SYNCED)
    with store.read() as cx:
        view = day_view(cx, people.get(cx, person_id), DAY, NOW)
    words = "from coarse steps" if mixed else "from 15-minute steps"
    screen = " ".join(" ".join(day_screen(view, Paper(), UTC)).split())
    assert words in view.row.day.reason
    assert screen.count(words) == 2
    assert screen.count("-minute steps") == (0 if mixed else 2)


def test_buckets_tell_where_the_wearer_was(store: Store) -> None:
    """Without a minute of them a day in Tokyo would be cut at midnight in UTC."""
    keep(store, quarters((72, 1600), offset_h=9))
    days = [row.day for row in published(store)[0]]
    assert [d.day for d in days] == [DAY]
    assert days[0].utc_offset_start_min == 540
    assert days[0].steps == 30 * 63 + 1600


def test_minutes_of_the_watch_and_a_phone_go_with_its_buckets(store: Store) -> None:
    keep(store, quarters((72, 1500)))
    put(store, PHONE, MIDNIGHT // 60 + 18 * 60, [100] * 15)
    with store.read() as cx:
        person = people.find(cx, "me")
        assert person is not None
        view = day_view(cx, person, DAY, NOW)
    assert [(s.name, s.why) for s in view.sources] == [
        ("the watch", "ranks first, shaped by finer steps"),
        ("the phone", "15 minutes of it not added: the watch told them"),
    ]
    assert view.row.day.brisk_min == 15
    assert view.row.day.brisk_min_low == 1


SUMS = Source(key="sim:sums", kind=SourceKind.PHONE, whole_day=False)


def test_a_total_alone_gives_its_day_a_row(store: Store) -> None:
    person_id = keep(
        store,
        DailyTotal(source=SUMS, day=DAY, steps=2100),
        DailyTotal(source=SUMS, day=DAY + timedelta(days=2), steps=9800),
        DailyTotal(source=SUMS, day=DAY + timedelta(days=4), distance_m=12.0),
    )
    with store.read() as cx:
        number = MIDNIGHT // 86_400
        assert series_days.days_span(cx, person_id) == (number, number + 2)
    few, none, many = (row.day for row in published(store)[0])
    assert (few.day, few.resolution, few.steps) == (DAY, Resolution.TOTAL, 2100)
    assert (few.brisk_min, few.brisk_min_low, few.brisk_min_high) == (None, 0, 21)
    assert few.outcome is Outcome.UNKNOWN
    assert "2,100 steps cannot hold 30 brisk minutes" in few.reason
    assert none.why is Why.NO_DATA
    assert "9,800 steps could hold 30 brisk minutes" in many.reason


@pytest.mark.realdata
def test_a_real_day_of_12413_steps_without_a_full_quarter_is_never_met(
    store: Store, realdata: Path
) -> None:
    told = json.loads((realdata / "api" / "garmin-steps-15min-20230701.json").read_bytes())[0][
        "json"
    ]
    starts = [
        int(datetime.fromisoformat(r["startGMT"]).replace(tzinfo=UTC).timestamp()) for r in told
    ]
    steps = [float(r["steps"]) for r in told]
    assert (sum(steps), max(steps), len(steps)) == (12_413, 1006, 96)
    run = OffsetRun(start=starts[0], offset_s=-6 * 3600)
    keep(
        store,
        StepSeries(
            source=WATCH,
            series=Series.STEPS,
            start=tuple(starts),
            duration=(900,) * 96,
            value=tuple(steps),
            offsets=(run,),
        ),
        SYNCED,
    )
    day = only_day(store)
    assert (day.day, day.steps) == (date(2023, 7, 1), 12_413)
    assert day.outcome is Outcome.LIKELY_MISSED
    assert day.brisk_min_low == 0
    assert day.resolution is Resolution.QUARTER
