"""People by the thousand: who of them is known, and newcomers in few statements."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from syncd.contract import StoreError
from syncd.store import tables as t
from syncd.store.people import ALWAYS, ZoneRun, uid_of
from syncd.store.upserts import upsert


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be added; ``told`` is false for a zone that was only assumed."""

    name: str
    cohort: str | None
    zone: str
    told: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is there, and the zones they live in, the one that always held first."""

    id: int
    zones: Sequence[ZoneRun]


def known(cx: Connection, names: Collection[str]) -> Mapping[str, Known]:
    """Return by name those who are there."""
    here, zone = t.person.c, t.person_zone.c
    query = (
        select(here.name, here.id, zone.from_day, zone.zone, zone.told)
        .join_from(t.person, t.person_zone, zone.person_id == here.id, isouter=True)
        .where(here.name.in_(names))
        .order_by(here.id, zone.from_day)
    )
    found: dict[str, tuple[int, list[ZoneRun]]] = {}
    for name, person_id, from_day, zone_name, told in cx.execute(query):
        runs = found.setdefault(name, (person_id, []))[1]
        if zone_name is not None:
            runs.append(ZoneRun(None if from_day == ALWAYS else from_day, zone_name, told))
    return {name: Known(person_id, runs) for name, (person_id, runs) in found.items()}


def enlist(tx: Connection, newcomers: Sequence[Newcomer], *, now: datetime) -> None:
    """Add people who are not there yet; raise ``StoreError`` where somebody else just did."""
    if not newcomers:
        return
    uids = {one.name: uid_of(one.name) for one in newcomers}
    query = select(t.person.c.uid).where(t.person.c.uid.in_(uids.values()))
    taken = set(tx.execute(query).scalars())
    rows = [
        {
            "uid": str(uuid.uuid4()) if uids[one.name] in taken else uids[one.name],
            "name": one.name,
            "cohort": one.cohort,
            "created_at": now,
        }
        for one in newcomers
    ]
    try:
        made = tx.execute(insert(t.person).returning(t.person.c.name, t.person.c.id), rows)
        ids = {row.name: row.id for row in made}
    except IntegrityError:
        raise StoreError(
            "Somebody else added people at the same time; nothing was imported. Run it again."
        ) from None
    zones = [
        {"person_id": ids[one.name], "from_day": ALWAYS, "zone": one.zone, "told": one.told}
        for one in newcomers
    ]
    upsert(tx, t.person_zone, zones)
