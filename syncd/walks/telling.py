"""From numbers to the facts that a day's sentence is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from syncd.walks.facts import CloseCall, DayFacts, OtherTracker
from syncd.walks.model import Mark, Rules, SourceView, WalkSession, Why
from syncd.walks.numbers import DayNumbers
from syncd.walks.offsets import Piece, Timeline
from syncd.walks.outcome import Verdict
from syncd.walks.sessions import walked_s


def facts_of(
    *,
    day: date,
    pieces: Sequence[Piece],
    numbers: DayNumbers,
    verdict: Verdict,
    rules: Rules,
    mark: Mark | None,
    easy: Sequence[WalkSession],
    speaker: SourceView | None,
    silent: SourceView | None,
    line: Timeline,
    close_call: CloseCall | None,
    other: OtherTracker | None,
    recorded_only: bool,
) -> DayFacts:
    """Return the facts of one judged day; ``easy`` are the walks of a flare day."""
    n = numbers
    unseen = n.seen.longest_unseen_min > 0
    synced = silent.last_sync.timestamp() if silent and silent.last_sync else None
    return DayFacts(
        outcome=verdict.outcome,
        state=verdict.state,
        why=Why.SOURCES_DIFFER if other else verdict.why,
        mark=mark,
        day=day,
        target=rules.day_target,
        count_mode=rules.count_mode,
        bout_min=rules.bout_min,
        brisk=n.brisk if rules.count_mode == "bouts" else n.judged,
        brisk_bouted=n.bouted,
        steps=n.steps,
        tracker=speaker.name if speaker else None,
        silent=silent.name if silent else None,
        last_sync=line.local(int(synced)) if synced is not None else None,
        hole_from=n.seen.hole[0] if unseen else None,
        hole_to=n.seen.hole[1] if unseen else None,
        other_holes=n.seen.holes > 1 and n.seen.longest_unseen_min <= rules.unseen_run_min,
        seen_h=n.seen.seen_min / 60,
        waking_h=n.seen.waking_min / 60,
        length_h=n.length_min / 60,
        clock_change_h=(pieces[-1].offset_s - pieces[0].offset_s) / 3600,
        close_call=close_call,
        other=other,
        recorded_only=recorded_only,
        easy_walks=len(easy),
        easy_min=round(sum(walked_s(walk) for walk in easy) / 60),
    )
