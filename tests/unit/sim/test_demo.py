"""The demo's database is filled from files, through the same door as everybody's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from syncd.service.demo import DemoData, prepare
from syncd.service.views import ImportProgress
from syncd.store import derived, open_store, people
from syncd.walks.model import Day, Outcome

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def seen() -> list[ImportProgress]:
    return []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, seen: list[ImportProgress]) -> DemoData:
    folder = tmp_path_factory.mktemp("demo")
    return prepare(folder, today=TODAY, clock=lambda: NOW, progress=seen.append)


@pytest.fixture(scope="module")
def days(demo: DemoData) -> dict[str, dict[date, Day]]:
    store = open_store(demo.store_url)
    try:
        with store.read() as cx:
            known = {person.name: person.id for person in people.listing(cx)}
            return {
                name: {row.day.day: row.day for row in derived.iter_days(cx, [number])}
                for name, number in known.items()
            }
    finally:
        store.close()


def test_no_file_of_the_sample_is_refused(demo: DemoData) -> None:
    assert not demo.failed, [f for p in demo.people for f in p.report.files if f.problems]
    assert [person.name for person in demo.people] == ["Stella", "Otto", "Petra"]


def test_the_history_ends_yesterday(demo: DemoData, days: dict[str, dict[date, Day]]) -> None:
    assert demo.last_day == TODAY - timedelta(days=1)
    assert demo.first_day == TODAY - timedelta(days=42)
    for of_one in days.values():
        assert max(of_one) == demo.last_day
        assert len(of_one) >= 40


def test_every_person_has_days_met_missed_and_undecided(
    days: dict[str, dict[date, Day]],
) -> None:
    for name, of_one in days.items():
        outcomes = {row.outcome for row in of_one.values()}
        assert {Outcome.MET, Outcome.MISSED, Outcome.UNKNOWN} <= outcomes, name


def test_there_is_a_close_call_and_a_day_of_25_hours(days: dict[str, dict[date, Day]]) -> None:
    assert any(row.close_call for row in days["Stella"].values())
    assert days["Stella"][date(2026, 11, 1)].length_h == 25
    assert days["Otto"][date(2026, 10, 25)].length_h == 25


def test_progress_is_told_for_each_file_and_person(
    demo: DemoData, seen: list[ImportProgress]
) -> None:
    assert {p.stage for p in seen} >= {"reading", "judging"}
    assert {p.name for p in seen} >= {person.name for person in demo.people}


def test_everything_stays_inside_the_folder_it_was_given(demo: DemoData) -> None:
    folder = Path(demo.store_url.removeprefix("sqlite:///")).parent.parent
    assert all(folder in person.folder.parents for person in demo.people)


def test_somebody_far_west_whose_yesterday_is_not_over_sets_the_end(tmp_path: Path) -> None:
    early = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
    demo = prepare(tmp_path, today=TODAY, days=3, clock=lambda: early)
    assert demo.last_day == date(2026, 11, 20)
