"""The nouns of the walking rules: knobs, minutes, sources, sessions, days.

Minutes are indexed by *Unix minute* (Unix seconds // 60, UTC). A stretch of minutes of one source
is one ``bytes`` object, a byte a minute: 0..220 steps, ``UNSEEN`` (255) where the source does not
speak, so that the standard library's C loops (``bytes.translate``, ``re``) do the counting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

RULES_VERSION = 2
"""Raised whenever the meaning of a derived row changes; written into every one of them."""

UNSEEN = 255
IMPLAUSIBLE_ABOVE = 220
"""Steps a minute; more is capped and marked (walking-rules 0.1)."""

MINUTE_S = 60
DAY_MIN = 1440


class Outcome(StrEnum):
    """How a day went against its target."""

    MET = "met"
    LIKELY_MET = "likely_met"
    UNKNOWN = "unknown"
    LIKELY_MISSED = "likely_missed"
    MISSED = "missed"


class State(StrEnum):
    """How settled a day is."""

    OPEN = "open"
    WAITING = "waiting"
    JUDGED = "judged"
    FINAL = "final"


class Mark(StrEnum):
    """A person's word on a day."""

    FLARE = "flare"
    EXCUSED = "excused"


class Why(StrEnum):
    """The cause of an outcome, for machines; ``reason`` is the sentence."""

    ENOUGH = "enough"
    SHORT = "short"
    COARSE = "coarse"
    UNSEEN = "unseen"
    NOT_SYNCED = "not_synced"
    RECORDED_ONLY = "recorded_only"
    NO_DATA = "no_data"
    TRAVEL = "travel"
    SOURCES_DIFFER = "sources_differ"


class Resolution(StrEnum):
    """The coarsest thing a day's verdict rests on."""

    MINUTE = "minute"
    FIVE_MIN = "5min"
    QUARTER = "15min"
    HOUR = "60min"
    TOTAL = "total"
    RECORDED = "recorded"


class Activity(StrEnum):
    """What an outing was, judged by movement; ``label`` keeps the vendor's word."""

    WALKING = "walking"
    HIKING = "hiking"
    RUNNING = "running"
    OTHER = "other"
    UNKNOWN = "unknown"


class CountMode(StrEnum):
    """What a day is judged on."""

    MINUTES = "minutes"
    BOUTS = "bouts"
    WALKING = "walking"
    """Minutes in walks, at any pace: what a graded plan counts. Only a plan says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every knob of the walking rules, with its default; ``None`` where a knob may be ``off``."""

    day_target: int = 30
    most_days: int = 5
    count_mode: CountMode = CountMode.MINUTES
    cadence_min: float = 100.0
    height_adjust: bool = False
    height_cm: float | None = None
    cadence_vigorous: float = 130.0
    run_cadence: float = 140.0
    run_counts: bool = True
    speed_min_kmh: float | None = 4.8
    speed_max_kmh: float = 8.0
    speed_cadence_min: float = 60.0
    uphill_credit: bool = True
    uphill_min_grade: float = 0.03
    edge_credit: bool = True
    bout_min: int = 10
    bout_gap_max: int = 2
    bout_brisk_share: float = 0.8
    session_cadence: float = 60.0
    session_gap: int = 2
    session_min: int = 5
    flare_cadence: float = 40.0
    min_seen_h: float = 10.0
    unseen_run_min: int = 180
    waking_from_h: int = 7
    waking_to_h: int = 23
    short_day_h: float = 18.0
    sync_wait_h: float = 36.0
    likely_p: float = 0.8


@dataclass(frozen=True, slots=True)
class Target:
    """The rules in force from ``first_day`` on (``None``: always); ``id`` is stored with days."""

    id: int
    first_day: date | None
    rules: Rules


def sum_seen(steps: bytes) -> int:
    """Return the sum of the minutes that are seen; still ones are dropped first, it is faster."""
    return sum(steps.translate(None, b"\x00\xff"))


