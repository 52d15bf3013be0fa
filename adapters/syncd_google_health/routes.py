"""Routes: which exercises have one that we do not hold, and how the cursor remembers those."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from syncd.contract import Cursor, Malformed, RawPayload, Response, Window
from syncd_google_health import wire

KEPT: Final = timedelta(days=30)
"""How long a route is remembered after the newest one: longer than any window is re-read."""
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Known:
    """Exercises whose route was asked for: id -> (start, Unix seconds; revision)."""

    routes: Mapping[str, tuple[int, str]]

    @classmethod
    def of(cls, cursor: Cursor | None) -> Known:
        """Return what a cursor remembers; nothing where it is strange: routes come again."""
        try:
            said = json.loads(cursor.token) if cursor and cursor.token else {}
            return cls({str(k): (int(start), str(rev)) for k, (start, rev) in said.items()})
        except (AttributeError, TypeError, ValueError):
            return cls({})

    def holds(self, point: wire.ExercisePoint) -> bool:
        """Tell whether this revision's route was asked for."""
        return self.routes.get(point.id, (0, None))[1] == point.revision

    def with_route(self, point: wire.ExercisePoint) -> Known:
        """Remember one more, and forget what is long past."""
        start = int(point.exercise.interval.start_time.timestamp())
        routes = {**self.routes, point.id: (start, point.revision)}
        newest = max(start for start, _ in routes.values())
        oldest = newest - int(KEPT.total_seconds())
        return replace(self, routes={k: v for k, v in routes.items() if v[0] >= oldest})

    def token(self) -> str:
        """Return it as the cursor keeps it."""
        return json.dumps(dict(sorted(self.routes.items())), separators=(",", ":"))


def wanted(
    points: Iterable[wire.ExercisePoint], window: Window, known: Known
) -> Iterator[wire.ExercisePoint]:
    """Yield exercises of the window with a route that is new or has changed."""
    for point in points:
        inside = window.start <= point.exercise.interval.start_time < window.end
        if inside and point.exercise.exercise_metadata.has_gps and not known.holds(point):
            yield point


def is_none(answer: Response) -> bool:
    """Tell whether there is no route: entered by hand, or without a place."""
    return answer.status == 404 or not answer.body


def facts(point: wire.ExercisePoint, answer: Response) -> dict[str, str]:
    """Return what the route lacks: the exercise it is of, as Google tells it, not whose it is."""
    said = point.model_copy(update={"name": point.id}).model_dump_json(
        by_alias=True, exclude_none=True
    )
    return {"type": "tcx", "exercise": said} | ({"route": NONE} if is_none(answer) else {})


def exercise_of(payload: RawPayload) -> wire.ExercisePoint:
    """Return the exercise that a route belongs to; raise ``Malformed`` without one."""
    try:
        return wire.ExercisePoint.model_validate_json(payload.facts["exercise"])
    except (KeyError, ValueError):
        raise Malformed("a route without its exercise", payload=payload) from None
