"""Three people of a sample or a demo: who they are, where they live, and what befalls them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from syncd.sim.characters import IN_PAIN, OFFICE, STEADY, Character
from syncd.sim.plan import Episode, EpisodeKind
from syncd.sim.walker import Life

SEED = 11
_Ago = tuple[EpisodeKind, int, int, time]
"""What happens from so many to so many days before the last one told, and from which hour on.

Days below zero are still to come then.
"""


@dataclass(frozen=True, slots=True)
class Role:
    """One of the three."""

    name: str
    zone: str
    who: Character
    episodes: tuple[_Ago, ...] = field(repr=False)

    def life(self, last_day: date, days: int, *, ahead: int = 0, seed: int) -> Life:
        """Return ``days`` that end with ``last_day``, and so many more to come."""
        episodes = tuple(
            Episode(kind, last_day - timedelta(days=start), last_day - timedelta(days=end), at)
            for kind, start, end, at in self.episodes
        )
        return Life(
            seed=seed,
            first_day=last_day - timedelta(days=days - 1),
            days=days + ahead,
            home=self.zone,
            who=self.who,
            episodes=episodes,
        )


ROLES = (
    Role(
        "Stella",
        "America/New_York",
        STEADY,
        (
            (EpisodeKind.TARGET, 0, -1, time(0)),
            (EpisodeKind.REST, 4, 4, time(0)),
            (EpisodeKind.WATCH_OFF, 4, 4, time(9, 10)),
            (EpisodeKind.CLOSE_CALL, 2, 2, time(0)),
            (EpisodeKind.REST, 9, 9, time(0)),
            (EpisodeKind.BATTERY_DEAD, 18, 17, time(14)),
            (EpisodeKind.LATE_WALK, 24, 24, time(0)),
        ),
    ),
    Role(
        "Otto",
        "Europe/Berlin",
        OFFICE,
        (
            (EpisodeKind.REST, 1, 1, time(0)),
            (EpisodeKind.TARGET, 3, 3, time(0)),
            (EpisodeKind.WATCH_OFF, 6, 6, time(0)),
            (EpisodeKind.CLOSE_CALL, 10, 10, time(0)),
            (EpisodeKind.BATTERY_DEAD, 23, 20, time(11)),
        ),
    ),
    Role(
        "Petra",
        "Europe/London",
        replace(IN_PAIN, phone_chance=0.0),  # it stays at home
        (
            (EpisodeKind.TARGET, -2, -2, time(0)),
            (EpisodeKind.TARGET, 1, 1, time(0)),
            (EpisodeKind.TARGET, 4, 3, time(0)),
            (EpisodeKind.REST, 7, 7, time(0)),
            (EpisodeKind.WATCH_OFF, 7, 7, time(13)),
            (EpisodeKind.FLARE, 19, 13, time(0)),
        ),
    ),
)
