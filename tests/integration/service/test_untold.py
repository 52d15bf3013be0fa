"""Notices of days that a broken-off sync has brought and somebody else has judged."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.service import syncing
from syncd.service.refreshing import refresh
from syncd.store import Store, derived
from tests.integration.engine.made_up_vendor import DAY
from tests.integration.service.home import Home

MORNING = datetime(2026, 3, 16, 9, tzinfo=UTC)
BOTH = {("missed", "2026-03-16"), ("missed", "2026-03-17")}


def broken_off(wearer: Home, at: datetime) -> None:
    """Sync, and end between the pulls and the verdicts."""

    def interrupted(*_: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(syncing, "derive_person", interrupted)
        with pytest.raises(KeyboardInterrupt):
            wearer.sync_at(at)


@pytest.fixture
def wearer(store: Store) -> Home:
    found = Home.begun(store, MORNING)
    found.sync_at(MORNING + DAY)
    return found


def test_a_day_that_a_screen_judged_after_a_broken_off_sync_is_told_by_the_next(wearer: Home):
    broken_off(wearer, MORNING + 2 * DAY)
    refresh(wearer.store, clock=lambda: wearer.now)
    with wearer.store.read() as cx:
        flagged = [r.day.day.day for r in derived.iter_days(cx, [wearer.person_id], flagged=True)]
    assert 17 in flagged
    assert not BOTH & wearer.owed()  # a screen tells nobody
    wearer.now += DAY / 24
    assert wearer.sync().days == set()  # it brings nothing that could be judged anew
    assert wearer.owed() >= BOTH


def test_what_was_told_is_not_told_again_and_a_sync_that_ran_through_leaves_nothing(
    wearer: Home,
):
    wearer.sync_at(MORNING + 2 * DAY)
    before = wearer.owed()
    assert before >= BOTH
    wearer.judge_again()
    wearer.now += DAY / 24
    wearer.sync()
    assert wearer.owed() == before


def test_another_target_between_two_whole_syncs_is_still_told_to_nobody(wearer: Home):
    before = wearer.owed()
    wearer.now += DAY / 24
    wearer.judge_again()
    wearer.now += DAY / 24
    wearer.sync()
    assert wearer.owed() == before
