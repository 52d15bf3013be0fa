"""A synthetic person who lives for days or years, second by second, and leaves the truth behind.

``live`` is a function of its argument alone: no clock, no global chance. A life is cut into stays,
each in one zone, with flights between them; days are planned by the clock on the wall of the stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from syncd.contract import OffsetRun
from syncd.sim.characters import Character
from syncd.sim.outing import walked
from syncd.sim.plan import DayPlan, Episode, EpisodeKind, dice, plan_day
from syncd.sim.trace import Trace
from syncd.sim.truth import DAY_S, EPOCH, MINUTE_S, Kind, TrueWalk, Truth

HOUR_S = 3600
BEFORE_FLIGHT_S = 2 * HOUR_S
AFTER_LANDING_S = HOUR_S
LONGEST_DEAD_DAYS = 4


@dataclass(frozen=True, slots=True)
class Flight:
    """A departure by the clock on the wall, the hours in the air, and the zone it lands in."""

    day: date
    at: time
    hours: float
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Everything a life depends on; ``home`` and the flights' ``to`` are IANA zones."""

    seed: int
    first_day: date
    days: int
    home: str
    who: Character
    flights: tuple[Flight, ...] = ()
    episodes: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """A span of Unix seconds in one zone, from landing to departure."""

    zone: str
    start: int
    end: int
    flies: bool
    """Whether it ends with a departure, not with the life."""

    def dates(self) -> list[date]:
        """Return every civil date that the stay touches; zones have skipped whole ones."""
        place = ZoneInfo(self.zone)
        first = datetime.fromtimestamp(self.start, place).date()
        last = datetime.fromtimestamp(self.end - 1, place).date()
        dates = (first + timedelta(days=i) for i in range((last - first).days + 1))
        noons = ((day, wall_clock(self.zone, day, DAY_S // 2)) for day in dates)
        return [day for day, noon in noons if datetime.fromtimestamp(noon, place).date() == day]


def live(life: Life) -> Truth:
    """Return the truth of a life, from the first midnight to the one after the last day."""
    stays = _stays(life)
    first, end = stays[0].start // MINUTE_S, stays[-1].end // MINUTE_S
    trace = Trace(first, end)
    outings: list[TrueWalk] = []
    for stay in stays:
        for day in stay.dates():
            outings += _live_day(life, stay, day, trace)
    for before, after in pairwise(stays):
        _sit_in_the_air(life, before.end, after.start, trace)
    return Truth(
        first_minute=first,
        steps=bytes(trace.steps),
        distance_mm=trace.distance_mm,
        worn=bytes(trace.worn),
        charged=bytes(trace.charged),
        carried=bytes(trace.carried),
        walks=tuple(o for o in outings if o.kind is not Kind.RIDE),
        rides=tuple(o for o in outings if o.kind is Kind.RIDE),
        offsets=_offsets(stays),
    )


def wall_clock(zone: str, day: date, local_s: int) -> int:
    """Return Unix seconds of so many seconds after midnight, read off a clock in ``zone``."""
    days, rest = divmod(local_s, DAY_S)
    at = time(rest // HOUR_S, rest // MINUTE_S % 60, rest % MINUTE_S, tzinfo=ZoneInfo(zone))
    return int(datetime.combine(day + timedelta(days=days), at).timestamp())


def zone_runs(zone: str, start: int, end: int) -> tuple[OffsetRun, ...]:
    """Return the offsets of ``zone`` over [start, end), to the minute of each clock change."""
    place = ZoneInfo(zone)

    def offset_s(at: int) -> int:
        shift = datetime.fromtimestamp(at, place).utcoffset()
        return int(shift.total_seconds()) if shift is not None else 0

    runs = [OffsetRun(start=start, offset_s=offset_s(start), zone=zone)]
    for before in range(start, end, DAY_S):
        low, high = before // MINUTE_S, min(before + DAY_S, end) // MINUTE_S
        now = runs[-1].offset_s
        if offset_s(high * MINUTE_S) == now:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset_s(middle * MINUTE_S) == now else (low, middle)
        if high * MINUTE_S < end:
            change = high * MINUTE_S
            runs.append(OffsetRun(start=change, offset_s=offset_s(change), zone=zone))
    return tuple(runs)


def _stays(life: Life) -> list[Stay]:
    """Cut a life at its flights."""
    zone, start = life.home, wall_clock(life.home, life.first_day, 0)
    found: list[Stay] = []
    for flight in sorted(life.flights, key=lambda f: f.day):
        leaves = wall_clock(zone, flight.day, flight.at.hour * HOUR_S + flight.at.minute * MINUTE_S)
        found.append(Stay(zone, start, leaves, flies=True))
        zone, start = flight.to, leaves + round(flight.hours * 60) * MINUTE_S
    end = wall_clock(zone, life.first_day + timedelta(days=life.days), 0)
    return [*found, Stay(zone, start, end, flies=False)]


def _offsets(stays: list[Stay]) -> tuple[OffsetRun, ...]:
    """Return the timeline; in the air one still lives by the clock one left."""
    ends = [*(stay.start for stay in stays[1:]), stays[-1].end]
    return tuple(
        run
        for stay, end in zip(stays, ends, strict=True)
        for run in zone_runs(stay.zone, stay.start, end)
    )


@dataclass(frozen=True, slots=True)
class _Today:
    """One civil day of a stay, or the part of it that falls into the stay."""

    life: Life
    stay: Stay
    day: date
    plan: DayPlan
    rng: Random
    trace: Trace

    def minute(self, local_s: int) -> int:
        """Return the Unix minute of so many local seconds after midnight."""
        return wall_clock(self.stay.zone, self.day, local_s) // MINUTE_S


def _live_day(life: Life, stay: Stay, day: date, trace: Trace) -> list[TrueWalk]:
    """Live a day and return its outings; what would not end before a flight is left out."""
    episodes = tuple(e for e in life.episodes if e.covers(day))
    plan = plan_day(life.seed, day, life.who, frozenset(e.kind for e in episodes))
    today = _Today(life, stay, day, plan, dice(life.seed, f"walk/{stay.start}", day), trace)
    first = stay.start + AFTER_LANDING_S
    last = stay.end - (BEFORE_FLIGHT_S if stay.flies else 0)
    found: list[TrueWalk] = []
    for intent in plan.intents:
        outing = walked(intent, wall_clock(stay.zone, day, intent.at_s), life.who, today.rng)
        if first <= outing.start and outing.end <= last:
            trace.walk(outing)
            found.append(outing)
    _potter_about(today)
    _carry_phone(today, found)
    _lose_watch(today, episodes)
    return found


def _potter_about(today: _Today) -> None:
    """Walk to the kettle now and then: never so much that it looks like a walk."""
    rng = today.rng
    at = max(today.stay.start // MINUTE_S, today.minute(today.plan.up_s))
    end = min(today.stay.end // MINUTE_S, today.minute(today.plan.bed_s))
    while at < end:
        for minute in range(at, min(end, at + rng.randint(1, 3))):
            today.trace.potter(minute, rng.randint(4, 34), today.life.who.step_m)
        at += rng.randint(5, 40)


def _carry_phone(today: _Today, outings: list[TrueWalk]) -> None:
    """Have the phone in a pocket for half of the day at home and for most outings."""
    trace = today.trace
    for at in range(today.minute(today.plan.up_s), today.minute(today.plan.bed_s), 30):
        if today.rng.random() < 0.5:
            trace.fill(trace.carried, at, at + 30)
    for outing in outings:
        with_it = today.rng.random() < today.life.who.phone_chance
        first, last = outing.start // MINUTE_S, outing.end // MINUTE_S
        trace.fill(trace.carried, first - 1, last + 2, value=int(with_it))


def _lose_watch(today: _Today, episodes: tuple[Episode, ...]) -> None:
    """Take the watch off, or let its battery die, by chance and where an episode says so."""
    trace, who, midnight = today.trace, today.life.who, today.minute(DAY_S)
    for one in episodes:
        from_s = one.at.hour * HOUR_S + one.at.minute * MINUTE_S if today.day == one.first else 0
        if one.kind is EpisodeKind.WATCH_OFF:
            trace.fill(trace.worn, today.minute(from_s), midnight, value=0)
        if one.kind is EpisodeKind.BATTERY_DEAD:
            trace.fill(trace.charged, today.minute(from_s), midnight, value=0)
    rng = dice(today.life.seed, "watch", today.day)
    if rng.random() < who.watch_off_chance:
        from_s = rng.choice((0, rng.randint(8, 12) * HOUR_S))
        trace.fill(trace.worn, today.minute(from_s), midnight, value=0)
    for ago in range(LONGEST_DEAD_DAYS):
        rng = dice(today.life.seed, "battery", today.day - timedelta(days=ago))
        if rng.random() < who.battery_chance and rng.randint(1, LONGEST_DEAD_DAYS) > ago:
            from_s = rng.randint(7, 20) * HOUR_S if ago == 0 else 0
            trace.fill(trace.charged, today.minute(from_s), midnight, value=0)


def _sit_in_the_air(life: Life, departure: int, landing: int, trace: Trace) -> None:
    """Stretch the legs in the aisle every hour or so."""
    rng = dice(life.seed, "flight", EPOCH + timedelta(days=departure // DAY_S))
    at = departure // MINUTE_S + rng.randint(30, 60)
    while at < landing // MINUTE_S - 30:
        for minute in (at, at + 1):
            trace.potter(minute, rng.randint(8, 26), life.who.step_m)
        at += rng.randint(50, 80)
