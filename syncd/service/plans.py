"""Graded plans: begun, held and stopped by a person, told week by week, kept as targets.

What a week asks for is told once, when the week before is known, and never taken back: it is
written into the journal, and as a target, so that a rebuild judges every day as it was judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from syncd.service.derive import derive_person
from syncd.service.touching import mark_days
from syncd.store import Store, derived, journal, locks, plans
from syncd.store.journal import TargetRow
from syncd.store.planned import people_with_plans
from syncd.store.plans import PlanRow
from syncd.walks.knobs import is_planned, rules_of
from syncd.walks.model import CountMode, Mark, Rules, State, WalkSession
from syncd.walks.on_foot import is_on_foot, is_timed, walk_day, walked_s
from syncd.walks.plan import (
    BASELINE_DAYS,
    FEWEST_DAYS,
    GOAL_DAYS,
    WEEK,
    Flare,
    Step,
    first_step,
    flare_over,
    has_stood,
    is_enough,
    step_after,
    step_after_flare,
    usual_walk_min,
)

LAST_OF_WEEK = timedelta(days=6)
ONE_DAY = timedelta(days=1)
LEAST_BASELINE_MIN, MOST_BASELINE_MIN = 1, 180
Clock = Callable[[], datetime]


class PlanError(ValueError):
    """A plan that cannot be meant; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStanding:
    """Where a plan stands on a day.

    ``told`` are its steps so far, the last one in force; ``walked`` the sure minutes in walks of
    each day of the running week that has any, as its days are judged; ``open_min`` those of walks
    seen in buckets only, which are about; ``following`` what comes next if the week is walked;
    ``flare`` the flare it waits for; ``waits`` that the week before is not known yet.
    """

    plan: PlanRow
    told: tuple[Step, ...]
    walked: Mapping[date, float]
    open_min: float
    following: Step
    held: bool
    flare: Flare | None
    waits: bool
    stood: bool
    own: Rules

    @property
    def step(self) -> Step:
        """Return what is asked for now."""
        return self.told[-1]


def baseline(cx: Connection, person_id: int, today: date) -> float | None:
    """Return the usual walk of the last four weeks in minutes; ``None`` with too few walks."""
    first = today - timedelta(days=BASELINE_DAYS)
    longest: dict[date, float] = {}
    for day, minutes in walks_by_day(cx, person_id, first, today):
        longest[day] = max(minutes, longest.get(day, 0))
    return usual_walk_min(longest.values())


def plan_walk_on(cx: Connection, person_id: int, day: date) -> float | None:
    """Return the minutes of the walk that a plan asked for on a day; ``None`` where none ran."""
    for plan in plans.plans(cx, person_id):
        if plan.first_day <= day <= (plan.last_day or date.max):
            held = [step for step in plans.steps(cx, plan) if step.first_day <= day]
            return held[-1].walk_min if held else None
    return None


def minutes_in_walks(cx: Connection, person_id: int, first: date, last: date) -> dict[date, float]:
    """Return the minutes in walks of each day that has any, about where seen in buckets only.

    A walk is its first day's.
    """
    found: dict[date, float] = {}
    for day, minutes in walks_by_day(cx, person_id, first, last):
        found[day] = found.get(day, 0) + minutes
    return found


def walks_by_day(
    cx: Connection, person_id: int, first: date, last: date
) -> Iterator[tuple[date, float]]:
    """Yield (day, minutes) of each walk or run that starts on ``first``..``last``."""
    for walk in _on_foot(cx, person_id, first, last):
        yield walk_day(walk), walked_s(walk) / 60


def _on_foot(cx: Connection, person_id: int, first: date, last: date) -> Iterator[WalkSession]:
    for row in derived.iter_walks(cx, [person_id], first=first, last=last):
        if is_on_foot(row.session):
            yield row.session


def _sure_and_open(
    cx: Connection, person_id: int, first: date, last: date
) -> tuple[dict[date, float], float]:
    """Return the sure minutes in walks of each day that has any, and those that buckets show."""
    sure, left_open = dict[date, float](), 0.0
    for walk in _on_foot(cx, person_id, first, last):
        if is_timed(walk):
            sure[walk_day(walk)] = sure.get(walk_day(walk), 0) + walked_s(walk) / 60
        else:
            left_open += walked_s(walk) / 60
    return sure, left_open


