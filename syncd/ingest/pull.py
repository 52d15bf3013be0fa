"""Payloads to stored records: the half of a pull that needs no vendor, shared with replay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from syncd.contract import (
    Adapter,
    CanonicalRecord,
    DailyTotal,
    Malformed,
    RawPayload,
    StepCounter,
    StepSeries,
    Stream,
    StreamSpec,
    Window,
    Workout,
)
from syncd.store import accounts, dirty, records


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a pull's payloads say: their records, and a sentence for each thing not understood.

    ``others`` are sentences on what is sound and holds nothing of ours.
    """

    records: tuple[CanonicalRecord, ...]
    problems: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def workouts(self) -> int:
        """Return how many recorded outings there are."""
        return sum(isinstance(r, Workout) for r in self.records)

    @property
    def intervals(self) -> int:
        """Return how many step intervals there are."""
        return sum(len(r.start) for r in self.records if isinstance(r, StepSeries))

    @property
    def totals(self) -> int:
        """Return how many totals of days there are."""
        return sum(isinstance(r, DailyTotal) for r in self.records)

    @property
    def readings(self) -> int:
        """Return how many readings of step counters there are."""
        return sum(isinstance(r, StepCounter) for r in self.records)

    @property
    def counted(self) -> dict[tuple[str, datetime, str], int]:
        """Return the last total of each counter, by source, start of its day and activity."""
        largest: dict[tuple[str, datetime, str], int] = {}
        for r in self.records:
            if isinstance(r, StepCounter):
                name = (r.source.key, r.day_start, r.activity)
                largest[name] = max(r.total, largest.get(name, 0))
        return largest


def parsed(adapter: Adapter[Any], payloads: Iterable[RawPayload], spec: StreamSpec) -> Parsed:
    """Parse payloads in order.

    A payload that is not understood ends the pull with ``Malformed``, unless the stream keeps
    what came before it (``StreamSpec.keeps_partial``).
    """
    found: list[CanonicalRecord] = []
    problems: list[str] = []
    others: list[str] = []
    for payload in payloads:
        try:
            for record in adapter.parse(payload):
                found.append(record)  # noqa: PERF402 - what came before a fault must stand
        except Malformed as error:
            if not spec.keeps_partial:
                raise
            problems.extend(error.problems)
            others.extend(error.others)
    return Parsed(tuple(found), tuple(problems), tuple(others))


def store_parsed(
    tx: Connection,
    account: accounts.Account,
    prepared: records.Prepared,
    spec: StreamSpec,
    *,
    stream: Stream,
    covers: Window | None,
    now: datetime,
) -> set[int]:
    """Store a pull's records and mark the UTC days that changed; return those days."""
    changed = records.put_records(
        tx,
        account,
        prepared,
        write=spec.write,
        on_conflict=spec.on_conflict,
        covers=covers,
        now=now,
        stream=stream,
    )
    dirty.mark(tx, account.person_id, changed)
    return changed
