"""Which recordings tell of one outing: by two vendors, or as echoes (walking-rules 5 and 6).

Vendors that pass an outing on change its end, its type and its cadence, seldom its start and its
way. So two are one by a common key, by shape (start and way agree), or by the time they share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from syncd.walks.model import Activity
from syncd.walks.recorded import Recorded

SAME_SHARE = 0.5
"""Two sessions are one when they share this much of the shorter (walking-rules 5)."""
SAME_START_S = 120
SAME_WAY = 0.03
"""Starts so near, and ways that differ by such a share of the longer: one outing by shape."""
_Match = tuple[bool, bool, int]


def one_outing(recorded: Sequence[Recorded]) -> list[list[Recorded]]:
    """Group recordings of one outing, the richest first; the order of ``recorded`` is no matter.

    Each joins the richest it matches best. Outings are not chained: what is one with the middle
    of three is not one with the others. Two of one source that share no time are two outings.
    """
    groups: list[list[Recorded]] = []
    for r in sorted(recorded, key=lambda r: r.richness, reverse=True):
        best: tuple[_Match, list[Recorded]] | None = None
        for group in groups:
            match = _match(group[0], r)
            if match is None or any(_is_another(member, r) for member in group):
                continue
            if best is None or match > best[0]:
                best = match, group
        if best is None:
            groups.append([r])
        else:
            best[1].append(r)
    return groups


def agreed(recorded: Sequence[Recorded]) -> list[Recorded]:
    """Return the recordings, in order, one outing by shape being on foot or not in all of them.

    The richest has the word: an echo that calls a walk a ride must not blank its minutes.
    """
    near: defaultdict[int, list[Recorded]] = defaultdict(list)
    settled: dict[int, Recorded] = {}
    for i in sorted(range(len(recorded)), key=lambda i: recorded[i].richness, reverse=True):
        r, cell = recorded[i], recorded[i].start // SAME_START_S
        around = (one for at in (cell - 1, cell, cell + 1) for one in near[at])
        richer = next((one for one in around if is_same_shape(one, r)), None)
        if richer is not None and _is_other(richer) != _is_other(r):
            r = replace(r, called=richer.word)
        near[cell].append(r)
        settled[i] = r
    return [settled[i] for i in range(len(recorded))]


def is_same_outing(a: Recorded, b: Recorded) -> bool:
    """Tell whether two recordings are one outing."""
    return _match(a, b) is not None


def is_same_shape(a: Recorded, b: Recorded) -> bool:
    """Tell whether two began together and went as far: start +- 2 min, way within 3 %."""
    if abs(a.start - b.start) > SAME_START_S:
        return False
    ways = (a.distance_m or 0.0, b.distance_m or 0.0)
    return min(ways) > 0 and max(ways) - min(ways) <= SAME_WAY * max(ways)


def _match(a: Recorded, b: Recorded) -> _Match | None:
    """Return how well two recordings match, the higher the better; ``None`` for two outings."""
    key, shared = a.workout.key == b.workout.key, _shared_s(a, b)
    shape = is_same_shape(a, b)
    if key or shape:
        return key, shape, shared
    if _is_other(a) != _is_other(b):
        return None
    shorter = min(a.end - a.start, b.end - b.start)
    return (key, shape, shared) if shared > 0 and shared >= SAME_SHARE * shorter else None


def _is_another(a: Recorded, b: Recorded) -> bool:
    return a.source_id == b.source_id and a.workout.key != b.workout.key and _shared_s(a, b) <= 0


def _shared_s(a: Recorded, b: Recorded) -> int:
    return min(a.end, b.end) - max(a.start, b.start)


def _is_other(r: Recorded) -> bool:
    return r.activity is Activity.OTHER
