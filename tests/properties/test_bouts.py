"""What must hold for every day of minutes: bouts, edges, and adding to them."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.bouts import Bout, bouted_minutes, bouts, edge_minutes
from syncd.walks.minutes import at_least
from syncd.walks.model import Rules

RULES = Rules()
SHORT = Rules(bout_min=3, bout_gap_max=2, bout_brisk_share=0.6)

masks = st.lists(st.sampled_from([0, 1, 1, 1]), min_size=0, max_size=120).map(bytes)
tiny = st.lists(st.integers(0, 1), min_size=0, max_size=13).map(bytes)
steps = st.lists(
    st.sampled_from([0, 40, 53, 60, 95, 99, 100, 105, 130, 220, 255]), min_size=0, max_size=80
).map(bytes)


def qualifies(mask: bytes, first: int, last: int, rules: Rules) -> bool:
    part = mask[first : last + 1]
    gaps = max((len(gap) for gap in part.split(b"\x01")), default=0)
    return (
        part[0] == 1
        and part[-1] == 1
        and len(part) >= rules.bout_min
        and gaps <= rules.bout_gap_max
        and part.count(1) >= rules.bout_brisk_share * len(part) - 1e-9
    )


def exhaustive(mask: bytes, rules: Rules) -> list[Bout]:
    """Try every set of stretches: most brisk minutes, then earliest, then longest."""
    stretches = [
        (i, j)
        for i in range(len(mask))
        for j in range(i, len(mask))
        if qualifies(mask, i, j, rules)
    ]
    best: tuple[int, list[tuple[int, int]]] = (0, [])
    for size in range(1, len(mask) // rules.bout_min + 1):
        for chosen in combinations(stretches, size):
            if any(a[1] >= b[0] for a, b in pairwise(chosen)):
                continue
            brisk = sum(mask[i : j + 1].count(1) for i, j in chosen)
            order = [(i, -j) for i, j in chosen]
            if (-brisk, order) < (-best[0], [(i, -j) for i, j in best[1]]):
                best = (brisk, list(chosen))
    return [Bout(i, j, mask[i : j + 1].count(1)) for i, j in best[1]]


@given(tiny)
def test_the_bouts_are_those_of_an_exhaustive_search(mask: bytes) -> None:
    assert bouts(mask, SHORT) == exhaustive(mask, SHORT)


@given(masks)
def test_every_bout_qualifies_and_none_overlap(mask: bytes) -> None:
    found = bouts(mask, RULES)
    assert all(qualifies(mask, b.first, b.last, RULES) for b in found)
    assert all(a.last < b.first for a, b in pairwise(found))


@given(masks, st.data())
def test_adding_a_brisk_minute_never_lowers_the_bouted_minutes(
    mask: bytes, data: st.DataObject
) -> None:
    if not mask:
        return
    at = data.draw(st.integers(0, len(mask) - 1))
    more = mask[:at] + b"\x01" + mask[at + 1 :]
    assert bouted_minutes(more, RULES) >= bouted_minutes(mask, RULES)


@given(steps, st.data())
def test_more_steps_never_lower_what_the_day_is_judged_on(day: bytes, data: st.DataObject) -> None:
    if not day:
        return
    at = data.draw(st.integers(0, len(day) - 1))
    if day[at] == 255:
        return
    more = day[:at] + bytes([data.draw(st.integers(day[at], 220))]) + day[at + 1 :]
    assert judged(more) >= judged(day)


def judged(day: bytes) -> int:
    mask = day.translate(at_least(100))
    return floor(mask.count(1) + edge_minutes(mask, day, 100) + 1e-9)


@given(steps)
def test_the_edge_credit_is_at_most_a_minute_a_stretch(day: bytes) -> None:
    mask = day.translate(at_least(100))
    stretches = sum(len(run) >= 10 for run in mask.split(b"\x00"))
    assert 0 <= edge_minutes(mask, day, 100) <= stretches
