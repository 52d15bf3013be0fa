"""Which pulls have said their say: what later ones cover entirely. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from syncd.contract import Capabilities, Window, Write
from syncd.store.pulls import PullRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def superseded(pulls: Sequence[PullRow], capabilities: Capabilities) -> list[PullRow]:
    """Return complete pulls, of one account, that a replay can do without.

    A pull that replaces is one when later complete pulls cover all it covers, days aside whose
    older steps they kept. The stream of freshness says only what is newest: its last pull stands
    for the earlier ones. Where records are added by key, a later answer may lack what an earlier
    one had, so nothing is given up.
    """
    found: list[PullRow] = []
    for stream, spec in capabilities.streams.items():
        mine = sorted((p for p in pulls if p.stream is stream and p.complete), key=lambda p: p.id)
        if stream is capabilities.freshness:
            found += mine[:-1]
        elif spec.write is Write.REPLACE:
            found += [p for i, p in enumerate(mine) if _covered(p, mine[i + 1 :])]
    return found


def _covered(pull: PullRow, later: Iterable[PullRow]) -> bool:
    if pull.covers is None:
        return False
    open_parts = [pull.covers]
    for other in later:
        for said in _said(other):
            open_parts = [part for one in open_parts for part in _without(one, said)]
    return not open_parts


def _said(pull: PullRow) -> list[Window]:
    """Return what a pull speaks for: what it covers without the days that it did not change."""
    parts = [pull.covers] if pull.covers is not None else []
    for _, utc_day in pull.kept:
        start = _EPOCH + timedelta(days=utc_day)
        day = Window(start, start + timedelta(days=1))
        parts = [part for one in parts for part in _without(one, day)]
    return parts


def _without(window: Window, hole: Window) -> list[Window]:
    """Return what is left of ``window`` outside ``hole``."""
    if hole.end <= window.start or hole.start >= window.end:
        return [window] if window.start < window.end else []
    left = []
    if window.start < hole.start:
        left.append(Window(window.start, hole.start))
    if hole.end < window.end:
        left.append(Window(hole.end, window.end))
    return left
