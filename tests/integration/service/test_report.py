"""The facts of reports, gathered on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from syncd.contract import OnConflict, Series, Source, SourceKind, StepSeries, Write
from syncd.service import marks
from syncd.service.compliance import cohort_weeks
from syncd.service.derive import derive_person
from syncd.service.promises import set_target
from syncd.service.report import report_of, weeks_shown
from syncd.service.speakers import speakers
from syncd.store import Store, accounts, dirty, people, records, sources
from syncd.walks.model import Mark
from syncd.walks.report import Report, figures

MONDAY = date(2026, 3, 2)
LIVED = datetime(2026, 7, 1, tzinfo=UTC)
BAND = Source(key="fit:band", kind=SourceKind.WATCH, whole_day=True, device="Charge 2")
WATCH = Source(key="fit:watch", kind=SourceKind.WATCH, whole_day=True, device="vivosmart 5")


def at(day: date) -> datetime:
    """Return the evening of a day."""
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def worn(source: Source, first: date, brisk: Sequence[int | None]) -> StepSeries:
    """Return a day for each number of brisk minutes; ``None`` was not worn."""
    start: list[int] = []
    value: list[int] = []
    for number, minutes in enumerate(brisk):
        if minutes is None:
            continue
        midnight = int(at(first + timedelta(days=number)).timestamp()) - 20 * 3600
        steps = [0] * 1440
        for hour in range(7, 23):
            steps[hour * 60] = 6
        steps[600 : 600 + minutes] = [105] * minutes
        start += range(midnight, midnight + 86_400, 60)
        value += steps
    return StepSeries(
        source=source,
        series=Series.STEPS,
        start=tuple(start),
        duration=(60,) * len(start),
        value=tuple(value),
    )


def live(store: Store, name: str, *series: StepSeries, cohort: str | None = None) -> people.Person:
    """Add somebody with these recordings, synced long after them, and judge their days."""
    with store.write() as tx:
        person = people.add(tx, name, cohort=cohort, now=LIVED)
        people.set_zone(tx, person.id, "UTC", None)
        account = accounts.files_account(tx, person.id, now=LIVED)
        for one in series:
            changed = records.put_records(
                tx, account, [one], write=Write.UPSERT, on_conflict=OnConflict.RICHEST,
                covers=None, now=LIVED,
            )  # fmt: skip
            dirty.mark(tx, person.id, changed)
        for row in sources.of_person(tx, person.id):
            sources.set_last_sync(tx, row.id, LIVED)
    derive_person(store, person.id, clock=lambda: LIVED)
    return person


def told(
    store: Store, person: people.Person, today: date, weeks: int = 12, *, notes: bool = False
) -> Report:
    with store.read() as cx:
        found = report_of(
            cx, person, weeks=weeks, today=today, now=at(today), zone="UTC", with_notes=notes
        )
    assert found is not None
    return found


def test_a_change_of_tracker_is_found_on_its_day_and_cuts_the_trend(store: Store) -> None:
    person = live(
        store,
        "me",
        worn(BAND, MONDAY, [31] * 28),
        worn(WATCH, MONDAY + timedelta(days=28), [40] * 21),
    )
    found = told(store, person, MONDAY + timedelta(days=49))
    assert found.changes == ((MONDAY + timedelta(days=28), "Charge 2", "vivosmart 5"),)
    assert (found.first, found.newest) == (MONDAY, MONDAY + timedelta(days=48))
    f = figures(found)
    assert f.comparison is not None
    assert (f.comparison.recent_min, f.comparison.recent_weeks) == (280, 3)
    assert (f.streak.weeks, f.weeks_reached, f.weeks_decided) == (7, 7, 7)
    assert (f.rate.met, f.rate.decidable) == (28, 28)


def test_a_change_before_the_weeks_shown_is_not_in_them(store: Store) -> None:
    person = live(
        store,
        "me",
        worn(BAND, MONDAY, [31] * 28),
        worn(WATCH, MONDAY + timedelta(days=28), [40] * 21),
    )
    found = told(store, person, MONDAY + timedelta(days=48), weeks=2)
    assert found.changes == ()
    assert len(found.weeks) == 2
    assert len(found.earlier) == 5
    assert figures(found).streak.weeks == 7, "a streak reaches back beyond what is shown"
    at_the_change = told(store, person, MONDAY + timedelta(days=48), weeks=3)
    assert len(at_the_change.changes) == 1, "the first day shown may be the day of the change"


def test_a_second_tracker_that_is_worn_too_is_no_change(store: Store) -> None:
    days = 30
    person = live(store, "me", worn(BAND, MONDAY, [31] * days), worn(WATCH, MONDAY, [31] * days))
    with store.read() as cx:
        spoke = speakers(cx, person.id, MONDAY, MONDAY + timedelta(days=days - 1))
    assert len(spoke) == days
    assert len({name for _, name in spoke}) == 1


def test_the_running_week_is_told_before_it_has_a_row(store: Store) -> None:
    person = live(store, "me", worn(BAND, MONDAY, [31] * 7))
    today = MONDAY + timedelta(days=7)
    marks.excuse(store, person.id, (today, today), "away", today=today, clock=lambda: at(today))
    found = told(store, person, today)
    assert [week.iso_week for week in found.weeks] == [10, 11]
    assert found.running is not None
    assert (found.running.need, found.running.low) == (4, 0)
    assert told(store, person, today + timedelta(days=60)).running is None


def test_rules_and_marks_of_the_weeks_shown_are_told_and_words_only_when_asked(
    store: Store,
) -> None:
    person = live(store, "me", worn(BAND, MONDAY, [31, None] * 14))
    today = MONDAY + timedelta(days=28)

    def clock() -> datetime:
        return at(today)

    set_target(store, person.id, {"day_target": 10}, MONDAY, clock=clock)
    later = MONDAY + timedelta(days=16)
    set_target(store, person.id, {"day_target": 20, "most_days": 4}, later, clock=clock)
    marks.start_flare(store, person.id, MONDAY + timedelta(days=3), today=today, clock=clock)
    marks.end_flare(store, person.id, MONDAY + timedelta(days=5), today=today, clock=clock)
    spring = (MONDAY + timedelta(days=20), MONDAY + timedelta(days=21))
    marks.excuse(store, person.id, spring, "a secret", today=today, clock=clock)
    found = told(store, person, today)
    said = [(p.first_day, p.target_min, p.most_days) for p in found.promises]
    assert said == [(MONDAY, 10, 5), (later, 20, 4)]
    assert found.promise_on(MONDAY + timedelta(days=15)).target_min == 10
    assert [(m.kind, m.first, m.why) for m in found.marks] == [
        (Mark.FLARE, MONDAY + timedelta(days=3), None),
        (Mark.EXCUSED, spring[0], None),
    ]
    assert [m.why for m in told(store, person, today, notes=True).marks] == [None, "a secret"]
    assert [m.kind for m in told(store, person, today, weeks=2).marks] == [Mark.EXCUSED]


def test_somebody_without_data_has_no_report(store: Store) -> None:
    person = live(store, "me")
    with store.read() as cx:
        assert report_of(cx, person, weeks=12, today=MONDAY, now=LIVED, zone="UTC") is None
        assert cohort_weeks(cx, [person.id], weeks=12, today=MONDAY, now=LIVED) == []


@pytest.mark.parametrize(
    ("today", "weeks", "expected"),
    [
        (date(2026, 3, 18), 12, (date(2026, 3, 2), date(2026, 3, 22))),
        (date(2026, 3, 18), 2, (date(2026, 3, 9), date(2026, 3, 22))),
        (date(2026, 9, 18), 2, (date(2026, 3, 9), date(2026, 3, 22))),
    ],
)
def test_weeks_begin_with_the_data_and_end_with_today_or_with_old_data(today, weeks, expected):
    assert weeks_shown((date(2026, 3, 4), date(2026, 3, 17)), today, weeks) == expected


def test_a_cohorts_weeks_add_up_and_small_ones_are_hidden(store: Store) -> None:
    rng = Random(3)
    lived = {
        f"study/{number}": [rng.choice([31, 12, None]) for _ in range(14 if number else 7)]
        for number in range(6)
    }
    lived["study/9"] = [None, 31]
    everyone = [
        live(store, name, worn(BAND, MONDAY, days), cohort="study") for name, days in lived.items()
    ]
    ids = [person.id for person in everyone]
    today = MONDAY + timedelta(days=30)
    with store.read() as cx:
        first, second = cohort_weeks(cx, ids, weeks=12, today=today, now=at(today))
        [hidden, _] = cohort_weeks(cx, ids[:4], weeks=12, today=today, now=at(today))
    assert (first.people, second.people) == (7, 5)
    assert not first.hidden
    assert hidden.hidden
    for week, days in ((first, slice(0, 7)), (second, slice(7, 14))):
        walked = [brisk for days_of in lived.values() for brisk in days_of[days]]
        assert week.met == walked.count(31)
        assert week.judged == week.met + week.missed == walked.count(31) + walked.count(12)
        assert week.judged + week.unknown + week.marked + week.no_data == 7 * 7
        assert week.reached <= week.decided <= 7
