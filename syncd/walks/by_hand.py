"""Walks that a person typed: they speak only where no tracker and no recording does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.walks.model import MINUTE_S, UNSEEN, Activity, WalkSession
from syncd.walks.offsets import Timeline

KEY = "manual:"
SOURCE = "by hand"
SPOKEN_SHARE = 0.5
"""A typed walk is shown as one when trackers are silent for this much of it."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A typed walk over the Unix minutes [``start``, ``end``), so many of them brisk."""

    id: str
    start: int
    end: int
    brisk_min: int


@dataclass(frozen=True, slots=True)
class HandMasks:
    """A byte a minute, 1 where typed walks speak, and where they say brisk."""

    walked: bytes
    brisk: bytes


def hand_masks(
    walks: Sequence[ByHand], steps: bytes, measured: bytes, outing: bytes, first: int
) -> HandMasks:
    """Lay typed walks where ``steps`` are none or 0 and no ``outing`` is.

    Their brisk minutes lie from the start on; those that are ``measured`` brisk in the walk are
    among them, so that nothing counts twice.
    """
    walked, brisk = bytearray(len(steps)), bytearray(len(steps))
    for walk in walks:
        a, b = max(0, walk.start - first), min(len(steps), walk.end - first)
        left = walk.brisk_min - sum(measured[a:b])
        for at in range(a, b):
            if steps[at] not in (0, UNSEEN) or (outing and outing[at]):
                continue
            walked[at] = 1
            if left > 0 and not measured[at]:
                brisk[at] = 1
                left -= 1
    return HandMasks(bytes(walked), bytes(brisk))


def hand_session(walk: ByHand, brisk_min: int, line: Timeline) -> WalkSession:
    """Return a typed walk as a session; what nobody measured stays unknown."""
    start, end = walk.start * MINUTE_S, walk.end * MINUTE_S
    return WalkSession(
        recorded_key=f"{KEY}{walk.id}",
        start=start,
        end=end,
        utc_offset_start_s=line.at(start).offset_s,
        utc_offset_end_s=line.at(end).offset_s,
        kind="manual",
        detected="person",
        activity=Activity.WALKING,
        label=None,
        precision="minute",
        steps=None,
        distance_m=None,
        moving_time_s=None,
        pace_s_per_km=None,
        speed_mps=None,
        cadence_spm=None,
        elevation_gain_m=None,
        elevation_loss_m=None,
        elevation_source=None,
        gain_device_m=None,
        grade_max=None,
        brisk_min=brisk_min,
        uphill_min=None,
        downhill_min=None,
        sources=(SOURCE,),
    )
