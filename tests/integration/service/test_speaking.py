"""Marks of device changes, from what is stored of each tracker."""

from __future__ import annotations

from datetime import date, timedelta

from syncd.contract import SourceKind
from syncd.service.speaking import changes_of, speaking_sources
from syncd.store import Store, people
from tests.integration.service.lives import PHONE, WATCH, put

DAY = date(2026, 3, 10)
FIRST = (DAY - date(1970, 1, 1)).days * 1440


def test_a_change_for_good_is_marked_on_its_first_day(store: Store) -> None:
    other = WATCH.model_copy(update={"key": "sim:new", "kind": SourceKind.HUB})
    put(store, PHONE, FIRST, [3] * (25 * 1440))
    put(store, WATCH, FIRST, [4] * (12 * 1440))
    put(store, other, FIRST + 12 * 1440, [5] * (10 * 1440))
    with store.read() as cx:
        me = people.listing(cx)[0].id
        spoke = speaking_sources(cx, me)
        changes = changes_of(cx, me)
    assert [key for _, key in spoke] == ["sim:watch"] * 12 + ["sim:new"] * 10 + ["sim:phone"] * 3
    assert changes == [(DAY + timedelta(12), "sim:watch", "sim:new")]
