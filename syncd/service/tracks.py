"""The recording behind a walk, with its track: found when asked, one walk in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from syncd.contract import Workout
from syncd.store import derived, workouts
from syncd.store.derived import WalkRow
from syncd.walks.joining import SAME_SHARE


def iter_recorded(
    cx: Connection,
    person_ids: Sequence[int] | None,
    *,
    first: date | None = None,
    last: date | None = None,
    changed_since: datetime | None = None,
) -> Iterator[tuple[WalkRow, Sequence[Workout]]]:
    """Yield each walk with the recordings it rests on that have a track, its own one first."""
    for walk in derived.iter_walks(
        cx, person_ids, first=first, last=last, changed_since=changed_since
    ):
        yield walk, _recordings(cx, walk) if walk.session.kind == "recorded" else ()


def _recordings(cx: Connection, walk: WalkRow) -> list[Workout]:
    session = walk.session
    found = [
        row.workout
        for row in workouts.load(cx, walk.person_id, session.start, session.end + 1)
        if row.workout.track is not None
        and row.workout.source.key in session.sources
        and (row.workout.key == session.recorded_key or _is_same(walk, row.workout))
    ]
    return sorted(found, key=lambda w: w.key != session.recorded_key)


def _is_same(walk: WalkRow, workout: Workout) -> bool:
    """Tell whether a recording shares half of the shorter with a walk (walking-rules 5)."""
    start, end = int(workout.start.timestamp()), int(workout.end.timestamp())
    shared = min(end, walk.session.end) - max(start, walk.session.start)
    shorter = min(end - start, walk.session.end - walk.session.start)
    return shared > 0 and shared >= SAME_SHARE * shorter
