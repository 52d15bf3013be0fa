"""The days that are over and whose verdict more detail could still change."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from syncd.store import tables as t
from syncd.walks.model import Outcome, State, Why

MOST = 400
"""Days told at once, the newest: a year of them and some."""
_OPEN = (Outcome.UNKNOWN.value, Outcome.LIKELY_MET.value, Outcome.LIKELY_MISSED.value)
_OVER = (State.JUDGED.value, State.FINAL.value)
_HOPELESS = (Why.NO_DATA.value, Why.NOT_SYNCED.value)
"""Where the vendor itself has nothing."""


def undecided_days(cx: Connection, person_id: int) -> dict[date, str]:
    """Return civil days of a person, newest first, each with why it is undecided."""
    here = t.day.c
    found = (
        select(here.day, here.why)
        .where(here.person_id == person_id)
        .where(here.outcome.in_(_OPEN), here.state.in_(_OVER), here.why.not_in(_HOPELESS))
        .order_by(here.day.desc())
        .limit(MOST)
    )
    return {row.day: row.why for row in cx.execute(found)}
