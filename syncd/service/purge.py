"""Purging a person or a cohort from the database; what cannot be reached is named, not promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syncd.contract import StoreError
from syncd.store import Store, cohorts, purging
from syncd.store.people import Person
from syncd.store.restoring import kept_aside, remove_killed

AT_ONCE = 100
"""So many people go in one transaction: what is durable waits for the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeReport:
    """What went, by table, and the files of older data that a person must remove themselves."""

    name: str
    rows: Mapping[str, int]
    out_of_reach: tuple[Path, ...]
    on_a_server: bool


def known_of(store: Store, person: Person) -> Mapping[str, int]:
    """Return how many rows each table has of a person."""
    with store.read() as cx:
        return purging.rows_of(cx, person.id)


def purge(store: Store, person: Person, *, folder: Path) -> PurgeReport:
    """Remove a person and everything known of them; a SQLite file is cleared of the bytes too.

    ``folder`` is the state folder. Raises ``StoreError``; before anything was removed when
    another syncd uses the file.
    """
    _begin(store)
    with store.write(durable=True) as tx:
        rows = purging.remove(tx, person.id)
    return _ended(store, person.name, rows, folder)


def purge_cohort(store: Store, cohort: str, *, folder: Path) -> PurgeReport:
    """Remove everybody of a cohort, some in one transaction, as ``purge`` removes one person.

    Broken off, some people are gone and the others whole; again removes those that are left.
    """
    _begin(store)
    rows: Counter[str] = Counter()
    more = True
    while more:
        with store.write(durable=True) as tx:
            ids = cohorts.members(tx, cohort, most=AT_ONCE)
            for person_id in ids:
                rows.update(purging.remove(tx, person_id))
        more = bool(ids)
    return _ended(store, cohort_words(cohort, rows["person"]), rows, folder)


def cohort_words(cohort: str, size: int) -> str:
    """Return a cohort's name and how many they are."""
    return f"{cohort} ({size:,} {'person' if size == 1 else 'people'})"


def _begin(store: Store) -> None:
    store.alone()
    purging.refuse_company(store)  # before anything is gone
    if store.dialect == "sqlite":
        remove_killed(Path(store.place))


def _ended(store: Store, name: str, rows: Mapping[str, int], folder: Path) -> PurgeReport:
    try:
        purging.sweep(store)
    except StoreError as error:
        raise StoreError(
            f"{name} is removed, but traces may stay in the free space of {store.place}. "
            f"{error} Then run: syncd purge --sweep"
        ) from error
    return PurgeReport(
        name=name,
        rows=rows,
        out_of_reach=tuple(older_files(store, folder)),
        on_a_server=store.dialect != "sqlite",
    )


def sweep(store: Store) -> None:
    """Clear a SQLite file of what was deleted earlier."""
    store.alone()
    purging.sweep(store)


def older_files(store: Store, folder: Path) -> list[Path]:
    """Return the older data beside the database that a purge does not open."""
    places = {folder.resolve()}
    if store.dialect == "sqlite":
        places.add(Path(store.place).resolve().parent)
    return [file for place in sorted(places) if place.is_dir() for file in kept_aside(place)]
