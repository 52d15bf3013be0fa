"""Who speaks in a Google Takeout: one source for each name it gives, never two summed into one."""

from __future__ import annotations

from typing import Final

from syncd.contract import Source, SourceKind

LONGEST_NAME: Final = 80
RECONCILED: Final = Source(
    key="takeout:reconciled", kind=SourceKind.FILE, whole_day=True, device="Fitbit export"
)
"""The older JSON files: what Fitbit had merged of all devices."""
EXERCISES: Final = Source(
    key="takeout:exercises", kind=SourceKind.FILE, whole_day=False, device="Google Health export"
)
BY_HAND: Final = Source(
    key="takeout:by hand", kind=SourceKind.MANUAL, whole_day=False, device="by hand"
)

_UNNAMED: Final = "unnamed"
_PHONES: Final = frozenset(("mobiletrack", "google health app"))
_ECHOES: Final = {" health connect": "Health Connect", " health kit": "Health Kit"}
"""How the names end of what other apps counted, brought back by way of a telephone."""


def source_named(name: str) -> Source:
    """Return the source of a ``data source`` cell, empty in exports that did not tell it yet.

    A telephone, and what came back through one, ranks behind a tracker: it fills its gaps.
    """
    said = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    said = said[:LONGEST_NAME].rstrip() or _UNNAMED
    low = said.lower()
    origin = next((origin for end, origin in _ECHOES.items() if low.endswith(end)), None)
    is_phone = origin is not None or low in _PHONES
    return Source(
        key=f"takeout:{said}",
        kind=SourceKind.PHONE if is_phone else SourceKind.FILE,
        whole_day=True,
        origin=origin,
        device=None if said == _UNNAMED else said,
    )
