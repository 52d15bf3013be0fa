"""Find a zone by its name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from syncd.contract import Malformed


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone ``name``; raise ``Malformed`` when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        sentence = f'no zone is called "{name}": name one such as Europe/Paris with --tz ZONE.'
        raise Malformed(sentence) from None
