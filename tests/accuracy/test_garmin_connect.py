"""What Garmin Connect's 15-minute steps say of true lives, and what the watch's minutes add.

Life -> Garmin -> the package over sockets -> sync -> days, compared with the truth. The figures
are printed: ``pytest tests/accuracy -s``; all of them with ``-m soak``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from statistics import mean

import pytest

from syncd.service.syncing import Wish
from syncd.sim.characters import IN_PAIN, OFFICE, STEADY, Character
from syncd.sim.cloud import Cloud, sync_times
from syncd.sim.truth import Truth
from syncd.store import open_store
from syncd.walks.model import Day, Outcome, State
from tests.adapters.garmin_connect.home import DAY, FIRST, HOUR, Home, garmin_home, lived

OVER = {State.JUDGED, State.FINAL}
HIT = {Outcome.MET, Outcome.LIKELY_MET}
LIKELY = {Outcome.LIKELY_MET, Outcome.LIKELY_MISSED}
TARGET = 30


class Score:
    """How verdicts compare with what happened."""

    def __init__(self) -> None:
        self.said: Counter[tuple[Outcome, bool]] = Counter()
        self.off: list[int] = []
        self.off_fine: list[int] = []

    def add(self, day: Day, true: int, *, fetched: bool) -> None:
        if day.state not in OVER or day.outcome is None:
            return
        self.said[day.outcome, true >= TARGET] += 1
        if day.brisk_min is not None:
            self.off.append(day.brisk_min - true)
            if fetched:
                self.off_fine.append(day.brisk_min - true)

    def right(self, *outcomes: Outcome) -> tuple[int, int]:
        told = {key: n for key, n in self.said.items() if key[0] in outcomes}
        good = sum(n for (outcome, true), n in told.items() if (outcome in HIT) == true)
        return good, sum(told.values())

    def unknown(self) -> float:
        return self.right(Outcome.UNKNOWN)[1] / max(1, sum(self.said.values()))

    def told(self, name: str) -> str:
        parts = [
            f"{o} {g}/{n}" for o in Outcome if (n := self.right(o)[1]) for g in (self.right(o)[0],)
        ]
        fine = f", of fetched minutes {mean(self.off_fine):+.2f}" if self.off_fine else ""
        return (
            f"{name}: {sum(self.said.values())} days, bias {mean(self.off):+.2f}{fine};"
            f" unknown {self.unknown():.0%}; {'; '.join(parts)}"
        )


def judged(home: Home, truth: Truth, score: Score) -> None:
    files = [line.path for line in home.vendor.server.log if "files/wellness" in line.path]
    fetched = {date.fromisoformat(path[-10:]) for path in files}
    for day, told in home.days().items():
        score.add(told, truth.true_brisk_minutes(day), fetched=day in fetched)


def looped(who: Character, seed: int, days: int, folder: Path) -> tuple[Score, Score]:
    """Return the scores of 15-minute steps, and of the same with the watch's own minutes."""
    truth, cloud = lived(who, seed, days)
    now = datetime.combine(FIRST + days * DAY, time(9), tzinfo=UTC)
    quarters, minutes = Score(), Score()
    folder.mkdir(parents=True)
    store = open_store(f"sqlite:///{folder / 'syncd.db'}")
    with garmin_home(store, folder, cloud, "Europe/Berlin", now) as home:
        home.synced(Wish(since=now - days * DAY, slices_most=None))
        judged(home, truth, quarters)
        for _ in range(days // 4):  # a few days' minutes a sync, whenever the watch has synced
            home.clock.at += 2 * HOUR
            home.synced()
        judged(home, truth, minutes)
    store.close()
    return quarters, minutes


def added(scores: list[Score]) -> Score:
    total = Score()
    for score in scores:
        total.said += score.said
        total.off += score.off
        total.off_fine += score.off_fine
    return total


def check(quarters: Score, minutes: Score) -> None:
    for score in (quarters, minutes):
        good, told = score.right(Outcome.MET, Outcome.MISSED)
        assert good == told
        assert score.unknown() <= 0.25
    good, told = quarters.right(*LIKELY)
    assert good >= 0.9 * told
    assert abs(mean(minutes.off_fine)) <= 1
    assert minutes.right(*LIKELY)[1] + minutes.right(Outcome.UNKNOWN)[1] <= 0.1 * len(minutes.off)


def test_the_loop_of_a_target_walker_in_quarters_and_then_in_minutes(tmp_path):
    quarters, minutes = looped(IN_PAIN, 3, 14, tmp_path / "one")
    print(f"\n{quarters.told('15 min')}\n{minutes.told('+ FIT')}")
    check(quarters, minutes)


@pytest.mark.soak
def test_the_loop_of_three_ways_to_live_for_twelve_weeks_each(tmp_path):
    found: dict[str, list[tuple[Score, Score]]] = defaultdict(list)
    for who in (STEADY, OFFICE, IN_PAIN):
        for seed in (1, 2, 3):
            folder = tmp_path / f"{who.name.replace(' ', '-')}-{seed}"
            found[who.name].append(looped(who, seed, 84, folder))
        quarters, minutes = (added([pair[i] for pair in found[who.name]]) for i in (0, 1))
        print(f"\n{quarters.told(f'{who.name}, 15 min')}\n{minutes.told(f'{who.name}, + FIT')}")
    pairs = [pair for told in found.values() for pair in told]
    quarters, minutes = (added([pair[i] for pair in pairs]) for i in (0, 1))
    print(f"\n{quarters.told('all, 15 min')}\n{minutes.told('all, + FIT')}")
    check(quarters, minutes)


@pytest.mark.soak
def test_a_day_of_hourly_polls_with_a_sync_every_waking_hour_costs_what_the_docs_say(tmp_path):
    truth, _ = lived(OFFICE, 2, 10)
    night = [at for at in sync_times(truth, seed=2) if 6 <= truth.local(at).hour < 22]
    now = datetime.combine(FIRST + 7 * DAY, time(9), tzinfo=UTC)
    total: Counter[str] = Counter()
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    with garmin_home(store, tmp_path, Cloud(truth, night), "Europe/Berlin", now) as home:
        home.synced()
        for _ in range(24):
            home.clock.at += HOUR
            total += home.asks()
    store.close()
    print(f"\n{total.total()} requests a day: {dict(total)}")
    assert total["minutes"] <= 3  # of days that were left open
    assert total["detail"] + total["file"] <= 4  # two a new walk
    assert total.total() - total["minutes"] - total["detail"] - total["file"] <= 70


@pytest.mark.soak
def test_ninety_days_of_the_past_come_whole_and_the_same_again_changes_nothing(tmp_path):
    _, cloud = lived(STEADY, 5, 91)
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    now = datetime.combine(FIRST + 91 * DAY, time(9), tzinfo=UTC)
    with garmin_home(store, tmp_path, cloud, "Europe/Berlin", now) as home:
        wish = Wish(since=now - 90 * DAY, slices_most=None)
        asked = home.asks(wish)
        print(f"\n{asked.total()} requests for 90 days: {dict(asked)}")
        steps = {day: told.steps for day, told in home.days().items()}
        inner = sorted(steps)[1:-1]
        assert len(inner) >= 88
        for day in inner:  # a recorded walk replaces the quarters it lies in, a few steps apart
            told = home.vendor.world.sums(day)
            assert abs((steps[day] or 0) - (told.steps if told else 0)) <= 100, day
        while home.asks(wish)["minutes"]:  # of days that the quarters left open
            pass
        assert home.synced(wish).days == set()
    store.close()
