"""Sessions on foot: which they are, how long they lasted, and the minutes of a day in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from syncd.walks.model import Activity, WalkSession

WALKS = frozenset({Activity.WALKING, Activity.HIKING})
ON_FOOT = WALKS | {Activity.RUNNING}
_EPOCH = date(1970, 1, 1)


def is_walk(session: WalkSession) -> bool:
    """Tell whether a session was a walk or a hike."""
    return session.activity in WALKS


def is_on_foot(session: WalkSession) -> bool:
    """Tell whether a session was a walk, a hike or a run."""
    return session.activity in ON_FOOT


def is_timed(session: WalkSession) -> bool:
    """Tell whether minutes or seconds show how long a session lasted; buckets leave it open."""
    return session.precision != "bucket"


def walked_s(session: WalkSession) -> float:
    """Return the seconds walked in a session: its moving time, else all of it."""
    return session.end - session.start if session.moving_time_s is None else session.moving_time_s


def walk_day(session: WalkSession) -> date:
    """Return the civil day a session starts on, where the wearer was."""
    return _EPOCH + timedelta(days=(session.start + session.utc_offset_start_s) // 86_400)


def whole_minutes_of(sessions: Iterable[WalkSession]) -> int:
    """Return the whole minutes of sessions together; a plan judges a day on them."""
    return int(sum(walked_s(session) for session in sessions) // 60)


def minutes_by_day(sessions: Iterable[WalkSession]) -> dict[date, int]:
    """Return the whole minutes on foot that are sure, of each day that has any.

    A session is its first day's; what is seen in buckets only is no sure minute, as in the verdict.
    """
    days: dict[date, list[WalkSession]] = {}
    for session in sessions:
        if is_on_foot(session) and is_timed(session):
            days.setdefault(walk_day(session), []).append(session)
    return {day: whole_minutes_of(held) for day, held in days.items()}
