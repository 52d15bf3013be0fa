"""What is told once, asked in a flare, and said of walks longer than usual, from stored days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from syncd.service.asking import flare_words, keep_hint, target_hint
from syncd.service.marks import end_flare, start_flare
from syncd.service.plans import start_plan
from syncd.service.promises import set_target
from syncd.service.show import day_view, walk_view
from syncd.store import Store, derived, people
from tests.integration.service.lives import at, bring, minutes_csv
from tests.integration.service.test_plans import noon
from tests.integration.service.test_spine import waking

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def lived(store: Store, path: Path, brisk: list[int]) -> people.Person:
    file = minutes_csv(path / "life.csv", MONDAY, [waking(n) for n in brisk])
    bring(store, file, now=noon(MONDAY + len(brisk) * DAY))
    with store.read() as cx:
        return people.listing(cx)[0]


def hint(store: Store, person: people.Person, day: date) -> str | None:
    with store.read() as cx:
        return target_hint(cx, person.id, day, noon(day))


def test_the_hint_comes_after_two_weeks_stays_a_week_and_never_comes_back(
    store: Store, tmp_path: Path
) -> None:
    me = lived(store, tmp_path, [12] * 40)
    assert hint(store, me, MONDAY + 12 * DAY) is None
    today = MONDAY + 14 * DAY
    words = hint(store, me, today)
    assert words is not None
    assert "12 brisk minutes. A first target of 15 " in words
    for day in (today, today + 3 * DAY):
        keep_hint(store, me.id, words, noon(day))
    assert hint(store, me, today + 7 * DAY) == words
    assert hint(store, me, today + 8 * DAY) is None


def test_who_has_chosen_a_target_is_not_hinted_at_one(store: Store, tmp_path: Path) -> None:
    me = lived(store, tmp_path, [12] * 20)
    today = MONDAY + 20 * DAY
    assert hint(store, me, today)
    set_target(store, me.id, {"day_target": 25}, today, clock=at(noon(today)))
    assert hint(store, me, today) is None


def test_a_flare_is_asked_about_while_it_runs(store: Store, tmp_path: Path) -> None:
    me = lived(store, tmp_path, [12] * 10 + [35, 35])
    today = MONDAY + 11 * DAY
    start_flare(store, me.id, today - 2 * DAY, today=today, clock=at(noon(today)))
    with store.read() as cx:
        assert flare_words(cx, me.id, today - DAY) == []
        [asked] = flare_words(cx, me.id, today)
    assert "last two days reached the target. Over?" in asked
    end_flare(store, me.id, today, today=today, clock=at(noon(today)))
    with store.read() as cx:
        assert flare_words(cx, me.id, today) == []


def longer(store: Store, person: people.Person, day: date) -> list[str]:
    """Return what the day's screen says, checked against its walks' own screens."""
    with store.read() as cx:
        said = list(day_view(cx, person, day, noon(day)).longer)
        rows = list(derived.iter_walks(cx, [person.id], first=day, last=day))
        assert [w for row in rows if (w := walk_view(cx, row).longer)] == said
    return said


def test_a_walk_is_longer_than_usual_by_the_thirty_days_before_the_plan_or_the_flare(
    store: Store, tmp_path: Path
) -> None:
    me = lived(store, tmp_path, [12] * 20 + [35] + [12] * 19)
    day = MONDAY + 20 * DAY
    assert longer(store, me, day) == [
        "Longer than usual: 35 minutes; the longest of the 30 days before was 12."
    ]
    assert longer(store, me, MONDAY + 5 * DAY) == []
    start_plan(store, me.id, day, walk_min=10, days=3, today=day, clock=at(noon(day)))
    assert longer(store, me, day) == ["Longer than usual: 35 minutes; the plan's walk is 8."]
    start_flare(store, me.id, day, today=day + DAY, clock=at(noon(day + DAY)))
    [flare] = longer(store, me, day)
    assert flare == "Longer than usual for a flare day: 35 brisk minutes, where 10 are enough."
