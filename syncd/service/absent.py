"""Whom of a cohort somebody should look after: who must sign in, whose tracker has gone silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from syncd.store import cohorts

SILENT = timedelta(days=7)


class Lack(StrEnum):
    """What a person lacks."""

    SIGN_IN = "sign_in"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody, what they lack, and when the last of them came (``None``: never)."""

    person: str
    lacks: Lack
    last_sync_at: datetime | None


def absent(cx: Connection, cohort: str, now: datetime) -> Iterator[Absent]:
    """Yield by name who has an account that needs a sign-in, or has not synced for seven days.

    What counts is the newest word of any account that is not paused: when the tracker last synced,
    where the vendor tells, else when the vendor last answered. Nobody is in it twice; who has no
    account, or began less than seven days ago, is not in it for silence.
    """
    for row in cohorts.standing(cx, cohort):
        if row.needs_sign_in:
            yield Absent(row.person, Lack.SIGN_IN, row.last_sync_at)
        elif (row.last_sync_at or row.began_at) <= now - SILENT:
            yield Absent(row.person, Lack.SYNC, row.last_sync_at)