def start_plan(
    store: Store,
    person_id: int,
    first: date,
    *,
    walk_min: float | None,
    days: int,
    today: date,
    clock: Clock,
) -> PlanStanding:
    """Begin a plan on a day, from a usual walk of ``walk_min`` or, without it, the last weeks'.

    Raises ``PlanError``.
    """
    if not FEWEST_DAYS <= days <= GOAL_DAYS:
        raise PlanError(f"A plan begins on {FEWEST_DAYS} to {GOAL_DAYS} days a week, not {days}.")
    if not today <= first <= today + 4 * WEEK:
        raise PlanError(f"A plan begins today or in the next four weeks, not on {first}.")
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        if plans.running(tx, person_id) is not None:
            raise PlanError("A plan is running. syncd plan show says where it stands.")
        if any(flare.last is None for flare in _flares(tx, person_id)):
            raise PlanError(
                "A flare is running: short, easy walks are enough now. Begin once it is over; "
                "syncd flare end says so."
            )
        usual = baseline(tx, person_id, today) if walk_min is None else walk_min
        if usual is None:
            raise PlanError(
                "There are too few walks in the last four weeks to know your usual one. Say how "
                "long you walk in comfort: syncd plan start --minutes 10"
            )
        if not LEAST_BASELINE_MIN <= usual <= MOST_BASELINE_MIN:
            raise PlanError(
                f"--minutes is a usual walk of {LEAST_BASELINE_MIN} to {MOST_BASELINE_MIN} "
                f"minutes, not {usual:g}."
            )
        plan = plans.add_plan(tx, person_id, first, usual, clock())
        _tell(tx, plan, first_step(usual, days, first), clock())
    derive_person(store, person_id, clock=clock)
    return _shown(store, person_id, today)


def hold_plan(
    store: Store, person_id: int, *, today: date, clock: Clock
) -> tuple[PlanStanding, bool]:
    """Say that next week repeats this one; tell also whether that is news.

    Raises ``PlanError``.
    """
    advance(store, person_id, today=today, clock=clock)
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        plan = _running(tx, person_id)
        new = plans.add_hold(tx, plan, plans.steps(tx, plan)[-1].week + WEEK, clock())
    return _shown(store, person_id, today), new


def stop_plan(store: Store, person_id: int, *, today: date, clock: Clock) -> Rules:
    """End the plan; the person's own target holds from today on. Return its rules.

    Raises ``PlanError``.
    """
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        plan = _running(tx, person_id)
        first = max(today, plan.first_day)
        plans.end_plan(tx, plan, first - ONE_DAY)
        told = journal.targets(tx, person_id)
        for day in _from(told, first):
            own = rules_of(_own(told, day))
            theirs = {"day_target": own.day_target, "most_days": own.most_days}
            knobs = {**_knobs(told, day), **theirs, "count_mode": own.count_mode.value}
            journal.set_target(tx, person_id, knobs, day, clock())
        mark_days(tx, person_id, first, None)
        rules = rules_of(_own(told, first))
    derive_person(store, person_id, clock=clock)
    return rules


def standing(cx: Connection, person_id: int, today: date) -> PlanStanding | None:
    """Return where the running plan stands; ``None`` where none runs."""
    plan = plans.running(cx, person_id)
    if plan is None:
        return None
    told = plans.steps(cx, plan)
    step = told[-1]
    held = step.week + WEEK in plans.holds(cx, plan)
    monday = today - timedelta(days=today.weekday())
    first, last = max(monday, plan.first_day), monday + LAST_OF_WEEK
    walked, left_open = _sure_and_open(cx, person_id, first, last)
    return PlanStanding(
        plan=plan,
        told=tuple(told),
        walked=walked,
        open_min=left_open,
        following=step_after(told, step.week_min, held=held),
        held=held,
        flare=flare_over(step, _flares(cx, person_id)),
        waits=today >= step.week + WEEK,
        stood=has_stood(told),
        own=rules_of(_own(journal.targets(cx, person_id), today)),
    )


