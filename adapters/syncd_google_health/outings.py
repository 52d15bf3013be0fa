"""Exercises as workouts, and the routes that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from syncd.contract import Malformed, Pause, RawPayload, Source, SourceKind, Workout
from syncd.formats import tcx
from syncd_google_health import routes, wire

BY_HAND: Final = Source(key="manual", kind=SourceKind.MANUAL, whole_day=False, device="by hand")
CLOCKS_DIFFER: Final = timedelta(days=1)
"""How far ahead of the moment of asking a device's clock may be."""

_LAST_TAG: Final = b"</TrainingCenterDatabase>"
_FOUND: Final = frozenset(("PASSIVELY_MEASURED", "DERIVED"))
_STOPS: Final = frozenset(("PAUSE", "AUTO_PAUSE"))
_GOES_ON: Final = frozenset(("RESUME", "AUTO_RESUME", "STOP"))
_WORDS: Final = {"BACKPACKING": "backpacking hike", "STAIRCLIMBER": "stair climber"}


def workout(point: wire.ExercisePoint, source: Source) -> Workout:
    """Return an exercise as a workout; what Google did not measure stays unknown."""
    said, metrics = point.exercise, point.exercise.metrics_summary
    start, end = _second(said.interval.start_time), _second(said.interval.end_time)
    offset = said.interval.start_utc_offset
    steps, distance = metrics.steps, metrics.distance_millimeters
    climbed = metrics.elevation_gain_millimeters
    method = point.data_source.recording_method
    return Workout(
        source=BY_HAND if method == "MANUAL" else source,
        key=f"google:{point.id}",
        label=label(said.exercise_type),
        start=start,
        end=end,
        timer_s=said.active_duration,
        steps=None if steps is None else round(steps),
        distance_m=None if distance is None else distance / 1000,
        ascent_m=None if climbed is None else climbed / 1000,
        detected="device" if method in _FOUND else "person",
        utc_offset_s=None if offset is None else int(offset),
        pauses=pauses(said, int(end.timestamp())),
    )


def label(kind: str | None) -> str | None:
    """Return Google's word for a sport as records have it: ``NORDIC_WALKING`` is nordic walking.

    What a person typed for "other" is left where it is: it is theirs.
    """
    if not kind or kind == "EXERCISE_TYPE_UNSPECIFIED":
        return None
    return _WORDS.get(kind, kind.replace("_", " ").lower())[:80]


def pauses(said: wire.Exercise, end: int) -> tuple[Pause, ...]:
    """Return the stretches with the timer stopped; one that nothing ends lasts to the end."""
    found: list[Pause] = []
    since: int | None = None
    for event in sorted(said.exercise_events, key=lambda event: event.event_time):
        at = int(event.event_time.timestamp())
        if event.exercise_event_type in _STOPS and since is None:
            since = at
        elif event.exercise_event_type in _GOES_ON and since is not None:
            found.append(Pause(start=since, end=at))
            since = None
    if since is not None and since < end:
        found.append(Pause(start=since, end=end))
    return tuple(found)


def with_route(payload: RawPayload, source: Source) -> Iterator[Workout]:
    """Yield the exercise of a route with the route's samples; nothing where there was none.

    A route with some bad points is used without them; one without any good is ``Malformed``.
    """
    if payload.facts.get("route") == routes.NONE:
        return
    if not payload.body.rstrip().endswith(_LAST_TAG):
        raise Malformed("a route that is no TCX, or only a part of one", payload=payload)
    told = workout(routes.exercise_of(payload), source)
    before, recorded = payload.fetched_at + CLOCKS_DIFFER, list[Workout]()
    try:
        for one in tcx.workouts(payload.body, name="route", before=before):
            recorded.append(one)
    except Malformed as error:
        if not any(one.track for one in recorded):
            raise Malformed(str(error), problems=error.problems, payload=payload) from None
    best = max(recorded, key=lambda one: len(one.track.at) if one.track else 0, default=None)
    if best is None or best.track is None:
        return
    yield told.model_copy(update={"track": best.track, "pauses": told.pauses or best.pauses})


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
