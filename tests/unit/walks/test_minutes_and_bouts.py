"""Vectors 21-30d of the walking rules: minutes, bouts and edge minutes."""

from __future__ import annotations

from math import floor

import pytest

from syncd.walks.bouts import Bout, bouted_minutes, bouts, edge_minutes
from syncd.walks.minutes import at_least, cut, from_bytes, from_values
from syncd.walks.model import UNSEEN, Minutes, Rules

A, B = 105, 40
RULES = Rules()


def day(words: str) -> bytes:
    """Return minutes from words like "10A 2B 29x105 53"."""
    out: list[int] = []
    for word in words.split():
        if "x" in word:
            count, steps = word.split("x")
            out += [int(steps)] * int(count)
        elif word[-1] in "AB":
            out += [A if word[-1] == "A" else B] * int(word[:-1] or 1)
        else:
            out.append(int(word))
    return bytes(out)


def brisk(steps: bytes) -> bytes:
    return steps.translate(at_least(100))


@pytest.mark.parametrize(
    ("words", "expected", "total"),
    [
        pytest.param("12A", [(0, 11, 12)], 12, id="21"),
        pytest.param("5A 1B 5A", [(0, 10, 10)], 10, id="22"),
        pytest.param("5A 2B 5A", [(0, 11, 10)], 10, id="23"),
        pytest.param("5A 3B 5A", [], 10, id="24"),
        pytest.param("9A", [], 9, id="25a"),
        pytest.param("10A", [(0, 9, 10)], 10, id="25b"),
        pytest.param("4A 2B 4A", [(0, 9, 8)], 8, id="26"),
        pytest.param("3A 2B 3A 2B 2A", [], 8, id="27"),
        pytest.param("2B 10A 2B", [(2, 11, 10)], 10, id="28"),
        pytest.param("30x99", [], 0, id="29a"),
        pytest.param("30x100", [(0, 29, 30)], 30, id="29b"),
        pytest.param("15A 2x0 15A", [(0, 31, 30)], 30, id="30"),
        pytest.param("10A 2B A 2B A 2B A", [(0, 12, 11)], 13, id="30a"),
        pytest.param("20A 2B A 2B A 2B A 2B A", [(0, 25, 22)], 24, id="30b"),
    ],
)
def test_the_bouts_of_the_vectors(
    words: str, expected: list[tuple[int, int, int]], total: int
) -> None:
    mask = brisk(day(words))
    assert bouts(mask, RULES) == [Bout(*bout) for bout in expected]
    assert mask.count(1) == total


@pytest.mark.parametrize(
    ("words", "edge", "judged"),
    [
        pytest.param("53 29x105 53", 1.0, 30, id="30c-met"),
        pytest.param("60 9x105 60", 0.0, 9, id="30c-short-stretch"),
        pytest.param("0 29x105 0", 0.0, 29, id="30c-no-neighbours"),
        pytest.param("53 29x110 53", 1.0, 30, id="30d"),
    ],
)
def test_the_edge_minutes_of_the_vectors(words: str, edge: float, judged: int) -> None:
    steps = day(words)
    mask = brisk(steps)
    credit = edge_minutes(mask, steps, 100)
    assert credit == pytest.approx(edge)
    assert floor(mask.count(1) + credit) == judged


def test_a_neighbour_between_two_stretches_is_used_once() -> None:
    steps = day("10A 60 10A")
    assert edge_minutes(brisk(steps), steps, 100) == pytest.approx(0.6)


def test_an_unseen_neighbour_gives_no_credit() -> None:
    steps = bytes([UNSEEN]) + day("10A") + bytes([UNSEEN])
    assert edge_minutes(brisk(steps), steps, 100) == 0.0


def test_beside_recorded_seconds_there_is_no_credit() -> None:
    steps = day("53 29x105 53")
    assert edge_minutes(brisk(steps), steps, 100, lambda i: i > 15) == pytest.approx(0.53)


def test_two_bouts_are_found_where_one_long_stretch_is_too_thin() -> None:
    found = bouts(brisk(day("12A 2B A 2B A 2B A 2B 12A")), RULES)
    assert found == [Bout(0, 14, 13), Bout(20, 34, 13)]


def test_a_stricter_share_and_no_gap_change_the_bouts() -> None:
    assert bouted_minutes(brisk(day("5A 1B 5A")), Rules(bout_gap_max=0)) == 0
    assert bouted_minutes(brisk(day("5A 1B 5A")), Rules(bout_brisk_share=1.0)) == 0


def test_a_minute_above_220_steps_is_capped_and_its_count_kept() -> None:
    minutes = from_values(100, [90, 400, None, 230])
    assert minutes.steps == bytes([90, 220, UNSEEN, 220])
    assert minutes.total() == 720
    assert from_bytes(5, bytes([240, 3])).over == {0: 240}


def test_cutting_pads_with_unseen_and_moves_what_is_over() -> None:
    minutes = from_values(10, [1, 300, 3])
    wide = cut(minutes, 8, 15)
    assert wide == Minutes(8, bytes([255, 255, 1, 220, 3, 255, 255]), {3: 300})
    assert cut(minutes, 11, 12) == Minutes(11, bytes([220]), {0: 300})
    assert cut(minutes, 50, 52).steps == bytes([UNSEEN, UNSEEN])
