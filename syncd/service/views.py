"""What the process tells the screens: reports of what was done, and views of one day or one walk.

Plain data, ready to be shown. Nothing here reads a database or a clock; local times are the
wearer's.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from syncd.store.derived import DayRow, WalkRow
    from syncd.store.journal import DayRevision
    from syncd.walks.exertion import Exertion
    from syncd.walks.fast import FastMinutes
    from syncd.walks.model import Outcome
    from syncd.walks.week import Week


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfHour:
    """Thirty minutes of a civil day where the wearer was; a flight may show one twice.

    ``seen_min`` are minutes in which a source spoke; ``steps`` is ``None`` when none did.
    ``brisk_min`` are among ``walking_min`` or beside them (a speed minute without steps).
    """

    start_local: time
    seen_min: int
    walking_min: int
    brisk_min: int
    steps: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShare:
    """How much of a day came from one source, after merging.

    ``name`` is for people ("Garmin Forerunner 245"), ``minutes`` the seen minutes it won,
    ``steps`` the steps in them, ``why`` the reason it spoke there ("ranks first", "where the watch
    is silent: 09:10-10:20"). One that won none has 0 minutes, and ``why`` says who told them.
    """

    name: str
    minutes: int
    steps: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """One civil day of one person, for ``show day``.

    ``walks`` are those that start on the day, by start; ``revisions`` oldest first; ``rule`` is
    the sentence of the rule in force; ``week`` is the ISO week around the day, as judged now;
    ``mark_why`` are a person's own words for an excuse; ``longer`` are sentences on walks that are
    longer than usual; ``floors`` are those of the tracker that ranks first among those that count
    any; ``epoch_min`` are the minutes of its coarse steps, where all that matter have one length.
    """

    row: DayRow
    strip: tuple[HalfHour, ...]
    walks: tuple[WalkRow, ...]
    sources: tuple[SourceShare, ...]
    revisions: tuple[DayRevision, ...]
    rule: str
    week: Week | None
    mark_why: str | None = None
    fast: FastMinutes | None = None
    floors: float | None = None
    longer: tuple[str, ...] = ()
    epoch_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkMinute:
    """One clock minute of a walk, as merged.

    ``start`` is Unix seconds; ``steps`` and ``distance_m`` are ``None`` where nothing measured
    them; ``brisk_by`` is ``cadence``, ``speed``, ``uphill``, ``hand`` or ``None``.
    """

    start: int
    utc_offset_s: int
    steps: int | None
    distance_m: float | None
    brisk_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTotals:
    """The device's own totals of a recorded workout, to stand beside ours."""

    steps: int | None = None
    distance_m: float | None = None
    timer_s: float | None = None
    moving_time_s: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One of those that told of a walk: its name for people, and what it told and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkView:
    """One walk session, for ``show walk``.

    ``minutes`` cover its span in order; ``pauses`` are (start, end) in Unix seconds; ``device``
    is ``None`` when nothing was recorded; ``sources`` are names for people, ``tellings`` say what
    each of them told, the one that speaks first; ``why`` are a person's
    own words for a walk entered by hand; ``effort`` is ``None`` where it cannot be told; ``longer``
    is the sentence on a walk longer than usual.
    """

    row: WalkRow
    minutes: tuple[WalkMinute, ...]
    pauses: tuple[tuple[int, int], ...] = ()
    device: DeviceTotals | None = None
    sources: tuple[str, ...] = ()
    why: str | None = None
    effort: Exertion | None = None
    fast: FastMinutes | None = None
    longer: str | None = None
    tellings: tuple[Telling, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """Where an import stands. ``files_done`` of ``files``; ``stage`` is a verb: reading, judging.

    ``name`` is the file or the person in work; ``part`` of ``parts`` counts the members of an
    archive, both 0 when a file has no parts.
    """

    stage: str
    name: str
    files_done: int
    files: int
    part: int = 0
    parts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file.

    ``imported`` says that something of it is in the database now (it may have ``problems`` all
    the same); ``unchanged`` that it was there already and nothing was written. ``walks`` counts
    recorded workouts, ``minutes`` stored step intervals, ``readings`` those of step counters,
    ``totals`` days with a total, ``days`` the civil days they touch. ``counted`` holds the last
    total of each counter and day: two files of one day must not be added up. ``problems`` are
    sentences that name the place; ``others`` sentences on sound files (this one, or members of it)
    that hold nothing of ours and were left out.
    """

    path: Path
    imported: bool
    people: tuple[str, ...] = ()
    walks: int = 0
    minutes: int = 0
    readings: int = 0
    totals: int = 0
    counted: Mapping[Hashable, int] = field(default_factory=dict)
    days: int = 0
    unchanged: bool = False
    problems: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether the file was read, or rightly left out, without a problem."""
        return (self.imported or self.left_out) and not self.problems

    @property
    def left_out(self) -> bool:
        """Return whether the whole file is sound and holds nothing of ours."""
        return bool(self.others) and not self.imported and not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import came to. ``days_judged`` and ``walks_found`` count after deriving.

    ``person`` is the one person everything went to, ``None`` with a cohort; ``others`` says that
    there are more people, so that a command must name whom it is about.
    """

    files: tuple[FileReport, ...]
    people: int
    days_judged: int
    walks_found: int
    person: str | None = None
    others: bool = False
    dry_run: bool = False

    @property
    def failed(self) -> bool:
        """Return whether any file has a problem."""
        return any(not file.ok for file in self.files)

    @property
    def counted_steps(self) -> int:
        """Return the steps that counters came to in these files, each day's last total once."""
        largest: dict[Hashable, int] = {}
        for name, total in (pair for file in self.files for pair in file.counted.items()):
            largest[name] = max(total, largest.get(name, 0))
        return sum(largest.values())

    @property
    def nothing_imported(self) -> bool:
        """Return whether no file at all could be used."""
        return not any(file.imported for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveReport:
    """What one derivation of one person wrote."""

    person_id: int
    first_day: date | None = None
    last_day: date | None = None
    days_judged: int = 0
    days_changed: int = 0
    walks_found: int = 0
    walks_changed: int = 0
    walks_retired: int = 0

    def joined(self, other: DeriveReport) -> DeriveReport:
        """Return both in one."""
        firsts = [d for d in (self.first_day, other.first_day) if d is not None]
        lasts = [d for d in (self.last_day, other.last_day) if d is not None]
        return DeriveReport(
            person_id=self.person_id,
            first_day=min(firsts, default=None),
            last_day=max(lasts, default=None),
            days_judged=self.days_judged + other.days_judged,
            days_changed=self.days_changed + other.days_changed,
            walks_found=self.walks_found + other.walks_found,
            walks_changed=self.walks_changed + other.walks_changed,
            walks_retired=self.walks_retired + other.walks_retired,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A day whose outcome another derivation would change; ``None`` is no verdict."""

    person: str
    day: date
    before: Outcome | None
    after: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """What a rebuild replayed and judged again."""

    people: int
    payloads: int
    days: int
    flips: tuple[Flip, ...] = field(default=())
    problems: tuple[str, ...] = ()
