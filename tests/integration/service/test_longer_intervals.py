"""CSVs of hours, quarters of an hour and days on their way into the store."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from syncd.contract import Series
from syncd.service.rebuild import rebuild
from syncd.store import Store, people, series, series_days
from syncd.store import tables as t
from tests.integration.service.lives import at, bring


def held(store: Store, person: str) -> list[tuple[int, int, float | None]]:
    """Return (start, seconds, steps) of every stored interval of a person."""
    with store.read() as cx:
        found = people.find(cx, person)
        assert found is not None
        days = series_days.load(cx, found.id, Series.STEPS, 0, 30_000)
    return [
        row
        for day in days
        for c in [series.unpack(Series.STEPS, day.utc_day, day.body)]
        for row in zip(c.start, c.duration, c.value, strict=True)
    ]


def test_quarters_of_an_hour_are_stored_as_long_as_they_are(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "quarters.csv"
    rows = [f"2026-03-09 {m // 60:02d}:{m % 60:02d},{m}" for m in range(0, 1440, 15)]
    path.write_text("\n".join(["time,steps", *rows]))
    report = bring(store, path)
    assert (report.failed, report.files[0].minutes) == (False, 96)
    assert [(length, steps) for _, length, steps in held(store, "me")] == [
        (900, m) for m in range(0, 1440, 15)
    ]


def test_totals_of_days_are_stored_and_outlive_a_rebuild(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("day,steps\n2026-03-09,7000\n2026-03-10,\n2026-03-11,12\n")
    report = bring(store, path, zone=None)
    assert (report.failed, report.files[0].totals) == (False, 2)
    for _ in range(2):
        with store.read() as cx:
            rows = cx.execute(select(t.daily_total.c.day, t.daily_total.c.steps)).all()
        assert sorted(map(tuple, rows)) == [(date(2026, 3, 9), 7000), (date(2026, 3, 11), 12)]
        rebuild(store, since=None, clock=at())


@pytest.mark.realdata
def test_the_hours_of_the_cohort_are_all_there(store: Store, realdata: Path) -> None:
    path = realdata / "cohort-fitbit-mturk-2016" / "hourlySteps.csv.gz"
    steps: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            steps[row["Id"]] += int(row["StepTotal"])
    report = bring(store, path, cohort="mturk", zone="America/New_York")
    assert not report.failed
    assert report.people == len(steps) == 20
    for subject, total in steps.items():
        rows = held(store, f"mturk/{subject}")
        assert {length for _, length, _ in rows} == {3600}
        assert sum(value or 0 for _, _, value in rows) == total
