"""The whole loop closes: what really happened -> a vendor's sockets -> the engine -> verdicts."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.sim.devices import UNSEEN, watch_minutes
from syncd.sim.truth import Kind
from syncd.store import open_store
from syncd.walks.model import Outcome, WalkSession, Why
from tests.properties.plain_count import EDGE_S, TARGET, brisk, judged, steps
from tests.properties.whole_loop import Loop, a_life, loop

SEED = 400
MISSED = {Outcome.MISSED, Outcome.LIKELY_MISSED}
MET = {Outcome.MET, Outcome.LIKELY_MET}


def test_a_life_of_two_weeks_is_told_as_it_was(tmp_path: Path) -> None:
    check(tmp_path, 0, days=14, from_day=12, every=timedelta(hours=13))


@pytest.mark.soak
@pytest.mark.parametrize("number", range(12))
def test_twelve_lives_of_ninety_days_are_told_as_they_were(tmp_path: Path, number: int) -> None:
    check(tmp_path, number, days=90, from_day=60, every=timedelta(hours=11))


def check(folder: Path, number: int, *, days: int, from_day: int, every: timedelta) -> None:
    """Live, sync, and compare every day and the walks with what happened."""
    folder.mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{folder / 'syncd.db'}")
    try:
        with loop(store, folder, a_life(number, days, SEED)) as one:
            one.lives(from_day, every)
            wrong = wrong_days(one)
            recall, precision = found(one)
            sys.stdout.write(
                f"life {number}: {len(one.days())} days, {len(wrong)} wrong,"
                f" recall {recall[0]}/{recall[1]}, precision {precision[0]}/{precision[1]}\n"
            )
            assert wrong == []
            assert recall[1] > days // 10
            assert recall[0] >= 0.95 * recall[1]
            assert precision[0] >= 0.95 * precision[1]
    finally:
        store.close()


def wrong_days(one: Loop) -> list[str]:
    """Return what is told otherwise than it was."""
    rows, wrong = one.days(), []
    lived = [
        day
        for day in one.cloud.truth.days()
        if any(any(s is not None for s in p) for p in one.told(day))
    ]
    wrong += [f"{day} has no row" for day in lived if day not in rows]
    for day, row in rows.items():
        true = one.told(day)
        if (row.steps or 0) != steps(true):
            wrong.append(f"{day}: {row.steps} steps, not {steps(true)}")
        if abs((row.brisk_min or 0) - brisk(true)) > 1:
            wrong.append(f"{day}: {row.brisk_min} brisk minutes, not {brisk(true)}")
        decided = row.outcome in MET | MISSED
        if (
            decided
            and abs(judged(true) - TARGET) > 1
            and (row.outcome in MET) != (judged(true) >= TARGET)
        ):
            wrong.append(f"{day}: {row.reason} but {judged(true)}")
        if judged(true) > TARGET + 1 and row.outcome not in MET:
            wrong.append(f"{day}: {row.reason} but {judged(true)} met")
        nothing = all(s is None for piece in true for s in piece)
        if row.outcome in MISSED and (nothing or row.why is Why.NO_DATA):
            wrong.append(f"{day}: missed without data")
    return wrong


def found(one: Loop) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return (found, of true walks) and (true, of found walks); edges to two minutes."""
    truth, sessions = one.cloud.truth, one.walks()
    watch = watch_minutes(truth)
    seen = [
        w
        for w in truth.walks
        if w.kind in {Kind.TARGET, Kind.EASY, Kind.RUN}
        and UNSEEN not in watch.steps[w.start // 60 - watch.first : -(-w.end // 60) - watch.first]
    ]
    changed = {edit.start for edit in one.cloud.edits}
    kept = [w for w in seen if w.start not in changed]
    hits = sum(any(_same(w.start, w.end, s) for s in sessions) for w in kept)
    true = sum(any(w.start < s.end and s.start < w.end for w in truth.walks) for s in sessions)
    return (hits, len(kept)), (true, len(sessions))


def _same(start: int, end: int, session: WalkSession) -> bool:
    return abs(session.start - start) <= EDGE_S and abs(session.end - end) <= EDGE_S
