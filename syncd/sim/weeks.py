"""Eight weeks in which everything happens: the life that vendors' simulators are tested with.

Work days and weekends, target walks and hills, buses and nights come from the character. On top
come the events below, both clock changes of the spring among them: the clock goes forward in
Berlin on 29 March 2026, and back in Sydney on 5 April, between a flight east and one west, each
across midnight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from random import Random

from syncd.sim.characters import OFFICE
from syncd.sim.cloud import Cloud, Edit, EditKind, Span, sync_times
from syncd.sim.devices import recorded_walks
from syncd.sim.plan import Episode, EpisodeKind
from syncd.sim.truth import DAY_S, Truth
from syncd.sim.walker import Flight, Life, live, wall_clock

FIRST_DAY = date(2026, 3, 9)
DAYS = 56
HOME = "Europe/Berlin"
AWAY = "Australia/Sydney"
SILENT = (date(2026, 4, 20), date(2026, 4, 24))
"""The watch is worn and counts, but reaches no telephone from the first noon to the last."""

FLIGHTS = (
    Flight(date(2026, 4, 1), time(21, 30), 22, AWAY),
    Flight(date(2026, 4, 14), time(22, 0), 23, HOME),
)
EPISODES = (
    Episode(EpisodeKind.TARGET, date(2026, 3, 12), date(2026, 3, 12)),
    Episode(EpisodeKind.LATE_WALK, date(2026, 3, 14), date(2026, 3, 14)),
    Episode(EpisodeKind.WATCH_OFF, date(2026, 3, 17), date(2026, 3, 17), time(9, 10)),
    Episode(EpisodeKind.BATTERY_DEAD, date(2026, 3, 20), date(2026, 3, 23), time(11)),
    Episode(EpisodeKind.TARGET, date(2026, 3, 29), date(2026, 3, 29)),
    Episode(EpisodeKind.TARGET, date(2026, 4, 5), date(2026, 4, 5)),
    Episode(EpisodeKind.TARGET, date(2026, 4, 21), date(2026, 4, 22)),
    Episode(EpisodeKind.FLARE, date(2026, 4, 26), date(2026, 5, 2)),
)


@dataclass(frozen=True, slots=True)
class Eventful:
    """The life, what the vendor makes of it, and when it happened."""

    life: Life
    truth: Truth
    cloud: Cloud
    silent: Span


def eventful(seed: int = 7) -> Eventful:
    """Return eight eventful weeks; edits and a deletion come a day after the outing."""
    who = replace(OFFICE, hills_chance=0.5, record_chance=0.8, target_chance=(0.6, 0.7))
    life = Life(
        seed=seed,
        first_day=FIRST_DAY,
        days=DAYS,
        home=HOME,
        who=who,
        flights=FLIGHTS,
        episodes=EPISODES,
    )
    truth = live(life)
    silent = (wall_clock(HOME, SILENT[0], DAY_S // 2), wall_clock(HOME, SILENT[1], DAY_S // 2))
    syncs = sync_times(truth, silent=(silent,), seed=seed)
    return Eventful(life, truth, Cloud(truth, syncs, edits(truth, seed)), silent)


def edits(truth: Truth, seed: int) -> tuple[Edit, ...]:
    """Return one edit and one deletion a week or so of recorded outings, a day after them."""
    rng = Random(f"edits/{seed}")
    outings = list(recorded_walks(truth))
    chosen = sorted(rng.sample(range(len(outings)), min(len(outings), max(2, len(outings) // 4))))
    kinds = (EditKind.LONGER, EditKind.DELETED)
    return tuple(
        Edit(outings[index].end + DAY_S, outings[index].start, kinds[number % 2])
        for number, index in enumerate(chosen)
    )


def lately(seed: int, zone: str, last_day: date, days: int) -> Cloud:
    """Return an ordinary life in ``zone`` that ends with ``last_day``, for a look at a vendor."""
    life = Life(
        seed=seed,
        first_day=last_day - timedelta(days=days - 1),
        days=days,
        home=zone,
        who=OFFICE,
    )
    truth = live(life)
    return Cloud(truth, sync_times(truth, seed=seed), edits(truth, seed))
