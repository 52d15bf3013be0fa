"""A plan's week counts what its days count: sure minutes, never a bucket's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from syncd.cli.screens.paper import Paper
from syncd.cli.screens.plan import plan_screen
from syncd.contract import DeviceSync
from syncd.service.counting import counting_of
from syncd.service.plans import advance, standing, start_plan
from syncd.store import Store, derived
from syncd.walks.model import Outcome
from syncd.walks.plan import Kind
from tests.integration.service.lives import WATCH, at, keep, put
from tests.integration.service.test_coarse import MIDNIGHT, quarters

MONDAY = date(2026, 3, 9)
TUESDAY = MONDAY + timedelta(days=1)
SYNCED = DeviceSync(source=WATCH, at=datetime(2026, 3, 17, 6, tzinfo=UTC))
WALK = ((72, 1200), (73, 1600), (74, 1000))


def test_a_week_in_buckets_is_told_as_possible_and_brings_a_plan_no_further(store: Store) -> None:
    minutes = [0] * 600 + [80] * 12 + [0] * 828
    put(store, WATCH, MIDNIGHT // 60 - 1440, minutes)
    person = keep(store, *(quarters(*WALK, day=day) for day in range(7)), SYNCED)
    start_plan(store, person, MONDAY, walk_min=12.5, days=3, today=MONDAY, clock=at())
    with store.read() as cx:
        plan = standing(cx, person, TUESDAY)
        days = {row.day.day: row.day for row in derived.iter_days(cx, [person])}
        counting = counting_of(cx, person)
    assert plan is not None
    assert plan.walked == {MONDAY: 12}
    assert plan.open_min >= 6 * 30
    assert days[MONDAY].outcome is Outcome.MET
    assert days[TUESDAY].outcome is not Outcome.MET
    assert [counting.minutes(days[day]) for day in (MONDAY, TUESDAY)] == [12, 0]
    screen = " ".join(" ".join(plan_screen(plan, TUESDAY, Paper())).split())
    assert "So far 12 of 30 minutes, 1 of 3 days (Mon 12). About " in screen
    assert "more are possible: coarse steps leave open how long a walk was." in screen
    later = MONDAY + timedelta(days=9)
    advance(store, person, today=later, clock=at())
    with store.read() as cx:
        plan = standing(cx, person, later)
    assert plan is not None
    assert plan.step.kind is Kind.REPEATED
