"""What concerns a cohort at once: its accounts paused and resumed, how they stand, its people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select, update

from syncd.store import due
from syncd.store import tables as t
from syncd.store.accounts import FILES

CHUNK = 1000
"""Rows that are fetched at once: memory does not grow with the cohort."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person's accounts stand together: the newest word of any, and when the first began."""

    person: str
    needs_sign_in: bool
    last_sync_at: datetime | None
    began_at: datetime


def pause(tx: Connection, cohort: str, now: datetime) -> int:
    """Pause the accounts of a cohort; return how many were not paused before."""
    return _set(tx, cohort, {"paused_at": now}, t.account.c.paused_at.is_(None))


def resume(tx: Connection, cohort: str, now: datetime) -> int:
    """End the pauses in a cohort; return how many there were. Who runs by itself is due now."""
    paused = t.account.c.paused_at.is_not(None)
    fresh = {"next_sync_at": now, "only_past": False, "queued_until": None, "queued_by": None}
    active = t.account.c.state == due.ACTIVE
    ended = _set(tx, cohort, {"paused_at": None, **fresh}, paused & active)
    return ended + _set(tx, cohort, {"paused_at": None}, paused)


def accounts_of(cx: Connection, cohort: str) -> int:
    """Return how many vendor accounts a cohort has; none removed."""
    count = select(func.count()).select_from(t.account).where(_theirs(cohort))
    return cx.execute(count).scalar_one()


def standing(cx: Connection, cohort: str) -> Iterator[Standing]:
    """Yield by name how the accounts of each person stand, streamed; paused ones do not count."""
    here, who = t.account.c, t.person.c
    needs = func.max(case((here.state == due.NEEDS_SIGN_IN, 1), else_=0))
    spoke = func.max(func.coalesce(here.device_sync_at, here.synced_ok_at))
    query = (
        select(who.name, needs, spoke, func.min(here.created_at))
        .join_from(t.person, t.account, here.person_id == who.id)
        .where(who.cohort == cohort, here.vendor != FILES, here.state != due.REMOVED)
        .where(here.paused_at.is_(None), here.moved_to.is_(None))
        .group_by(who.id, who.name)
        .order_by(who.name)
    )
    for name, needs_sign_in, last, began in cx.execute(
        query, execution_options={"yield_per": CHUNK}
    ):
        yield Standing(name, bool(needs_sign_in), last, began)


def names(cx: Connection) -> list[str]:
    """Return the names of the cohorts there are."""
    here = t.person.c.cohort
    found = select(here).where(here.is_not(None)).distinct().order_by(here)
    return list(cx.execute(found).scalars())


def size(cx: Connection, cohort: str) -> int:
    """Return how many people a cohort has."""
    count = select(func.count()).select_from(t.person).where(t.person.c.cohort == cohort)
    return cx.execute(count).scalar_one()


def members(cx: Connection, cohort: str, *, most: int) -> list[int]:
    """Return the ids of up to ``most`` people of a cohort, in order."""
    return list(cx.execute(_ids(cohort).order_by(t.person.c.id).limit(most)).scalars())


def rows_of(cx: Connection, cohort: str) -> dict[str, int]:
    """Return how many days, walks, accounts and kept originals there are of a cohort."""
    theirs = t.account.c.person_id.in_(_ids(cohort))
    of = {
        t.day: t.day.c.person_id.in_(_ids(cohort)),
        t.walk: t.walk.c.person_id.in_(_ids(cohort)),
        t.account: theirs,
        t.archive: t.archive.c.account_id.in_(select(t.account.c.id).where(theirs)),
    }
    return {
        table.name: cx.execute(
            select(func.count()).select_from(table).where(condition)
        ).scalar_one()
        for table, condition in of.items()
    }


def _theirs(cohort: str) -> ColumnElement[bool]:
    here = t.account.c
    living = (here.vendor != FILES) & (here.state != due.REMOVED)
    return living & here.person_id.in_(_ids(cohort))


def _ids(cohort: str) -> Select[int]:
    return select(t.person.c.id).where(t.person.c.cohort == cohort)


def _set(tx: Connection, cohort: str, values: Mapping[str, Any], where: ColumnElement[bool]) -> int:
    return tx.execute(update(t.account).where(_theirs(cohort), where).values(dict(values))).rowcount
