"""How much of a day each source told, where, and why there (walking-rules 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time

from syncd.service.views import SourceShare
from syncd.walks.buckets import footprint
from syncd.walks.crossing_sentences import listed, not_added_words, silent_words
from syncd.walks.ground import Ground
from syncd.walks.joining import one_outing
from syncd.walks.laying import RECORDED
from syncd.walks.minutes import cut
from syncd.walks.model import DAY_MIN, UNSEEN, SourceView
from syncd.walks.offsets import Piece

NEAR_MIN = 30
"""A source that is silent for less between two stretches is told as one that spoke on."""
_RECORDINGS = "recorded walks"


@dataclass(slots=True)
class _Share:
    minutes: int = 0
    steps: int = 0
    spans: list[tuple[time, time]] = field(default_factory=list)


def day_shares(
    ground: Ground, pieces: Sequence[Piece], names: Mapping[int, str]
) -> list[SourceShare]:
    """Return what each source told of a day, those whose minutes were not needed last.

    ``names`` are by source id. Steps are counted once: where one speaks, no other is added.
    """
    won = _won(ground, pieces)
    shaped = {
        block.owner
        for piece in pieces
        for block in ground.blocks.over(piece.start, piece.end)
        if block.shape is not None
    }
    spoke = [index for index in sorted(won) if index != RECORDED]
    called = {index: names.get(s.id, s.name) for index, s in enumerate(ground.sources, start=1)}
    recorders = _recorders(ground, pieces, names) if len(names) > 1 else []
    found = []
    for index in sorted(won):
        above = [called[i] for i in spoke if i < index]
        why = _why(index, above, won[index], recorders)
        if index in shaped:
            why += ", shaped by finer steps"
        name = _RECORDINGS if index == RECORDED else called[index]
        found.append(
            SourceShare(name=name, minutes=won[index].minutes, steps=won[index].steps, why=why)
        )
    for index, source in enumerate(ground.sources, start=1):
        if index not in won and (told := _told_min(source, pieces)):
            above = [called[i] for i in spoke if i < index] or [_RECORDINGS]
            why = not_added_words(told, above)
            found.append(SourceShare(name=called[index], minutes=0, steps=None, why=why))
    return found


def _won(ground: Ground, pieces: Sequence[Piece]) -> dict[int, _Share]:
    won: defaultdict[int, _Share] = defaultdict(_Share)
    for piece in pieces:
        last: dict[int, int] = {}
        for a, b, owner in ground.merged.spans(piece.start, piece.end):
            index = RECORDED if owner > len(ground.sources) else owner  # a tail is a recording too
            share = won[index]
            share.minutes += b - a
            share.steps += ground.total(a, b) or 0
            start, end = _local(a, piece), _local(b, piece)
            if index in last and a - last[index] <= NEAR_MIN:
                start = share.spans.pop()[0]
            share.spans.append((start, end))
            last[index] = b
    return dict(won)


def _local(minute: int, piece: Piece) -> time:
    at = (minute * 60 + piece.offset_s) // 60 % DAY_MIN
    return time(at // 60, at % 60)


def _why(index: int, above: Sequence[str], share: _Share, recorders: Sequence[str]) -> str:
    if index == RECORDED:
        return f"recorded to the second{', by ' + listed(recorders) if recorders else ''}"
    return silent_words(above, share.spans) if above else "ranks first"


def _recorders(ground: Ground, pieces: Sequence[Piece], names: Mapping[int, str]) -> list[str]:
    """Return who recorded the outings of a day, of each outing the one that speaks."""
    best = [group[0] for group in one_outing(ground.recorded)]
    inside = [
        r
        for r in sorted(best, key=lambda r: r.start)
        if any(r.first < p.end and r.first + r.length > p.start for p in pieces)
    ]
    return list(dict.fromkeys(names.get(r.source_id, r.source_key) for r in inside))


def _told_min(source: SourceView, pieces: Sequence[Piece]) -> int:
    """Return how many minutes of a day a source has something to say about."""
    return sum(_told_in(source, piece) for piece in pieces)


def _told_in(source: SourceView, piece: Piece) -> int:
    told = bytearray([UNSEEN]) * (piece.end - piece.start)
    if source.minutes is not None:
        told[:] = cut(source.minutes, piece.start, piece.end).steps
    for a, b in _footprints(source):
        low, high = max(a, piece.start), min(b, piece.end)
        if low < high:
            told[low - piece.start : high - piece.start] = bytes(high - low)
    return len(told) - told.count(UNSEEN)


def _footprints(source: SourceView) -> Iterator[tuple[int, int]]:
    return (footprint(bucket.start, bucket.seconds) for bucket in source.buckets)
