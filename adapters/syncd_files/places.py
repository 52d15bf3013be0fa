"""Where a file lies: its name for people, and whether it is part of an account's export."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from syncd_files.zips import Member

_EXPORTS: Final = frozenset(
    (
        "takeout",
        "physical activity_googledata",
        "global export data",
        "health fitness data_googledata",
        "paired devices",
        "di_connect",
        "di-connect-uploaded-files",
        "di-connect-fitness-uploaded-files",
        "di-connect-fitness",
        "di-connect-aggregator",
        "di-connect-wellness",
    )
)
"""Folders by which a Takeout or a Garmin export is known, whatever lies above them."""

_HUGE: Final = ("useractivityprobabilities", "usersensorcompressiontoken")
_PART: Final = re.compile(r"(.+-)\d{3}\.zip", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A file's name for people, its bare name, how deep in archives, and if an export's."""

    shown: str
    bare: str
    depth: int
    in_export: bool

    @classmethod
    def of_file(cls, path: Path, shown: str) -> Self:
        """Return the place of a file on a disk."""
        return cls(shown, path.name, 0, _is_export(path.parts))

    def of_member(self, member: Member, shown: str, *, in_export: bool) -> Place:
        """Return the place of a file in the archive that lies here."""
        bare = member.parts[-1] if member.parts else ""
        return Place(shown, bare, self.depth + 1, self.in_export or in_export)

    @property
    def is_skipped(self) -> bool:
        """Tell whether it is one of an export's large tables that say nothing of steps."""
        return self.in_export and self.bare.lower().startswith(_HUGE)


def of_export(members: Iterable[Member]) -> bool:
    """Tell whether an archive holds the folders of an export."""
    return any(_is_export(member.parts[:-1]) for member in members)


def _is_export(parts: tuple[str, ...]) -> bool:
    return any(part.lower() in _EXPORTS for part in parts)


def other_parts(path: Path) -> list[Path]:
    """Return the other parts of an export that came in several: ``...-001.zip``, ``-002.zip``."""
    found = _PART.fullmatch(path.name)
    if found is None:
        return []
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:
        return []
    same = [(p, _PART.fullmatch(p.name)) for p in beside if p != path and p.is_file()]
    return [p for p, part in same if part is not None and part[1] == found[1]]
