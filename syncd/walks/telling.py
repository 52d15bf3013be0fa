"""From numbers to the facts that a day's sentence is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import TypedDict

from syncd.walks.coarse import INTERVAL_SD
from syncd.walks.facts import CloseCall, DayFacts, OtherTracker
from syncd.walks.model import Mark, Outcome, Rules, SourceView, WalkSession, Why
from syncd.walks.numbers import DayNumbers
from syncd.walks.offsets import Piece, Timeline
from syncd.walks.on_foot import is_timed, walked_s
from syncd.walks.outcome import Verdict
from syncd.walks.seen import Seen


class CoarseFacts(TypedDict, total=False):
    """The part of a day's facts that only coarse data give."""

    epoch_min: int | None
    estimate: int | None
    low: int
    high: int
    least: int
    most: int
    minutes_suffice: bool
    fits_walk: tuple[int, time]
    fits_walks: int


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
        brisk=n.judged if rules.count_mode != "bouts" and n.brisk is not None else n.brisk,
        brisk_bouted=n.judged if rules.count_mode == "bouts" else n.bouted,
        steps=n.steps,
        tracker=speaker.name if speaker else None,
        silent=silent.name if silent else None,
        last_sync=line.local(int(synced)) if synced is not None else None,
        hole_from=n.seen.hole[0] if unseen else None,
        hole_to=n.seen.hole[1] if unseen else None,
        other_holes=_needs_more_than_one_hole(n.seen, rules),
        seen_h=n.seen.seen_min / 60,
        waking_h=n.seen.waking_min / 60,
        length_h=n.length_min / 60,
        clock_change_h=(pieces[-1].offset_s - pieces[0].offset_s) / 3600,
        close_call=close_call,
        other=other,
        recorded_only=recorded_only,
        rest_steps=n.rest_steps,
        total_holds=n.high >= rules.day_target,
        **_coarse(n, verdict, rules, line),
        easy_walks=len(easy),
        easy_min=round(sum(walked_s(walk) for walk in easy) / 60),
        easy_about=not all(map(is_timed, easy)),
    )


def _needs_more_than_one_hole(seen: Seen, rules: Rules) -> bool:
    """Tell whether the longest unseen stretch alone does not make a day unseen."""
    if seen.longest_unseen_min > rules.unseen_run_min:
        return False
    without_it = seen.waking_min - seen.longest_unseen_min
    return seen.holes > 1 or without_it >= rules.min_seen_h * 60


def _coarse(n: DayNumbers, verdict: Verdict, rules: Rules, line: Timeline) -> CoarseFacts:
    """Return the facts of buckets that leave something open; none without such."""
    walking = rules.count_mode == "walking"
    if n.coarse is None or not (n.low < n.high if walking else n.coarse.decides):
        return {}
    about, wide = n.judged_about, INTERVAL_SD * n.coarse.sd
    facts: CoarseFacts = {
        "epoch_min": n.coarse.epoch_min,
        "estimate": None if rules.count_mode == "bouts" else n.judged,
        "low": min(n.judged, max(n.low, round(about - wide))),
        "high": max(n.judged, min(n.high, round(max(about + wide, n.one_walk)))),
        "least": n.low,
        "most": n.high,
        "minutes_suffice": n.in_minutes >= rules.day_target,
    }
    if walking:
        facts |= {"low": n.low, "high": n.high}
    by_table = n.chance is not None and n.chance >= rules.likely_p
    minutes = round(sum(fit.minutes for fit in n.coarse.fits))
    if verdict.outcome is Outcome.LIKELY_MET and not by_table and minutes >= rules.day_target:
        start = line.local(min(fit.start for fit in n.coarse.fits)).time()
        facts["fits_walk"] = (minutes, start)
        facts["fits_walks"] = len(n.coarse.fits)
    return facts
