"""Which windows a stream is asked for next: from a cursor to requests. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.contract import Cursor, StreamSpec, Window

FULL_EVERY = timedelta(days=1)
"""The whole lookback is read again once a day; other polls read from local midnight on."""
FIRST_DAYS = timedelta(days=14)
"""A new account begins with its newest two weeks, so that a calendar shows within a minute."""
EARLY = 0.15
"""A poll may be so much of its interval too early and still count."""
SYNC_GAP = timedelta(days=1)
"""A device that was silent for longer may have brought more than today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a plan is made from; all instants aware.

    ``midnight`` is the last local midnight of the person, ``synced`` the newest sync of any of the
    account's devices (``None``: nothing tells), ``synced_then`` the newest one known at the poll
    before this one, ``asked_full`` when the whole lookback was last read.
    """

    now: datetime
    midnight: datetime
    synced: datetime | None
    synced_then: datetime | None
    asked_full: datetime | None


def nothing_new(moment: Moment) -> bool:
    """Tell whether no device has synced since the last poll, so that asking brings nothing.

    Once a day the question is put all the same: edits and deletions move no sync time.
    """
    if moment.synced is None or moment.synced_then is None or _full_is_due(moment):
        return False
    return moment.synced <= moment.synced_then


def knows_no_window(spec: StreamSpec) -> bool:
    """Tell whether a stream says what is so now: it is asked whole, and has no past to fetch."""
    return spec.longest_window == timedelta.max


def is_due(spec: StreamSpec, asked: datetime | None, now: datetime) -> bool:
    """Tell whether a stream wants asking again; jitter may make a poll come a little early."""
    if asked is None or spec.poll_every is None:
        return True
    return now - asked >= spec.poll_every * (1 - EARLY)


def fresh_windows(
    spec: StreamSpec, cursor: Cursor | None, moment: Moment, begins: datetime | None = None
) -> list[Window]:
    """Return the windows up to now, oldest first, each at most ``spec.longest_window``.

    From the watermark less the lookback once a day and after a silence of a device, else from
    local midnight or the watermark, whichever is earlier; never further back than the history, nor
    than a lookback before the account ``begins``.
    """
    first = _oldest(spec, moment.now, begins)
    if knows_no_window(spec):
        return [Window(moment.now - FULL_EVERY, moment.now)]
    if cursor is None:
        start = moment.now - FIRST_DAYS
    elif _full_is_due(moment) or _was_silent(moment):
        start = cursor.watermark - spec.lookback
    else:
        start = min(moment.midnight, cursor.watermark)
    return cut(Window(min(max(start, first), moment.now), moment.now), spec.longest_window)


def cut(window: Window, longest: timedelta) -> list[Window]:
    """Return ``window`` in pieces of at most ``longest``, in order; none for an empty one."""
    found: list[Window] = []
    at = window.start
    while at < window.end:
        end = min(at + longest, window.end)
        found.append(Window(at, end))
        at = end
    return found


def advanced(before: Cursor | None, reached: Window, synced: datetime | None) -> datetime:
    """Return the watermark after ``reached`` was stored: never backwards, never past a sync.

    What lies behind the last sync of a device may still come, so it is not behind the watermark.
    """
    known = reached.end if synced is None else min(reached.end, synced)
    return max(known, before.watermark if before else reached.start)


def history_window(
    spec: StreamSpec, now: datetime, since: datetime | None, begins: datetime | None = None
) -> Window:
    """Return the past a backfill wants: ``since`` on, not further back than the vendor keeps.

    Where nobody says since when, not further than a lookback before the account ``begins``.
    """
    first = _oldest(spec, now, begins if since is None else None)
    start = max(first, since) if since else first
    return Window(min(start, now), now)


NO_LIMIT = timedelta(days=3650)
"""How far back a stream without a limit is asked for."""


def _oldest(spec: StreamSpec, now: datetime, begins: datetime | None) -> datetime:
    first = now - (NO_LIMIT if spec.history is None else spec.history)
    return first if begins is None else max(first, begins - spec.lookback)


def _full_is_due(moment: Moment) -> bool:
    return moment.asked_full is None or moment.now - moment.asked_full >= FULL_EVERY


def _was_silent(moment: Moment) -> bool:
    if moment.synced is None or moment.synced_then is None:
        return False
    return moment.synced - moment.synced_then > SYNC_GAP
