"""The JSON of account exports as payloads, the older minutes with where their clock stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from syncd.contract import Context
from syncd.formats.problems import Problems
from syncd.formats.takeout_json import rows
from syncd_files import documents
from syncd_files.evidence import Clock, clock
from syncd_files.opening import Opened
from syncd_files.places import Place, other_parts
from syncd_files.settings import FilesSettings
from syncd_files.unknown import OF_EXPORT

Piece = tuple[Mapping[str, str], bytes]
"""What parse may know beyond the bytes, and the bytes."""


class Exports:
    """Reads the lists of one export; the clock is looked for when the first asks for it."""

    def __init__(self, settings: FilesSettings, context: Context) -> None:
        self._settings, self._context = settings, context

    def kind_of(self, start: bytes, place: Place) -> str | None:
        """Return which list begins so, ``None`` for JSON that is none of ours."""
        return documents.document_kind(start, place.bare)

    def pieces(self, file: Opened, start: bytes, kind: str, problems: Problems) -> Iterator[Piece]:
        """Yield a list in pieces; days of which nobody can say when they were become problems."""
        limits, refused, empty = self._settings.limits, set[int](), True
        try:
            for body in documents.pieces(file, start, kind, limits.piece, limits.element):
                if kind != documents.STEPS:
                    yield {}, body
                    continue
                told, days = self._clock(), _days(body)
                known = told.offsets
                refused |= {d for d in days if known.of(d) is None and d not in told.told}
                if any(known.of(day) is not None for day in days):
                    empty = False
                    yield {"offsets": known.over(days)}, body
        finally:
            if refused:
                problems.add(_refusal(refused))
            elif empty and kind == documents.STEPS:
                problems.add_other(OF_EXPORT)

    def _clock(self) -> Clock:
        path, zone = self._settings.path, self._context.facts.get("zone")
        paths = [path, *self._settings.beside, *other_parts(path)]
        return clock(paths, zone, self._context.now(), self._settings.limits)


def _days(body: bytes) -> list[int]:
    """Return the wall-clock days on which a piece counts steps; padding is none.

    Raise ``Malformed`` where the piece is no JSON.
    """
    return sorted({day for day, _, steps in rows(body, Problems()) if steps})


def _refusal(days: set[int]) -> str:
    first, last = (date.fromordinal(day) for day in (min(days), max(days)))
    span = f"{first}" if first == last else f"{first} to {last}"
    what = "1 day" if len(days) == 1 else f"{len(days)} days"
    return (
        f"{what} ({span}) left out: nothing tells for sure whether their times are UTC or local."
        " Import all parts of the export in one call."
    )
