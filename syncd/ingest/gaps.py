"""What is known of a stream's past, as runs of time that each have one state. Pure.

Runs lie side by side in order and never overlap; time outside all of them was never wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from syncd.contract import Window


class Known(StrEnum):
    """What is known of a stretch of one stream."""

    MISSING = "missing"
    """Wanted and not asked yet."""
    PARTIAL = "partial"
    """Asked while a device had still to sync; asked again by the lookback."""
    FINAL = "final"
    """Asked after every device had synced, and stored."""
    EMPTY = "empty"
    """Asked, and the vendor had nothing."""
    PURGED = "purged"
    """Older than the vendor keeps; never asked again."""
    ERROR = "error"
    """Asked, and not understood or refused; ``why`` says more."""


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch, start included and end excluded; both aware."""

    start: datetime
    end: datetime
    state: Known
    why: str | None = None


def painted(runs: Iterable[Run], window: Window, state: Known, why: str | None = None) -> list[Run]:
    """Return ``runs`` with ``window`` in ``state``; runs that touch and say the same are one."""
    if window.start >= window.end:
        return joined(runs)
    kept: list[Run] = []
    for run in runs:
        if run.start < window.start:
            kept.append(replace(run, end=min(run.end, window.start)))
        if run.end > window.end:
            kept.append(replace(run, start=max(run.start, window.end)))
    kept.append(Run(window.start, window.end, state, why))
    return joined(kept)


def joined(runs: Iterable[Run]) -> list[Run]:
    """Return runs in order, those that touch and say the same as one."""
    found: list[Run] = []
    for run in sorted(runs, key=lambda run: run.start):
        last = found[-1] if found else None
        if last and last.end == run.start and (last.state, last.why) == (run.state, run.why):
            found[-1] = replace(last, end=run.end)
        else:
            found.append(run)
    return found


def wanted(runs: Sequence[Run], window: Window) -> list[Run]:
    """Return ``runs`` with every part of ``window`` that none of them knows as missing."""
    at, holes = window.start, []
    for run in sorted(runs, key=lambda run: run.start):
        if at < min(run.start, window.end):
            holes.append(Run(at, min(run.start, window.end), Known.MISSING))
        at = max(at, run.end)
    if at < window.end:
        holes.append(Run(at, window.end, Known.MISSING))
    return joined([*runs, *holes])


def given_up(
    runs: Sequence[Run], kept_from: datetime, since: datetime | None, why: str
) -> list[Run]:
    """Return ``runs`` with what is missing before ``kept_from``, back to ``since``, as purged.

    What was asked for while the vendor still had it stays what it is.
    """
    found = list(runs)
    if since is not None and since < kept_from:
        found = wanted(found, Window(since, kept_from))
    for run in list(found):
        if run.state is Known.MISSING and run.start < kept_from:
            gone = Window(run.start, min(run.end, kept_from))
            found = painted(found, gone, Known.PURGED, why)
    return found


def newest_missing(runs: Sequence[Run], longest: timedelta) -> Window | None:
    """Return the newest stretch that is still to be asked for, at most ``longest``."""
    missing = [run for run in runs if run.state is Known.MISSING]
    if not missing:
        return None
    run = max(missing, key=lambda run: run.end)
    return Window(max(run.start, run.end - longest), run.end)