def advance_all(store: Store, *, clock: Clock, today_of: Callable[[Connection, int], date]) -> None:
    """Tell every running plan what its weeks ask for, as far as the weeks before are known."""
    with store.read() as cx:
        running = [(one, today_of(cx, one)) for one in people_with_plans(cx)]
    for person_id, today in running:
        advance(store, person_id, today=today, clock=clock)


def advance(store: Store, person_id: int, *, today: date, clock: Clock) -> None:
    """Tell one person's running plan what its weeks ask for, as far as that is known."""
    with store.read() as cx:
        plan = plans.running(cx, person_id)
        if plan is None or _next(cx, plan, today) is None:
            return
    while True:
        with store.write() as tx:
            locks.lock_person(tx, person_id)
            step = _next(tx, plan, today)
            if step is None:
                return
            _tell(tx, plan, step, clock())
        derive_person(store, person_id, clock=clock)


def _next(cx: Connection, plan: PlanRow, today: date) -> Step | None:
    """Return the step to tell next; ``None`` while the last told week is not known."""
    told = plans.steps(cx, plan)
    last = told[-1]
    flare = flare_over(last, _flares(cx, plan.person_id))
    if flare is not None:
        over = flare.last is not None and flare.last < today
        return step_after_flare(told, flare.last) if over and flare.last else None
    due = last.week + WEEK
    if today < due:
        return None
    if due in plans.holds(cx, plan):
        return _from_when(step_after(told, 0, held=True), today)
    sure, _ = _sure_and_open(cx, plan.person_id, last.week, due - ONE_DAY)
    walked = sum(sure.values())
    if not is_enough(last, walked) and not _is_known(cx, plan.person_id, last.week):
        return None
    return _from_when(step_after(told, walked, held=False), today)


def _from_when(step: Step, today: date) -> Step:
    """Return a step of this week told from today on: days before keep the rule they had."""
    runs = step.week <= today <= step.week + LAST_OF_WEEK
    return replace(step, first_day=today) if runs else step


def _is_known(cx: Connection, person_id: int, monday: date) -> bool:
    """Tell whether a week is over in the data, and all that it has was judged."""
    held, sunday = derived.days_range(cx, person_id), monday + LAST_OF_WEEK
    if held is None or held[1] < sunday:
        return False
    rows = derived.iter_days(cx, [person_id], first=monday, last=sunday)
    return all(row.day.state in {State.JUDGED, State.FINAL} for row in rows)


def _tell(tx: Connection, plan: PlanRow, step: Step, now: datetime) -> None:
    """Keep a step, and the target that judges its days."""
    plans.add_step(tx, plan, step, now)
    told = journal.targets(tx, plan.person_id)
    asked = {
        "day_target": step.day_min,
        "most_days": step.days,
        "count_mode": CountMode.WALKING.value,
    }
    for day in _from(told, step.first_day):
        journal.set_target(tx, plan.person_id, {**_knobs(told, day), **asked}, day, now)
    mark_days(tx, plan.person_id, step.first_day, None)


def _from(told: Sequence[TargetRow], first: date) -> list[date]:
    """Return a day and the first days of all later targets: nothing said earlier outlives it."""
    later = {row.first_day for row in told if row.first_day is not None and row.first_day > first}
    return [first, *sorted(later)]


def _knobs(told: Sequence[TargetRow], day: date) -> Mapping[str, Any]:
    """Return the knobs in force on a day."""
    held = [row.knobs for row in told if row.first_day is None or row.first_day <= day]
    return held[-1] if held else {}


def _own(told: Sequence[TargetRow], day: date) -> Mapping[str, Any]:
    """Return the knobs in force on a day had there been no plan."""
    own = [row for row in told if not is_planned(row.knobs)]
    return _knobs(own, day)


def _running(cx: Connection, person_id: int) -> PlanRow:
    plan = plans.running(cx, person_id)
    if plan is None:
        raise PlanError("No plan is running. syncd plan start begins one.")
    return plan


def _flares(cx: Connection, person_id: int) -> list[Flare]:
    marks = journal.marks(cx, person_id)
    return [Flare(m.first_day, m.last_day) for m in marks if m.kind is Mark.FLARE]


def _shown(store: Store, person_id: int, today: date) -> PlanStanding:
    with store.read() as cx:
        found = standing(cx, person_id, today)
    assert found is not None
    return found
