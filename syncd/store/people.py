"""People and the zones they said they live in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from syncd.contract import ConfigError, StoreError
from syncd.store import tables as t
from syncd.store.upserts import upsert

LONGEST_NAME = 100
_NAMES = uuid.UUID("7a5e5a0e-93a1-5c9c-8f43-0d0b1f3f6c11")
"""The namespace that a name becomes a uid in: the same name gives the same walk ids anywhere."""
ALWAYS = date.min
"""The first day of a zone that always held."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone whose days are judged; ``name`` is ``COHORT/Id`` in a cohort."""

    id: int
    uid: str
    name: str
    cohort: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ZoneRun:
    """From ``from_day`` on (``None``: always) days run in ``zone``; ``told`` or assumed."""

    from_day: date | None
    zone: str
    told: bool = True


_COLUMNS = (
    t.person.c.id,
    t.person.c.uid,
    t.person.c.name,
    t.person.c.cohort,
    t.person.c.created_at,
)


def add(tx: Connection, name: str, *, cohort: str | None = None, now: datetime) -> Person:
    """Add a person; raise ``ConfigError`` when the name is taken or cannot be one."""
    check_name(name, cohort)
    taken = ConfigError(f'There already is somebody called "{name}". Choose another name.')
    if find(tx, name) is not None:
        raise taken
    uid = uid_of(name)
    if tx.execute(select(t.person.c.id).where(t.person.c.uid == uid)).first():
        uid = str(uuid.uuid4())
    values = {"uid": uid, "name": name, "cohort": cohort, "created_at": now}
    try:
        with tx.begin_nested():
            row = tx.execute(insert(t.person).values(values).returning(*_COLUMNS)).one()
    except IntegrityError:
        raise taken from None
    return _person(row)


def uid_of(name: str) -> str:
    """Return the uid that a name gives."""
    return str(uuid.uuid5(_NAMES, name))


def find(cx: Connection, name: str) -> Person | None:
    """Return the person called ``name``."""
    row = cx.execute(select(*_COLUMNS).where(t.person.c.name == name)).first()
    return _person(row) if row else None


def get(cx: Connection, person_id: int) -> Person:
    """Return a person by id; raise ``StoreError`` when there is none."""
    row = cx.execute(select(*_COLUMNS).where(t.person.c.id == person_id)).first()
    if row is None:
        raise StoreError(f"Nobody has the number {person_id} any more: the person was removed.")
    return _person(row)


def listing(cx: Connection, *, cohort: str | None = None) -> list[Person]:
    """Return people by name, of one cohort when given."""
    query = select(*_COLUMNS).order_by(t.person.c.name)
    if cohort is not None:
        query = query.where(t.person.c.cohort == cohort)
    return [_person(row) for row in cx.execute(query)]


def are_several(cx: Connection) -> bool:
    """Tell whether there is more than one person, without loading them."""
    return len(cx.execute(select(t.person.c.id).limit(2)).all()) > 1


def set_zone(
    tx: Connection, person_id: int, zone: str, from_day: date | None, *, told: bool = True
) -> None:
    """Say where the person lives from a day on; raise ``ConfigError`` for an unknown zone.

    ``told`` is false for a zone that was only assumed, such as the machine's.
    """
    _check_zone(zone)
    row = {
        "person_id": person_id,
        "from_day": from_day or ALWAYS,
        "zone": zone,
        "told": told,
    }
    upsert(tx, t.person_zone, [row])


def zones(cx: Connection, person_id: int) -> list[ZoneRun]:
    """Return the person's zones, the one that always held first."""
    zone = t.person_zone.c
    query = select(zone.from_day, zone.zone, zone.told).where(zone.person_id == person_id)
    return [
        ZoneRun(None if from_day == ALWAYS else from_day, name, told)
        for from_day, name, told in cx.execute(query.order_by(zone.from_day))
    ]


def _person(row: Sequence[Any]) -> Person:
    return Person(*row)


def check_name(name: str, cohort: str | None) -> None:
    """Raise ``ConfigError`` for what cannot be the name of a person, in a cohort where given."""
    group, slash, member = name.partition("/")
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise ConfigError(
            f"A name has 1 to {LONGEST_NAME} printable characters, no blanks around it: {name!r}."
        )
    if name.startswith("-"):
        raise ConfigError(f'A name cannot begin with "-": {name}.')
    if cohort is None and slash:
        raise ConfigError(f'A "/" is kept for the members of a cohort: {name}.')
    if cohort is not None and (group != cohort or not member or "/" in member):
        raise ConfigError(f"A member of the cohort {cohort} is called {cohort}/ID, not {name}.")


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        close = get_close_matches(zone, sorted(available_timezones()), n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else "Write it as Europe/Paris."
        raise ConfigError(f'There is no time zone "{zone}". {hint}') from None
