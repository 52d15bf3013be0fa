"""What an export's other files tell of the clock that its older JSON was written by.

The tables and the JSON of one export may lie in several parts. All of them are looked through once,
for steps and exercises only, in a few bytes a minute; what cannot be read is passed over here and
told when it is read for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from syncd.contract import Malformed
from syncd.formats.problems import Problems
from syncd.formats.takeout_csv import rows as csv_rows
from syncd.formats.takeout_exercises import outings_of
from syncd.formats.takeout_json import rows as json_rows
from syncd.formats.takeout_layout import takeout_layout
from syncd.formats.takeout_offsets import Evidence, Offsets, Outing, Steps, decide
from syncd.formats.takeout_times import DAY_MIN, EPOCH_DAY
from syncd.formats.zones import zone_named
from syncd_files import documents
from syncd_files.opening import Budget, CutShortError, Opened, opened
from syncd_files.recognise import BOM, PEEK, ZIP
from syncd_files.settings import Limits
from syncd_files.zips import Member, members

_TABLE: Final = re.compile(r"(steps|UserExercises)_\d{4}-\d{2}-\d{2}\.csv")
_JSON: Final = re.compile(r"steps-\d{4}-\d{2}-\d{2}\.json")

MOST_DAYS: Final = 40_000
"""Days of all sources together, a kilobyte and a half each; ten years of four are 15,000."""

Key = tuple[tuple[str, int, int], ...]
"""Path, size and time of change of every file that is looked through."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the clock of the steps JSON stood, and the UTC days that tables tell of anyhow."""

    offsets: Offsets
    told: frozenset[int]


def clock(paths: Sequence[Path], zone: str | None, before: datetime, limits: Limits) -> Clock:
    """Return where the clock of the steps JSON in these files stood, day by day.

    The last answer is kept: a folder of a hundred such files asks a hundred times.
    """
    return _clock(tuple(sorted(_known(paths))), zone, before.date(), limits)


def _known(paths: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    for path in dict.fromkeys(paths):
        low = path.name.lower()
        if low.endswith(".zip") or _TABLE.fullmatch(path.name) or _JSON.fullmatch(path.name):
            try:
                told = path.stat()
            except OSError:
                continue
            yield str(path), told.st_size, told.st_mtime_ns


@lru_cache(maxsize=1)
def _clock(key: Key, zone: str | None, today: date, limits: Limits) -> Clock:
    look = _Look(datetime.combine(today, time(), UTC) + timedelta(days=2), limits)
    for path, _, _ in key:
        look.through(Path(path))
    where = None if zone is None else zone_named(zone)
    outings = sorted(look.outings, key=lambda o: (o.start, o.end))
    told = frozenset(day for source in look.sources.values() for day in source.days)
    return Clock(decide(look.walls, Evidence(look.sources, outings, where)), told)


class _Look:
    """Steps by day, of each source in UTC and by the clock of the JSON, and the exercises."""

    def __init__(self, before: datetime, limits: Limits) -> None:
        self._before, self._limits = before, limits
        self._days = 0
        self.sources: dict[str, Steps] = {}
        self.walls = Steps()
        self.outings: list[Outing] = []

    def through(self, path: Path) -> None:
        """Look through a file or an archive; what is damaged ends it."""
        try:
            with opened(path, self._limits) as file:
                if not file.starts_with(ZIP):
                    self._file(file, path.name)
                    return
                budget = Budget(file.bytes_on_disk, self._limits)
                with members(file.raw, self._limits) as listed:
                    for member in listed:
                        name = member.parts[-1] if member.parts else ""
                        if _TABLE.fullmatch(name) or _JSON.fullmatch(name):
                            self._member(member, budget, name)
                            if budget.exhausted is not None:
                                return
        except (Malformed, CutShortError):
            return

    def _member(self, member: Member, budget: Budget, name: str) -> None:
        try:
            with member.opened(budget) as file:
                self._file(file, name)
        except (Malformed, CutShortError):
            return

    def _file(self, file: Opened, name: str) -> None:
        if _JSON.fullmatch(name):
            self._json(file, name)
            return
        header = file.readline()
        layout = takeout_layout(header.removeprefix(BOM))
        if layout is None or layout.kind == "takeout_distance":
            return
        if layout.kind == "takeout_exercises":
            self._exercises(header + file.read(self._limits.document))
            return
        while block := file.read(self._limits.piece):
            block += file.readline()
            limit = int(self._before.timestamp()) // 60
            for source, minute, _, steps in csv_rows(block, layout, limit, Problems()):
                self._lay(source, minute, steps)

    def _lay(self, source: str, minute: int, steps: float) -> None:
        """Lay a minute of a table, as long as there are not absurdly many days and sources."""
        day, at = divmod(minute, DAY_MIN)
        held = self.sources.get(source)
        if held is None or day + EPOCH_DAY not in held.days:
            if self._days >= MOST_DAYS:
                return
            self._days += 1
            held = self.sources.setdefault(source, Steps())
        held.put(day + EPOCH_DAY, at, steps)

    def _json(self, file: Opened, name: str) -> None:
        start = file.read(PEEK)
        if documents.document_kind(start, name) != documents.STEPS:
            return
        most, largest = self._limits.piece, self._limits.element
        for piece in documents.pieces(file, start, documents.STEPS, most, largest):
            for day, minute, steps in json_rows(piece, Problems()):
                if day <= self._before.date().toordinal():
                    self.walls.put(day, minute, steps)

    def _exercises(self, data: bytes) -> None:
        for w in outings_of(data, before=self._before):
            offset = None if w.utc_offset_s is None else w.utc_offset_s // 60
            start, end = int(w.start.timestamp()) // 60, -(-int(w.end.timestamp()) // 60)
            self.outings.append(Outing(start, end, offset, w.steps))
