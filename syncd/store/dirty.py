"""Dirty marks: which UTC days of a person must be derived again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from syncd.store.driver import Statement

_MARK = Statement("INSERT INTO dirty (person_id, utc_day) VALUES (:person_id, :utc_day)")
_READ = Statement(
    "SELECT utc_day, seq FROM dirty WHERE person_id = :person_id ORDER BY utc_day, seq"
)
_CLEAR = Statement("DELETE FROM dirty WHERE seq = :seq AND person_id = :person_id")
_PEOPLE = Statement("SELECT DISTINCT person_id FROM dirty ORDER BY person_id")


@dataclass(frozen=True, slots=True)
class DirtyMark:
    """One mark; a day marked twice has two. ``seq`` is never used again."""

    utc_day: int
    seq: int


def mark(tx: Connection, person_id: int, days: Iterable[int]) -> None:
    """Mark UTC days (since 1970) of a person, in the transaction that changed them."""
    _MARK.many(tx, [{"person_id": person_id, "utc_day": day} for day in sorted(set(days))])


def read(cx: Connection, person_id: int) -> list[DirtyMark]:
    """Return the marks of a person by (utc_day, seq)."""
    return [DirtyMark(*row) for row in _READ.rows(cx, {"person_id": person_id})]


def clear(tx: Connection, person_id: int, marks: Iterable[DirtyMark]) -> None:
    """Delete the marks that were read, and no others."""
    _CLEAR.many(tx, [{"person_id": person_id, "seq": mark.seq} for mark in marks])


def people_with_marks(cx: Connection) -> list[int]:
    """Return the ids of people with marks, in order."""
    return [row[0] for row in _PEOPLE.rows(cx, {})]
