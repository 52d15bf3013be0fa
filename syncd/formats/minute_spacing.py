"""How long the intervals of a step CSV are: its rows tell only where each begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from syncd.contract import Malformed

LENGTHS_MIN: Final = (1, 5, 10, 15, 20, 30, 60)
DAY_MIN: Final = 1440
_WAYS: Final = "syncd reads rows that are 1, 5, 10, 15, 20, 30 or 60 minutes apart"


def spacing_min(minutes_by_day: Mapping[int, Iterable[int]], *, hourly: bool) -> int:
    """Return the minutes of every interval of a file, from the minutes of day its rows begin at.

    The smallest distance between two rows is the length if most rows are so far apart and every
    row stands on a multiple of it; ``hourly`` files say it in their header. Raise ``Malformed``
    where the rows leave it open: a length guessed wrong would make another pace of the same steps.
    """
    moments = sorted(day * DAY_MIN + m for day, inside in minutes_by_day.items() for m in inside)
    if not moments:
        return 60 if hourly else 1
    distances = Counter(b - a for a, b in pairwise(moments))
    length = 60 if hourly else min(distances, default=0)
    if length == 0:
        raise Malformed(
            "a single row does not tell how long its interval is; call the column day if it is"
            " the total of a day."
        )
    if length >= DAY_MIN:
        raise Malformed("its rows are days apart: call the column day, with a date in it.")
    if length not in LENGTHS_MIN:
        raise Malformed(f"its rows are {length} minutes apart; {_WAYS}.")
    odd = next((m for m in moments if m % length), None)
    if odd is not None:
        hour, minute = divmod(odd % DAY_MIN, 60)
        raise Malformed(
            f"a row begins at {hour:02d}:{minute:02d}, where rows every {length} minutes do not;"
            " they would overlap."
        )
    if not hourly and 2 * distances[length] < len(moments) - 1:
        raise Malformed(
            f"its rows are unevenly apart, only some of them {length} minutes, so that nobody can"
            f" tell how long each lasts; {_WAYS}."
        )
    return length
