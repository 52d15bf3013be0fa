"""What a person is asked or told on the home screen: a long flare, a first target."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from syncd.service.loading import target_on, targets_of
from syncd.service.marks import listing
from syncd.store import Store, derived, journal, locks, notices, plans
from syncd.walks.flares import flare_question
from syncd.walks.hints import first_target
from syncd.walks.model import Mark
from syncd.walks.trend import DECIDED

HINT_STAYS = timedelta(days=7)
LOOK_BACK = timedelta(days=90)


def flare_words(cx: Connection, person_id: int, today: date) -> list[str]:
    """Return what to ask about the flare that runs."""
    running = [mark for mark in listing(cx, person_id, Mark.FLARE) if mark.last_day is None]
    said = []
    for mark in running:
        days = derived.iter_days(cx, [person_id], first=mark.first_day, last=today)
        outcomes = [row.day.outcome for row in days]
        said.append(flare_question(mark.first_day, today, outcomes))
    return [words for words in said if words is not None]


def target_hint(cx: Connection, person_id: int, today: date, now: datetime) -> str | None:
    """Return the hint at a first target while it is shown: for a week from when it was told.

    ``None`` to whoever has chosen a target or begun a plan.
    """
    if journal.targets(cx, person_id) or plans.plans(cx, person_id):
        return None
    told = notices.told_at(cx, person_id, notices.FIRST_TARGET)
    if told is not None and now - told > HINT_STAYS:
        return None
    rows = derived.iter_days(cx, [person_id], first=today - LOOK_BACK, last=today)
    judged = [
        row.day.brisk_min
        for row in rows
        if row.day.mark is None and row.day.outcome in DECIDED and row.day.brisk_min is not None
    ]
    target_min = target_on(targets_of(cx, person_id), today).rules.day_target
    return first_target(judged, target_min)


def keep_hint(store: Store, person_id: int, words: str, now: datetime) -> None:
    """Keep that the hint was told, so that it is told once."""
    with store.read() as cx:
        if notices.told_at(cx, person_id, notices.FIRST_TARGET) is not None:
            return
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        notices.keep_told(tx, person_id, notices.FIRST_TARGET, words, now)
