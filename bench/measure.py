"""Timing and the one table that every benchmark prints into."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

REPEATS = 5


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
    best = float("inf")
    for _ in range(repeats):
        gc.collect()
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return best


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
