"""One account brought up to date: fresh days first, then a piece of the past, then the verdicts.

The same function serves the daemon, a worker and ``syncd sync``; running any of them at once is
safe by the lease.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from syncd.contract import Adapter, Connection, Stream, SyncdError, Window
from syncd.ingest import gaps, registry
from syncd.ingest.plan import Moment, fresh_windows, is_due, knows_no_window, nothing_new
from syncd.ingest.retry import GiveUp, SignIn, Skip, Step, Wait, next_step
from syncd.service.attention import moves_on
from syncd.service.backfill import settled_from, slices, want_history
from syncd.service.derive import derive_person
from syncd.service.owing import teller
from syncd.service.pulling import Ask, Holder, LostLease, Pulled, pull, put_runs, runs_of
from syncd.service.untold import broken_off_since, owe_untold
from syncd.service.whereabouts import local_midnight
from syncd.store import Store, accounts, due, notices, sources, streams
from syncd.store.accounts import Account
from syncd.store.instants import to_unix, utc_day
from syncd.walks.notices import When

IN_USE = timedelta(days=7)
"""A device that has not synced for longer is not waited for: it is not in use (house rule)."""
JITTER = 0.1
EDGE_DAYS = 3
"""A civil day may reach into the UTC days on either side, and its neighbour is judged with it."""
MORE_SOON = timedelta(seconds=5)
"""An account with more of its past to fetch is due again so soon; fresh accounts go first."""

Opener = Callable[[Account, Adapter[Any]], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What every sync needs. ``open`` gives a signed-in connection to an account's vendor.

    When ``stopping`` says so a sync ends before its next window; what is stored is stored.
    ``notify_days`` says which missed days people are told.
    """

    store: Store
    clock: Callable[[], datetime]
    open: Opener
    rng: random.Random
    find: Callable[[str], Adapter[Any]] = registry.find
    stopping: Callable[[], bool] = lambda: False
    notify_days: When = When.TURNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a sync is to do: ``since`` for a person's own wish, ``slices_most`` weeks of the past.

    ``slices_most=None`` goes on until the whole history is there; with ``until`` only weeks of the
    past before that are fetched.
    """

    since: datetime | None = None
    until: datetime | None = None
    slices_most: int | None = 1
    progress: Callable[[str, Stream, Window], None] = lambda _name, _stream, _window: None


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """What a sync came to; ``step`` is what its ``error`` asks for, ``None`` when it ran through.

    ``degraded`` says that a skipped stream answered something that is not understood.
    """

    account: str
    busy: bool = False
    nothing_new: bool = False
    days: set[int] = field(default_factory=set)
    pulls: int = 0
    skipped: dict[Stream, str] = field(default_factory=dict)
    degraded: bool = False
    kept: list[tuple[str, int]] = field(default_factory=list)
    step: Step | None = None
    error: SyncdError | None = None
    more: bool = False


def sync_account(engine: Engine, account_id: int, wish: Wish | None = None) -> SyncReport:
    """Bring one account up to date, write down what became of it and when it is due next."""
    wish = wish or Wish()
    with engine.store.write() as tx:
        epoch = accounts.take_lease(tx, account_id, now=engine.clock())
        account = accounts.get(tx, account_id)
        broken_off = broken_off_since(tx, account)
    report = SyncReport(account=account.name)
    if epoch is None:
        report.busy = True
        return report
    held = True
    try:
        adapter = engine.find(account.vendor)
        holder = Holder(
            store=engine.store, adapter=adapter, account=account, epoch=epoch, clock=engine.clock
        )
        with engine.open(account, adapter) as connection:
            _Sync(engine, holder, connection, wish, report, broken_off).run()
        _finish(engine, holder, report)
        held = False
    except LostLease:
        report.busy = True
    except Stopped:
        report.more = True
        with engine.store.write() as tx:
            due.scheduled(tx, account_id, engine.clock())
    except SyncdError as error:
        report.step, report.error = next_step(error, account.attempts, engine.rng), error
        report.busy = not _fail(engine, account, epoch, report.step)
    finally:
        if held:
            with engine.store.write() as tx:
                accounts.release_lease(tx, account_id, epoch)
    return report


class Stopped(Exception):
    """The process ends; the account is due at once for whoever runs next."""


@dataclass(slots=True)
class _Sync:
    """A sync under way."""

    engine: Engine
    holder: Holder
    connection: Connection
    wish: Wish
    report: SyncReport
    broken_off: datetime | None
    """When all was told last, where a sync stored something later and never came to its end."""
    moment: Moment = field(init=False)
    reached: datetime | None = None
    """The last sync of every device that is waited for: what is behind it is complete."""
    knows_syncs: bool = True
    """Whether the vendor tells now when devices have synced: a person may not allow that."""

    def run(self) -> None:
        """Freshness, fresh days and their verdicts, then weeks of the past and theirs."""
        now = self.engine.clock()
        freshness = self.holder.adapter.capabilities.freshness
        if freshness is not None:
            ask = Ask(stream=freshness, window=_last_day(now), moves=True, synced=None)
            self.knows_syncs = self._pulled(ask)
        self._look(now)
        if not self._asks_nothing():
            for stream in self._streams():
                if self._wants_asking(stream):
                    self._fresh(stream)
            want_history(self.holder, self._with_past(), self.wish.since)
            self._derive(live=True)
        if self.broken_off is not None:
            self._tell_untold(self.broken_off)
        self._past()

    def _asks_nothing(self) -> bool:
        """Tell whether no stream has to be asked, since no device has synced."""
        if self.wish.since is not None or not self.knows_syncs:
            return False
        quiet = all(nothing_new(self._seen_by(self._row(s))) for s in self._streams())
        self.report.nothing_new = quiet
        return quiet

    def _wants_asking(self, stream: Stream) -> bool:
        if self.wish.since is not None:
            return True
        spec = self.holder.adapter.capabilities.streams[stream]
        return is_due(spec, self._row(stream).asked_at, self.moment.now)

    def _streams(self) -> list[Stream]:
        """Return the streams in the order of their worth, without that of freshness."""
        capabilities = self.holder.adapter.capabilities
        return [s for s in Stream if s in capabilities.streams and s is not capabilities.freshness]

    def _with_past(self) -> list[Stream]:
        """Return the streams that have a past to fetch."""
        specs = self.holder.adapter.capabilities.streams
        return [s for s in self._streams() if not knows_no_window(specs[s])]

    def _look(self, now: datetime) -> None:
        """Take in what is known of the person's day and the account's devices."""
        account = self.holder.account
        with self.engine.store.read() as cx:
            rows = sources.of_account(cx, account.id)
            midnight = local_midnight(cx, account.person_id, now)
        syncs = [row.last_sync for row in rows if row.whole_day and row.last_sync]
        self.reached = min((at for at in syncs if now - at <= IN_USE), default=None)
        self.moment = Moment(
            now=now,
            midnight=midnight,
            synced=max(syncs, default=None),
            synced_then=account.device_sync_at,
            asked_full=None,
        )

    def _row(self, stream: Stream) -> streams.StreamRow:
        with self.engine.store.read() as cx:
            return streams.get(cx, self.holder.account.id, stream)

    def _seen_by(self, row: streams.StreamRow) -> Moment:
        """Return the moment as one stream sees it: when its whole lookback was last read."""
        return replace(self.moment, asked_full=row.asked_full_at)

    def _fresh(self, stream: Stream) -> None:
        row = self._row(stream)
        spec = self.holder.adapter.capabilities.streams[stream]
        windows = fresh_windows(spec, row.cursor, self._seen_by(row), self.holder.account.begins_at)
        first = (
            row.cursor is None
            or knows_no_window(spec)
            or windows[0].start <= row.cursor.watermark - spec.lookback
        )
        for i, window in enumerate(windows, start=1):
            full = first and i == len(windows)
            ask = Ask(stream=stream, window=window, moves=True, synced=self.reached, full=full)
            if not self._pulled(ask):
                return

    def _past(self) -> None:
        """Fetch weeks of the past, newest first; each ends at a barrier with its verdicts."""
        left, to_the_end = self.wish.slices_most, self.wish.since is not None
        wanted, until = self._with_past(), self.wish.until
        want_history(self.holder, wanted, self.wish.since)
        for piece in slices(self.holder, wanted, to_the_end=to_the_end, until=until):
            if left == 0:
                self.report.more = True
                return
            for stream, window in piece.asks:
                self._pulled(Ask(stream=stream, window=window, moves=False, synced=self.reached))
            self._derive(live=False)
            left = None if left is None else left - 1

    def _pulled(self, ask: Ask) -> bool:
        """Pull; ``False`` when this stream cannot be had while the others can."""
        try:
            self._pull(ask)
        except SyncdError as error:
            step = next_step(error, self.holder.account.attempts, self.engine.rng)
            if not isinstance(step, Skip):
                raise
            self.report.skipped[ask.stream] = step.why
            self.report.degraded |= step.state == streams.DEGRADED
            _skip(self.engine, self.holder, ask, step)
            return False
        return True

    def _pull(self, ask: Ask) -> Pulled:
        if self.engine.stopping():
            raise Stopped
        self.wish.progress(self.holder.account.name, ask.stream, ask.window)
        pulled = pull(self.holder, self.connection, ask)
        self.report.pulls += 1
        self.report.days |= pulled.days
        self.report.kept += pulled.kept
        return pulled

    def _derive(self, *, live: bool) -> None:
        """Judge at the barrier what is there whole; only fresh days give notices.

        The days at the edge of what is there, and a week that a killed run left half fetched, wait
        for the rest: a run that goes on passes through the same verdicts (house rule).
        """
        engine, account = self.engine, self.holder.account
        tell = teller(account, engine.notify_days, engine.clock) if live else None
        settled = settled_from(self.holder, self._with_past())
        first = None if settled is None else utc_day(to_unix(settled)) + EDGE_DAYS
        derive_person(engine.store, account.person_id, clock=engine.clock, tell=tell, first=first)

    def _tell_untold(self, since: datetime) -> None:
        """Tell what others have judged meanwhile of days that an earlier sync has brought."""
        engine, account = self.engine, self.holder.account
        with engine.store.write() as tx:
            self.holder.fence(tx)
            owe_untold(tx, account, since, when=engine.notify_days, now=engine.clock())


def _last_day(now: datetime) -> Window:
    return Window(now - timedelta(days=1), now)


def _skip(engine: Engine, holder: Holder, ask: Ask, step: Skip) -> None:
    """Note that a stream is forbidden or not understood; its cursor stays where it was."""
    account_id = holder.account.id
    with engine.store.write() as tx:
        holder.fence(tx)
        row = streams.get(tx, account_id, ask.stream)
        streams.put(tx, replace(row, state=step.state, why=step.why))
        if step.state == streams.DEGRADED:
            runs = runs_of(tx, account_id, ask.stream)
            runs = gaps.painted(runs, ask.window, gaps.Known.ERROR, step.why)
            put_runs(tx, account_id, ask.stream, runs, engine.clock())


def _finish(engine: Engine, holder: Holder, report: SyncReport) -> None:
    """Write down a sync that ran through and when the account is due next; let go of the lease."""
    now, account = engine.clock(), holder.account
    with engine.store.write() as tx:
        holder.fence(tx)
        synced = max(
            (row.last_sync for row in sources.of_account(tx, account.id) if row.last_sync),
            default=None,
        )
        due.succeeded(tx, account.id, now=now, device_sync=synced)
        at = now + _until_next(engine, holder.adapter, more=report.more)
        due.scheduled(tx, account.id, at, only_past=report.more)
        accounts.release_lease(tx, account.id, holder.epoch)


def _until_next(engine: Engine, adapter: Adapter[Any], *, more: bool) -> timedelta:
    if more:
        return MORE_SOON
    polls = [s.poll_every for s in adapter.capabilities.streams.values() if s.poll_every]
    return min(polls, default=timedelta(hours=1)) * engine.rng.uniform(1 - JITTER, 1 + JITTER)


def _fail(engine: Engine, account: Account, epoch: int, step: Step) -> bool:
    """Write down what a failure asks for; a person is told once that they must act.

    ``False``, and nothing written, when somebody else syncs the account now: they know better.
    """
    now = engine.clock()
    with engine.store.write() as tx:
        if not accounts.assert_lease(tx, account.id, epoch):
            return False
        match step:
            case Wait(delay, why, bidden):
                due.waits(tx, account.id, until=now + delay, why=why, bidden=bidden)
            case SignIn() if accounts.get(tx, account.id).signed_in_at != account.signed_in_at:
                due.scheduled(tx, account.id, now)  # somebody has signed in anew meanwhile
            case SignIn(why):
                if due.stops(tx, account.id, state=due.NEEDS_SIGN_IN, why=why):
                    again = f"syncd account login {account.name}"
                    words = f"{account.name}: {why} Sign in again: {again}"
                    subject = f"{account.name} {now:%Y-%m-%dT%H:%M:%SZ}"
                    notices.owe(
                        tx, account.person_id, due.NEEDS_SIGN_IN, subject, words=words, now=now
                    )
            case GiveUp(why):
                if due.stops(tx, account.id, state=due.RETIRED, why=why):
                    words = f"{account.name}: {why} {moves_on(account.name)}"
                    notices.owe(
                        tx, account.person_id, due.RETIRED, account.name, words=words, now=now
                    )
            case Skip(_, why):  # what the whole account rests on is not understood
                due.waits(tx, account.id, until=now + timedelta(hours=1), why=why)
    return True
