"""What a vendor's cloud holds of a life at some moment, after the devices that have synced so far.

The watch speaks where it was seen, the phone where the watch was not: one merged truth, minute by
minute, that every answer of a simulated vendor is made from. Nothing here is a verdict.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from syncd.sim.devices import UNSEEN, Log, phone_minutes, recorded_walks, watch_minutes
from syncd.sim.truth import DAY_S, EPOCH, MINUTE_S, Kind, TrueWalk, Truth

Span = tuple[int, int]
"""(from, to) in Unix seconds."""

HOUR_S = 3600
PHONE_EVERY_S = HOUR_S
DETECTED_LEAST_S = 15 * MINUTE_S
_DETECTED = frozenset((Kind.TARGET, Kind.EASY))


class EditKind(StrEnum):
    """What somebody does to an outing after it was synced."""

    LONGER = "longer"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Edit:
    """At ``at`` (Unix seconds) the outing that began at ``start`` becomes another."""

    at: int
    start: int
    kind: EditKind
    by_s: int = 300
    """How much later it then ends, when it gets longer."""


@dataclass(frozen=True, slots=True)
class Outing:
    """An outing as the vendor tells it now; ``detected`` ones were found, not recorded."""

    walk: TrueWalk
    end: int
    detected: bool
    created: int
    updated: int

    @property
    def start(self) -> int:
        """Return the first moment, Unix seconds."""
        return self.walk.start


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute as the vendor has it: Unix minute, steps, millimetres, climbed millimetres.

    A phone has no altimeter: it does not know a climb.
    """

    at: int
    steps: int
    distance_mm: int
    climb_mm: int | None


