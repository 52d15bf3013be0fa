"""The journal of plans, and the step that brings it to a database made before it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import inspect, text

from syncd.store import Store, journal, open_store, people, plans, sql
from syncd.store.migrations import REVISIONS, to_head
from syncd.store.planned import people_with_plans
from syncd.walks.plan import Kind, Step, first_step, step_after
from tests.integration.store.made import NOW

MONDAY = date(2026, 3, 2)


def test_a_database_of_the_first_schema_is_brought_up_to_date_and_keeps_what_it_holds(
    new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sql, "to_head", partial(to_head, revision="0001"))
        patch.setattr(sql, "REVISIONS", ("0001",))
        old = open_store(new_url)
        with old.write() as tx:
            person = people.add(tx, "me", now=NOW)
            journal.set_target(tx, person.id, {"day_target": 20}, MONDAY, NOW)
            assert "plan" not in inspect(tx).get_table_names()
        old.close()
    store = open_store(new_url)
    with store.write() as tx:
        revision = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
        assert revision == REVISIONS[-1]
        [target] = journal.targets(tx, person.id)
        assert target.knobs == {"day_target": 20}
        assert plans.running(tx, person.id) is None
        plans.add_plan(tx, person.id, MONDAY, 12.5, NOW)
        assert people_with_plans(tx) == [person.id]
    store.close()


def test_a_plan_is_kept_with_its_steps_and_holds_and_ends(store: Store) -> None:
    with store.write() as tx:
        me = people.add(tx, "me", now=NOW).id
        plan = plans.add_plan(tx, me, MONDAY, 12.5, NOW)
        told = [first_step(12.5, 3, MONDAY)]
        told.append(step_after(told, 30, held=False))
        for step in reversed(told):
            plans.add_step(tx, plan, step, NOW)
        assert plans.add_hold(tx, plan, MONDAY + timedelta(14), NOW)
        assert not plans.add_hold(tx, plan, MONDAY + timedelta(14), NOW)
    with store.read() as cx:
        assert plans.running(cx, me) == plan
        assert plans.steps(cx, plan) == told
        assert plans.holds(cx, plan) == {MONDAY + timedelta(14)}
    with store.write() as tx:
        plans.end_plan(tx, plan, MONDAY + timedelta(9))
        assert plans.running(tx, me) is None
        again = plans.add_plan(tx, me, MONDAY + timedelta(20), 10, NOW)
        plans.add_step(tx, again, Step(MONDAY, MONDAY, 8.0, 3, Kind.BEGUN), NOW)
    with store.read() as cx:
        assert [row.id for row in plans.plans(cx, me)] == [1, 2]
        assert len(plans.steps(cx, plan)) == 2
