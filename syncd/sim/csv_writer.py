"""Minute CSVs of the Fitabase kind, by the clock on the wall and without a zone in them.

When the clock is set back an hour stands in the file twice, one after the other; when it is set
forward an hour is missing. So do the files that people download.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from syncd.contract import OffsetRun
from syncd.sim.devices import UNSEEN, Log
from syncd.sim.truth import DAY_S, EPOCH, MINUTE_S
from syncd.sim.walker import zone_runs

HOUR_MIN = 60
DAY_MIN = DAY_S // MINUTE_S
WIDE_HEADER = ",".join(["ActivityHour", *(f"Steps{minute:02}" for minute in range(HOUR_MIN))])


def write_narrow(
    path: Path, log: Log, zone: str, *, us: bool = False, subject: str | None = None
) -> None:
    """Write a row for each seen minute; ``.gz`` is compressed, ``subject`` adds an Id column."""
    head, lead = ("Id,", f"{subject},") if subject is not None else ("", "")
    rows = (
        f"{lead}{_stamp(local, us=us, seconds=True)},{steps}" for local, steps in _local(log, zone)
    )
    _write(path, [f"{head}ActivityMinute,Steps", *rows])


def write_wide(
    path: Path, log: Log, zone: str, *, us: bool = True, subject: str | None = None
) -> None:
    """Write a row for each hour with a seen minute; an unseen minute is an empty cell."""
    head, lead = ("Id,", f"{subject},") if subject is not None else ("", "")
    rows = [head + WIDE_HEADER]
    for hour, group in _hours(_local(log, zone)):
        cells = [""] * HOUR_MIN
        for local, steps in group:
            cells[local % HOUR_MIN] = str(steps)
        rows.append(f"{lead}{_stamp(hour * HOUR_MIN, us=us, seconds=False)},{','.join(cells)}")
    _write(path, rows)


def _local(log: Log, zone: str) -> Iterator[tuple[int, int]]:
    """Yield (minutes since 1970 by the clock on the wall, steps) of every seen minute."""
    runs = zone_runs(zone, log.first * MINUTE_S, log.end * MINUTE_S)
    for run, end in _until(runs, log.end):
        first, shift = run.start // MINUTE_S, run.offset_s // MINUTE_S
        piece = log.steps[first - log.first : end - log.first]
        for minute, steps in enumerate(piece, first + shift):
            if steps != UNSEEN:
                yield minute, steps


def _until(runs: tuple[OffsetRun, ...], end: int) -> Iterator[tuple[OffsetRun, int]]:
    ends = [*(run.start // MINUTE_S for run in runs[1:]), end]
    return zip(runs, ends, strict=True)


def _hours(rows: Iterable[tuple[int, int]]) -> Iterator[tuple[int, Iterator[tuple[int, int]]]]:
    """Group by wall-clock hour; an hour that is lived twice makes two groups."""
    last, turn = -1, 0

    def key(row: tuple[int, int]) -> tuple[int, int]:
        nonlocal last, turn
        turn += row[0] <= last
        last = row[0]
        return row[0] // HOUR_MIN, turn

    for (hour, _), group in groupby(rows, key):
        yield hour, group


def _stamp(local_minute: int, *, us: bool, seconds: bool) -> str:
    """Write minutes since 1970 as either kind of file does."""
    day, minute = divmod(local_minute, DAY_MIN)
    date = EPOCH.fromordinal(EPOCH.toordinal() + day)
    hour, minute = divmod(minute, HOUR_MIN)
    if not us:
        return f"{date.isoformat()} {hour:02}:{minute:02}:00"
    us_date = f"{date.month}/{date.day}/{date.year}"
    if seconds:
        return f"{us_date} {hour % 12 or 12}:{minute:02}:00 {'AM' if hour < 12 else 'PM'}"
    return f"{us_date} {hour}:{minute:02}"


def _write(path: Path, rows: Iterable[str]) -> None:
    body = ("\n".join(rows) + "\n").encode()
    path.write_bytes(gzip.compress(body, mtime=0) if path.suffix == ".gz" else body)
