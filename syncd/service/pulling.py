"""One pull: a window of one stream fetched, archived, understood and stored as one unit.

Every transaction begins with the fence: whoever lost the lease writes nothing more, and what was
fetched under it is thrown away without a word (house rule: none twice at once).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Tx

from syncd.contract import Adapter, Connection, RawPayload, Stream, Window, Write
from syncd.ingest import gaps
from syncd.ingest.gaps import Known
from syncd.ingest.plan import advanced
from syncd.ingest.pull import Parsed, parsed, store_parsed
from syncd.ingest.shrinking import Answer, Doubt, doubted
from syncd.store import Store, accounts, archive, held_days, pulls, records, streams
from syncd.store.accounts import Account
from syncd.store.instants import seconds_of
from syncd.store.streams import GapRow, ShrunkDay


class LostLease(Exception):
    """Somebody else syncs the account now; what this worker holds is not to be stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The right to write for one account, and what a pull needs to go on."""

    store: Store
    adapter: Adapter[Any]
    account: Account
    epoch: int
    clock: Callable[[], datetime]

    def fence(self, tx: Tx) -> None:
        """Lock the account and hold the lease longer; raise ``LostLease`` when it is gone."""
        if not accounts.renew_lease(tx, self.account.id, self.epoch, now=self.clock()):
            raise LostLease


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked for. ``moves`` says that the watermark may follow (a backfill moves none).

    ``synced`` is the last sync of the account's waited-for devices, ``full`` says that with this
    window the whole lookback has been read.
    """

    stream: Stream
    window: Window
    moves: bool
    synced: datetime | None
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull came to: changed UTC days, records, and days whose older steps stayed."""

    days: frozenset[int]
    records: int
    kept: tuple[tuple[str, int], ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Archived:
    """Payloads of one pull; its row is written only when something new has come."""

    holder: Holder
    ask: Ask
    started_at: datetime
    pull_id: int | None = None
    payloads: list[RawPayload] = field(default_factory=list)

    def keep(self, payload: RawPayload) -> None:
        """Archive a payload; one that is there already waits until the whole pull is known."""
        self.payloads.append(payload)
        with self.holder.store.write() as tx:
            self.holder.fence(tx)
            if self.pull_id is None and archive.holds(tx, self.holder.account.id, payload):
                return
            self._write(tx)

    def _write(self, tx: Tx) -> None:
        account = self.holder.account
        late = self.payloads[-1:]
        if self.pull_id is None:
            self.pull_id = pulls.begin(
                tx, account.id, self.ask.stream, self.ask.window, self.started_at
            )
            late = self.payloads
        for payload in late:
            archive.keep(tx, account.id, self.pull_id, replace(payload, account=account.name))

    def row(self, tx: Tx) -> int | None:
        """Return the pull's row, ``None`` when it would say nothing that is not known.

        That is so when an earlier pull brought the very same answers, and where records are added
        by key and none came: most hours there is no new route.
        """
        spec = self.holder.adapter.capabilities.streams[self.ask.stream]
        if not self.payloads and spec.write is Write.UPSERT:
            return None
        if self.pull_id is None:
            shas = [archive.sha256(p.body) for p in self.payloads]
            told = [p.facts for p in self.payloads]
            if pulls.find_complete(tx, self.holder.account.id, shas, told) is None:
                self._write(tx)
        return self.pull_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """What a pull brought, understood and packed, before anything of it is stored."""

    archived: _Archived
    outcome: Parsed
    prepared: records.Prepared
    covers: Window


def pull(holder: Holder, connection: Connection, ask: Ask) -> Pulled:
    """Bring one window up to date.

    Raises ``LostLease``, and what the adapter raises: the payloads that came stay archived, the
    cursor and the records stay as they were.
    """
    spec = holder.adapter.capabilities.streams[ask.stream]
    with holder.store.read() as cx:
        before = streams.get(cx, holder.account.id, ask.stream)
    archived = _Archived(holder, ask, holder.clock())
    for payload in connection.fetch(ask.stream, ask.window, before.cursor):
        archived.keep(payload)
    outcome = parsed(holder.adapter, archived.payloads, spec)
    came = _Came(
        archived=archived,
        outcome=outcome,
        prepared=records.prepare(outcome.records),
        covers=_covers(archived.payloads, ask.window),
    )
    with holder.store.write() as tx:
        holder.fence(tx)
        return _store(tx, holder, ask, came)


def _store(tx: Tx, holder: Holder, ask: Ask, came: _Came) -> Pulled:
    """Store what came with its dirty marks, its cursor and what is known of the past now."""
    spec, now = holder.adapter.capabilities.streams[ask.stream], holder.clock()
    shrinks = spec.write is Write.REPLACE and ask.stream is Stream.STEPS
    kept = _doubts(tx, holder, ask, came, now) if shrinks else []
    row = came.archived.row(tx)
    stored = held_days.keeping(tx, holder.account.id, came.prepared, kept, seconds_of(came.covers))
    days = store_parsed(
        tx, holder.account, stored, spec, stream=ask.stream, covers=came.covers, now=now
    )
    problems = came.outcome.problems
    if row is not None:
        parser = holder.adapter.parser
        pulls.complete(tx, row, covers=came.covers, parser=parser, problems=problems, kept=kept)
    _move(tx, holder, ask, came.archived.payloads, changed=now if days else None)
    _paint(tx, holder, ask, empty=not came.outcome.records)
    return Pulled(
        days=frozenset(days),
        records=len(came.outcome.records),
        kept=tuple(kept),
        problems=problems,
    )


def _covers(payloads: Sequence[RawPayload], asked: Window) -> Window:
    """Return what the answers speak for, never more than was asked."""
    told = [p.covers for p in payloads if p.covers is not None]
    if not told or len(told) < len(payloads):
        return asked
    start, end = min(w.start for w in told), max(w.end for w in told)
    return Window(max(start, asked.start), max(start, min(end, asked.end)))


def _doubts(tx: Tx, holder: Holder, ask: Ask, came: _Came, now: datetime) -> list[tuple[str, int]]:
    """Return the days that shrank and are not believed yet; remember and forget doubts."""
    account_id = holder.account.id
    found = held_days.held_days(tx, account_id, came.prepared, seconds_of(came.covers))
    known = {
        (d.source_key, d.utc_day): d
        for d in streams.shrunk_days(tx, account_id)
        if d.stream is ask.stream
    }
    left = {
        (a.source_key, a.utc_day): a
        for a in doubted(
            [Answer(d.source_key, d.utc_day, d.held, d.came) for d in found],
            [_doubt(d) for d in known.values()],
            now=now,
            synced=ask.synced,
        )
    }
    asked = {(d.source_key, d.utc_day) for d in found}
    streams.let_go(tx, [known[key] for key in known.keys() & (asked - left.keys())])
    streams.hold_back(tx, [_shrunk(account_id, ask, a, now) for a in left.values()])
    return list(left)


def _doubt(day: ShrunkDay) -> Doubt:
    return Doubt(
        source_key=day.source_key,
        utc_day=day.utc_day,
        came=day.came,
        seen_at=day.seen_at,
        synced=day.synced_at,
    )


def _shrunk(account_id: int, ask: Ask, answer: Answer, now: datetime) -> ShrunkDay:
    return ShrunkDay(
        account_id=account_id,
        stream=ask.stream,
        source_key=answer.source_key,
        utc_day=answer.utc_day,
        held=answer.held,
        came=answer.came,
        seen_at=now,
        synced_at=ask.synced,
    )


def _move(
    tx: Tx,
    holder: Holder,
    ask: Ask,
    payloads: Sequence[RawPayload],
    *,
    changed: datetime | None,
) -> None:
    """Move the cursor in the storing transaction, and note that the stream answers."""
    held, now = streams.get(tx, holder.account.id, ask.stream), holder.clock()
    fresh = replace(
        held,
        state=streams.OK,
        why=None,
        asked_at=now,
        asked_full_at=now if ask.full else held.asked_full_at,
        stored_at=changed or held.stored_at,
    )
    if ask.moves:
        token = next((p.token for p in reversed(payloads) if p.token), held.token)
        moved = advanced(held.cursor, ask.window, ask.synced)
        fresh = replace(fresh, watermark=moved, token=token)
    streams.put(tx, fresh)


def _paint(tx: Tx, holder: Holder, ask: Ask, *, empty: bool) -> None:
    """Note what is known of the window now: nothing there, still to come in part, or all of it."""
    until = ask.synced or ask.window.end
    runs = runs_of(tx, holder.account.id, ask.stream)
    runs = gaps.painted(runs, ask.window, Known.PARTIAL)
    if until > ask.window.start:
        sure = Window(ask.window.start, min(until, ask.window.end))
        runs = gaps.painted(runs, sure, Known.EMPTY if empty else Known.FINAL)
    put_runs(tx, holder.account.id, ask.stream, runs, holder.clock())


def runs_of(cx: Tx, account_id: int, stream: Stream) -> list[gaps.Run]:
    """Return what is known of a stream's past."""
    rows = streams.gaps(cx, account_id, stream)
    return [gaps.Run(r.start_at, r.end_at, Known(r.state), r.why) for r in rows]


def put_runs(
    tx: Tx, account_id: int, stream: Stream, runs: Sequence[gaps.Run], now: datetime
) -> None:
    """Write what is known of a stream's past."""
    rows = [
        GapRow(start_at=r.start, end_at=r.end, state=r.state.value, why=r.why, found_at=now)
        for r in runs
    ]
    streams.put_gaps(tx, account_id, stream, rows)
