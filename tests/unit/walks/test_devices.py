"""Where a trend has to be cut because another tracker speaks."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.devices import FOR_GOOD_DAYS, device_changes

FIRST = date(2026, 3, 1)


def spoken(letters: str) -> list[tuple[date, str]]:
    """Return a day a letter; a space is a day on which nothing spoke."""
    return [(FIRST + timedelta(i), c) for i, c in enumerate(letters) if c != " "]


def test_a_new_watch_is_a_change_on_its_first_day() -> None:
    assert device_changes(spoken("a" * 20 + "b" * 8)) == [(FIRST + timedelta(20), "a", "b")]


def test_a_week_with_the_phone_alone_is_an_excursion() -> None:
    assert device_changes(spoken("a" * 20 + "p" * 7 + "a" * 20)) == []


def test_the_last_stretch_is_a_change_only_once_it_has_lasted() -> None:
    assert device_changes(spoken("a" * 20 + "b" * 7)) == []


def test_excursions_do_not_make_what_they_part_look_short() -> None:
    changes = device_changes(spoken("a" * 9 + "bbbbb a bbbbb"))
    assert changes == [(FIRST + timedelta(9), "a", "b")]


def test_days_without_any_tracker_change_nothing() -> None:
    assert device_changes(spoken("a" * 10 + " " * 40 + "a" * 10)) == []
    assert device_changes([]) == []


@given(st.text("ab ", max_size=120))
def test_neighbouring_changes_fit_together_and_each_is_to_another_tracker(letters: str) -> None:
    changes = device_changes(spoken(letters))
    assert all(before != after for _, before, after in changes)
    assert all(a[2] == b[1] and a[0] < b[0] for a, b in pairwise(changes))
    assert len(changes) <= len(letters) // (FOR_GOOD_DAYS + 1)
