"""Whatever the clocks did, every minute is on exactly one day (house rule on time)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.offsets import Evidence, civil_days, local_time, timeline

FIRST = 29_000_000
LENGTH = 6 * 1440
offsets = st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters * 900)
cuts = st.lists(st.integers(0, LENGTH), max_size=5).map(sorted)


@given(cuts, st.lists(offsets, min_size=6, max_size=6))
def test_the_days_partition_the_timeline(at: list[int], said: list[int]) -> None:
    edges = [0, *at, LENGTH]
    evidence = [
        Evidence((FIRST + a) * 60, (FIRST + b) * 60, offset)
        for a, b, offset in zip(edges, edges[1:], said, strict=False)
        if a < b
    ]
    line = timeline([evidence])
    days = civil_days(line, FIRST, FIRST + LENGTH)
    minutes = [m for pieces in days.values() for p in pieces for m in range(p.start, p.end)]
    assert sorted(minutes) == list(range(FIRST, FIRST + LENGTH))
    for day, pieces in days.items():
        for piece in pieces:
            for minute in (piece.start, piece.end - 1):
                assert line.at(minute * 60).offset_s == piece.offset_s
                assert local_time(minute * 60, piece.offset_s).date() == day
