"""Replay the archive, derive and judge again; no vendor, no token, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from syncd.contract import Adapter, StreamSpec, SyncdError
from syncd.ingest import registry
from syncd.ingest.pull import parsed, store_parsed
from syncd.service.derive import derive_marked, derive_person
from syncd.service.loading import day_number
from syncd.service.views import Flip, ImportProgress, RebuildReport
from syncd.store import Store, accounts, derived, dirty, locks, people, pulls, records, series_days


class _Undo(Exception):
    """Ends a preview's transaction without keeping it."""


@dataclass(frozen=True, slots=True)
class _Replay:
    """One pull, parsed again and packed, ready to be stored."""

    account: accounts.Account
    pull: pulls.PullRow
    spec: StreamSpec
    prepared: records.Prepared
    problems: tuple[str, ...]


def preview_flips(
    store: Store, *, since: date | None, clock: Callable[[], datetime]
) -> tuple[Flip, ...]:
    """Return the days whose outcome a rebuild would change; nothing is kept of the attempt."""
    flips: list[Flip] = []
    for person in _everyone(store):
        replays = list(_replays(store, person))
        with suppress(_Undo), store.write() as tx:
            before = _outcomes(tx, person.id, since)
            _replay(tx, person, replays, since, clock())
            derive_marked(tx, person.id, clock())
            after = _outcomes(tx, person.id, since)
            flips.extend(_flips(person.name, before, after))
            raise _Undo
    return tuple(flips)


def rebuild(
    store: Store,
    *,
    since: date | None,
    clock: Callable[[], datetime],
    progress: Callable[[ImportProgress], None] | None = None,
) -> RebuildReport:
    """Parse every archived payload again, derive and judge again, each person on their own.

    With ``since`` only days from that one on are judged again.
    """
    everyone = _everyone(store)
    payloads, days = 0, 0
    flips: list[Flip] = []
    problems: list[str] = []
    for i, person in enumerate(everyone):
        if progress:
            progress(
                ImportProgress(stage="judging", name=person.name, files_done=i, files=len(everyone))
            )
        replays = list(_replays(store, person))
        with store.read() as cx:
            before = _outcomes(cx, person.id, since)
        with store.write() as tx:
            _replay(tx, person, replays, since, clock())
        derive_person(store, person.id, clock=clock)
        with store.read() as cx:
            after = _outcomes(cx, person.id, since)
        payloads += len(replays)
        days += len(after)
        flips.extend(_flips(person.name, before, after))
        problems.extend(_news(replays, person))
        problems.extend(_unread(store, person))
    return RebuildReport(
        people=len(everyone),
        payloads=payloads,
        days=days,
        flips=tuple(flips),
        problems=tuple(problems),
    )


def _news(replays: list[_Replay], person: people.Person) -> Iterator[str]:
    """Yield problems that the first reading did not have already."""
    for r in replays:
        yield from (f"{person.name}: {p}" for p in r.problems if p not in r.pull.problems)


def _everyone(store: Store) -> list[people.Person]:
    with store.read() as cx:
        return people.listing(cx)


def _replays(store: Store, person: people.Person) -> Iterator[_Replay]:
    """Yield the person's archived pulls, parsed and packed outside any write transaction."""
    with store.read() as cx:
        for account in accounts.of_person(cx, person.id):
            adapter = _adapter(account.vendor)
            if adapter is None:
                continue
            for pull in pulls.pulls_to_replay(cx, account.id):
                spec = adapter.capabilities.streams.get(pull.stream)
                if spec is None:  # a stream that the adapter has given up: as if it were gone
                    continue
                outcome = parsed(adapter, pulls.payloads(cx, pull.id), spec)
                yield _Replay(
                    account, pull, spec, records.prepare(outcome.records), outcome.problems
                )


def _unread(store: Store, person: people.Person) -> Iterator[str]:
    """Yield why the answers of an account were not read again: its adapter cannot be had."""
    with store.read() as cx:
        for account in accounts.of_person(cx, person.id):
            if not pulls.pulls_to_replay(cx, account.id):
                continue
            try:
                registry.find(account.vendor)
            except SyncdError as error:
                yield f"{account.name} of {person.name} stays as it was: {error}"


def _adapter(vendor: str) -> Adapter[Any] | None:
    """Return the adapter, or ``None`` when it is gone: its records then stay as they are."""
    try:
        return registry.find(vendor)
    except SyncdError:
        return None


def _replay(
    tx: Connection,
    person: people.Person,
    replays: list[_Replay],
    since: date | None,
    now: datetime,
) -> None:
    """Put the replayed records in place of those whose pulls are still here; mark the days."""
    locks.lock_person(tx, person.id)
    for account_id in dict.fromkeys(r.account.id for r in replays):
        if pulls.all_replayable(tx, account_id):
            records.wipe(tx, account_id)
    for r in replays:
        store_parsed(
            tx, r.account, r.prepared, r.spec, stream=r.pull.stream, covers=r.pull.covers, now=now
        )
    span = series_days.days_span(tx, person.id)
    if span is not None:
        first = max(span[0], day_number(since)) if since else span[0]
        dirty.clear(tx, person.id, dirty.read(tx, person.id))
        dirty.mark(tx, person.id, range(first, span[1] + 1))


def _outcomes(cx: Connection, person_id: int, since: date | None) -> dict[date, Any]:
    rows = derived.iter_days(cx, [person_id], first=since)
    return {row.day.day: row.day.outcome for row in rows}


def _flips(person: str, before: dict[date, Any], after: dict[date, Any]) -> Iterator[Flip]:
    """Yield days that read otherwise than before; a day that is new is no flip."""
    for day in sorted(before):
        if day in after and before[day] != after[day]:
            yield Flip(person=person, day=day, before=before[day], after=after[day])
