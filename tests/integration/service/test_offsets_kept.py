"""The offset timeline that is kept: what one import says of local time, and no more."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from syncd.service.derive import set_zone
from syncd.store import Store, offsets, people
from tests.integration.service.lives import at, bring, minutes_csv, published

DAY = [0] * 600 + [105] * 31 + [0] * 809


def kept(store: Store) -> list[tuple[int, str | None]]:
    with store.read() as cx:
        (person,) = people.listing(cx)
        return [(row.offset_s, row.zone) for row in offsets.load(cx, person.id)]


def test_days_abroad_change_the_offset_only_while_they_last(store: Store, tmp_path: Path) -> None:
    home = [minutes_csv(tmp_path / f"{n}.csv", date(2026, 2, n), [DAY]) for n in (2, 27)]
    bring(store, *home)
    abroad = minutes_csv(tmp_path / "abroad.csv", date(2026, 2, 14), [DAY])
    bring(store, abroad, zone="Asia/Tokyo")
    assert kept(store) == [
        (3600, "Europe/Paris"),
        (32400, "Asia/Tokyo"),
        (3600, "Europe/Paris"),
    ]
    by_day = {r.day.day: r.day.utc_offset_start_min for r in published(store)[0]}
    assert by_day[date(2026, 2, 14)] == 540
    assert by_day[date(2026, 2, 20)] == 60


def test_a_person_who_moves_is_judged_again_from_there(store: Store, tmp_path: Path) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", date(2026, 2, 2), [DAY]))
    bring(store, minutes_csv(tmp_path / "b.csv", date(2026, 2, 20), [DAY]))
    with store.read() as cx:
        (person,) = people.listing(cx)
    set_zone(store, person.id, "America/New_York", date(2026, 2, 10), clock=at())
    by_day = {r.day.day: r.day.utc_offset_end_min for r in published(store)[0]}
    assert by_day[date(2026, 2, 9)] == 60
    assert by_day[date(2026, 2, 15)] == -300
