"""The whole product on a sample: a temporary database, filled the way a person would fill it.

``prepare`` writes the sample history of three people as files, adds the people with their zones,
and imports each folder through the same door as ``syncd import``. Nothing is put into the store
by any other road. What is shown is the command line's business::

    with TemporaryDirectory() as folder:
        data = prepare(Path(folder), today=today, clock=clock)
        store = open_store(data.store_url)
        ...                    # calendar of people[0], a line for the others, walks, what to type
        store.close()

The folder belongs to the caller, who removes it; everything here stays inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from syncd.service.importing import import_paths
from syncd.service.views import ImportProgress, ImportReport
from syncd.sim.sample import ZONES, SamplePerson, write_sample
from syncd.store import Store, open_store, people

DAYS = 42


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person of the demo and what importing their folder did."""

    name: str
    zone: str
    folder: Path
    report: ImportReport


@dataclass(frozen=True, slots=True)
class DemoData:
    """A filled store; days are civil days, both included; ``people[0]`` walks most."""

    store_url: str
    people: tuple[DemoPerson, ...]
    first_day: date
    last_day: date

    @property
    def failed(self) -> bool:
        """Return whether a file of the sample was refused; it never should be."""
        return any(person.report.failed for person in self.people)


def prepare(
    folder: Path,
    *,
    today: date,
    days: int = DAYS,
    clock: Callable[[], datetime],
    progress: Callable[[ImportProgress], None] | None = None,
) -> DemoData:
    """Fill a new database inside ``folder`` with a sample that ends the day before ``today``.

    It ends earlier where one of the people is so far west that their yesterday is not over yet.
    Raises ``ValueError`` for no days and ``StoreError`` when the folder cannot be written.
    """
    last_day = min(today, *(clock().astimezone(ZoneInfo(zone)).date() for zone in ZONES))
    sample = write_sample(folder / "sample", days=days, end=last_day - timedelta(days=1))
    url = f"sqlite:///{folder / 'state' / 'syncd.db'}"
    store = open_store(url)
    try:
        imported = tuple(_import(store, person, clock, progress) for person in sample.people)
    finally:
        store.close()
    return DemoData(url, imported, sample.first_day, sample.last_day)


def _import(
    store: Store,
    person: SamplePerson,
    clock: Callable[[], datetime],
    progress: Callable[[ImportProgress], None] | None,
) -> DemoPerson:
    """Add one person, who says where they live, and import their folder."""
    with store.write() as tx:
        added = people.add(tx, person.name, now=clock())
        people.set_zone(tx, added.id, person.zone, None)
    folder = person.files[0].parent
    report = import_paths(
        store,
        [folder],
        person=person.name,
        cohort=None,
        zone=None,
        machine_zone=person.zone,
        clock=clock,
        progress=progress,
    )
    return DemoPerson(person.name, person.zone, folder, report)
