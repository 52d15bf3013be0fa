"""What a report hints at: a week longer than usual, the plan's week, a first target."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from syncd.service.asking import keep_hint
from syncd.service.marks import start_flare
from syncd.service.plans import start_plan
from syncd.service.report import report_of
from syncd.store import Store, people
from syncd.walks.digest import digest
from syncd.walks.plan_sentences import FLARE_WAITS
from tests.integration.service.lives import at, bring, minutes_csv
from tests.integration.service.test_plans import noon, walked
from tests.integration.service.test_report import BAND, WATCH, live, worn

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)
LONGER = "More walking than usual: 280 minutes; the most of the four weeks before was 140."


def hints(store: Store, today: date) -> tuple[str, ...]:
    with store.read() as cx:
        [me] = people.listing(cx)
        found = report_of(cx, me, weeks=12, today=today, now=noon(today), zone="UTC")
    assert found is not None
    assert all(hint in " ".join(" ".join(digest(found)).split()) for hint in found.hints)
    return found.hints


def lived(store: Store, path: Path, walks: list[int]) -> date:
    """Import a walk a day from MONDAY on and return the day after the last."""
    file = minutes_csv(path / "life.csv", MONDAY, [walked(n) for n in walks])
    today = MONDAY + len(walks) * DAY
    bring(store, file, now=noon(today))
    return today


def test_a_week_of_much_more_walking_than_the_four_before_is_told(store, tmp_path):
    today = lived(store, tmp_path, [20] * 28 + [40] * 7)
    assert LONGER in hints(store, today)
    assert LONGER not in hints(store, today - DAY), "it still runs"


def test_with_three_weeks_before_it_nothing_is_usual_yet(store, tmp_path):
    today = lived(store, tmp_path, [20] * 21 + [40] * 7)
    assert not any("usual: " in said for said in hints(store, today))


def test_weeks_of_another_tracker_or_of_few_judged_days_compare_with_nothing(store, tmp_path):
    live(store, "me", worn(BAND, MONDAY, [20] * 28), worn(WATCH, MONDAY + 28 * DAY, [40] * 7))
    assert not any("usual: " in said for said in hints(store, MONDAY + 35 * DAY))


def test_the_same_tracker_and_judged_days_compare(store, tmp_path):
    live(store, "me", worn(BAND, MONDAY, [20] * 28 + [40] * 7))
    assert LONGER in hints(store, MONDAY + 35 * DAY)


def test_the_weeks_before_need_five_judged_days(store, tmp_path):
    thin: list[int | None] = [20] * 4 + [None] * 3
    live(store, "me", worn(BAND, MONDAY, [*thin, *[20] * 21, *[40] * 7]))
    assert LONGER not in hints(store, MONDAY + 35 * DAY)


def test_the_plans_week_is_told_and_that_it_waits_for_a_flare(store, tmp_path):
    today = lived(store, tmp_path, [12, 13] * 14)
    with store.read() as cx:
        [me] = people.listing(cx)
    assert not any("plan" in said for said in hints(store, today))
    start_plan(store, me.id, today, walk_min=None, days=3, today=today, clock=at(noon(today)))
    assert hints(store, today) == (
        "The plan this week: 10 minutes on three days, about 30 in all: where the plan begins.",
    )
    start_flare(store, me.id, today, today=today, clock=at(noon(today)))
    assert hints(store, today) == (FLARE_WAITS,)


def test_a_first_target_is_hinted_at_for_a_week_and_not_to_who_began_a_plan(store, tmp_path):
    today = lived(store, tmp_path, [12] * 21)
    [said] = hints(store, today)
    assert said.startswith("Your usual day has no brisk minutes. A first target of 5 is")
    with store.read() as cx:
        [me] = people.listing(cx)
    keep_hint(store, me.id, said, noon(today - 5 * DAY))
    assert hints(store, today + 2 * DAY) == (said,)
    assert hints(store, today + 3 * DAY) == ()
