"""Graded plans over weeks: what is told, what is judged, what a rebuild leaves alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from syncd.service.marks import end_flare, start_flare
from syncd.service.plans import (
    PlanError,
    PlanStanding,
    advance,
    hold_plan,
    standing,
    start_plan,
    stop_plan,
)
from syncd.service.promises import set_target, targets_in_force
from syncd.service.rebuild import rebuild
from syncd.store import Store, derived, people
from syncd.walks.knobs import KnobError
from syncd.walks.model import CountMode, Outcome
from syncd.walks.plan import Kind
from tests.integration.service.lives import at, bring, meaning, minutes_csv
from tests.integration.service.test_spine import waking

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def walked(minutes: int) -> list[int]:
    """Return a day with a slow walk of so many minutes at ten."""
    day = waking()
    day[600 : 600 + minutes] = [80] * minutes
    return day


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def live(store: Store, path: Path, first: date, minutes: list[int]) -> None:
    """Import a day a number, as a person would on the evening of the last."""
    file = minutes_csv(path / f"{first}.csv", first, [walked(n) for n in minutes])
    assert not bring(store, file, now=noon(first + len(minutes) * DAY)).failed


def me(store: Store) -> people.Person:
    with store.read() as cx:
        return people.listing(cx)[0]


def begun(store: Store, path: Path, *, walk_min: float | None = None) -> PlanStanding:
    """Begin a plan on MONDAY after four weeks with a walk of 12 or 13 minutes a day."""
    live(store, path, MONDAY - 28 * DAY, [12, 13] * 14)
    return start_plan(
        store, me(store).id, MONDAY, walk_min=walk_min, days=3, today=MONDAY, clock=at(noon(MONDAY))
    )


def on(store: Store, day: date) -> PlanStanding:
    """Advance the plan to a day and return where it stands."""
    advance(store, me(store).id, today=day, clock=at(noon(day)))
    with store.read() as cx:
        found = standing(cx, me(store).id, day)
    assert found is not None
    return found


def days(store: Store, first: date) -> list[derived.DayRow]:
    with store.read() as cx:
        return list(derived.iter_days(cx, None, first=first))


def test_a_plan_begins_at_eighty_percent_of_the_usual_walk(store: Store, tmp_path: Path) -> None:
    plan = begun(store, tmp_path)
    assert plan.plan.baseline_min == 12.5
    assert (plan.step.walk_min, plan.step.days, plan.step.kind) == (10, 3, Kind.BEGUN)
    assert plan.following.walk_min == pytest.approx(11)


def test_the_days_of_a_plan_are_judged_by_its_walk_and_earlier_ones_are_not(
    store: Store, tmp_path: Path
) -> None:
    begun(store, tmp_path)
    live(store, tmp_path, MONDAY, [10, 9, 0, 11, 0, 0, 12])
    rows = days(store, MONDAY)
    assert [r.day.target_min for r in rows] == [10] * 7
    assert [r.day.outcome is Outcome.MET for r in rows] == [
        n >= 10 for n in [10, 9, 0, 11, 0, 0, 12]
    ]
    assert rows[0].day.reason == "Met: 10 walking minutes (target 10)."
    assert rows[1].day.reason == "Missed: 9 of 10 walking minutes, 1 short."
    assert rows[0].day.brisk_min == 0
    [before] = [r for r in days(store, MONDAY - DAY) if r.day.day == MONDAY - DAY]
    assert (before.day.target_min, before.day.outcome) == (30, Outcome.MISSED)


def test_a_week_that_was_walked_is_followed_by_a_longer_walk_and_a_short_one_by_the_same(
    store: Store, tmp_path: Path
) -> None:
    begun(store, tmp_path)
    live(store, tmp_path, MONDAY, [10, 0, 10, 0, 10, 0, 0])
    step = on(store, MONDAY + 7 * DAY).step
    assert (step.kind, step.day_min, step.first_day) == (Kind.LONGER, 11, MONDAY + 7 * DAY)
    live(store, tmp_path, MONDAY + 7 * DAY, [11, 0, 11, 0, 0, 0, 0])
    again = on(store, MONDAY + 14 * DAY).step
    assert (again.kind, again.walk_min) == (Kind.REPEATED, step.walk_min)


def test_a_rebuild_gives_the_same_days_and_the_same_plan(store: Store, tmp_path: Path) -> None:
    begun(store, tmp_path)
    live(store, tmp_path, MONDAY, [10] * 7)
    live(store, tmp_path, MONDAY + 7 * DAY, [11] * 7)
    told = on(store, MONDAY + 15 * DAY).told
    before = meaning(store)
    rebuild(store, since=None, clock=at(noon(MONDAY + 40 * DAY)))
    assert meaning(store) == before
    with store.read() as cx:
        after = standing(cx, me(store).id, MONDAY + 15 * DAY)
    assert after is not None
    assert after.told == told


def test_a_month_brought_in_at_once_is_told_week_by_week(store: Store, tmp_path: Path) -> None:
    begun(store, tmp_path)
    assert on(store, MONDAY + 28 * DAY).told[-1].kind is Kind.BEGUN  # nothing is known: it waits
    live(store, tmp_path, MONDAY, [14] * 28)
    plan = on(store, MONDAY + 28 * DAY)
    kinds = [step.kind for step in plan.told]
    assert kinds == [Kind.BEGUN, Kind.LONGER, Kind.LONGER, Kind.LONGER, Kind.DAY]
    assert [r.day.target_min for r in days(store, MONDAY)[::7]] == [10, 11, 12, 13]


def test_a_week_decided_late_leaves_its_first_days_the_rule_they_had(
    store: Store, tmp_path: Path
) -> None:
    begun(store, tmp_path)
    live(store, tmp_path, MONDAY, [10] * 7)
    live(store, tmp_path, MONDAY + 7 * DAY, [10] * 2)
    step = on(store, MONDAY + 9 * DAY).step
    assert (step.week, step.first_day) == (MONDAY + 7 * DAY, MONDAY + 9 * DAY)
    assert [r.day.outcome for r in days(store, MONDAY + 7 * DAY)] == [Outcome.MET] * 2


def test_late_data_does_not_take_back_what_a_week_was_told(store: Store, tmp_path: Path) -> None:
    begun(store, tmp_path)
    live(store, tmp_path, MONDAY, [0] * 7)
    assert on(store, MONDAY + 7 * DAY).step.kind is Kind.REPEATED
    (tmp_path / "late").mkdir()
    live(store, tmp_path / "late", MONDAY, [20] * 7)
    assert {r.day.outcome for r in days(store, MONDAY)} == {Outcome.MET}
    assert [s.kind for s in on(store, MONDAY + 8 * DAY).told] == [Kind.BEGUN, Kind.REPEATED]


def test_a_held_week_repeats_the_one_before(store: Store, tmp_path: Path) -> None:
    begun(store, tmp_path)
    plan, new = hold_plan(store, me(store).id, today=MONDAY, clock=at(noon(MONDAY)))
    assert (new, plan.held, plan.following.kind) == (True, True, Kind.HELD)
    assert not hold_plan(store, me(store).id, today=MONDAY, clock=at(noon(MONDAY)))[1]
    live(store, tmp_path, MONDAY, [10] * 7)
    held = on(store, MONDAY + 7 * DAY)
    assert (held.step.kind, held.step.walk_min) == (Kind.HELD, 10)
    live(store, tmp_path, MONDAY + 7 * DAY, [10] * 7)
    assert on(store, MONDAY + 14 * DAY).step.kind is Kind.LONGER


def test_a_flare_halts_the_plan_which_resumes_at_seventy_percent(
    store: Store, tmp_path: Path
) -> None:
    begun(store, tmp_path)
    live(store, tmp_path, MONDAY, [10] * 7)
    live(store, tmp_path, MONDAY + 7 * DAY, [11, 0, 3, 3, 3, 3, 3])
    person, wednesday = me(store).id, MONDAY + 9 * DAY
    assert on(store, MONDAY + 8 * DAY).step.kind is Kind.LONGER
    start_flare(store, person, wednesday, today=wednesday, clock=at(noon(wednesday)))
    waits = on(store, MONDAY + 20 * DAY)
    assert waits.flare is not None
    assert waits.step.kind is Kind.LONGER
    end = MONDAY + 16 * DAY
    end_flare(store, person, end, today=MONDAY + 20 * DAY, clock=at(noon(MONDAY + 20 * DAY)))
    step = on(store, MONDAY + 20 * DAY).step
    assert (step.kind, step.walk_min, step.days) == (Kind.AFTER_FLARE, pytest.approx(7), 3)
    assert step.first_day == end + DAY
    with pytest.raises(PlanError, match="A plan is running"):
        start_plan(store, person, end, walk_min=10, days=3, today=end, clock=at(noon(end)))


def test_no_plan_begins_in_a_flare_nor_without_a_usual_walk(store: Store, tmp_path: Path) -> None:
    live(store, tmp_path, MONDAY - 7 * DAY, [0] * 7)
    person = me(store).id

    def start(walk_min: float | None, days: int = 3, first: date = MONDAY) -> PlanStanding:
        return start_plan(
            store,
            person,
            first,
            walk_min=walk_min,
            days=days,
            today=MONDAY,
            clock=at(noon(MONDAY)),
        )

    for arguments, words in [
        ((None,), "too few walks.*--minutes 10"),
        ((0.5,), "1 to 180 minutes, not 0.5"),
        ((10, 2), "3 to 5 days a week, not 2"),
        ((10, 3, MONDAY + 60 * DAY), "in the next four weeks, not on"),
        ((10, 3, MONDAY - DAY), "begins today or in"),
    ]:
        with pytest.raises(PlanError, match=words):
            start(*arguments)  # type: ignore[arg-type]
    start_flare(store, person, MONDAY, today=MONDAY, clock=at(noon(MONDAY)))
    with pytest.raises(PlanError, match="A flare is running"):
        start(10)


def test_stopping_brings_the_own_target_back_with_what_was_turned_meanwhile(
    store: Store, tmp_path: Path
) -> None:
    live(store, tmp_path, MONDAY - 28 * DAY, [12] * 28)
    person = me(store).id
    clock = at(noon(MONDAY))
    set_target(store, person, {"day_target": 20, "most_days": 4}, MONDAY - 20 * DAY, clock=clock)
    start_plan(store, person, MONDAY, walk_min=10, days=3, today=MONDAY, clock=clock)
    with pytest.raises(KnobError, match=r"plan's walk is the day's target.*plan stop"):
        set_target(store, person, {"day_target": 25}, MONDAY + DAY, clock=clock)
    set_target(store, person, {"cadence_min": 95}, MONDAY, clock=clock)
    own = stop_plan(store, person, today=MONDAY + 3 * DAY, clock=clock)
    assert (own.day_target, own.most_days) == (20, 4)
    with store.read() as cx:
        now = targets_in_force(cx, person)[-1]
        assert standing(cx, person, MONDAY + 3 * DAY) is None
    assert now.first_day == MONDAY + 3 * DAY
    rules = now.rules
    assert (rules.day_target, rules.most_days, rules.cadence_min) == (20, 4, 95)
    assert rules.count_mode is CountMode.MINUTES
    with pytest.raises(PlanError, match="No plan is running"):
        stop_plan(store, person, today=MONDAY, clock=clock)


def test_a_target_that_begins_later_does_not_end_the_plan(store: Store, tmp_path: Path) -> None:
    live(store, tmp_path, MONDAY - 28 * DAY, [12] * 28)
    person, clock = me(store).id, at(noon(MONDAY))
    set_target(store, person, {"day_target": 40}, MONDAY + 3 * DAY, clock=clock)
    start_plan(store, person, MONDAY, walk_min=10, days=3, today=MONDAY, clock=clock)
    live(store, tmp_path, MONDAY, [10] * 7)
    assert {r.day.target_min for r in days(store, MONDAY)} == {8}
    stop_plan(store, person, today=MONDAY + DAY, clock=clock)
    assert [r.day.target_min for r in days(store, MONDAY)] == [8, 30, 30, 40, 40, 40, 40]
