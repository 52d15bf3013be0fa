"""Monitoring files of a watch in, minutes and days out, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from syncd.contract import StepCounter
from syncd.formats import fit
from syncd.service.loading import load
from syncd.service.rebuild import preview_flips, rebuild
from syncd.sim.fit_monitoring_writer import RUN, STILL, WALK, Told, monitoring
from syncd.sim.fit_writer import FitWriter
from syncd.store import Store, people, totals
from syncd.store import tables as t
from syncd.walks.counters import differenced
from syncd.walks.model import Outcome
from tests.integration.service.lives import NOW, at, bring, published, walk_fit

MIDNIGHT = datetime(2026, 5, 4, 22, tzinfo=UTC)
"""Of 5 May in Paris."""
KINDS = {"walking": WALK, "running": RUN, "sedentary": STILL}


def day_of_walking(brisk: int = 30) -> list[Told]:
    """Return a day with ``brisk`` minutes at ten, read every minute as long as it walks."""
    told = [Told(MIDNIGHT + timedelta(minutes=m), STILL) for m in range(60, 601, 60)]
    told += [
        Told(MIDNIGHT + timedelta(minutes=600 + m), WALK, 110 * m) for m in range(1, brisk + 1)
    ]
    told += [Told(MIDNIGHT + timedelta(minutes=m), STILL) for m in range(660, 1440, 60)]
    return [*told, Told(MIDNIGHT + timedelta(days=1), WALK, 110 * brisk, packed=False)]


def watch_file(path: Path, told: Sequence[Told], offset_s: int | None = 7200) -> Path:
    path.write_bytes(
        monitoring(told, begins=MIDNIGHT, local_offset_s=offset_s, writer=FitWriter(serial=7))
    )
    return path


def content(store: Store) -> dict[str, list[Any]]:
    """Return what is received and derived, without the ids of rows and the time of writing."""
    with store.read() as cx:
        rows = {
            table.name: sorted(
                tuple(v for name, v in row.items() if name not in {"id", "body"})
                for row in cx.execute(select(table)).mappings()
            )
            for table in (t.step_counter, t.offset_run)
        }
        names = [t.source.c[n] for n in ("key", "kind", "whole_day", "rank", "last_sync")]
        rows["source"] = sorted(map(tuple, cx.execute(select(*names))))
    days, walks, _ = published(store)
    return {**rows, "day": [r.day for r in days], "walk": [r.session for r in walks]}


def steps_laid(store: Store, first: date, last: date) -> dict[int, int]:
    """Return the steps of each minute that was laid into the person's grids."""
    with store.read() as cx:
        (person,) = people.listing(cx)
        history = load(cx, person.id, *((d - date(1970, 1, 1)).days for d in (first, last)))
    (minutes,) = [s.minutes for s in history.sources if s.minutes is not None]
    return {minutes.first + i: v for i, v in enumerate(minutes.steps) if v != 255}


def test_minutes_of_a_watch_are_minutes_of_the_day(store: Store, tmp_path: Path) -> None:
    report = bring(store, watch_file(tmp_path / "day.fit", day_of_walking()), zone=None)
    assert not report.failed
    assert report.counted_steps == 3300
    assert report.files[0].readings == len(day_of_walking())
    laid = steps_laid(store, date(2026, 5, 4), date(2026, 5, 5))
    ten = int(MIDNIGHT.timestamp()) // 60 + 600
    assert [laid[ten + m] for m in range(30)] == [110] * 30
    (row,) = [r for r in published(store)[0] if r.day.day == date(2026, 5, 5)]
    assert (row.day.outcome, row.day.brisk_min, row.day.steps) == (Outcome.MET, 30, 3300)


def test_a_day_in_two_files_is_the_same_whichever_comes_first(
    store: Store, store_two: Store, tmp_path: Path
) -> None:
    told = day_of_walking()
    morning = watch_file(tmp_path / "1.fit", told[:25])
    rest = watch_file(tmp_path / "2.fit", told[25:])
    bring(store, morning, zone=None)
    assert published(store)[0][0].day.brisk_min == 15
    bring(store, rest, zone=None, now=NOW + timedelta(days=9))
    bring(store_two, rest, zone=None)
    bring(store_two, morning, zone=None, now=NOW + timedelta(days=9))
    assert strip(content(store)) == strip(content(store_two))
    assert [d.brisk_min for d in content(store)["day"] if d.day == date(2026, 5, 5)] == [30]


