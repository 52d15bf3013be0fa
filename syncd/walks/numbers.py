"""The numbers of one civil day, and what they would be under another cadence or tracker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from syncd.walks.bouts import bouted_minutes, edge_minutes
from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.facts import CloseCall, OtherTracker
from syncd.walks.ground import Ground, lay
from syncd.walks.minutes import at_least, below, cut, speaks, whole
from syncd.walks.model import CountMode, Outcome, Rules, SourceView, Why
from syncd.walks.offsets import Piece
from syncd.walks.outcome import Verdict
from syncd.walks.seen import Seen, seen_time

CLOSE_CALL_SPM = 5
DIFFER_SHARE = 0.2
PEAK_MINUTES = 30
DECIDED = {Why.ENOUGH, Why.SHORT}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNumbers:
    """What was counted on a day; minutes, but for steps and the peaks (steps a minute).

    ``judged`` is what the target is compared with: floor(brisk + edge), the bouted minutes, or in a
    plan the minutes in walks, which ``day`` fills in.
    """

    brisk: int
    edge: float
    bouted: int
    walking: int
    steps: int | None
    seen: Seen
    length_min: int
    outings: int
    peak1: float | None
    peak30: float | None
    judged: int


def count(ground: Ground, pieces: Sequence[Piece], rules: Rules) -> DayNumbers:
    """Return the numbers of the day that consists of ``pieces``."""
    brisk, edge, bouted, walking = 0, 0.0, 0, 0
    for p in pieces:
        mask = ground.brisk(p.start, p.end)
        brisk += mask.count(1)
        walking += ground.walking(p.start, p.end).count(1)
        if 1 in mask:
            bouted += bouted_minutes(mask, rules)
            measured = ground.measured_brisk(p.start, p.end) if ground.hand else mask
            edge += _edge(ground, p, measured, rules)
    totals = [t for p in pieces if (t := ground.total(p.start, p.end)) is not None]
    seen = seen_time(pieces, ground.seen, rules, ground.asleep)
    top = _top(ground, pieces) if seen.seen_min >= rules.min_seen_h * 60 else []
    first, end = pieces[0].start, pieces[-1].end
    return DayNumbers(
        brisk=brisk,
        edge=round(edge, 4),
        bouted=bouted,
        walking=walking,
        steps=sum(totals) if totals else None,
        seen=seen,
        length_min=sum(p.end - p.start for p in pieces),
        outings=sum(r.first < end and r.first + r.length > first for r in ground.recorded)
        + sum(w.start < end and w.end > first for w in ground.by_hand),
        peak1=float(top[0]) if top else None,
        peak30=round(sum(top) / PEAK_MINUTES, 1) if top else None,
        judged=bouted if rules.count_mode is CountMode.BOUTS else floor(brisk + edge + 1e-9),
    )


def _edge(ground: Ground, piece: Piece, mask: bytes, rules: Rules, shift_spm: int = 0) -> float:
    if not rules.edge_credit:
        return 0.0
    minute_data = (lambda i: ground.minute_data(piece.start + i)) if ground.recorded else None
    steps = ground.steps(piece.start, piece.end)
    return edge_minutes(mask, steps, brisk_spm(rules) + shift_spm, minute_data)


def _top(ground: Ground, pieces: Sequence[Piece]) -> list[int]:
    """Return the day's best thirty minutes, best first (walking-rules 2.1, peak-1 and peak-30)."""
    day = b"".join(ground.steps(p.start, p.end) for p in pieces)
    for floor_spm in (60, 1):
        best = day.translate(None, below(floor_spm))
        if len(best) >= PEAK_MINUTES:
            break
    return sorted(best, reverse=True)[:PEAK_MINUTES]


def covers(source: SourceView, pieces: Sequence[Piece]) -> bool:
    """Tell whether a source speaks for any minute of the day."""
    minutes = source.minutes
    return minutes is not None and any(speaks(minutes, p.start, p.end) for p in pieces)


