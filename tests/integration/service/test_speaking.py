"""Marks of device changes, from the days as they are judged."""

from __future__ import annotations

from datetime import date, timedelta

from syncd.contract import SourceKind
from syncd.service.speaking import changes_of, speaking
from syncd.store import Store, people
from tests.integration.service.lives import PHONE, WATCH, put

DAY = date(2026, 3, 10)
FIRST = (DAY - date(1970, 1, 1)).days * 1440


def test_a_change_for_good_is_marked_on_its_first_day_also_between_nameless_trackers(
    store: Store,
) -> None:
    other = WATCH.model_copy(update={"key": "sim:new", "kind": SourceKind.HUB})
    put(store, PHONE, FIRST, [3] * (25 * 1440))
    put(store, WATCH, FIRST, [4] * (12 * 1440))
    put(store, other, FIRST + 12 * 1440, [5] * (10 * 1440))
    with store.read() as cx:
        spoke = speaking(cx, people.listing(cx)[0].id, DAY, DAY + timedelta(24))
    keys = [speaker.key for _, speaker in spoke]
    assert keys == ["sim:watch"] * 12 + ["sim:new"] * 10 + ["sim:phone"] * 3
    assert changes_of(spoke) == [(DAY + timedelta(12), "the watch", "another watch")]


def test_two_sources_of_one_device_are_one_tracker(store: Store) -> None:
    band = WATCH.model_copy(update={"device": "Charge 2"})
    again = band.model_copy(update={"key": "sim:export"})
    put(store, band, FIRST, [4] * (10 * 1440))
    put(store, again, FIRST + 10 * 1440, [5] * (10 * 1440))
    with store.read() as cx:
        spoke = speaking(cx, people.listing(cx)[0].id, DAY, DAY + timedelta(19))
    assert len(spoke) == 20
    assert changes_of(spoke) == []
