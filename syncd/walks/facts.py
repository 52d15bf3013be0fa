"""What the sentence of a day is made of: ``outcome`` fills it, ``sentences`` says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from syncd.walks.model import CountMode, Mark, Outcome, State, Why


class ReadBefore(NamedTuple):
    """What a judged day read before late data flipped it; ``changed`` is the day it flipped."""

    outcome: Outcome
    brisk: int | None
    changed: date


class CloseCall(NamedTuple):
    """The judged minutes that another cadence (95 or 105 steps a minute) would have given."""

    cadence: int
    brisk: int


class OtherTracker(NamedTuple):
    """What another tracker counts for the same day: its name as in "the phone", its minutes."""

    name: str
    brisk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What the sentence of one day is made of; leave out what is not known or does not apply.

    Times are the wearer's local time. Minutes are whole. Names of trackers carry their article:
    "the watch", "the phone", "the csv file".
    """

    outcome: Outcome | None = None
    """``None`` while the day is open or waiting and the target is not reached."""
    state: State = State.JUDGED
    why: Why | None = None
    mark: Mark | None = None
    mark_why: str | None = None
    """A person's own words for an excuse: health data, so a stored sentence is without them."""
    day: date | None = None
    """The civil day; only used to write a sync of another week with its date."""

    target: int = 30
    count_mode: CountMode = CountMode.MINUTES
    bout_min: int = 10
    brisk: int | None = None
    """floor(brisk + edge), in a plan minutes in walks; ``None`` when nothing was seen at all."""
    brisk_bouted: int | None = None
    """Judged instead of ``brisk`` when ``count_mode`` is bouts."""
    steps: int | None = None
    """Steps of the whole day, merged; 0 on an unseen day reads "probably not worn"."""

    tracker: str | None = None
    """The whole-day tracker that speaks first on this day, whose silence is meant by "unseen"."""
    silent: str | None = None
    """The waited-for tracker that has not synced; ``None`` means ``tracker``."""
    last_sync: datetime | None = None
    """When the silent tracker last synced, in local time (naive or aware, shown as it is)."""

    hole_from: time | None = None
    """Start of the longest unseen waking stretch; ``None`` when the day starts with it."""
    hole_to: time | None = None
    """Its end; ``None`` when the day ends with it. Both ``None``: no stretch to name."""
    other_holes: bool = False
    """Whether the day has further holes, so that no single one explains it."""
    seen_h: float | None = None
    """Seen waking hours; on a travel day hours of the day."""
    waking_h: float | None = None
    """Hours that could have been seen: 16 on a plain day."""

    length_h: float = 24.0
    """Length of the civil day; beyond 23..25 it is told as a travel day."""
    clock_change_h: float = 0.0
    """UTC offset at the day's end minus at its start: -6 is "clock back 6 h"."""

    close_call: CloseCall | None = None
    """Only when the other cadence changes the outcome."""
    before: ReadBefore | None = None
    """Only when late data flipped the outcome."""
    late: str | None = None
    """The tracker that brought the late data; ``None`` means ``tracker``."""
    other: OtherTracker | None = None
    """Only when ``why`` is sources_differ: the tracker that would say otherwise."""

    recorded_only: bool = False
    """No whole-day tracker: ``brisk`` comes from recorded walks alone."""
    rest_steps: int | None = None
    """With ``recorded_only``: steps of the day total outside recorded walks, when known."""
    total_holds: bool = False
    """Whether they could hold what is short of the target."""

    easy_walks: int = 0
    """On a flare day: walks found, and the minutes walked in them."""
    easy_min: int = 0
    easy_about: bool = False
    """Whether any of them is seen in buckets only."""

    epoch_min: int | None = None
    """Minutes of a coarse bucket (5, 15, 60); ``None`` with minute data."""
    estimate: int | None = None
    """Coarse data: the point estimate of brisk minutes; ``low`` to ``high`` holds it at 4 in 5."""
    low: int | None = None
    high: int | None = None
    least: int | None = None
    """Coarse data: the certain bounds, ``None`` when they are one number."""
    most: int | None = None
    minutes_suffice: bool = False
    """Whether minutes alone reach the target, whatever the buckets hold."""
    fits_walk: tuple[int, time] | None = None
    """Coarse data: the one walk that the buckets fit, (minutes, start), when it decided."""
    fits_walks: int = 1
    """How many walks they are; of several, ``fits_walk`` has all minutes and the first start."""