@dataclass(frozen=True, slots=True)
class Minutes:
    """One source's steps over consecutive Unix minutes; see the module docstring.

    ``over`` keeps the true count (index -> steps) where it exceeds ``IMPLAUSIBLE_ABOVE``.
    """

    first: int
    steps: bytes = field(repr=False)
    over: Mapping[int, int] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """Return the Unix minute after the last."""
        return self.first + len(self.steps)

    def total(self) -> int:
        """Return the steps of all seen minutes, uncapped."""
        return sum_seen(self.steps) + sum(v - self.steps[i] for i, v in self.over.items())


class Bucket(NamedTuple):
    """Steps over more than a minute: ``start`` in Unix seconds, a length in seconds."""

    start: int
    seconds: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """What the rules need to know of a source. A lower ``rank`` number speaks first.

    ``buckets`` are sorted and disjoint; ``totals`` are the steps that it says a civil day had.
    ``wear`` and ``asleep`` hold 1 and 0 a minute, ``UNSEEN`` where the source does not say;
    ``carried`` is a thing in a pocket, not on a wrist; a ``snapshot`` is an export or a table,
    which nobody waits for once another has told of the day. Nothing comes any more of one that a
    person gave up at ``retired_at``. One that ``stands_in`` speaks where nobody else does and is
    neither waited for nor compared.
    """

    id: int
    name: str
    rank: int
    whole_day: bool
    minutes: Minutes | None = None
    last_sync: datetime | None = None
    key: str = ""
    buckets: tuple[Bucket, ...] = field(default=(), repr=False)
    totals: Mapping[date, int] = field(default_factory=dict, repr=False)
    wear: Minutes | None = None
    asleep: Minutes | None = None
    carried: bool = False
    snapshot: bool = False
    retired_at: datetime | None = None
    stands_in: bool = False


@dataclass(frozen=True, slots=True)
class MergedMinute:
    """One clock minute as merged, or a bucket of ``interval_s`` from ``start`` (Unix seconds) on.

    ``steps`` is ``None`` where unseen.

    ``source`` is the key of the source that spoke; ``brisk_by`` is ``cadence``, ``speed``,
    ``uphill`` or ``None``.
    """

    start: int
    utc_offset_s: int
    day: date
    steps: int | None
    distance_m: float | None
    source: str | None
    brisk_by: str | None
    interval_s: int = MINUTE_S


@dataclass(frozen=True, slots=True)
class PersonMinute:
    """A merged minute, whose it is, and the id of the walk that holds it."""

    person: str
    minute: MergedMinute
    walk_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkSession:
    """A walk (or what was recorded as one) without its ledger id; times in Unix seconds."""

    recorded_key: str | None
    start: int
    end: int
    utc_offset_start_s: int
    utc_offset_end_s: int
    kind: str
    detected: str
    activity: Activity
    label: str | None
    precision: str
    steps: int | None
    distance_m: float | None
    moving_time_s: float | None
    pace_s_per_km: float | None
    speed_mps: float | None
    cadence_spm: float | None
    elevation_gain_m: float | None
    elevation_loss_m: float | None
    elevation_source: str | None
    gain_device_m: float | None
    grade_max: float | None
    brisk_min: int
    uphill_min: int | None
    downhill_min: int | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The verdict on one civil day, without person and revision."""

    day: date
    tz: str | None
    utc_offset_start_min: int
    utc_offset_end_min: int
    length_h: float
    outcome: Outcome | None
    state: State
    mark: Mark | None
    flagged: bool
    close_call: bool
    why: Why | None
    reason: str
    brisk_min: int | None
    edge_min: float | None
    brisk_min_low: int | None
    brisk_min_high: int | None
    bouted_min: int | None
    target_min: int
    target_id: int
    walking_min: int | None
    steps: int | None
    seen_h: float | None
    longest_unseen_min: int | None
    resolution: Resolution | None
    peak1_spm: float | None
    peak30_spm: float | None
    rules: int = RULES_VERSION
