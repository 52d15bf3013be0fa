"""The numbers of one civil day, and what they would be under another cadence or tracker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

from syncd.walks.bouts import bouted_minutes, edge_minutes
from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.buckets import steps_in, touches
from syncd.walks.coarse import chance, claims_likelihood
from syncd.walks.coarse_day import CoarseDay, read_coarse, walking_minutes
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

    ``brisk_low`` and ``brisk_high`` bound ``brisk``, which is about with coarse data and ``None``
    where only a total is known. ``judged`` is what the target is compared with: floor(brisk +
    edge), the bouted minutes, or in a plan the minutes in walks (``in_walks``); ``low`` and
    ``high`` bound it, ``in_minutes`` is what minutes alone show, and ``fine_seen_min`` are seen in
    them. With coarse data ``chance`` is the likelihood that the target was reached (``None``: not
    to be told), ``judged_about`` is unrounded, and ``one_walk`` is what the day comes to if full
    buckets are walks. ``rest_steps`` are those of a day's total that no recorded walk holds.
    """

    brisk: int | None
    brisk_low: int
    brisk_high: int
    edge: float
    bouted: int | None
    walking: int
    steps: int | None
    seen: Seen
    fine_seen_min: int
    length_min: int
    outings: int
    peak1: float | None
    peak30: float | None
    judged: int
    low: int
    high: int
    in_minutes: int
    judged_about: float = 0.0
    coarse: CoarseDay | None = None
    chance: float | None = None
    one_walk: float = 0.0
    rest_steps: int | None = None


def count(ground: Ground, pieces: Sequence[Piece], rules: Rules) -> DayNumbers:
    """Return the numbers of the day that consists of ``pieces``."""
    fine = _count_fine(ground, pieces, rules)
    coarse = read_coarse(ground, pieces, rules)
    return fine if coarse is None else _with_coarse(fine, coarse, ground, pieces, rules)


def _count_fine(ground: Ground, pieces: Sequence[Piece], rules: Rules) -> DayNumbers:
    """Return the numbers without what is known over more than a minute only."""
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
    fine = seen
    if ground.blocks:
        fine = seen_time(pieces, ground.fine_seen, rules, ground.asleep)
    top = _top(ground, pieces) if fine.seen_min >= rules.min_seen_h * 60 else []
    judged = bouted if rules.count_mode is CountMode.BOUTS else floor(brisk + edge + 1e-9)
    first, end = pieces[0].start, pieces[-1].end
    return DayNumbers(
        brisk=brisk,
        brisk_low=brisk,
        brisk_high=brisk,
        edge=round(edge, 4),
        bouted=bouted,
        walking=walking,
        steps=sum(totals) if totals else None,
        seen=seen,
        fine_seen_min=fine.seen_min,
        length_min=sum(p.end - p.start for p in pieces),
        outings=sum(r.first < end and r.first + r.length > first for r in ground.recorded)
        + sum(w.start < end and w.end > first for w in ground.by_hand),
        peak1=float(top[0]) if top else None,
        peak30=round(sum(top) / PEAK_MINUTES, 1) if top else None,
        judged=judged,
        low=judged,
        high=judged,
        in_minutes=judged,
    )


def _with_coarse(
    n: DayNumbers, coarse: CoarseDay, ground: Ground, pieces: Sequence[Piece], rules: Rules
) -> DayNumbers:
    """Return the numbers of minutes with those of buckets added.

    In bouts only what minutes show is certain, every brisk minute of a bucket may be in one, and
    the tables, which know nothing of bouts, can speak against a day only.
    """
    bouts = rules.count_mode is CountMode.BOUTS
    exact = (n.brisk or 0) + (0.0 if bouts else n.edge)
    high = floor(exact + 1e-9) + coarse.high
    low = n.judged + (0 if bouts else coarse.low)
    likely = chance(rules.day_target, exact + coarse.mean, coarse.sd)
    fits = tuple(f for f in coarse.fits if not bouts or f.minutes >= rules.bout_min)
    walking = walking_minutes(ground, pieces, rules)
    brisk = _between(
        (n.brisk or 0) + coarse.mean, n.brisk_low + coarse.low, n.brisk_high + coarse.high
    )
    return replace(
        n,
        brisk=brisk,
        brisk_low=n.brisk_low + coarse.low,
        brisk_high=n.brisk_high + coarse.high,
        bouted=None if coarse.decides else n.bouted,
        walking=n.walking + round(walking),
        judged=n.judged if bouts else floor(brisk + n.edge + 1e-9),
        judged_about=exact + coarse.mean,
        low=low,
        high=high,
        coarse=replace(coarse, fits=fits),
        chance=(min(likely, 0.5) if bouts else likely) if claims_likelihood(rules) else None,
        one_walk=n.judged + sum(fit.minutes for fit in fits),
    )


def _between(about: float, low: int, high: int) -> int:
    return min(high, max(low, floor(about + 0.5)))


def with_total(n: DayNumbers, steps: int, rules: Rules) -> DayNumbers:
    """Return the numbers of a day of which recorded walks and a total of steps are known.

    What is not in the walks bounds the rest (walking-rules 2.3 f); no likelihood is learned of it.
    """
    rest = max(0, steps - (n.steps or 0))
    more = rest // whole(brisk_spm(rules))
    return replace(
        n,
        brisk=n.brisk if n.outings else None,
        brisk_high=n.brisk_high + more,
        bouted=n.bouted if n.outings else None,
        steps=max(steps, n.steps or 0),
        high=n.high + more,
        rest_steps=rest,
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
    return any(delivered(source, p.start, p.end) for p in pieces)


def delivered(source: SourceView, start: int, end: int) -> bool:
    """Tell whether a source has minutes or buckets in the Unix minutes [``start``, ``end``)."""
    if source.minutes is not None and speaks(source.minutes, start, end):
        return True
    return bool(source.buckets) and touches(source.buckets, start, end)


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
    only_minutes = n.coarse is None or not n.coarse.high
    if verdict.why not in DECIDED or not only_minutes or rules.count_mode is CountMode.WALKING:
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
    whole = (s for s in ground.sources if s.whole_day and not s.stands_in)
    full = [s for s in whole if covers(s, pieces)]
    if len(full) < 2:
        return None
    most = _steps(full[0], pieces)
    met = verdict.outcome is Outcome.MET
    for s in full[1:]:
        if abs(_steps(s, pieces) - most) <= DIFFER_SHARE * most:
            continue
        # then its steps alone decide, cheaply
        plain = rules.run_counts and not ground.by_hand and not s.buckets
        if plain and (_alone(s, pieces, rules) >= rules.day_target) == met:
            continue
        start, end = pieces[0].start, pieces[-1].end
        alone = count(lay([s], (), rules, start, end, by_hand=ground.by_hand), pieces, rules)
        enough = alone.seen.seen_min >= rules.min_seen_h * 60
        turned = alone.high < rules.day_target if met else alone.low >= rules.day_target
        if enough and turned:
            return OtherTracker(s.name, alone.judged)
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
    coarse = sum(steps_in(source.buckets, p.start, p.end) for p in pieces) if source.buckets else 0
    if source.minutes is None:
        return coarse
    return coarse + sum(cut(source.minutes, p.start, p.end).total() for p in pieces)
