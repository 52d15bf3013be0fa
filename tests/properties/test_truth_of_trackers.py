"""Truth -> devices -> the walking rules, without files or a database, for many lives.

A watch and a phone see the same life differently, and some walks are recorded.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.sim.characters import CHARACTERS
from syncd.sim.devices import (
    UNSEEN,
    Log,
    phone_minutes,
    recorded_walks,
    watch_log,
    watch_minutes,
    workouts,
)
from syncd.sim.truth import MINUTE_S, Kind, Truth
from syncd.sim.walker import Life, live
from syncd.walks.day import History, Outing, Reading
from syncd.walks.model import Day, Minutes, Outcome, Rules, SourceView, Target
from syncd.walks.offsets import Evidence, timeline
from tests.properties.effort import examples
from tests.properties.plain_count import (
    LIVES,
    SHIFTED_MIN,
    SHIFTED_STEPS,
    TARGET,
    as_told,
    brisk,
    edge_credit,
    found_for,
    hidden_h,
    judged,
    seen_on,
    seen_walks,
    steps,
)

HOMES = ("Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Pacific/Auckland", "UTC")
DECIDED = {Outcome.MET, Outcome.MISSED}

lives = st.builds(
    Life,
    seed=st.integers(0, 10**6),
    first_day=st.dates(date(2024, 1, 1), date(2026, 10, 1)),
    days=st.integers(2, 10),
    home=st.sampled_from(HOMES),
    who=st.sampled_from([CHARACTERS[name] for name in sorted(CHARACTERS)]),
)
any_life = pytest.mark.parametrize("name", sorted(LIVES))


def source(number: int, name: str, log: Log, until: datetime) -> SourceView:
    return SourceView(
        id=number,
        name=name,
        rank=20 * number,
        whole_day=True,
        minutes=Minutes(log.first, log.steps),
        last_sync=until,
        key=name,
    )


def reading(truth: Truth, *logs: Log, recordings: bool = False) -> Reading:
    """Read a life as the given logs tell it, the first with the highest rank."""
    end = datetime.fromtimestamp(truth.end_minute * MINUTE_S, UTC)
    spans = zip(
        truth.offsets,
        [*(run.start for run in truth.offsets[1:]), truth.end_minute * MINUTE_S],
        strict=True,
    )
    evidence = [Evidence(run.start, until, run.offset_s, run.zone) for run, until in spans]
    return Reading(
        History(
            first=truth.first_minute,
            end=truth.end_minute,
            line=timeline([evidence]),
            sources=tuple(
                source(i, f"tracker {i}", log, end) for i, log in enumerate(logs, start=1)
            ),
            outings=tuple(
                Outing(workout=w, source_id=9, source_key="recorder", rank=20)
                for w in (workouts(truth) if recordings else ())
            ),
            targets=(Target(0, None, Rules()),),
        )
    )


def days_of(truth: Truth, read: Reading) -> dict[date, Day]:
    now = datetime.fromtimestamp(truth.end_minute * MINUTE_S, UTC) + timedelta(days=9)
    return {day: read.judge(day, now).day for day in read.days}


def merged(first: Log, second: Log) -> Log:
    """Return the first log, and the second where the first is silent."""
    pairs = zip(first.steps, second.steps, strict=True)
    return Log(first.first, bytes(b if a == UNSEEN else a for a, b in pairs))


def check_days(truth: Truth, rows: dict[date, Day], log: Log) -> None:
    """Compare every day with the plain count over ``log``."""
    assert tuple(sorted(rows)) == truth.days()
    for day, row in rows.items():
        minutes = seen_on(truth, log, day)
        assert (row.steps or 0, row.brisk_min or 0) == (steps(minutes), brisk(minutes)), day
        assert (row.edge_min or 0) == pytest.approx(edge_credit(minutes), abs=0.01), day
        assert (row.outcome is Outcome.MET) == (judged(minutes) >= TARGET), day
    assert sum(row.steps or 0 for row in rows.values()) == log.total()


@any_life
def test_a_watch_alone_is_judged_as_a_plain_count_would(name: str) -> None:
    truth = live(LIVES[name])
    rows = days_of(truth, reading(truth, watch_log(truth)))
    check_days(truth, rows, watch_log(truth))
    for day, row in rows.items():
        if hidden_h(truth, day) > 3:
            assert row.outcome not in {Outcome.MISSED, Outcome.LIKELY_MISSED}, day
        elif hidden_h(truth, day) == 0 and row.length_h >= 18:
            assert row.outcome in DECIDED, day


@any_life
def test_a_phone_speaks_where_the_watch_is_silent_and_nowhere_else(name: str) -> None:
    truth = live(LIVES[name])
    watch, phone = watch_minutes(truth), phone_minutes(truth)
    rows = days_of(truth, reading(truth, watch, phone))
    check_days(truth, rows, merged(watch, phone))
    alone = days_of(truth, reading(truth, watch))
    assert all((row.steps or 0) >= (alone[day].steps or 0) for day, row in rows.items())


@settings(max_examples=examples(30))
@given(life=lives)
def test_any_life_is_judged_as_a_plain_count_would(life: Life) -> None:
    truth = live(life)
    check_days(truth, days_of(truth, reading(truth, watch_log(truth))), watch_log(truth))
    watch, phone = watch_minutes(truth), phone_minutes(truth)
    check_days(truth, days_of(truth, reading(truth, watch, phone)), merged(watch, phone))
    check_days(truth, days_of(truth, reading(truth, watch, watch)), watch)


@settings(max_examples=examples(30))
@given(life=lives)
def test_every_deliberate_walk_of_any_life_is_found_once(life: Life) -> None:
    truth = live(life)
    read = reading(truth, watch_log(truth), recordings=True)
    found = read.sessions(read.days)
    for walk in seen_walks(truth, Kind.TARGET, Kind.RUN):
        session = found_for(walk, found)
        assert session is not None, (truth.local(walk.start), walk.recorded)
        if walk.recorded:
            assert session.steps == walk.steps
            assert (session.start, session.end) == (walk.start, walk.end)
    assert sum(s.kind == "recorded" for s in found) == len(recorded_walks(truth))
    assert all(a.end <= b.start + MINUTE_S for a, b in pairwise(found))
    assert all(any(w.start < s.end and s.start < w.end for w in truth.walks) for s in found)


@settings(max_examples=examples(30))
@given(life=lives)
def test_a_recording_moves_a_day_by_its_edges_and_stops_at_most(life: Life) -> None:
    truth = live(life)
    rows = days_of(truth, reading(truth, watch_log(truth), recordings=True))
    for day, row in rows.items():
        minutes = as_told(truth, day)
        outings = sum(truth.local(w.start).date() == day for w in recorded_walks(truth))
        assert abs((row.steps or 0) - steps(minutes)) <= SHIFTED_STEPS * outings, day
        if abs(judged(minutes) - TARGET) > SHIFTED_MIN * outings:
            assert (row.outcome is Outcome.MET) == (judged(minutes) >= TARGET), day
