"""Several sources, one truth: per minute exactly one source speaks (walking-rules 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from syncd.walks.minutes import owner_table
from syncd.walks.model import UNSEEN, Minutes

_HOLE = re.compile(rb"\xff+")
_RUN = re.compile(rb"(.)\1*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged minutes and, a byte a minute, the index of the source that spoke (255: none)."""

    minutes: Minutes
    owner: bytes = field(repr=False)

    def owners(self, start: int, end: int) -> set[int]:
        """Return the indexes of all sources that spoke inside [``start``, ``end``)."""
        first = self.minutes.first
        return set(self.owner[max(0, start - first) : end - first]) - {UNSEEN}

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield (start, end, source index) runs inside [``start``, ``end``), Unix minutes."""
        first = self.minutes.first
        for match in _RUN.finditer(self.owner, max(0, start - first), end - first):
            if match.group()[0] != UNSEEN:
                yield first + match.start(), first + match.end(), match.group()[0]


def merge(layers: Sequence[Minutes], first: int, end: int) -> Merged:
    """Merge minute grids, highest rank first, over the Unix minutes [``first``, ``end``).

    A lower source fills only minutes that no higher one covers; where a higher one reports 0 it
    has spoken. Every layer is aligned to [``first``, ``end``) by ``minutes.cut`` beforehand.
    """
    if not layers:
        blank = bytes([UNSEEN]) * (end - first)
        return Merged(Minutes(first, blank), blank)
    top = layers[0]
    if len(layers) == 1 or UNSEEN not in top.steps:
        return Merged(top, top.steps.translate(owner_table(0)))
    steps, owner = bytearray(top.steps), bytearray(top.steps.translate(owner_table(0)))
    over = dict(top.over)
    for index, layer in enumerate(layers[1:], start=1):
        fill(steps, owner, over, index, layer)
    return Merged(Minutes(first, bytes(steps), over), bytes(owner))


def fill(
    steps: bytearray, owner: bytearray, over: dict[int, int], index: int, layer: Minutes
) -> None:
    """Let the source ``index`` speak in the minutes that are still unseen."""
    table = owner_table(index)
    for hole in list(_HOLE.finditer(steps)):
        a, b = hole.span()
        piece = layer.steps[a:b]
        if piece.count(UNSEEN) == len(piece):
            continue
        steps[a:b] = piece
        owner[a:b] = piece.translate(table)
        over.update((i, v) for i, v in layer.over.items() if a <= i < b)
