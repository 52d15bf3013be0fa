"""Who speaks in Garmin's records: its cloud, or the person by hand."""

from __future__ import annotations

from typing import Final

from syncd.contract import Source, SourceKind

CLOUD: Final = Source(key="cloud", kind=SourceKind.HUB, whole_day=True, device="Garmin")
"""What Garmin has merged of all watches; it does not tell which watch a minute is from."""
BY_HAND: Final = Source(key="manual", kind=SourceKind.MANUAL, whole_day=False, device="by hand")


def key(activity_id: int) -> str:
    """Return the key of an activity: the same by whichever of Garmin's interfaces it came."""
    return f"garmin:{activity_id}"