def strip(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return content without what tells the order of imports: words about late data, revisions.

    The first offset run also holds for all time before it, so where it begins says nothing.
    """
    (person, _, *told), *later = rows["offset_run"]
    days = [(d.day, d.outcome, d.brisk_min, d.steps, d.seen_h) for d in rows["day"]]
    return {**rows, "offset_run": [(person, *told), *later], "day": days}


def test_the_same_file_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = watch_file(tmp_path / "day.fit", day_of_walking())
    bring(store, path, zone=None)
    before = content(store)
    assert bring(store, path, zone=None).files[0].unchanged
    longer = watch_file(tmp_path / "longer.fit", [*day_of_walking(), day_of_walking()[-1]])
    bring(store, longer, zone=None)
    assert content(store) == before


def test_a_dry_run_counts_and_stores_nothing(store: Store, tmp_path: Path) -> None:
    path = watch_file(tmp_path / "day.fit", day_of_walking())
    report = bring(store, path, zone=None, dry_run=True)
    assert (report.counted_steps, report.days_judged) == (3300, 0)
    with store.read() as cx:
        assert cx.execute(select(t.step_counter)).first() is None


def test_steps_of_a_day_in_two_files_are_counted_once_in_the_report(
    store: Store, tmp_path: Path
) -> None:
    told = day_of_walking()
    report = bring(
        store,
        watch_file(tmp_path / "1.fit", told[:25]),
        watch_file(tmp_path / "2.fit", told[25:]),
        zone=None,
    )
    assert report.counted_steps == 3300


def test_a_rebuild_brings_counters_back(store: Store, tmp_path: Path) -> None:
    bring(store, watch_file(tmp_path / "day.fit", day_of_walking()), zone=None)
    before = content(store)
    assert preview_flips(store, since=None, clock=at()) == ()
    rebuild(store, since=None, clock=at())
    assert content(store) == before


def test_every_day_with_counters_has_a_row_and_gaps_between_them_too(
    store: Store, tmp_path: Path
) -> None:
    far = Told(MIDNIGHT + timedelta(days=5, minutes=60), WALK, 50, packed=False)
    bring(store, watch_file(tmp_path / "days.fit", [*day_of_walking(), far]), zone=None)
    with store.read() as cx:
        (person,) = people.listing(cx)
        assert totals.days_span(cx, person.id) == (20577, 20582)
    days = {r.day.day for r in published(store)[0]}
    assert {date(2026, 5, d) for d in range(5, 9)} <= days


@pytest.mark.parametrize("turned", [False, True])
def test_a_watch_tells_of_outings_and_of_whole_days_as_one_source(
    store: Store, tmp_path: Path, *, turned: bool
) -> None:
    files = [
        watch_file(tmp_path / "day.fit", day_of_walking(0)),
        walk_fit(tmp_path / "walk.fit", MIDNIGHT + timedelta(hours=12), 35),
    ]
    for path in files[::-1] if turned else files:
        assert not bring(store, path, zone=None).failed
    (source,) = content(store)["source"]
    assert source[:3] == ("fit:1:2697:7", "watch", True)
    (row,) = [r for r in published(store)[0] if r.day.day == date(2026, 5, 5)]
    assert row.day.outcome is Outcome.MET


@pytest.mark.realdata
def test_the_real_day_is_3173_steps_and_none_before_midnight(store: Store, realdata: Path) -> None:
    report = bring(store, realdata / "fit" / "monitoring-vivofit-2014.fit", zone=None)
    assert not report.failed
    assert report.counted_steps == 3173
    with store.read() as cx:
        (person,) = people.listing(cx)
        (readings,) = totals.readings(cx, person.id, 0, 1 << 31).values()
    last = {
        r.activity: max(s.total for s in readings if s.activity == r.activity) for r in readings
    }
    assert last == {"walking": 3142, "running": 31, "sedentary": 0}
    stretches = differenced(readings)
    midnight = int(datetime(2014, 12, 27, 6, tzinfo=UTC).timestamp())
    assert stretches[0].start == midnight
    assert stretches[-1].start + stretches[-1].duration == midnight + 86_400
    assert sum(s.steps for s in stretches) == 3173
    assert [r.day.day for r in published(store)[0]] == [date(2014, 12, 27)]


@pytest.mark.realdata
def test_the_real_day_split_in_two_files_is_the_same_in_either_order(
    store: Store, store_two: Store, realdata: Path, tmp_path: Path, new_half: Callable[..., Path]
) -> None:
    data = (realdata / "fit" / "monitoring-vivofit-2014.fit").read_bytes()
    halves = [new_half(data, part) for part in (0, 1)]
    for path in halves:
        bring(store, path, zone=None)
    for path in halves[::-1]:
        bring(store_two, path, zone=None)
    assert strip(content(store)) == strip(content(store_two))
    whole = [r for r in fit.records(data, name="x", before=NOW) if isinstance(r, StepCounter)]
    assert len(content(store)["step_counter"]) == len(whole)
    with store.read() as cx:
        (person,) = people.listing(cx)
        (readings,) = totals.readings(cx, person.id, 0, 1 << 31).values()
    assert sum(s.steps for s in differenced(readings)) == 3173


@pytest.fixture
def new_half(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes the first or second half of a monitoring file as a file of its own."""

    def write(data: bytes, part: int) -> Path:
        counters = [
            r for r in fit.records(data, name="x", before=NOW) if isinstance(r, StepCounter)
        ]
        middle = len(counters) // 2
        mine = counters[middle:] if part else counters[:middle]
        offset = mine[0].utc_offset_s
        told = [
            Told(c.at, KINDS[c.activity], None if c.activity == "sedentary" else c.total)
            for c in mine
        ]
        path = tmp_path / f"half-{part}.fit"
        path.write_bytes(
            monitoring(
                told,
                begins=mine[0].at - timedelta(minutes=1),
                local_offset_s=offset,
                writer=FitWriter(serial=3882708276, product=1837),
            )
        )
        return path

    return write
