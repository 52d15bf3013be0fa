"""The original file of an activity, joined with what Garmin says of it: one workout, refined.

Totals stay Garmin's (a person may have corrected them); samples, pauses and what Garmin leaves
out come from the file. A file recorded by a watch counts one leg; ``syncd.formats.fit`` doubles it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from syncd.contract import Malformed, Pause, Track, Workout
from syncd.formats import fit, gpx, tcx
from syncd_garmin.archives import members

SAME_SHARE: Final = 0.5
"""A recording is of the activity when it shares so much of the shorter of the two."""
SLACK_S: Final = 2
"""Garmin cuts its times to whole seconds; samples so far outside are still inside."""
PEEK: Final = 4096
_FIT_MARK: Final = b".FIT"
_GPX: Final = re.compile(rb"<(?:[\w.-]+:)?gpx\b")
_TCX: Final = re.compile(rb"<(?:[\w.-]+:)?TrainingCenterDatabase\b")
_COLUMNS: Final = ("distance_m", "altitude_m", "speed_mps", "cadence_spm", "latitude", "longitude")


def refined(told: Workout, body: bytes, *, before: datetime) -> Workout | None:
    """Return the workout with the samples of its original file; ``None`` where none fits.

    ``before`` is later than anything that can have been recorded. Raises ``Malformed`` where the
    file is no recording, or one of which nothing can be read.
    """
    best = max(
        (one for one in recorded(body, before=before) if one.track is not None),
        key=lambda one: _shared_s(told, one),
        default=None,
    )
    if best is None or not _is_same(told, best):
        return None
    track = _within(best.track, told) if best.track is not None else None
    if track is None:
        return None
    by_air = best.elevation_source == "barometric"
    if told.elevation_source == "terrain" and not by_air:
        track = track.model_copy(update={"altitude_m": ()})  # the file holds what was corrected
    update: dict[str, Any] = {
        "track": track,
        "pauses": told.pauses or _pauses(best, told),
        "elevation_source": told.elevation_source or best.elevation_source,
    }
    for name in ("timer_s", "moving_time_s", "steps", "distance_m", "ascent_m", "descent_m"):
        if getattr(told, name) is None and _is_whole(told, best):
            update[name] = getattr(best, name)
    if told.utc_offset_s is None:
        update["utc_offset_s"] = best.utc_offset_s
    return told.model_copy(update=update)


def recorded(body: bytes, *, before: datetime) -> Iterator[Workout]:
    """Yield the outings in an original file or its archive: FIT, GPX or TCX, by content.

    Outings beside a damaged part stand. Raises ``Malformed`` where no member is a recording, and
    where every one is damaged.
    """
    found, problems = False, list[str]()
    for data in members(body):
        try:
            for one in _read(data, before):
                found = True
                yield one
        except Malformed as error:
            problems += error.problems or error.others
    if not found:
        raise Malformed(problems[0] if problems else "an archive without a recording in it")


def _read(data: bytes, before: datetime) -> Iterator[Workout]:
    head = data[:PEEK]
    if head[8:12] == _FIT_MARK:
        records = fit.records(data, name="recording", before=before)
        yield from (one for one in records if isinstance(one, Workout))
    elif _GPX.search(head):
        yield from gpx.workouts(data, name="recording", before=before)
    elif _TCX.search(head):
        yield from tcx.workouts(data, name="recording", before=before)
    else:
        raise Malformed("a file that is neither FIT nor GPX nor TCX")


def _shared_s(a: Workout, b: Workout) -> float:
    return (min(a.end, b.end) - max(a.start, b.start)).total_seconds()


def _is_same(told: Workout, one: Workout) -> bool:
    shorter = min(told.end - told.start, one.end - one.start).total_seconds()
    return _shared_s(told, one) >= SAME_SHARE * shorter


def _is_whole(told: Workout, one: Workout) -> bool:
    """Tell whether nobody has trimmed the activity since: the file's totals are then its own."""
    apart = abs((told.start - one.start).total_seconds()), abs((told.end - one.end).total_seconds())
    return max(apart) <= 60


def _within(track: Track, told: Workout) -> Track | None:
    """Return the samples inside the activity, which may have been trimmed; ``None`` if none is."""
    first = bisect_left(track.at, int(told.start.timestamp()) - SLACK_S)
    end = bisect_right(track.at, int(told.end.timestamp()) + SLACK_S)
    if first >= end:
        return None
    if end - first == len(track.at):
        return track
    columns = {name: getattr(track, name)[first:end] for name in _COLUMNS}
    return Track(at=track.at[first:end], **columns)


def _pauses(one: Workout, told: Workout) -> tuple[Pause, ...]:
    start, end = int(told.start.timestamp()), int(told.end.timestamp())
    cut = ((max(p.start, start), min(p.end, end)) for p in one.pauses)
    return tuple(Pause(start=a, end=b) for a, b in cut if a < b)
