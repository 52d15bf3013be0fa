"""Grids: intervals of one length side by side, a value or nothing in each slot.

Pure sums over slots; what a grid looks like in bytes only ``series`` knows.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from syncd.store.intervals import Run

Cells: TypeAlias = "bytes | array[int]"
"""One value a slot; the largest value the type can hold means "nothing here"."""

NULLS = {"B": 0xFF, "H": 0xFFFF, "I": 0xFFFFFFFF}

# A missing cell sorts below all others when moved by one: 255 -> 0, 0 -> 1, 254 -> 255.
_NULL_FIRST = bytes([*range(1, 256), 0])
_NULL_LAST = bytes([255, *range(255)])


@dataclass(frozen=True, slots=True)
class Grid:
    """Slot i starts ``phase + (first + i) * epoch`` seconds after UTC midnight."""

    epoch: int
    phase: int
    first: int
    cells: Cells
    runs: tuple[Run, ...] = ()

    @property
    def null(self) -> int:
        """Return the value that means "nothing here"."""
        return NULLS[code(self.cells)]

    @property
    def start(self) -> int:
        """Return seconds after UTC midnight of the first slot."""
        return self.phase + self.first * self.epoch

    @property
    def end(self) -> int:
        """Return seconds after UTC midnight of the end of the last slot."""
        return self.start + len(self.cells) * self.epoch


def code(cells: Cells) -> str:
    """Return the type code of the cells: one, two or four bytes."""
    return "B" if isinstance(cells, bytes) else cells.typecode


def joinable(a: Grid, b: Grid) -> bool:
    """Say whether two grids are cut alike and tell the same, single offset, or none."""
    return (
        (a.epoch, a.phase) == (b.epoch, b.phase)
        and len(a.runs) <= 1
        and [told for _, told in a.runs] == [told for _, told in b.runs]
    )


def richest(a: Grid, b: Grid) -> Grid:
    """Return the larger value of each slot of two joinable grids; nothing loses to any value."""
    first, left, right = _aligned(a, b)
    if isinstance(left, bytes) and isinstance(right, bytes):
        pairs = zip(left.translate(_NULL_FIRST), right.translate(_NULL_FIRST), strict=True)
        larger = bytes([x if x > y else y for x, y in pairs])  # noqa: FURB136 -- a third of max()
        cells = larger.translate(_NULL_LAST)
        return Grid(a.epoch, a.phase, first, cells, a.runs)
    return Grid(a.epoch, a.phase, first, narrow(list(map(max, _open(left), _open(right)))), a.runs)


def overlay(old: Grid, new: Grid) -> Grid:
    """Return the new value of each slot of two joinable grids, the old one where there is none."""
    first, under, over = _aligned(old, new)
    if isinstance(under, bytes) and isinstance(over, bytes):
        cells: Cells = bytes([u if o == 255 else o for u, o in zip(under, over, strict=True)])
    else:
        pairs = zip(_open(under), _open(over), strict=True)
        cells = narrow([u if o < 0 else o for u, o in pairs])
    return Grid(old.epoch, old.phase, first, cells, old.runs)


def without(grid: Grid, low: int, high: int) -> Grid:
    """Return the grid with nothing in slots that start in [low, high) seconds after midnight."""
    begin = min(max(-(-(low - grid.start) // grid.epoch), 0), len(grid.cells))
    end = min(max(-(-(high - grid.start) // grid.epoch), begin), len(grid.cells))
    cells = _glued(code(grid.cells), grid.cells[:begin], end - begin, grid.cells[end:])
    return Grid(grid.epoch, grid.phase, grid.first, cells, grid.runs)


def narrow(values: Sequence[int]) -> Cells:
    """Return cells of the smallest type that holds all values; -1 is nothing."""
    top = max(values, default=-1)
    if top < NULLS["B"]:
        return bytes([value & 0xFF for value in values])
    wide = "H" if top < NULLS["H"] else "I"
    null = NULLS[wide]
    return array(wide, [null if value < 0 else value for value in values])


def _open(cells: Cells) -> list[int]:
    null = NULLS[code(cells)]
    return [-1 if value == null else value for value in cells]


def _aligned(a: Grid, b: Grid) -> tuple[int, Cells, Cells]:
    first = min(a.first, b.first)
    end = max(a.first + len(a.cells), b.first + len(b.cells))
    return first, _padded(a, first, end), _padded(b, first, end)


def _padded(grid: Grid, first: int, end: int) -> Cells:
    kind = code(grid.cells)
    before = _glued(kind, grid.cells[:0], grid.first - first, grid.cells)
    return _glued(kind, before, end - grid.first - len(grid.cells), grid.cells[:0])


def _glued(kind: str, before: Cells, nothing: int, after: Cells) -> Cells:
    """Return cells of one kind with empty slots between them."""
    if isinstance(before, bytes) and isinstance(after, bytes):
        return before + b"\xff" * nothing + after
    return array(kind, before) + array(kind, [NULLS[kind]]) * nothing + array(kind, after)
