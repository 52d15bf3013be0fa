"""The loop closes: truth -> files -> import -> days and walks -> compare with the truth.

What the days and walks should be is counted in ``plain_count``, the slow and obvious way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from math import floor
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.service.importing import import_paths
from syncd.sim.characters import CHARACTERS
from syncd.sim.csv_writer import write_narrow, write_wide
from syncd.sim.devices import Log, recorded_walks, watch_log
from syncd.sim.sample import fit_activity
from syncd.sim.truth import MINUTE_S, Kind, Truth
from syncd.sim.walker import Life, live
from syncd.store import derived, open_store, people
from syncd.walks.model import Day, Outcome, WalkSession
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
    seen_walks,
    steps,
    within,
)


@dataclass(frozen=True)
class Told:
    """What syncd says about a life, beside the life."""

    life: Life
    truth: Truth
    days: dict[date, Day]
    walks: tuple[WalkSession, ...]


# -- truth -> files -> import --


def stays(truth: Truth) -> Iterator[tuple[str, Log]]:
    """Yield the zone and the watch's minutes of each stay, as one would export them there."""
    log = watch_log(truth)
    groups = [(zone, next(runs).start) for zone, runs in groupby(truth.offsets, lambda r: r.zone)]
    ends = [*(start // MINUTE_S for _, start in groups[1:]), truth.end_minute]
    for (zone, start), end in zip(groups, ends, strict=True):
        first = start // MINUTE_S
        assert zone is not None
        yield zone, Log(first, log.steps[first - log.first : end - log.first])


def write_files(folder: Path, truth: Truth, *, recordings: bool) -> list[tuple[Path, str]]:
    """Write one CSV a stay, alternately narrow and wide, and a FIT file a recorded walk."""
    files = []
    for i, (zone, log) in enumerate(stays(truth)):
        path = folder / f"minutes-{i}.csv"
        (write_wide if i % 2 else write_narrow)(path, log, zone)
        files.append((path, zone))
    for walk in recorded_walks(truth) if recordings else ():
        path = folder / f"{walk.start}.fit"
        path.write_bytes(fit_activity(walk, truth, serial=4711))
        files.append((path, truth.offset_at(walk.start).zone or "UTC"))
    return files


def told(life: Life, folder: Path, *, recordings: bool, shuffle: int | None = None) -> Told:
    """Live, write files, import them and read what came of it."""
    truth = live(life)
    files = write_files(folder, truth, recordings=recordings)
    if shuffle is not None:
        Random(shuffle).shuffle(files)
    now = datetime.fromtimestamp(truth.end_minute * MINUTE_S, UTC) + timedelta(days=10)
    store = open_store(f"sqlite:///{folder / 'state' / 'syncd.db'}")
    try:
        with store.write() as tx:
            person = people.add(tx, "somebody", now=now)
            people.set_zone(tx, person.id, life.home, None)
        for path, zone in files:
            report = import_paths(
                store,
                [path],
                person="somebody",
                cohort=None,
                zone=zone,
                machine_zone="UTC",
                clock=lambda: now,
            )
            assert not report.failed, report
        with store.read() as cx:
            days = {row.day.day: row.day for row in derived.iter_days(cx, [person.id])}
            walks = tuple(row.session for row in derived.iter_walks(cx, [person.id]))
    finally:
        store.close()
    return Told(life, truth, days, walks)


@pytest.fixture(scope="module", params=sorted(LIVES))
def minutes_only(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return told(LIVES[request.param], tmp_path_factory.mktemp("minutes"), recordings=False)


@pytest.fixture(scope="module", params=sorted(LIVES))
def with_recordings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Told:
    return told(LIVES[request.param], tmp_path_factory.mktemp("both"), recordings=True)


# -- minutes alone: exact --


def test_every_day_that_was_lived_has_a_row_of_its_true_length(minutes_only: Told) -> None:
    truth = minutes_only.truth
    told_of = {d for d in truth.days() if any(s is not None for p in as_told(truth, d) for s in p)}
    assert told_of <= set(minutes_only.days) <= set(truth.days())
    for day, row in minutes_only.days.items():
        assert row.length_h == pytest.approx(true_length_h(truth, day), abs=0.01), day


def test_no_step_is_lost_or_counted_twice(minutes_only: Told) -> None:
    for day, row in minutes_only.days.items():
        assert (row.steps or 0) == steps(as_told(minutes_only.truth, day)), day
    total = sum(row.steps or 0 for row in minutes_only.days.values())
    assert total == watch_log(minutes_only.truth).total()


def test_brisk_minutes_and_edges_equal_a_plain_count(minutes_only: Told) -> None:
    for day, row in minutes_only.days.items():
        minutes = as_told(minutes_only.truth, day)
        assert (row.brisk_min or 0) == brisk(minutes), day
        assert (row.edge_min or 0) == pytest.approx(edge_credit(minutes), abs=0.01), day


def test_a_day_is_met_where_the_plain_count_reaches_the_target_and_nowhere_else(
    minutes_only: Told,
) -> None:
    for day, row in minutes_only.days.items():
        reached = judged(as_told(minutes_only.truth, day)) >= TARGET
        assert (row.outcome is Outcome.MET) == reached, (day, row.reason)


def test_a_day_without_the_watch_is_never_missed(minutes_only: Told) -> None:
    for day, row in minutes_only.days.items():
        if hidden_h(minutes_only.truth, day) > 3:
            assert row.outcome in {Outcome.MET, Outcome.UNKNOWN}, (day, row.reason)
            assert not row.flagged


def test_a_day_with_the_watch_on_is_decided(minutes_only: Told) -> None:
    for day, row in minutes_only.days.items():
        if hidden_h(minutes_only.truth, day) == 0 and row.length_h >= 18:
            assert row.outcome in {Outcome.MET, Outcome.MISSED}, (day, row.reason)


def test_every_walk_for_the_target_is_found_with_its_steps(minutes_only: Told) -> None:
    truth = minutes_only.truth
    walks = seen_walks(truth, Kind.TARGET, Kind.RUN)
    assert len(walks) > 5
    for walk in walks:
        found = found_for(walk, minutes_only.walks)
        assert found is not None, truth.local(walk.start)
        assert found.steps == sum(within(watch_log(truth), found))
        # Of a minute that is walked in part, fewer than 60 steps are outside the session.
        assert found.steps == pytest.approx(walk.steps, abs=2 * 60 + 0.01 * walk.steps)


def test_nothing_is_found_where_nobody_walked(minutes_only: Told) -> None:
    for found in minutes_only.walks:
        assert any(
            walk.start < found.end and found.start < walk.end for walk in minutes_only.truth.walks
        )


# -- minutes and recordings together --


def test_a_recorded_walk_is_one_walk_with_its_own_seconds(with_recordings: Told) -> None:
    recorded = recorded_walks(with_recordings.truth)
    assert len([w for w in with_recordings.walks if w.kind == "recorded"]) == len(recorded)
    for walk in recorded:
        found = found_for(walk, with_recordings.walks)
        assert found is not None, with_recordings.truth.local(walk.start)
        assert (found.kind, found.start, found.end) == ("recorded", walk.start, walk.end)
        assert found.steps == pytest.approx(walk.steps, rel=0.01)
        assert found.distance_m == pytest.approx(walk.distance_m, rel=0.01)
        assert found.elevation_gain_m == pytest.approx(walk.ascent_m, rel=0.05, abs=2)


def test_a_recording_changes_a_day_by_its_edges_and_stops_at_most(with_recordings: Told) -> None:
    truth = with_recordings.truth
    for day, row in with_recordings.days.items():
        minutes = as_told(truth, day)
        outings = [w for w in recorded_walks(truth) if truth.local(w.start).date() == day]
        told_judged = floor((row.brisk_min or 0) + (row.edge_min or 0) + 1e-9)
        assert abs((row.steps or 0) - steps(minutes)) <= SHIFTED_STEPS * len(outings), day
        assert abs(told_judged - judged(minutes)) <= SHIFTED_MIN * len(outings), day


def test_days_stay_whole_when_recordings_come_too(with_recordings: Told) -> None:
    truth = with_recordings.truth
    for day, row in with_recordings.days.items():
        assert row.length_h == pytest.approx(true_length_h(truth, day), abs=0.01), day


def true_length_h(truth: Truth, day: date) -> float:
    return sum(end - first for first, end in truth.spans(day)) / 60


# -- any life --


@settings(max_examples=examples(5))
@given(
    seed=st.integers(0, 10_000),
    who=st.sampled_from(sorted(CHARACTERS)),
    home=st.sampled_from(["Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "UTC"]),
    first_day=st.dates(date(2024, 1, 1), date(2026, 10, 1)),
    order=st.integers(0, 100),
)
def test_any_life_in_any_order_of_files_is_told_right(
    seed: int, who: str, home: str, first_day: date, order: int
) -> None:
    life = Life(seed=seed, first_day=first_day, days=9, home=home, who=CHARACTERS[who])
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        plain = told(life, Path(one), recordings=False)
        mixed = told(life, Path(other), recordings=True, shuffle=order)
    for day, row in plain.days.items():
        minutes = as_told(plain.truth, day)
        assert (row.brisk_min or 0) == brisk(minutes)
        assert (row.steps or 0) == steps(minutes)
        if hidden_h(plain.truth, day) > 3:
            assert row.outcome in {Outcome.MET, Outcome.UNKNOWN}
            assert mixed.days[day].outcome in {Outcome.MET, Outcome.UNKNOWN}
    for walk in recorded_walks(mixed.truth):
        assert found_for(walk, mixed.walks) is not None


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    life = replace(LIVES["west and east"], first_day=date(2026, 10, 16), days=14, flights=())
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = told(life, tmp_path / "one", recordings=True)
    two = told(life, tmp_path / "two", recordings=True, shuffle=1)
    assert one.days == two.days
    assert one.walks == two.walks
