"""The loop, closed: a true life -> Garmin -> the package -> sync -> days, compared with the truth.

The figures are printed: ``pytest tests/adapters/garmin_connect -s``; all of them with ``-m soak``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import mean

import pytest

from syncd.contract import DeviceSync, Stream, Window, Workout
from syncd.service.syncing import Wish
from syncd.sim.characters import IN_PAIN, OFFICE, STEADY, Character
from syncd.sim.cloud import Cloud, EditKind, sync_times
from syncd.sim.truth import Truth
from syncd.sim.walker import Life, live
from syncd.store import open_store
from syncd.walks.model import Day, Outcome, Resolution, State
from tests.adapters.garmin_connect.home import Home, garmin_home
from tests.adapters.garmin_connect.vendor import values, weeks, window

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST = date(2026, 1, 12)
OVER = {State.JUDGED, State.FINAL}
HIT = {Outcome.MET, Outcome.LIKELY_MET}
LIKELY = {Outcome.LIKELY_MET, Outcome.LIKELY_MISSED}
TARGET = 30


def test_v9_quarters_add_up_to_the_truth_over_both_clock_changes_and_two_flights(account):
    truth, cloud = weeks().truth, weeks().cloud
    asked = window("2026-03-28", "2026-04-17")
    account.clock.at = asked.end + DAY
    found, start = [], asked.start
    while start < asked.end:
        found += account.records(Stream.STEPS, Window(start, start + DAY))
        start += DAY
    steps = values(found, "steps")
    now = int(account.clock.at.timestamp())
    bounds = int(asked.start.timestamp()), int(asked.end.timestamp())
    true = defaultdict(int)
    for minute in cloud.watch_minutes(now, *bounds):
        true[minute.at * 60 // 900 * 900] += minute.steps
    assert steps == {at: float(count) for at, count in true.items()}
    told = {run.start: run.offset_s for r in found for run in r.offsets}
    right = [truth.offset_at(start).offset_s == offset for start, offset in told.items()]
    assert mean(right) > 0.9  # on the day of a landing the rows tell the zone that was left


def test_l1_l2_late_data_grow_a_day_and_four_silent_days_come_in_one_burst(account):
    noon = datetime(2026, 3, 12, 12, tzinfo=UTC)
    account.clock.at = noon
    asked = window("2026-03-12", "2026-03-13")
    early = values(account.records(Stream.STEPS, asked), "steps")
    account.clock.at = noon + DAY
    late = values(account.records(Stream.STEPS, asked), "steps")
    assert early.keys() < late.keys()
    assert all(late[at] >= value for at, value in early.items())
    start, end = (datetime.fromtimestamp(at, UTC) for at in weeks().silent)
    account.clock.at = end - timedelta(minutes=1)
    [before] = account.records(Stream.DEVICES, None)
    account.clock.at = end + timedelta(minutes=1)
    [after] = account.records(Stream.DEVICES, None)
    assert isinstance(before, DeviceSync)
    assert (before.at < start, after.at) == (True, end)
    assert len(values(account.records(Stream.STEPS, Window(start + DAY, start + 2 * DAY)), "steps"))


def test_l4_edits_and_deletions_are_seen_and_a_recorded_walk_comes_with_its_samples(account):
    recorded = [e for e in weeks().cloud.edits]
    for kind in EditKind:
        edit = next(e for e in recorded if e.kind is kind)
        begun = datetime.fromtimestamp(edit.start, UTC)
        asked = Window(begun - HOUR, begun + HOUR)

        def now(at: int, asked: Window = asked) -> dict[str, Workout]:
            account.clock.at = datetime.fromtimestamp(at, UTC)
            return {w.key: w for w in account.records(Stream.WORKOUTS, asked)}

        before, after = now(edit.at - 60), now(edit.at + 60)
        key = next(k for k, w in before.items() if w.start == begun)
        assert (key in after) == (kind is not EditKind.DELETED)
        if kind is EditKind.LONGER:
            assert after[key].end == before[key].end + timedelta(seconds=edit.by_s)
    tracks = [w for w in account.records(Stream.ROUTES, asked) if w.track is not None]
    assert all(len(w.track.at) > 20 for w in tracks)


def lived(who: Character, seed: int, days: int) -> tuple[Truth, Cloud]:
    life = Life(seed=seed, first_day=FIRST, days=days + 4, home="Europe/Berlin", who=who)
    truth = live(life)
    return truth, Cloud(truth, sync_times(truth, seed=seed))


class Score:
    """How verdicts compare with what happened."""

    def __init__(self) -> None:
        self.said: Counter[tuple[Outcome, bool]] = Counter()
        self.off: list[int] = []
        self.off_fine: list[int] = []

    def add(self, day: Day, true: int) -> None:
        if day.state not in OVER or day.outcome is None:
            return
        self.said[day.outcome, true >= TARGET] += 1
        if day.brisk_min is not None:
            self.off.append(day.brisk_min - true)
            if day.resolution is Resolution.MINUTE:
                self.off_fine.append(day.brisk_min - true)

    def right(self, *outcomes: Outcome) -> tuple[int, int]:
        told = {key: n for key, n in self.said.items() if key[0] in outcomes}
        good = sum(n for (outcome, true), n in told.items() if (outcome in HIT) == true)
        return good, sum(told.values())

    def unknown(self) -> float:
        return self.right(Outcome.UNKNOWN)[1] / max(1, sum(self.said.values()))

    def told(self, name: str) -> str:
        parts = [f"{o} {g}/{n}" for o in Outcome if (n := self.right(o)[1]) for g in (self.right(o)[0],)]
        fine = f", in minutes {mean(self.off_fine):+.2f}" if self.off_fine else ""
        return (
            f"{name}: {sum(self.said.values())} days, bias {mean(self.off):+.2f}{fine};"
            f" unknown {self.unknown():.0%}; {'; '.join(parts)}"
        )


def judged(home: Home, truth: Truth, score: Score) -> None:
    for day, told in home.days().items():
        score.add(told, truth.true_brisk_minutes(day))


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
    quarters, minutes = looped(IN_PAIN, 3, 21, tmp_path / "one")
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


@pytest.fixture
def home(tmp_path):
    truth, cloud = lived(OFFICE, 2, 10)
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    now = datetime.combine(FIRST + 8 * DAY, time(7), tzinfo=UTC)
    with garmin_home(store, tmp_path, cloud, "Europe/Berlin", now) as one:
        one.synced()
        yield one
    store.close()


def test_a_poll_costs_one_request_without_a_sync_and_four_with_one(home):
    home.synced()
    idle = home.asks()
    assert idle == {"device": 1}
    home.clock.at += HOUR
    told = home.asks()
    new = told.pop("detail", 0) + told.pop("file", 0) + told.pop("minutes", 0)
    assert told == {"device": 1, "rows": 1, "floors": 1, "list": 1}
    assert new <= 10


def test_a_day_of_hourly_polls_costs_what_the_docs_say(home):
    home.synced()
    total: Counter[str] = Counter()
    for _ in range(24):
        home.clock.at += HOUR
        total += home.asks()
    print(f"\n{total.total()} requests a day: {dict(total)}")
    assert total["minutes"] <= 3  # of days that were left open
    assert total["detail"] + total["file"] <= 4  # two a new walk
    assert total.total() - total["minutes"] - total["detail"] - total["file"] <= 110


def test_a_renewed_sign_in_outlives_the_process(home):
    before = home.account().token_generation
    home.vendor.sso.forget_access()
    home.clock.at += HOUR
    home.synced()
    assert home.account().token_generation == before + 1
    home.clock.at += HOUR
    home.synced()
    assert home.vendor.sso.refreshes == 1


def test_a_sign_in_that_garmin_has_ended_waits_for_the_person(home):
    home.vendor.sso.revoke()
    home.clock.at += HOUR
    report = home.sync()
    assert "does not accept the sign-in any more" in str(report.error)
    assert home.account().state == "needs_sign_in"
    home.signs_in()
    assert home.account().state == "active"
    home.synced()


@pytest.mark.soak
def test_ninety_days_of_the_past_come_whole_and_the_same_again_changes_nothing(tmp_path):
    truth, cloud = lived(STEADY, 5, 91)
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    now = datetime.combine(FIRST + 91 * DAY, time(9), tzinfo=UTC)
    with garmin_home(store, tmp_path, cloud, "Europe/Berlin", now) as home:
        wish = Wish(since=now - 90 * DAY, slices_most=None)
        asked = home.asks(wish)
        print(f"\n{asked.total()} requests for 90 days: {dict(asked)}")
        second = int(now.timestamp())
        steps = {day: told.steps for day, told in home.days().items()}
        inner = sorted(steps)[1:-1]
        assert len(inner) >= 88
        worn = {day: home.vendor.world.sums(day) for day in inner}
        assert {d: steps[d] or 0 for d in inner} == {d: s.steps if s else 0 for d, s in worn.items()}
        assert second
        assert home.synced(wish).days == set()
    store.close()
