"""From an intent to the second: how an outing of each kind is really walked."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from syncd.sim.characters import Character
from syncd.sim.plan import Intent
from syncd.sim.truth import Kind, Stretch, TrueWalk

FASTEST_SPM = 200
STOP_CHANCE = 0.35
HOME_ALTITUDE_M = 62.0


def walked(intent: Intent, start: int, who: Character, rng: Random) -> TrueWalk:
    """Return the outing that begins at ``start`` (Unix seconds) as it was meant."""
    if intent.kind is Kind.RIDE:
        return TrueWalk(intent.kind, tuple(_ride(start, intent.length_s, rng)))
    if intent.kind is Kind.ERRAND:
        return TrueWalk(intent.kind, tuple(_errand(intent, start, who, rng)))
    pieces = _pieces(intent, start, rng)
    stretches = _hilly(pieces, intent.rise_m, who)
    return TrueWalk(intent.kind, stretches, intent.recorded)


def speed_mps(cadence_spm: float, who: Character) -> float:
    """Return metres per second at a cadence: steps grow longer as they grow quicker."""
    step_m = who.step_m * (1 + 0.004 * (cadence_spm - 100))
    return round(cadence_spm / 60 * step_m, 3)


def _pieces(intent: Intent, start: int, rng: Random) -> list[tuple[int, int, float]]:
    """Cut a walk into (start, end, cadence) of one to three minutes, maybe with one stop."""
    end, at = start + intent.length_s, start
    fades_from = end - intent.length_s // 4 if intent.fades_to_spm is not None else end
    stop_after = start + rng.uniform(0.3, 0.7) * intent.length_s
    stops = intent.kind in {Kind.TARGET, Kind.EASY} and intent.fades_to_spm is None
    stop_s = rng.randint(12, 35) if stops and rng.random() < STOP_CHANCE else 0
    found: list[tuple[int, int, float]] = []
    while at < end:
        faded = at >= fades_from and intent.fades_to_spm is not None
        until = min(at + rng.randint(60, 180), end if faded else fades_from)
        pace = intent.fades_to_spm if faded and intent.fades_to_spm else intent.cadence_spm
        cadence = pace + min(2.0, max(-2.0, rng.gauss(0, 1.0)))
        found.append((at, until, min(FASTEST_SPM, round(cadence, 1))))
        at = until
        if stop_s and at >= stop_after:
            at, stop_s = min(end, at + stop_s), 0
    return found


def _hilly(
    pieces: list[tuple[int, int, float]], rise_m: float, who: Character
) -> tuple[Stretch, ...]:
    """Lay a walk over one hill: up for its first half, down again for the second."""
    middle = len(pieces) / 2
    up = max(1, int(middle))
    altitude_m, begun = HOME_ALTITUDE_M, 0.0
    found: list[Stretch] = []
    for i, (start, end, cadence) in enumerate(pieces):
        change = rise_m / up if i < up else -rise_m / max(1, len(pieces) - up)
        found.append(
            Stretch(
                start,
                end,
                cadence,
                speed_mps(cadence, who),
                round(altitude_m, 2),
                round(change, 2),
                begun,
            )
        )
        altitude_m += change
        begun = round(found[-1].exact_steps_until(end) % 1, 6)
    return tuple(found)


def _errand(intent: Intent, start: int, who: Character, rng: Random) -> list[Stretch]:
    """Walk from shelf to shelf: short stretches with pauses between."""
    at, end = start, start + intent.length_s
    found: list[Stretch] = []
    while at < end:
        until = min(end, at + rng.randint(8, 50))
        cadence = round(rng.uniform(64, 100), 1)
        found.append(Stretch(at, until, cadence, speed_mps(cadence, who), HOME_ALTITUDE_M))
        at = until + rng.randint(25, 150)
    return found


def _ride(start: int, length_s: int, rng: Random) -> list[Stretch]:
    """Sit in a bus: it drives, it stops, nobody takes a step."""
    edges = sorted({0, length_s, *(rng.randrange(length_s) for _ in range(length_s // 120))})
    return [
        Stretch(start + a, start + b, 0.0, round(rng.uniform(6, 15), 3), HOME_ALTITUDE_M)
        for a, b in pairwise(edges)
    ]
