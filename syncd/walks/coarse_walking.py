"""The most minutes in walks that a day's buckets can hide, for days judged on walking."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.walks.ground import Ground
from syncd.walks.laying import RECORDED
from syncd.walks.minutes import whole
from syncd.walks.model import MINUTE_S, Rules
from syncd.walks.offsets import Piece

INTO_THE_NIGHT_MIN = 180
"""So far a walk is followed that goes on past midnight."""


def most_walked(ground: Ground, pieces: Sequence[Piece], rules: Rules) -> int:
    """Return how many minutes of walks may lie in the buckets of a day, beside those found.

    A minute of a walk takes ``session_cadence`` steps, so a bucket of S steps holds S over it at
    most. A walk lasts ``session_min``; gaps of ``session_gap`` are bridged: buckets in a row
    that have fewer such minutes than that takes hold none. Minutes too few to be a walk, next to
    a bucket, may be the rest of one that is in it.
    """
    return sum(_most_of(ground, piece, rules) for piece in pieces)


def _most_of(ground: Ground, piece: Piece, rules: Rules) -> int:
    cadence = rules.session_cadence
    if any(a < piece.end and b > piece.start for a, b in ground.gentle):
        cadence = min(cadence, rules.flare_cadence)
    least_steps = max(1, whole(cadence))
    fewest = -(-(rules.session_min + rules.session_gap) // (rules.session_gap + 1))
    reach = rules.session_min + rules.session_gap
    end = min(ground.end, piece.end + INTO_THE_NIGHT_MIN)
    total, row, row_end = 0, 0, piece.start
    for block in ground.blocks.over(piece.start, end):
        part = block.part(piece.start, end, least_steps)
        if part is None or block.owner == RECORDED:
            continue
        a, b = max(piece.start, block.first), min(end, block.end)
        if a - row_end > rules.session_gap:
            total, row = total + _if_walk(row, fewest), 0
            if a >= piece.end and not _beside(ground, a - reach, piece.end):
                break  # a walk belongs to the day it starts on
        row += min(-(-part.seconds // MINUTE_S), part.most // least_steps)
        row += _beside(ground, max(ground.first, a - reach), a)
        row += _beside(ground, b, min(ground.end, b + reach))
        row_end = b
    return total + _if_walk(row, fewest)


def _beside(ground: Ground, start: int, end: int) -> int:
    return ground.strolling(start, end).count(1) if start < end else 0


def _if_walk(minutes: int, fewest: int) -> int:
    return minutes if minutes >= fewest else 0