def speaker(ground: Ground, pieces: Sequence[Piece]) -> SourceView | None:
    """Return the whole-day source that speaks first on the day, else one that recorded on it."""
    whole = (s for s in ground.sources if s.whole_day and covers(s, pieces))
    first, end = pieces[0].start, pieces[-1].end
    recorders = {
        r.source_id for r in ground.recorded if r.first < end and r.first + r.length > first
    }
    return next(whole, next((s for s in ground.sources if s.id in recorders), None))


def close_call(
    ground: Ground, pieces: Sequence[Piece], n: DayNumbers, verdict: Verdict, rules: Rules
) -> CloseCall | None:
    """Return the count at 95 or 105 steps a minute if the outcome would differ."""
    if verdict.why not in DECIDED or rules.count_mode is CountMode.WALKING:
        return None
    shift = -CLOSE_CALL_SPM if n.judged < rules.day_target else CLOSE_CALL_SPM
    other = judged_at(ground, pieces, rules, shift)
    if (other >= rules.day_target) == (n.judged >= rules.day_target):
        return None
    return CloseCall(whole(brisk_spm(rules)) + shift, other)


def judged_at(ground: Ground, pieces: Sequence[Piece], rules: Rules, shift_spm: int) -> int:
    """Return the minutes the day is judged on, at another cadence."""
    total = 0.0
    for p in pieces:
        mask = ground.brisk(p.start, p.end, shift_spm)
        if rules.count_mode is CountMode.BOUTS:
            total += bouted_minutes(mask, rules)
        else:
            measured = ground.measured_brisk(p.start, p.end, shift_spm) if ground.hand else mask
            total += mask.count(1) + _edge(ground, p, measured, rules, shift_spm)
    return floor(total + 1e-9)


def other_tracker(
    ground: Ground, pieces: Sequence[Piece], verdict: Verdict, rules: Rules
) -> OtherTracker | None:
    """Return a second whole-day source that would turn the outcome and counts 20 % apart."""
    decided = verdict.outcome in {Outcome.MET, Outcome.MISSED}
    if not decided or rules.count_mode is CountMode.WALKING:
        return None
    full = [s for s in ground.sources if s.whole_day and covers(s, pieces)]
    if len(full) < 2:
        return None
    most = _steps(full[0], pieces)
    met = judged_at(ground, pieces, rules, 0) >= rules.day_target
    for s in full[1:]:
        if abs(_steps(s, pieces) - most) <= DIFFER_SHARE * most:
            continue
        plain = rules.run_counts and not ground.by_hand  # then its steps alone decide, cheaply
        if plain and (_alone(s, pieces, rules) >= rules.day_target) == met:
            continue
        start, end = pieces[0].start, pieces[-1].end
        alone = lay([s], (), rules, start, end, by_hand=ground.by_hand)
        minutes = judged_at(alone, pieces, rules, 0)
        seen = seen_time(pieces, alone.seen, rules, alone.asleep)
        enough = seen.seen_min >= rules.min_seen_h * 60
        if enough and (minutes >= rules.day_target) != met:
            return OtherTracker(s.name, minutes)
    return None


def _alone(source: SourceView, pieces: Sequence[Piece], rules: Rules) -> int:
    """Return the minutes that one source's steps alone would be judged on."""
    if source.minutes is None:
        return 0
    table = at_least(whole(brisk_spm(rules)))
    total = 0.0
    for p in pieces:
        steps = cut(source.minutes, p.start, p.end).steps
        mask = steps.translate(table)
        if rules.count_mode is CountMode.BOUTS:
            total += bouted_minutes(mask, rules)
        else:
            edge = edge_minutes(mask, steps, brisk_spm(rules)) if rules.edge_credit else 0.0
            total += mask.count(1) + edge
    return floor(total + 1e-9)


def _steps(source: SourceView, pieces: Sequence[Piece]) -> int:
    if source.minutes is None:
        return 0
    return sum(cut(source.minutes, p.start, p.end).total() for p in pieces)
