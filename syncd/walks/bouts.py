"""Bouts and edge minutes over a mask of brisk minutes (walking-rules 0.1).

A *mask* is bytes of 0 and 1, one a minute, all consecutive: a day that was lived in two pieces is
asked piece by piece, and a bout never crosses midnight because the caller cuts there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from syncd.walks.model import UNSEEN, Rules

EDGE_STRETCH_MIN = 10


class Bout(NamedTuple):
    """Minutes ``first``..``last`` of the mask, both brisk, ``brisk`` of them brisk."""

    first: int
    last: int
    brisk: int


def clusters(mask: bytes, gap: int) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of runs of ones with no more than ``gap`` other minutes between two."""
    silence = bytes(gap + 1)
    first = mask.find(1)
    while first >= 0:
        end = mask.find(silence, first)
        if end < 0:
            end = mask.rindex(1) + 1
        yield first, end
        first = mask.find(1, end)


def bouts(mask: bytes, rules: Rules) -> list[Bout]:
    """Return the disjoint stretches that together hold the most brisk minutes.

    Each starts and ends brisk, lasts ``bout_min``, has no gap over ``bout_gap_max`` and a brisk
    share of ``bout_brisk_share``. Ties: earliest, then longest. Stretches cannot bridge a longer
    gap, so each cluster of minutes is solved alone; one that qualifies whole is its own best.
    """
    found: list[Bout] = []
    for first, end in clusters(mask, rules.bout_gap_max):
        if end - first < rules.bout_min:
            continue
        brisk = mask.count(1, first, end)
        if _dense(brisk, end - first, rules):
            found.append(Bout(first, end - 1, brisk))
        else:
            found.extend(_best(mask[first:end], first, rules))
    return found


def bouted_minutes(mask: bytes, rules: Rules) -> int:
    """Return the brisk minutes inside bouts."""
    return sum(bout.brisk for bout in bouts(mask, rules))


def _dense(brisk: int, length: int, rules: Rules) -> bool:
    return brisk >= rules.bout_brisk_share * length - 1e-9  # 0.8 * 15 must not read 12.000000001


def _best(cluster: bytes, offset: int, rules: Rules) -> Iterator[Bout]:
    """Yield the best arrangement inside one cluster whose whole brisk share is too low."""
    at = [i for i, brisk in enumerate(cluster) if brisk]
    best = _best_from(at, rules)
    i = 0
    while i < len(at):
        chosen = _choice(at, best, i, rules)
        if chosen is None:
            return
        i, j = chosen
        yield Bout(offset + at[i], offset + at[j], j - i + 1)
        i = j + 1


def _qualifies(at: list[int], i: int, j: int, rules: Rules) -> bool:
    length = at[j] - at[i] + 1
    return length >= rules.bout_min and _dense(j - i + 1, length, rules)


def _best_from(at: list[int], rules: Rules) -> list[int]:
    """Return, for each brisk minute, the most brisk minutes that stretches from it on can hold."""
    best = [0] * (len(at) + 1)
    for i in range(len(at) - 1, -1, -1):
        most = best[i + 1]
        for j in range(len(at) - 1, i, -1):
            if j - i + 1 + best[j + 1] > most and _qualifies(at, i, j, rules):
                most = j - i + 1 + best[j + 1]
        best[i] = most
    return best


def _choice(at: list[int], best: list[int], i: int, rules: Rules) -> tuple[int, int] | None:
    """Return the earliest, then longest stretch at or after ``i`` that keeps the best total."""
    if best[i] == 0:
        return None
    while best[i + 1] == best[i] and not _reaches(at, best, i, rules):
        i += 1
    return i, _longest(at, best, i, rules)


def _reaches(at: list[int], best: list[int], i: int, rules: Rules) -> bool:
    return _longest(at, best, i, rules) >= 0


def _longest(at: list[int], best: list[int], i: int, rules: Rules) -> int:
    for j in range(len(at) - 1, i, -1):
        if j - i + 1 + best[j + 1] == best[i] and _qualifies(at, i, j, rules):
            return j
    return -1


_STRETCH = b"\x01" * EDGE_STRETCH_MIN


def edge_minutes(
    mask: bytes, steps: bytes, threshold: float, is_minute_data: Callable[[int], bool] | None = None
) -> float:
    """Return the edge credit of one piece of a day, in minutes.

    A stretch of ten brisk minutes or more begins and ends inside a clock minute; its two
    neighbours' steps tell how much of them was walked. A neighbour is used once, and none outside
    the piece, unseen, or beside a minute that ``is_minute_data`` refuses (recorded to the second).
    """
    total, used = 0.0, -1  # summed in steps, divided once: 33 + 33 + 34 of 100 is a whole minute
    first = mask.find(_STRETCH)
    while first >= 0:
        last = mask.find(0, first) - 1
        if last < 0:
            last = len(mask) - 1
        credit = 0
        for neighbour, inside in ((first - 1, first), (last + 1, last)):
            if not 0 <= neighbour < len(steps) or neighbour == used:
                continue
            if steps[neighbour] == UNSEEN or (is_minute_data and not is_minute_data(inside)):
                continue
            credit += steps[neighbour]
            used = neighbour
        total += min(threshold, credit)
        first = mask.find(_STRETCH, last + 1)
    return total / threshold
