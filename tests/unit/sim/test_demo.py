"""The demo is the product: an adapter, a vendor over sockets, sign-ins, and the engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.cli.demo_live import Teller
from syncd.cli.screens.paper import Paper
from syncd.service.demo import Stage, staged
from syncd.service.syncing import Wish
from syncd.store import derived
from syncd.walks.model import Day, Outcome, State

NOW = datetime(2026, 11, 21, 17, tzinfo=UTC)
DAYS = 14
FRESH = Wish(slices_most=0)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("demo"), now=NOW, days=DAYS) as made:
        for player in made.players:
            made.sign_in(player)
            made.sync(player, FRESH)
        yield made


def days(stage: Stage, name: str) -> dict[date, Day]:
    [player] = [one for one in stage.players if one.name == name]
    with stage.store.read() as cx:
        return {row.day.day: row.day for row in derived.iter_days(cx, [player.person_id])}


def test_each_of_three_people_has_days_met_missed_and_undecided(stage: Stage) -> None:
    assert [player.name for player in stage.players] == ["Stella", "Otto", "Petra"]
    assert stage.last_day == date(2026, 11, 20)
    assert stage.first_day == date(2026, 11, 7)
    for player in stage.players:
        of_one = days(stage, player.name)
        told = [day for day in of_one.values() if day.outcome is not None]
        assert {Outcome.MET, Outcome.MISSED, Outcome.UNKNOWN} <= {d.outcome for d in told}
    assert any(day.close_call for day in days(stage, "Stella").values())


def test_everything_stays_inside_the_folder_it_was_given(stage: Stage) -> None:
    for player in stage.players:
        for worn in player.trackers:
            assert worn.vendor.settings["base_url"].startswith("http://127.0.0.1:")
            assert worn.vendor.requests > 5


def test_one_of_them_wears_two_trackers_whose_walks_count_once(stage: Stage) -> None:
    assert [len(player.trackers) for player in stage.players] == [2, 1, 1]
    assert len(stage.vendors) == 2
    stella = stage.players[0]
    with stage.store.read() as cx:
        walks = [row.session for row in derived.iter_walks(cx, [stella.person_id])]
    recorded = [walk for walk in walks if walk.kind == "recorded" and walk.detected == "person"]
    assert recorded
    assert all(len(walk.sources) == 2 for walk in recorded)
    assert len({walk.start for walk in recorded}) == len(recorded)


def test_the_days_go_on_and_a_watch_that_was_away_makes_a_waiting_day_a_met_one(
    stage: Stage,
) -> None:
    petra = next(player for player in stage.players if player.name == "Petra")
    teller, away = Teller(stage, Paper()), stage.last_day + timedelta(days=2)
    assert list(teller.news()) == []
    stage.clock.at = datetime(2026, 11, 23, 3, tzinfo=UTC)  # the night before her watch is back
    stage.sync(petra, FRESH)
    waiting = days(stage, "Petra")[away]
    assert waiting.state is State.WAITING
    before = list(teller.news())
    assert any("Waiting:" in line for line in before)
    stage.clock.at += timedelta(hours=6)
    stage.sync(petra, FRESH)
    late = days(stage, "Petra")[away]
    assert late.outcome is Outcome.MET
    after = list(teller.news())
    assert any("Met:" in line for line in after)
    assert all(len(line) <= 78 for line in [*before, *after])
