"""The invariants of merging several sources (walking-rules 6)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.merge import merge
from syncd.walks.minutes import from_values
from syncd.walks.model import UNSEEN, Minutes

LENGTH = 40
grid = st.lists(st.none() | st.integers(0, 300), min_size=LENGTH, max_size=LENGTH).map(
    lambda values: from_values(1000, values)
)
grids = st.lists(grid, min_size=1, max_size=4)


def value(minutes: Minutes, i: int) -> int | None:
    return None if minutes.steps[i] == UNSEEN else minutes.over.get(i, minutes.steps[i])


@given(grids)
def test_each_minute_is_the_value_of_the_first_source_that_covers_it(layers: list[Minutes]) -> None:
    merged = merge(layers, 1000, 1000 + LENGTH)
    for i in range(LENGTH):
        said = [value(layer, i) for layer in layers]
        speaks = next((n for n, v in enumerate(said) if v is not None), None)
        assert value(merged.minutes, i) == (None if speaks is None else said[speaks])
        assert merged.owner[i] == (UNSEEN if speaks is None else speaks)


@given(grids)
def test_the_total_lies_between_the_highest_source_and_the_largest_values(
    layers: list[Minutes],
) -> None:
    total = merge(layers, 1000, 1000 + LENGTH).minutes.total()
    assert total >= layers[0].total()
    largest = [
        max((v for s in layers if (v := value(s, i)) is not None), default=0) for i in range(LENGTH)
    ]
    assert total <= sum(largest)


@given(grids)
def test_itself_again_and_an_empty_source_change_nothing(layers: list[Minutes]) -> None:
    plain = merge(layers, 1000, 1000 + LENGTH).minutes
    empty = from_values(1000, [None] * LENGTH)
    assert merge([*layers, *layers], 1000, 1000 + LENGTH).minutes == plain
    assert merge([empty, *layers, empty], 1000, 1000 + LENGTH).minutes == plain


@given(grids)
def test_the_spans_tell_who_spoke_for_every_seen_minute(layers: list[Minutes]) -> None:
    merged = merge(layers, 1000, 1000 + LENGTH)
    owners = {m: index for a, b, index in merged.spans(1000, 1000 + LENGTH) for m in range(a, b)}
    seen = {1000 + i for i in range(LENGTH) if merged.minutes.steps[i] != UNSEEN}
    assert set(owners) == seen
