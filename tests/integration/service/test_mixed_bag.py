"""All formats of one life together: any order, any rebuild and any view tell the same."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

from syncd.service.minutes import iter_minutes
from syncd.service.rebuild import rebuild
from syncd.store import Store, derived, people
from syncd.walks.model import Mark, Outcome, Resolution
from tests.integration.service.lives import NOW, at, bring, meaning, published
from tests.integration.service.mixed_bags import DAY, FIRST, files, say_all


def told(store: Store) -> dict[date, derived.DayRow]:
    return {row.day.day: row for row in published(store)[0]}


def test_any_order_of_files_and_words_gives_the_same_days_and_walks(
    store: Store, store_two: Store, tmp_path: Path
) -> None:
    bag = files(tmp_path)
    for seed, one in ((1, store), (2, store_two)):
        for path in Random(seed).sample(bag, len(bag)):
            assert not bring(one, path).failed
        say_all(one, seed)
    days, walks = meaning(store)
    others = meaning(store_two)
    assert others[1] == walks
    targets = [getattr(day, "target_min") for day in days]  # noqa: B009
    assert targets == [getattr(day, "target_min") for day in others[0]]  # noqa: B009
    assert others[0] == days


def test_a_rebuild_of_all_of_it_changes_no_bit(store: Store, tmp_path: Path) -> None:
    bring(store, *files(tmp_path))
    say_all(store, 1)
    before = published(store)
    later = at(NOW + timedelta(days=40))
    assert rebuild(store, since=None, clock=later).flips == ()
    assert published(store) == before
    with store.write() as tx:
        derived.drop(tx)
    rebuild(store, since=None, clock=later)
    assert published(store) == before


def test_the_rows_of_the_minutes_add_up_to_the_steps_of_their_days(
    store: Store, tmp_path: Path
) -> None:
    bring(store, *files(tmp_path))
    say_all(store, 1)
    steps: Counter[date] = Counter()
    brisk: Counter[date] = Counter()
    with store.read() as cx:
        for row in iter_minutes(cx, [p.id for p in people.listing(cx)], first=None, last=None):
            steps[row.minute.day] += row.minute.steps or 0
            brisk[row.minute.day] += row.minute.brisk_by is not None
    for day, row in told(store).items():
        if row.day.resolution is not Resolution.TOTAL:
            assert steps[day] == (row.day.steps or 0), day
        low, high = row.day.brisk_min_low, row.day.brisk_min_high
        assert (low or 0) <= (row.day.brisk_min or 0) <= (high or 0), day
        if row.day.resolution is Resolution.MINUTE and low == high:
            assert brisk[day] == row.day.brisk_min, day


def test_counters_and_an_outing_of_one_watch_count_their_steps_once(
    store: Store, tmp_path: Path
) -> None:
    bag = {path.name: path for path in files(tmp_path)}
    bring(store, bag["a.fit"], bag["b.fit"])
    alone = told(store)[FIRST + 4 * DAY].day
    assert alone.steps == 24 * 106 + 13 * 150
    bring(store, bag["watch.fit"])
    both = told(store)[FIRST + 4 * DAY].day
    assert both.steps is not None
    assert abs(both.steps - alone.steps) <= 2 * 106 + 150  # it went two minutes longer
    assert both.brisk_min == 26
    assert len([row for row in published(store)[1] if row.session.activity == "walking"]) == 1


def test_marked_days_in_quarters_are_judged_and_do_not_count(store: Store, tmp_path: Path) -> None:
    bring(store, *files(tmp_path))
    say_all(store, 1)
    days = {(day - FIRST).days: row.day for day, row in told(store).items()}
    assert [n for n, day in days.items() if day.mark is Mark.FLARE] == [8, 9]
    assert [n for n, day in days.items() if day.mark is Mark.EXCUSED] == [2]
    assert days[8].reason.startswith("Flare day, not counted")
    assert not any(days[n].flagged for n in (2, 8, 9))
    assert days[11].resolution is Resolution.TOTAL
    assert days[11].outcome in {Outcome.UNKNOWN, Outcome.MISSED}
    assert days[0].outcome is Outcome.MET
