"""Purging a person from the database; what cannot be reached is named, not promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syncd.contract import StoreError
from syncd.store import Store, purging
from syncd.store.people import Person
from syncd.store.restoring import kept_aside, remove_killed


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
    store.alone()
    purging.refuse_company(store)  # before anything is gone
    if store.dialect == "sqlite":
        remove_killed(Path(store.place))
    with store.write(durable=True) as tx:
        rows = purging.remove(tx, person.id)
    try:
        purging.sweep(store)
    except StoreError as error:
        raise StoreError(
            f"{person.name} is removed, but traces may stay in the free space of {store.place}. "
            f"{error} Then run: syncd purge --sweep"
        ) from error
    return PurgeReport(
        name=person.name,
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
