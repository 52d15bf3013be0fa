"""Which columns of a Google Takeout table hold what; read from its header line."""

from __future__ import annotations

from typing import Final

from syncd.formats.minute_layout import Kind, Layout, column_names

TIME: Final = "timestamp"
SOURCE: Final = "data source"
_VALUES: Final[dict[str, Kind]] = {"steps": "takeout_steps", "distance": "takeout_distance"}
_MINUTES: Final = frozenset((TIME, SOURCE, *_VALUES))
_EXERCISES: Final = frozenset(("exercise_id", "exercise_start", "exercise_end"))


def takeout_layout(header: bytes) -> Layout | None:
    """Return the layout of a table of minutes or of exercises, ``None`` for any other header.

    A table with more columns than time, value and source is another one: the samples of a band
    repeat its steps, and would be counted twice.
    """
    delimiter, names = column_names(header)
    at = {name.lower(): i for i, name in enumerate(names)}
    if at.keys() >= _EXERCISES:
        return _layout("takeout_exercises", delimiter, names, at["exercise_start"], ())
    values = [name for name in _VALUES if name in at]
    if TIME not in at or len(values) != 1 or not at.keys() <= _MINUTES:
        return None
    return _layout(_VALUES[values[0]], delimiter, names, at[TIME], (at[values[0]],))


def source_column(layout: Layout) -> int | None:
    """Return the column that names the source, ``None`` in exports that do not tell."""
    return next((i for i, name in enumerate(layout.names) if name.lower() == SOURCE), None)


def _layout(
    kind: Kind, delimiter: bytes, names: tuple[str, ...], time: int, steps: tuple[int, ...]
) -> Layout:
    return Layout(kind=kind, delimiter=delimiter, names=names, time=time, steps=steps, subject=None)
