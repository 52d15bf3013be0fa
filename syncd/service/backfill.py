"""The past of an account, fetched newest first in weeks whose edges never move.

A week is fetched for all streams and then judged, so a run that was killed and goes on passes
through the same verdicts as one that was not (house rule: derive barrier). What is missing is kept
as gap runs in the database; nothing else has to be remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from syncd.contract import Stream, Window
from syncd.ingest import gaps
from syncd.ingest.gaps import Known
from syncd.ingest.plan import cut, history_window
from syncd.service.pulling import Holder, put_runs, runs_of
from syncd.store import streams

SLICE = timedelta(days=7)
DAY = timedelta(days=1)
EMPTY_SLICES = 26
"""After half a year without anything, what lies before is taken for empty too."""
GRACE = timedelta(days=1)
"""A vendor's memory ends at no sharp edge; what is a little older is asked for all the same."""
TOO_OLD = "older than the vendor keeps"
LONG_EMPTY = "nothing for half a year after it"


@dataclass(frozen=True, slots=True)
class Slice:
    """One week of the past: what is still to be asked of it, each stream newest first."""

    week: Window
    asks: tuple[tuple[Stream, Window], ...]


def want_history(holder: Holder, wanted: Sequence[Stream], since: datetime | None) -> None:
    """Note as missing what lies before the first days asked for and was never asked for."""
    if not wanted:
        return
    with holder.store.write() as tx:
        holder.fence(tx)
        for stream in wanted:
            spec = holder.adapter.capabilities.streams[stream]
            before = runs_of(tx, holder.account.id, stream)
            span = history_window(spec, _begun(holder, before), since, holder.account.begins_at)
            known = _reopened(before, span) if since else before
            after = gaps.wanted(known, span)
            if spec.history is not None:
                kept_from = holder.clock() - spec.history - GRACE
                after = gaps.given_up(after, kept_from, since, TOO_OLD)
            if after != before:
                put_runs(tx, holder.account.id, stream, after, holder.clock())


def _begun(holder: Holder, known: Sequence[gaps.Run]) -> datetime:
    """Return when the past of a stream ends: weeks may lie between adding and the first sync."""
    added = holder.account.created_at
    return max(added, min((run.start for run in known), default=added))


def _reopened(runs: Sequence[gaps.Run], span: Window) -> list[gaps.Run]:
    """Return the runs without what was only taken for empty: a person asks for it now."""
    found = list(runs)
    for run in runs:
        if run.state is Known.EMPTY and run.why == LONG_EMPTY:
            asked = Window(max(run.start, span.start), max(run.start, min(run.end, span.end)))
            found = gaps.painted(found, asked, Known.MISSING)
    return found


def settled_from(holder: Holder, wanted: Sequence[Stream]) -> datetime | None:
    """Return from when on no stream misses anything, ``None`` where nothing is missing at all.

    A week of the past that a killed run left half fetched lies before it, and is not judged yet.
    """
    with holder.store.read() as cx:
        missing = _missing(cx, holder, wanted, None)
    return max((run.end for _, run in missing), default=None)


def slices(
    holder: Holder,
    wanted: Sequence[Stream],
    *,
    to_the_end: bool,
    until: datetime | None = None,
) -> Iterator[Slice]:
    """Yield the weeks that miss anything (before ``until``), newest first; each is yielded once.

    Unless ``to_the_end``, half a year of nothing ends it.
    """
    done = until
    while wanted:
        with holder.store.read() as cx:
            missing = _missing(cx, holder, wanted, done)
        if not missing:
            return
        week = week_of(holder.account.created_at, max(run.end for _, run in missing))
        asks = tuple(
            (stream, window)
            for stream, run in missing
            if run.end > week.start
            for window in _pieces(holder, stream, run, week)
        )
        yield Slice(week, asks)
        done = week.start
        if not to_the_end:
            _end_early(holder, wanted, week)


def week_of(anchor: datetime, end: datetime) -> Window:
    """Return the week, counted back from ``anchor``, that the moment before ``end`` lies in."""
    back = (anchor - end) // SLICE
    return Window(anchor - (back + 1) * SLICE, anchor - back * SLICE)


def _missing(
    cx: Connection, holder: Holder, wanted: Sequence[Stream], done: datetime | None
) -> list[tuple[Stream, gaps.Run]]:
    """Return what is missing before ``done``, of streams that may be asked."""
    account_id = holder.account.id
    return [
        (stream, gaps.Run(run.start, min(run.end, done) if done else run.end, run.state))
        for stream in wanted
        if streams.get(cx, account_id, stream).state != streams.FORBIDDEN
        for run in runs_of(cx, account_id, stream)
        if run.state is Known.MISSING and (done is None or run.start < done)
    ]


def _pieces(holder: Holder, stream: Stream, run: gaps.Run, week: Window) -> list[Window]:
    """Return what to ask of a week. Sums of days are asked as far back as one answer reaches.

    A month of sums is as cheap as a week of them; earlier weeks are judged when they are whole.
    """
    spec, end = holder.adapter.capabilities.streams[stream], min(run.end, week.end)
    if spec.epoch == DAY and spec.longest_window > SLICE:
        return [Window(max(run.start, end - spec.longest_window), end)]
    return cut(Window(max(run.start, week.start), end), spec.longest_window)[::-1]


def _end_early(holder: Holder, wanted: Sequence[Stream], week: Window) -> None:
    """Take what lies before half a year of nothing for empty."""
    half_a_year = Window(week.start, week.start + EMPTY_SLICES * SLICE)
    if half_a_year.end > holder.account.created_at:
        return
    with holder.store.write() as tx:
        holder.fence(tx)
        everything = {
            stream: runs_of(tx, holder.account.id, stream)
            for stream in wanted
            if streams.get(tx, holder.account.id, stream).state != streams.FORBIDDEN
        }
        if any(_has_more_than_nothing(runs, half_a_year) for runs in everything.values()):
            return
        for stream, runs in everything.items():
            after = runs
            for run in runs:
                if run.state is Known.MISSING and run.end <= week.start:
                    span = Window(run.start, run.end)
                    after = gaps.painted(after, span, Known.EMPTY, LONG_EMPTY)
            put_runs(tx, holder.account.id, stream, after, holder.clock())


def _has_more_than_nothing(runs: Sequence[gaps.Run], span: Window) -> bool:
    return any(
        run.state is not Known.EMPTY and run.start < span.end and run.end > span.start
        for run in runs
    )
