"""What tests of account exports share: a life, its export, and the truth minute by minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from syncd.service.importing import import_paths
from syncd.service.views import ImportReport
from syncd.sim.characters import OFFICE
from syncd.sim.devices import UNSEEN, phone_minutes, watch_minutes
from syncd.sim.plan import Episode, EpisodeKind
from syncd.sim.truth import MINUTE_S, Truth
from syncd.sim.walker import Life
from syncd.store import Store, derived, journal, open_store, people
from syncd.walks.model import Day, WalkSession
from tests.properties.plain_count import Seen

BY_CADENCE = {"speed_min_kmh": None, "uphill_credit": False}
DAYS = 18
LIFE = Life(
    seed=31,
    first_day=date(2026, 2, 27),
    days=DAYS,
    home="America/New_York",
    who=OFFICE,
    episodes=(
        Episode(EpisodeKind.WATCH_OFF, date(2026, 3, 3), date(2026, 3, 3), time(9, 10)),
        Episode(EpisodeKind.LATE_WALK, date(2026, 3, 7), date(2026, 3, 7)),
    ),
)
"""Eighteen days in New York, over the night in which its clocks go forward."""


@dataclass(frozen=True)
class Told:
    """What syncd says of a life."""

    days: dict[date, Day]
    walks: tuple[WalkSession, ...]


@dataclass(frozen=True)
class Home:
    """A person's own database and the moment it is."""

    store: Store
    now: datetime

    def bring(self, *paths: Path, zone: str | None = None) -> ImportReport:
        return import_paths(
            self.store,
            paths,
            person=None,
            cohort=None,
            zone=zone,
            machine_zone="UTC",
            clock=lambda: self.now,
        )

    def told(self) -> Told:
        with self.store.read() as cx:
            days = {row.day.day: row.day for row in derived.iter_days(cx, None)}
            return Told(days, tuple(row.session for row in derived.iter_walks(cx, None)))


@contextmanager
def home(folder: Path, truth: Truth, zone: str = LIFE.home) -> Iterator[Home]:
    """Yield the database of a person who lives in ``zone``, ten days after the life's end."""
    now = datetime.fromtimestamp(truth.end_minute * MINUTE_S, UTC) + timedelta(days=10)
    store = open_store(f"sqlite:///{folder / 'state' / 'syncd.db'}")
    try:
        with store.write() as tx:
            person = people.add(tx, "me", now=now)
            people.set_zone(tx, person.id, zone, None)
            journal.set_target(tx, person.id, BY_CADENCE, None, now)
        yield Home(store, now)
    finally:
        store.close()


def seen(truth: Truth, day: date, *, phone: bool = False) -> list[Seen]:
    """Return a civil day as the watch saw it, its gaps filled by the telephone's steps."""
    watch, carried = watch_minutes(truth), phone_minutes(truth)

    def minute(at: int) -> int | None:
        if watch.steps[at - watch.first] != UNSEEN:
            return watch.steps[at - watch.first]
        steps = carried.steps[at - carried.first]
        return steps if phone and steps not in (0, UNSEEN) else None

    return [[minute(at) for at in range(first, end)] for first, end in truth.spans(day)]


def same_days(one: Told, other: Told) -> bool:
    """Tell whether two imports came to the same verdicts and walks."""
    return one.days == other.days and list(one.walks) == list(other.walks)


def named(report: ImportReport) -> Sequence[str]:
    """Return every problem of an import."""
    return [problem for file in report.files for problem in file.problems]
