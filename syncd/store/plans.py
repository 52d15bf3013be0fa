"""The journal of graded plans: what was begun, what each week was told to ask for, what is held."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from syncd.store import tables as t
from syncd.walks.plan import Kind, Step


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan; ids count from 1 in a person, ``last_day=None`` still runs.

    ``baseline_min`` are the minutes of the usual walk that it was made from.
    """

    id: int
    person_id: int
    first_day: date
    baseline_min: float
    created_at: datetime
    last_day: date | None


def plans(cx: Connection, person_id: int) -> list[PlanRow]:
    """Return a person's plans, oldest first."""
    here = t.plan.c
    names = [here[name] for name in PlanRow.__dataclass_fields__]
    rows = cx.execute(select(*names).where(here.person_id == person_id).order_by(here.id))
    return [PlanRow(*row) for row in rows]


def running(cx: Connection, person_id: int) -> PlanRow | None:
    """Return the plan that runs, or ``None``."""
    return next((plan for plan in plans(cx, person_id) if plan.last_day is None), None)


def add_plan(
    tx: Connection, person_id: int, first_day: date, baseline_min: float, now: datetime
) -> PlanRow:
    """Begin a plan."""
    here = t.plan.c
    last = tx.execute(select(func.max(here.id)).where(here.person_id == person_id)).scalar_one()
    row = PlanRow((last or 0) + 1, person_id, first_day, baseline_min, now, None)
    tx.execute(insert(t.plan).values(asdict(row)))
    return row


def end_plan(tx: Connection, plan: PlanRow, last_day: date) -> None:
    """Say which day is a plan's last one."""
    here = t.plan.c
    mine = (here.person_id == plan.person_id) & (here.id == plan.id)
    tx.execute(update(t.plan).where(mine).values(last_day=last_day))


def steps(cx: Connection, plan: PlanRow) -> list[Step]:
    """Return what the weeks of a plan were told to ask for, in the order they hold."""
    here = t.plan_step.c
    names = [here[name] for name in Step.__dataclass_fields__]
    mine = (here.person_id == plan.person_id) & (here.plan_id == plan.id)
    rows = cx.execute(select(*names).where(mine).order_by(here.week, here.first_day)).mappings()
    return [Step(**{**row, "kind": Kind(row["kind"])}) for row in rows]


def add_step(tx: Connection, plan: PlanRow, step: Step, now: datetime) -> None:
    """Keep what a week is told to ask for; it is never edited."""
    values = {**asdict(step), "kind": step.kind.value, "created_at": now}
    tx.execute(insert(t.plan_step).values(person_id=plan.person_id, plan_id=plan.id, **values))


def holds(cx: Connection, plan: PlanRow) -> set[date]:
    """Return the Mondays of the weeks that a person said repeat the week before."""
    here = t.plan_hold.c
    mine = (here.person_id == plan.person_id) & (here.plan_id == plan.id)
    return set(cx.execute(select(here.week).where(mine)).scalars())


def add_hold(tx: Connection, plan: PlanRow, week: date, now: datetime) -> bool:
    """Hold a week; tell whether it was not held yet."""
    if week in holds(tx, plan):
        return False
    values = {"plan_id": plan.id, "week": week, "created_at": now}
    tx.execute(insert(t.plan_hold).values(person_id=plan.person_id, **values))
    return True
