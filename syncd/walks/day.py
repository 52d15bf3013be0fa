"""A stretch of life in, verdicts and walks out: where the rules come together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from syncd.contract import Workout
from syncd.walks.by_hand import ByHand
from syncd.walks.coarse_walking import most_walked
from syncd.walks.facts import DayFacts
from syncd.walks.ground import Ground, lay
from syncd.walks.joining import agreed
from syncd.walks.model import (
    DAY_MIN,
    MINUTE_S,
    CountMode,
    Day,
    Mark,
    MergedMinute,
    Resolution,
    Rules,
    SourceView,
    Target,
    WalkSession,
)
from syncd.walks.numbers import (
    DayNumbers,
    close_call,
    count,
    covers,
    delivered,
    other_tracker,
    speaker,
    with_total,
)
from syncd.walks.offsets import EPOCH, Piece, Timeline, civil_days
from syncd.walks.on_foot import is_on_foot, is_timed, is_walk, walk_day, whole_minutes_of
from syncd.walks.outcome import DayEvidence, Verdict, is_flagged, judge
from syncd.walks.recorded import Recorded
from syncd.walks.sessions import sessions
from syncd.walks.telling import facts_of

DAYS_WAITED_FOR = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """A stored workout and the source it came from."""

    workout: Workout
    source_id: int
    source_key: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A person's stretch of life as stored, Unix minutes [``first``, ``end``).

    ``sources`` come in the order of rank, with minutes for the whole stretch; ``targets`` oldest
    first; ``settles_s`` is how long after its end a day may still change without notice.
    """

    first: int
    end: int
    line: Timeline
    sources: tuple[SourceView, ...]
    outings: tuple[Outing, ...]
    targets: tuple[Target, ...]
    marks: Mapping[date, Mark] = field(default_factory=dict)
    settles_s: int = 0
    by_hand: tuple[ByHand, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """A day without its sentence, and the facts that the sentence is made of."""

    day: Day
    facts: DayFacts
    has_data: bool


class Reading:
    """A history read under each set of rules that is in force somewhere in it."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.days = civil_days(history.line, history.first, history.end)
        self._grounds: dict[Rules, Ground] = {}
        self._walks: dict[Rules, list[tuple[date, WalkSession]]] = {}

    def target(self, day: date) -> Target:
        """Return the target in force on a day."""
        held = [t for t in self.history.targets if t.first_day is None or t.first_day <= day]
        return held[-1]

    def ground(self, rules: Rules) -> Ground:
        """Return the merged ground under ``rules``."""
        if rules not in self._grounds:
            h = self.history
            gentle = [
                (piece.start, piece.end)
                for day, pieces in self.days.items()
                if h.marks.get(day) is Mark.FLARE
                for piece in pieces
            ]
            recorded = [
                Recorded(o.workout, o.source_id, o.source_key, o.rank, rules) for o in h.outings
            ]
            ground = lay(h.sources, agreed(recorded), rules, h.first, h.end, by_hand=h.by_hand)
            self._grounds[rules] = replace(ground, gentle=tuple(gentle))
        return self._grounds[rules]

    def sessions(self, days: Iterable[date]) -> list[WalkSession]:
        """Return the sessions that start on ``days``, each under the rules of its day."""
        wanted = set(days)
        found: list[WalkSession] = []
        for rules in dict.fromkeys(self.target(day).rules for day in sorted(wanted)):
            for day, session in self._started(rules):
                if day in wanted and self.target(day).rules == rules:
                    found.append(session)
        return sorted(found, key=lambda s: (s.start, s.end, s.recorded_key or ""))

    def minutes(self, day: date) -> Iterator[MergedMinute]:
        """Yield every minute of a civil day, in order; where only a bucket speaks, the bucket."""
        ground = self.ground(self.target(day).rules)
        for piece in self.days[day]:
            cadence = ground.by_cadence(piece.start, piece.end)
            brisk = ground.brisk(piece.start, piece.end)
            runs = {a: (b, block) for a, b, block in ground.blocks.runs(piece.start, piece.end)}
            at = piece.start
            while at < piece.end:
                i = at - piece.start
                end, block = runs.get(at, (at + 1, None))
                spoke = ground.spoke(at) if block is None else ground.told(block, at, end)
                yield MergedMinute(
                    start=at * 60,
                    utc_offset_s=piece.offset_s,
                    day=day,
                    steps=spoke.steps,
                    distance_m=spoke.distance_m,
                    source=spoke.source,
                    brisk_by=("cadence" if cadence[i] else ground.brisk_without_steps(at))
                    if brisk[i]
                    else None,
                    interval_s=60 * (end - at),
                )
                at = end

    def _started(self, rules: Rules) -> list[tuple[date, WalkSession]]:
        """Return all sessions under ``rules`` with the civil days they start on."""
        if rules not in self._walks:
            self._walks[rules] = [
                (walk_day(s), s) for s in sessions(self.ground(rules), self.history.line)
            ]
        return self._walks[rules]

    def _walked(self, day: date, rules: Rules) -> list[WalkSession]:
        """Return the walks that start on a day, without runs and rides."""
        return [s for on, s in self._started(rules) if on == day and is_walk(s)]

    def _in_walks(self, n: DayNumbers, day: date, rules: Rules) -> DayNumbers:
        """Return the numbers of a day judged on whole minutes in walks and runs, at any pace.

        Only minutes tell how long somebody walked: what lies in buckets is possible, not sure.
        """
        on_foot = [s for on, s in self._started(rules) if on == day and is_on_foot(s)]
        sure = whole_minutes_of(filter(is_timed, on_foot))
        return replace(
            n,
            judged=sure,
            judged_about=float(sure),
            low=sure,
            high=sure + most_walked(self.ground(rules), self.days[day], rules),
            in_minutes=sure,
            chance=None,
            one_walk=0.0,
        )

    def judge(self, day: date, now: datetime) -> JudgedDay:
        """Return the verdict on one civil day."""
        pieces = self.days[day]
        target = self.target(day)
        ground = self.ground(target.rules)
        numbers = count(ground, pieces, target.rules)
        whole_day = any(covers(s, pieces) for s in ground.sources if s.whole_day)
        total = None if whole_day else next((s for s in ground.sources if day in s.totals), None)
        if target.rules.count_mode is CountMode.WALKING:
            numbers = self._in_walks(numbers, day, target.rules)
        elif total is not None:
            numbers = with_total(numbers, total.totals[day], target.rules)
        silent = self._silent(day)
        evidence = self._evidence(
            pieces, numbers, target.rules, now, whole_day=whole_day, silent=silent
        )
        verdict = judge(evidence, target.rules)
        mark = self.history.marks.get(day)
        facts = facts_of(
            day=day,
            pieces=pieces,
            numbers=numbers,
            verdict=verdict,
            rules=target.rules,
            mark=mark,
            easy=self._walked(day, target.rules) if mark is Mark.FLARE else (),
            speaker=speaker(ground, pieces) or total,
            silent=silent,
            line=self.history.line,
            close_call=close_call(ground, pieces, numbers, verdict, target.rules),
            other=other_tracker(ground, pieces, verdict, target.rules),
            recorded_only=not evidence.whole_day,
        )
        return JudgedDay(
            _day(
                line=self.history.line,
                pieces=pieces,
                target=target,
                n=numbers,
                verdict=verdict,
                facts=facts,
                evidence=evidence,
            ),
            facts,
            evidence.any_data,
        )

    def _evidence(
        self,
        pieces: Sequence[Piece],
        n: DayNumbers,
        rules: Rules,
        now: datetime,
        *,
        whole_day: bool,
        silent: SourceView | None,
    ) -> DayEvidence:
        end_s = pieces[-1].end * 60
        since = now.timestamp() - end_s
        return DayEvidence(
            low=n.low,
            high=n.high,
            running=since < 0,
            silent=silent is not None,
            wait_over=since >= rules.sync_wait_h * 3600 or _is_retired(silent),
            settled=since >= self.history.settles_s,
            any_data=n.steps is not None or n.outings > 0 or whole_day,
            whole_day=whole_day,
            total=n.rest_steps is not None,
            chance=n.chance,
            one_walk=n.one_walk,
            length_h=n.length_min / 60,
            seen_h=n.seen.seen_min / 60,
            longest_unseen_min=n.seen.longest_unseen_min,
        )

    def _silent(self, day: date) -> SourceView | None:
        """Return the first waited-for source that has not synced past the day's end.

        One that a person gave up before the day is not waited for; of a day that was under way
        then its part is missing for good.

        One that told the day's total without ever syncing on that day, as a table of days does, has
        told all that it will. A snapshot is not waited for where another has told of all the day:
        its own past ends where the export was made, or where a telephone was left behind.
        """
        pieces = self.days[day]
        begin, end = pieces[0].start, pieces[-1].end
        since = pieces[0].start - DAYS_WAITED_FOR * DAY_MIN
        waited = [
            s
            for s in self.history.sources
            if s.whole_day and not s.stands_in and not _was_retired(s, begin * MINUTE_S)
            if delivered(s, since, end) or _summed(s, since, end)
        ]
        told = any(_synced_past(s, end) and delivered(s, begin, end) for s in waited)
        for source in waited:
            if source.snapshot and told:
                continue
            synced = None if source.last_sync is None else source.last_sync.timestamp()
            if day in source.totals and (synced is None or synced <= begin * 60):
                continue
            if synced is None or synced < end * 60:
                return source
        return None


def _was_retired(source: SourceView, at: int) -> bool:
    """Tell whether a source had been given up at a moment (Unix seconds)."""
    return source.retired_at is not None and source.retired_at.timestamp() <= at


def _is_retired(source: SourceView | None) -> bool:
    return source is not None and source.retired_at is not None


def _synced_past(source: SourceView, end: int) -> bool:
    """Tell whether a source has handed over everything up to a Unix minute."""
    return source.last_sync is not None and source.last_sync.timestamp() >= end * MINUTE_S


def _summed(source: SourceView, start: int, end: int) -> bool:
    """Tell whether a source told a day's total in about the Unix minutes [``start``, ``end``)."""
    return any(start <= (day - EPOCH).days * DAY_MIN < end for day in source.totals)


def _day(
    *,
    line: Timeline,
    pieces: Sequence[Piece],
    target: Target,
    n: DayNumbers,
    verdict: Verdict,
    facts: DayFacts,
    evidence: DayEvidence,
) -> Day:
    day, mark = facts.day or EPOCH, facts.mark
    known = evidence.any_data
    return Day(
        day=day,
        tz=line.at(pieces[-1].end * 60 - 60).zone,
        utc_offset_start_min=pieces[0].offset_s // 60,
        utc_offset_end_min=pieces[-1].offset_s // 60,
        length_h=round(n.length_min / 60, 2),
        outcome=verdict.outcome,
        state=verdict.state,
        mark=mark,
        flagged=is_flagged(verdict, mark),
        close_call=facts.close_call is not None,
        why=facts.why,
        reason="",
        brisk_min=n.brisk if known else None,
        edge_min=round(n.edge, 2) if known else None,
        brisk_min_low=n.brisk_low if known else None,
        brisk_min_high=n.brisk_high if known else None,
        bouted_min=n.bouted if known else None,
        target_min=target.rules.day_target,
        target_id=target.id,
        walking_min=n.walking if known else None,
        steps=n.steps,
        seen_h=round(n.seen.seen_min / 60, 2),
        longest_unseen_min=n.seen.longest_unseen_min,
        resolution=_resolution(n, evidence, target.rules),
        peak1_spm=n.peak1,
        peak30_spm=n.peak30,
    )


def _resolution(n: DayNumbers, evidence: DayEvidence, rules: Rules) -> Resolution | None:
    """Return the coarsest thing that the verdict rests on.

    Buckets beside minutes decide nothing where they cannot hold a brisk minute, or need not.
    """
    if evidence.whole_day:
        decided = n.coarse is not None and not n.coarse.decides and n.fine_seen_min > 0
        if n.coarse is None or decided or n.in_minutes >= rules.day_target:
            return Resolution.MINUTE
        return n.coarse.resolution
    if evidence.total:
        return Resolution.TOTAL
    return Resolution.RECORDED if evidence.any_data else None
