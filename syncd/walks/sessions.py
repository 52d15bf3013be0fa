"""Walk sessions: recorded ones as they were, inferred ones from runs of walking minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress

from syncd.contract.units import mps_to_pace_s_per_km
from syncd.walks.bouts import clusters
from syncd.walks.by_hand import hand_session
from syncd.walks.coarse_sessions import brisk_of_sum, coarse_sessions
from syncd.walks.ground import Ground
from syncd.walks.joining import SAME_SHARE, one_outing
from syncd.walks.laying import RECORDED
from syncd.walks.model import MINUTE_S, UNSEEN, Activity, WalkSession
from syncd.walks.offsets import Timeline
from syncd.walks.recorded import Recorded

_ON_FOOT = re.compile(b"[^\x02]+")


def sessions(ground: Ground, line: Timeline) -> list[WalkSession]:
    """Return every session on the ground, by start.

    An inferred run that a recording mostly covers is the recording; one that is mostly outside
    keeps its parts outside, if they are long enough to be walks of their own.
    """
    groups = [g for g in one_outing(ground.recorded) if g[0].activity is not Activity.OTHER]
    spans = [(g[0].first, g[0].first + g[0].length) for g in groups if g[0].is_foot]
    found = [_from_recording(ground, line, group) for group in groups]
    for walk in ground.shown_by_hand() if ground.hand else ():
        spans.append((walk.start, walk.end))
        brisk_min = ground.brisk(walk.start, walk.end).count(1)
        found.append(hand_session(walk, brisk_min, line))
    found.extend(_inferred(ground, line, a, b) for a, b in inferred_runs(ground, spans))
    if ground.blocks:
        found.extend(coarse_sessions(ground, line, spans))
    return sorted(found, key=lambda s: (s.start, s.end, s.recorded_key or ""))


def inferred_runs(ground: Ground, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return runs of walking minutes outside ``taken`` spans, Unix minutes [start, end)."""
    rules = ground.rules
    runs: list[tuple[int, int]] = []
    for a, b in _stretches(ground):
        if b - a < rules.session_min:
            continue
        overlapping = [(s, e) for s, e in taken if s < b and e > a]
        covered = sum(min(e, b) - max(s, a) for s, e in overlapping)
        if covered >= SAME_SHARE * (b - a):
            continue
        runs.extend(_remainders(ground, a, b, overlapping) if overlapping else [(a, b)])
    return runs


def _stretches(ground: Ground) -> Iterator[tuple[int, int]]:
    """Yield runs of walking with bridged gaps; a vehicle cuts, however short it was."""
    mask = ground.strolling(ground.first, ground.end)
    for on_foot in _ON_FOOT.finditer(mask):
        for first, end in clusters(on_foot.group(), ground.rules.session_gap):
            start = ground.first + on_foot.start()
            yield start + first, start + end


def _remainders(
    ground: Ground, start: int, end: int, taken: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return what is left of a run between recordings, trimmed to walking minutes."""
    parts: list[tuple[int, int]] = []
    at = start
    for s, e in [*sorted(taken), (end, end)]:
        mask = ground.strolling(at, max(at, min(s, end)))
        if 1 in mask:
            parts.append((at + mask.index(1), at + mask.rindex(1) + 1))
        at = max(at, e)
    return [(a, b) for a, b in parts if b - a >= ground.rules.session_min]


def _from_recording(ground: Ground, line: Timeline, group: Sequence[Recorded]) -> WalkSession:
    """Return the walk as its richest recording tells it; what that lacks, the next ones tell."""
    best = group[0]
    w = best.workout
    counted = next((r for r in group if r.steps is not None), best)
    went = next((r for r in group if r.distance_m is not None), best)
    rose = next((r for r in group if r.hills is not None), best)
    speed, cadence = went.speed_mps, counted.cadence_spm
    if best.activity is Activity.UNKNOWN:  # hardly moved: there is no moving pace to tell
        speed, cadence = best.movement.mean_speed_mps, best.movement.mean_cadence_spm
    hills = rose.hills
    slopes = hills if best.is_foot else None
    return WalkSession(
        recorded_key=w.key,
        start=best.start,
        end=best.end,
        utc_offset_start_s=line.at(best.start).offset_s,
        utc_offset_end_s=line.at(best.end).offset_s,
        kind="recorded",
        detected=w.detected,
        activity=best.activity,
        label=w.label,
        precision="second",
        steps=counted.steps,
        distance_m=_rounded(went.distance_m, 2),
        moving_time_s=_rounded(best.moving_time_s, 1),
        pace_s_per_km=_rounded(mps_to_pace_s_per_km(speed) if speed else None, 1),
        speed_mps=_rounded(speed, 3),
        cadence_spm=_rounded(cadence, 1),
        elevation_gain_m=_rounded(hills.gain_m if hills else None, 1),
        elevation_loss_m=_rounded(hills.loss_m if hills else None, 1),
        elevation_source=rose.workout.elevation_source,
        gain_device_m=_rounded(_ascent_m(group), 1),
        grade_max=_rounded(slopes.grade_max if slopes else None, 3),
        brisk_min=_brisk_of(best, ground) + brisk_of_sum(best, ground) if best.is_foot else 0,
        uphill_min=slopes.uphill_min if slopes else None,
        downhill_min=slopes.downhill_min if slopes else None,
        sources=tuple(dict.fromkeys(r.source_key for r in group)),
    )


def _ascent_m(group: Sequence[Recorded]) -> float | None:
    return next((r.workout.ascent_m for r in group if r.workout.ascent_m is not None), None)


def _brisk_of(r: Recorded, ground: Ground) -> int:
    """Return the walk's brisk minutes; a last, partial one is the day's, not the walk's."""
    first, end = max(r.first, ground.first), min(r.first + r.length, ground.end)
    if not r.ends_full:
        end -= 1
    return ground.brisk(first, end).count(1) if first < end else 0


def _inferred(ground: Ground, line: Timeline, start: int, end: int) -> WalkSession:
    mask = ground.strolling(start, end)
    moving_min = mask.count(1)
    counted = (s for s in compress(ground.steps(start, end), mask) if s != UNSEEN)
    cadence = sum(counted) / moving_min
    owners = sorted(ground.merged.owners(start, end))
    return WalkSession(
        recorded_key=None,
        start=start * MINUTE_S,
        end=end * MINUTE_S,
        utc_offset_start_s=line.at(start * MINUTE_S).offset_s,
        utc_offset_end_s=line.at(end * MINUTE_S).offset_s,
        kind="inferred",
        detected="syncd",
        activity=Activity.RUNNING if cadence >= ground.rules.run_cadence else Activity.WALKING,
        label=None,
        precision="minute",
        steps=ground.total(start, end),
        distance_m=None,
        moving_time_s=float(moving_min * MINUTE_S),
        pace_s_per_km=None,
        speed_mps=None,
        cadence_spm=round(cadence, 1),
        elevation_gain_m=None,
        elevation_loss_m=None,
        elevation_source=None,
        gain_device_m=None,
        grade_max=None,
        brisk_min=ground.brisk(start, end).count(1),
        uphill_min=None,
        downhill_min=None,
        sources=tuple(
            ground.sources[i - 1].key for i in owners if RECORDED < i <= len(ground.sources)
        ),
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
