"""Our own exports, read back: where the original is, they say nothing (walking-rules 6, rule 1)."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.contract import Workout
from syncd.walks.day import Outing
from syncd.walks.joining import SAME_SHARE


def originals(outings: Sequence[Outing]) -> tuple[Outing, ...]:
    """Return the outings without re-exports of one that is there.

    A source with an ``origin`` re-exports. It is the same outing when half of the shorter is
    shared; a re-export whose original is not there stands.
    """
    told = [o.workout for o in outings if o.workout.source.origin is None]
    return tuple(
        o
        for o in outings
        if o.workout.source.origin is None or not any(_is_same(o.workout, w) for w in told)
    )


def _is_same(a: Workout, b: Workout) -> bool:
    shared = (min(a.end, b.end) - max(a.start, b.start)).total_seconds()
    shorter = min(a.end - a.start, b.end - b.start).total_seconds()
    return shared > 0 and shared >= SAME_SHARE * shorter
