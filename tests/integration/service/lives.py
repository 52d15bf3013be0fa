"""What the service tests import: small files written on the spot, and how to read the result."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncd.contract import (
    CanonicalRecord,
    OnConflict,
    Series,
    Source,
    SourceKind,
    StepSeries,
    Write,
)
from syncd.service.derive import derive_person
from syncd.service.importing import import_paths
from syncd.service.views import ImportReport
from syncd.sim.fit_writer import WALKING, FitWriter, Sample
from syncd.store import Store, accounts, derived, dirty, journal, people, records

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WATCH = Source(key="sim:watch", kind=SourceKind.WATCH, whole_day=True)
PHONE = Source(key="sim:phone", kind=SourceKind.PHONE, whole_day=True)
Published = tuple[list[derived.DayRow], list[derived.WalkRow], list[journal.LedgerRow]]


def at(moment: datetime = NOW) -> Callable[[], datetime]:
    """Return a clock that stands still."""
    return lambda: moment


def bring(
    store: Store,
    *paths: Path,
    person: str | None = None,
    cohort: str | None = None,
    zone: str | None = "Europe/Paris",
    now: datetime = NOW,
    dry_run: bool = False,
) -> ImportReport:
    """Import files as a person would."""
    return import_paths(
        store,
        paths,
        person=person,
        cohort=cohort,
        zone=zone,
        machine_zone="UTC",
        clock=at(now),
        dry_run=dry_run,
    )


def minutes_csv(path: Path, first: date, days: Sequence[Sequence[int]]) -> Path:
    """Write a narrow minute CSV in local time, one value a minute."""
    lines = ["ActivityMinute,Steps"]
    for n, values in enumerate(days):
        midnight = datetime.combine(first, datetime.min.time()) + timedelta(days=n)
        lines += [f"{midnight + timedelta(minutes=i)},{v}" for i, v in enumerate(values)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def walk_fit(path: Path, start: datetime, minutes: int, *, cadence: float = 55.0) -> Path:
    """Write a steady recorded walk; ``cadence`` is per leg, as in the format."""
    samples = [
        Sample(at_s=s, distance_m=1.4 * s, altitude_m=100.0, speed_mps=1.4, cadence_per_leg=cadence)
        for s in range(0, minutes * 60 + 1, 5)
    ]
    path.write_bytes(FitWriter(serial=7).activity(start=start, samples=samples, sport=WALKING))
    return path


def zipped(path: Path) -> Path:
    """Return a gzip copy beside a file."""
    copy = path.with_name(path.name + ".gz")
    copy.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    return copy


def put(store: Store, source: Source, first_minute: int, values: Sequence[int | None]) -> None:
    """Store minutes of a tracker for "me", as a pull would, and derive."""
    kept = [(first_minute + i, v) for i, v in enumerate(values) if v is not None]
    series = StepSeries(
        source=source,
        series=Series.STEPS,
        start=tuple(60 * m for m, _ in kept),
        duration=(60,) * len(kept),
        value=tuple(v for _, v in kept),
    )
    keep(store, series)


def keep(store: Store, *told: CanonicalRecord, on_conflict: OnConflict = OnConflict.RICHEST) -> int:
    """Store records for "me", as a pull would, derive, and return the person's id."""
    with store.write() as tx:
        person = people.find(tx, "me") or people.add(tx, "me", now=NOW)
        if not people.zones(tx, person.id):
            people.set_zone(tx, person.id, "UTC", None)
        account = accounts.files_account(tx, person.id, now=NOW)
        changed = records.put_records(
            tx,
            account,
            told,
            write=Write.UPSERT,
            on_conflict=on_conflict,
            covers=None,
            now=NOW,
        )
        dirty.mark(tx, person.id, changed)
    derive_person(store, person.id, clock=at())
    return person.id


def published(store: Store) -> Published:
    """Return everything that is derived, and the ledger behind it."""
    with store.read() as cx:
        ledger = [
            row
            for person in people.listing(cx)
            for row in journal.ledger(cx, person.id, 0, 1 << 33)
        ]
        days = list(derived.iter_days(cx, None))
        return days, list(derived.iter_walks(cx, None)), ledger


def meaning(store: Store) -> tuple[list[object], list[object]]:
    """Return days and walks without ids, revisions and the words about late data."""
    days, walks, _ = published(store)
    return [replace(row.day, reason="") for row in days], [row.session for row in walks]
