"""What a person is asked to allow, and which stream needs it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from syncd.contract import Forbidden, Stream

PREFIX: Final = "https://www.googleapis.com/auth/googlehealth."
ACTIVITY: Final = f"{PREFIX}activity_and_fitness.readonly"
LOCATION: Final = f"{PREFIX}location.readonly"
SETTINGS: Final = f"{PREFIX}settings.readonly"
SCOPES: Final = (ACTIVITY, LOCATION, SETTINGS)

NEEDS: Final = {
    Stream.DEVICES: (SETTINGS,),
    Stream.STEPS: (ACTIVITY,),
    Stream.WORKOUTS: (ACTIVITY,),
    Stream.ROUTES: (ACTIVITY, LOCATION),
    Stream.DAILY: (ACTIVITY,),
    Stream.PROFILE: (SETTINGS,),
}


def missing(stream: Stream, granted: Collection[str] | None) -> tuple[str, ...]:
    """Return the scopes that a stream lacks; none when nobody knows what was granted."""
    return () if granted is None else tuple(s for s in NEEDS[stream] if s not in granted)


def not_allowed(stream: Stream, scopes: Collection[str]) -> Forbidden:
    """Return the error for a stream whose scopes were not ticked."""
    named = " and ".join(scope.removeprefix(PREFIX) for scope in scopes)
    return Forbidden(
        f"Google Health does not give us {stream}: the permission {named} is missing."
        " Sign in again and leave its box ticked."
    )