def sync_times(
    truth: Truth, *, every_s: int = HOUR_S, silent: Iterable[Span] = (), seed: int = 1
) -> tuple[int, ...]:
    """Return when the watch hands over what it has, Unix seconds in order.

    About every ``every_s`` while it has power; never inside a ``silent`` span (phone out of reach,
    app closed), and once right after one: then all comes in one burst.
    """
    quiet, zero = sorted(silent), truth.first_minute
    rng = Random(f"sync/{seed}")
    found: set[int] = set()
    for hour in range(zero * MINUTE_S, truth.end_minute * MINUTE_S, every_s):
        at = hour + rng.randrange(min(every_s, HOUR_S) // 2)
        index = at // MINUTE_S - zero
        charged = index < len(truth.charged) and truth.charged[index]
        if charged and not any(a <= at < b for a, b in quiet):
            found.add(at)
    found.update(b for _, b in quiet if zero * MINUTE_S <= b < truth.end_minute * MINUTE_S)
    return tuple(sorted(found))


@dataclass(slots=True)
class Cloud:
    """One person's data at a vendor. All times are Unix seconds; ``now`` never goes into it."""

    truth: Truth
    syncs: Sequence[int]
    edits: Sequence[Edit] = ()
    watch: Log = field(init=False)
    phone: Log = field(init=False)
    climb_mm: array[int] = field(init=False)

    def __post_init__(self) -> None:
        self.watch, self.phone = watch_minutes(self.truth), phone_minutes(self.truth)
        self.climb_mm = _climbs(self.truth)

    def last_sync(self, now: int) -> int | None:
        """Return when the watch last synced, ``None`` if it never did."""
        at = bisect_right(self.syncs, now)
        return self.syncs[at - 1] if at else None

    def minutes(self, now: int, start: int, end: int) -> Iterator[Minute]:
        """Yield the merged minutes that begin in [start, end), oldest first.

        A minute that neither device has told of is left out; one without steps in which the watch
        was worn is there with 0. The minute of the last sync holds what had happened by then.
        """
        upto, by_phone = self.last_sync(now) or 0, _phone_upto(now)
        for at in self._told_until(now, start, end):
            minute = self._of_watch(at, upto) or self._of_phone(at, by_phone)
            if minute is not None:
                yield minute

    def watch_minutes(self, now: int, start: int, end: int) -> Iterator[Minute]:
        """Yield what the watch alone has handed over."""
        upto = self.last_sync(now) or 0
        told = (self._of_watch(at, upto) for at in self._told_until(now, start, end))
        yield from (minute for minute in told if minute is not None)

    def phone_minutes(self, now: int, start: int, end: int) -> Iterator[Minute]:
        """Yield what the phone alone has handed over, also where the watch was worn."""
        upto = _phone_upto(now)
        told = (self._of_phone(at, upto) for at in self._told_until(now, start, end))
        yield from (minute for minute in told if minute is not None)

    def cut_minutes(self, now: int, start: int, end: int) -> Iterator[tuple[Minute, int]]:
        """Yield minutes that a sync cut, as they were told then, with the seconds told."""
        for sync in self.syncs:
            if start <= sync - sync % MINUTE_S < end and sync <= now and sync % MINUTE_S:
                minute = self._of_watch(sync // MINUTE_S, sync)
                if minute is not None:
                    yield minute, sync % MINUTE_S

    def steps_on(self, now: int, day: date) -> int:
        """Return the merged steps of a civil day, as the vendor's app shows them."""
        return sum(
            minute.steps
            for a, b in self.truth.spans(day)
            for minute in self.minutes(now, a * MINUTE_S, b * MINUTE_S)
        )

    def day_of(self, at: int) -> date:
        """Return the civil day of an instant, by the offset stored with it."""
        return EPOCH + timedelta(days=(at + self.truth.offset_at(at).offset_s) // DAY_S)

    def outings(self, now: int) -> tuple[Outing, ...]:
        """Return what was recorded or found and is not deleted, oldest first."""
        upto = self.last_sync(now) or 0
        recorded = recorded_walks(self.truth)
        found = [walk for walk in self.truth.walks if self._is_found(walk)]
        told = (self._told(walk, now) for walk in (*recorded, *found) if walk.end <= upto)
        return tuple(sorted((one for one in told if one is not None), key=lambda one: one.start))

    def _told(self, walk: TrueWalk, now: int) -> Outing | None:
        created = next(at for at in self.syncs if at >= walk.end)
        end, updated = walk.end, created
        for edit in sorted(self.edits, key=lambda edit: edit.at):
            if edit.start != walk.start or not created <= edit.at <= now:
                continue
            if edit.kind is EditKind.DELETED:
                return None
            end, updated = end + edit.by_s, edit.at
        return Outing(walk, end, not walk.recorded, created, updated)

    def _is_found(self, walk: TrueWalk) -> bool:
        """Tell whether a watch would find the outing by itself."""
        if walk.recorded or walk.kind not in _DETECTED or walk.end - walk.start < DETECTED_LEAST_S:
            return False
        zero = self.truth.first_minute
        return (
            UNSEEN
            not in self.watch.steps[walk.start // MINUTE_S - zero : walk.end // MINUTE_S + 1 - zero]
        )

    def _told_until(self, now: int, start: int, end: int) -> range:
        zero = self.truth.first_minute
        upto = max(self.last_sync(now) or 0, _phone_upto(now))
        first = max(zero, -(-start // MINUTE_S))
        last = min(zero + len(self.truth.steps), -(-end // MINUTE_S), -(-upto // MINUTE_S))
        return range(first, last)

    def _of_watch(self, at: int, upto: int) -> Minute | None:
        """Return a minute as the sync at ``upto`` told it; one that it cut is not whole."""
        index, share = at - self.truth.first_minute, upto - at * MINUTE_S
        steps = self.watch.steps[index]
        if steps == UNSEEN or share <= 0:
            return None
        told = (steps, self._distance(index), self.climb_mm[index])
        if share < MINUTE_S:
            return Minute(at, *(value * share // MINUTE_S for value in told))
        return Minute(at, *told)

    def _of_phone(self, at: int, upto: int) -> Minute | None:
        index = at - self.truth.first_minute
        steps = self.phone.steps[index]
        if steps in {UNSEEN, 0} or (at + 1) * MINUTE_S > upto:
            return None
        return Minute(at, steps, self._distance(index), None)

    def _distance(self, index: int) -> int:
        """Return millimetres on foot: a bus adds none, for nobody steps in it."""
        return self.truth.distance_mm[index] if self.truth.steps[index] else 0


def _phone_upto(now: int) -> int:
    return now - now % PHONE_EVERY_S


def _climbs(truth: Truth) -> array[int]:
    """Return the millimetres climbed in each minute, as a barometer would add them up."""
    climbs = array("i", bytes(array("i").itemsize * len(truth.steps)))
    for walk in truth.walks:
        for stretch in walk.stretches:
            if stretch.rise_m <= 0:
                continue
            done = 0
            for minute in range(stretch.start // MINUTE_S, -(-stretch.end // MINUTE_S)):
                until = min((minute + 1) * MINUTE_S, stretch.end)
                risen = round(1000 * (stretch.altitude_at(until) - stretch.altitude_m))
                climbs[minute - truth.first_minute] += risen - done
                done = risen
    return climbs
