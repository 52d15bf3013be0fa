"""Timing and the one table that every benchmark prints into."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

REPEATS = 9


@dataclass(frozen=True)
class Row:
    """One measured claim; ``ratio`` is ours against the reference, ``goal`` what must hold."""

    what: str
    ours: str
    reference: str
    ratio: float
    goal: str
    reached: bool


def best_of(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the shortest of several runs, in seconds: the machine is shared."""
    return side_by_side(work, repeats=repeats)[0]


def side_by_side(*works: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Return the shortest run of each, in seconds, taken by turns: a slow moment hits them all."""
    best = [float("inf")] * len(works)
    for _ in range(repeats):
        for i, work in enumerate(works):
            gc.collect()
            start = perf_counter()
            work()
            best[i] = min(best[i], perf_counter() - start)
    return best


SET_ON_US = 34.5
"""A day's bouts in a plain Python loop, on the machine that the goals in seconds were set on."""


def table(rows: list[Row]) -> str:
    """Return the rows as a table of text."""
    head = ("what", "ours", "reference", "ratio", "goal", "")
    body = [
        (r.what, r.ours, r.reference, f"{r.ratio:.3g}", r.goal, "ok" if r.reached else "MISSED")
        for r in rows
    ]
    widths = [max(len(line[i]) for line in [head, *body]) for i in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [head, *body]
    ]
    return "\n".join(lines)
