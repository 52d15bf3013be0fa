"""How the days of everybody went, as counts: nothing in them tells of one person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, select

from syncd.store import tables as t


def counted(cx: Connection, *, first: date) -> dict[tuple[str | None, str], int]:
    """Return the number of civil days from ``first`` on by (outcome, state).

    A day that is not over has no outcome.
    """
    here = t.day.c
    rows = cx.execute(
        select(here.outcome, here.state, func.count())
        .where(here.day >= first)
        .group_by(here.outcome, here.state)
    )
    return {(outcome, state): count for outcome, state, count in rows}
