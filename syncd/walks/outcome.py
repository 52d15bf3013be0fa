"""The outcome of a day: one pure function; the first line that fits decides (walking-rules 0.2)."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.walks.model import Mark, Outcome, Rules, State, Why

LIKELY_UNSEEN_MIN = 90
"""An unseen stretch longer than this turns a miss into a probable one."""
WALK_ABOVE_MIN = 2
"""A walk that coarse steps fit makes a day probable from so far above the target on."""
WALK_BELOW_MIN = 3
"""And keeps it from being a probable miss down to so far below (walking-rules 2.3 e)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvidence:
    """All that the outcome rests on.

    ``low`` and ``high`` bound the minutes the day is judged on (edge credit of minutes included);
    they are equal with minute data. With coarse data ``chance`` is the likelihood that the target
    was reached, ``None`` where none may be claimed, and ``one_walk`` the minutes of the walks that
    the buckets fit, with what is certain; ``total`` says that a day's sum is known. ``silent``
    says that a waited-for source has not synced past midnight, ``wait_over`` that ``sync_wait_h``
    has passed since, ``settled`` that no lookback is open.
    """

    low: int
    high: int
    running: bool
    silent: bool
    wait_over: bool
    settled: bool
    any_data: bool
    whole_day: bool
    length_h: float
    seen_h: float
    longest_unseen_min: int
    total: bool = False
    chance: float | None = None
    one_walk: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome (``None`` while it is too early), its state and its cause."""

    outcome: Outcome | None
    state: State
    why: Why | None


def judge(day: DayEvidence, rules: Rules) -> Verdict:
    """Return the verdict on a day."""
    state = state_of(day)
    if day.low >= rules.day_target:
        return Verdict(Outcome.MET, state, Why.ENOUGH)
    if day.running:
        return Verdict(None, state, None)
    if day.silent:
        if not day.wait_over:
            return Verdict(None, state, Why.NOT_SYNCED)
        return Verdict(Outcome.UNKNOWN, state, Why.NOT_SYNCED)
    outcome, why = _settled(day, rules)
    return Verdict(outcome, state, why)


def state_of(day: DayEvidence) -> State:
    """Return how settled the day is."""
    if day.running:
        return State.OPEN
    if day.silent:
        return State.JUDGED if day.wait_over else State.WAITING
    return State.FINAL if day.settled else State.JUDGED


def _settled(day: DayEvidence, rules: Rules) -> tuple[Outcome, Why]:
    """Return the outcome of a day that is over and fully delivered, below its target so far."""
    if not day.any_data:
        return Outcome.UNKNOWN, Why.NO_DATA
    if day.high >= rules.day_target and _leans_up(day, rules):
        return Outcome.LIKELY_MET, Why.COARSE  # what was not seen can only add to it
    if not day.whole_day and not day.total:
        return Outcome.UNKNOWN, Why.RECORDED_ONLY
    if day.length_h < rules.short_day_h:
        return Outcome.UNKNOWN, Why.TRAVEL
    too_little = day.seen_h < rules.min_seen_h * day.length_h / 24
    if too_little or day.longest_unseen_min > rules.unseen_run_min:
        return Outcome.UNKNOWN, Why.UNSEEN
    if day.high < rules.day_target:
        likely = day.longest_unseen_min > LIKELY_UNSEEN_MIN
        return (Outcome.LIKELY_MISSED if likely else Outcome.MISSED), Why.SHORT
    quiet = day.one_walk < rules.day_target - WALK_BELOW_MIN
    if day.chance is not None and quiet and day.chance <= 1 - rules.likely_p + 1e-9:
        return Outcome.LIKELY_MISSED, Why.COARSE
    return Outcome.UNKNOWN, Why.COARSE


def _leans_up(day: DayEvidence, rules: Rules) -> bool:
    """Tell whether coarse data make the target likely: by the table, or as walks for it."""
    by_table = day.chance is not None and day.chance >= rules.likely_p
    return by_table or day.one_walk >= rules.day_target + WALK_ABOVE_MIN


def is_flagged(verdict: Verdict, mark: Mark | None) -> bool:
    """Tell whether the day is pointed out: a settled miss that no mark excuses."""
    settled = verdict.state in {State.JUDGED, State.FINAL}
    missed = verdict.outcome in {Outcome.MISSED, Outcome.LIKELY_MISSED}
    return settled and missed and mark is None
