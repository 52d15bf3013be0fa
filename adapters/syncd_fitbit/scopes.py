"""What a person is asked to allow, and which stream needs it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from syncd.contract import Forbidden, Stream

SCOPES: Final = ("activity", "location", "profile", "settings")

NEEDS: Final = {
    Stream.DEVICES: ("settings",),
    Stream.STEPS: ("activity",),
    Stream.WORKOUTS: ("activity",),
    Stream.ROUTES: ("activity", "location"),
    Stream.DAILY: ("activity",),
    Stream.PROFILE: ("profile",),
}


def missing(stream: Stream, granted: Collection[str] | None) -> tuple[str, ...]:
    """Return the scopes that a stream lacks; none when nobody knows what was granted."""
    return () if granted is None else tuple(s for s in NEEDS[stream] if s not in granted)


def not_allowed(stream: Stream, scopes: Collection[str]) -> Forbidden:
    """Return the error for a stream whose scopes were not ticked."""
    named = " and ".join(scopes)
    return Forbidden(
        f"Fitbit does not give us {stream}: the permission {named} is missing."
        " Sign in again and leave its box ticked."
    )
