"""Weeks of people, judged from their days when asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncd.export import row_fields
from syncd.service.derive import set_zone
from syncd.service.marks import drop_excuse, end_flare, excuse, start_flare
from syncd.service.weeks import iter_weeks, week_around
from syncd.store import Store, derived, journal, people
from syncd.walks.week import PersonWeek
from tests.integration.service.lives import at, bring, minutes_csv

MONDAY = date(2026, 3, 9)
AFTER = datetime(2026, 5, 1, tzinfo=UTC)


def day(brisk: int) -> list[int]:
    minutes = [0] * 1440
    for hour in range(7, 23):
        minutes[hour * 60] = 6
    minutes[600 : 600 + brisk] = [105] * brisk
    return minutes


def weeks(store: Store, first: date | None, last: date | None) -> list[PersonWeek]:
    with store.read() as cx:
        return list(iter_weeks(cx, None, first=first, last=last, now=AFTER))


def test_two_weeks_of_days_are_two_weeks(store: Store, tmp_path: Path) -> None:
    brisk = [31, 31, 31, 5, 31, 31, 5, 31, 5, 5, 5, 31, 31, 31]
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [day(n) for n in brisk]))
    found = [one.week for one in weeks(store, None, None)]
    assert [(w.iso_week, w.need, w.met, w.missed, w.outcome) for w in found] == [
        (11, 5, 5, 2, "met"),
        (12, 5, 4, 3, "missed"),
    ]
    assert found[0].brisk_min == 165


def test_a_day_asks_for_its_whole_week_and_no_other(store: Store, tmp_path: Path) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [day(31)] * 14))
    (only,) = weeks(store, date(2026, 3, 18), date(2026, 3, 18))
    assert (only.person, only.week.iso_week, only.week.met) == ("me", 12, 7)
    with store.read() as cx:
        (person,) = people.listing(cx)
        assert week_around(cx, person.id, date(2026, 3, 11), AFTER) is not None
        assert week_around(cx, person.id, date(2026, 8, 1), AFTER) is None


def test_a_week_without_all_its_days_says_what_nobody_can_tell(
    store: Store, tmp_path: Path
) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", date(2026, 3, 12), [day(31)] * 4))
    (only,) = weeks(store, None, None)
    assert (only.week.met, only.week.unknown, only.week.outcome) == (4, 3, "unknown")
    assert list(row_fields(only))[:4] == ["person", "iso_year", "iso_week", "need"]


def test_a_week_needs_what_the_target_on_its_sunday_asks_for(store: Store, tmp_path: Path) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [day(31)] * 14))
    with store.write() as tx:
        (person,) = people.listing(tx)
        journal.set_target(tx, person.id, {"most_days": 3}, date(2026, 3, 22), AFTER)
    assert [one.week.need for one in weeks(store, None, None)] == [5, 3]


def test_b7_a_week_with_a_flare_an_excuse_a_travel_day_and_a_late_file(
    store: Store, tmp_path: Path
) -> None:
    """Mon flare, Tue excused, Wed flown west, Fri late: three of the five others are needed."""
    clock = at(AFTER)
    brisk = [5, 5, 31, 31, 5, 31, 5]
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [day(n) for n in brisk]))

    def now() -> tuple[int, int, str]:
        (only,) = weeks(store, None, None)
        return only.week.need, only.week.met, only.week.outcome

    with store.read() as cx:
        (me,) = people.listing(cx)
    assert now() == (5, 3, "missed")
    start_flare(store, me.id, MONDAY, today=AFTER.date(), clock=clock)
    end_flare(store, me.id, MONDAY, today=AFTER.date(), clock=clock)
    assert now() == (4, 3, "missed")
    tuesday = MONDAY + timedelta(days=1)
    excuse(store, me.id, (tuesday, tuesday), "travel", today=AFTER.date(), clock=clock)
    assert now() == (3, 3, "met")
    drop_excuse(store, me.id, (tuesday, tuesday), clock=clock)
    assert now() == (4, 3, "missed")
    friday = MONDAY + timedelta(days=4)
    bring(store, minutes_csv(tmp_path / "late.csv", friday, [day(35)]))
    assert now() == (4, 4, "met")  # a revised day
    with store.read() as cx:
        told = journal.revisions(cx, me.id, friday)
    assert [revision.outcome for revision in told[-2:]] == ["missed", "met"]


def test_b7_a_flight_west_gives_a_long_day_and_the_week_its_seven(
    store: Store, tmp_path: Path
) -> None:
    brisk = [31, 31, 5, 31, 31, 5, 31]
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [day(n) for n in brisk]))
    with store.read() as cx:
        (me,) = people.listing(cx)
    thursday = MONDAY + timedelta(days=3)
    set_zone(store, me.id, "America/New_York", thursday, clock=at(AFTER))
    (only,) = weeks(store, None, None)
    counted = only.week
    assert (counted.met, counted.missed, counted.unknown, counted.need) == (5, 2, 0, 5)
    with store.read() as cx:
        rows = {r.day.day: r.day for r in derived.iter_days(cx, [me.id])}
    assert sum(rows[MONDAY + timedelta(days=i)].length_h for i in range(7)) > 7 * 24 - 1
