"""A file of people, a line each: read line by line, every line that is wrong told by its number.

The first line names the columns: ``person``, and ``cohort`` and ``zone`` where they are wanted.
Comma, semicolon or tab; a field may be quoted. A line is a person: no field holds a line break.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from syncd.contract import ConfigError
from syncd.settings import check_zone
from syncd.store.people import check_name

LONGEST_LINE = 4096
COLUMNS = ("person", "cohort", "zone")
ALSO_CALLED = {"tz": "zone"}
DELIMITERS = (",", ";", "\t")
_BOM = "\ufeff"
_EXAMPLE = "person,cohort,zone"


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as a line says; ``zone`` is ``None`` where it tells none."""

    line: int
    name: str
    cohort: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong with a line, and what to do about it."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class _Layout:
    columns: Sequence[str]
    delimiter: str


def read_people(file: Path) -> Iterator[Entry | BadLine]:
    """Yield what each line says; raise ``ConfigError`` where the file cannot be read at all.

    Lines without anything in them are passed over. A person who is there twice is wrong.
    """
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as text:
            lines = _lines(text, file)
            layout = _layout(next(lines, (1, ""))[1].removeprefix(_BOM), file)
            seen: dict[str, int] = {}
            for number, line in lines:
                said = _said(number, line, layout)
                if isinstance(said, Entry):
                    first = seen.setdefault(said.name, number)
                    if first != number:
                        said = BadLine(
                            number, f"{said.name} is in line {first} already. Remove one of them."
                        )
                if said is not None:
                    yield said
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}).") from None


def _lines(text: TextIO, file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines by number, from 1; raise ``ConfigError`` for one without an end."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise ConfigError(
                f"{file}: line {number} is longer than {LONGEST_LINE} characters: this is no file"
                f" of people. Its first line would be: {_EXAMPLE}"
            )
        yield number, line.removesuffix("\n")


def _layout(header: str, file: Path) -> _Layout:
    delimiter = max(DELIMITERS, key=header.count)
    names = [name.strip().lower() for name in _fields(header, delimiter) or []]
    columns = [ALSO_CALLED.get(name, name) for name in names]
    while columns and not columns[-1]:
        columns.pop()  # spreadsheets leave empty ones behind
    if "person" not in columns:
        raise ConfigError(f"{file}: the first line names no column person. It would be: {_EXAMPLE}")
    for name in columns:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            hint = f"Did you mean {near[0]}?" if near else "Take it out."
            raise ConfigError(f"{file}: there is no column {name!r}. {hint}")
    if len(set(columns)) != len(columns):
        raise ConfigError(f"{file}: the first line names a column twice. Take one of them out.")
    return _Layout(columns, delimiter)


def _said(number: int, line: str, layout: _Layout) -> Entry | BadLine | None:
    """Return what a line says, ``None`` where there is nothing in it."""
    if not line.isascii() and _is_not_utf8(line):
        return BadLine(number, "is not UTF-8 text. Save the file as CSV UTF-8.")
    fields = _fields(line, layout.delimiter)
    if fields is None:
        return BadLine(number, 'has a quote (") that is opened or closed alone. Pair it.')
    fields = [field.strip() for field in fields]
    if not any(fields):
        return None
    wanted = len(layout.columns)
    if len(fields) < wanted or any(fields[wanted:]):
        return BadLine(
            number,
            f"has {len(fields)} field{'' if len(fields) == 1 else 's'}, the first line names"
            f" {wanted}. Add what is missing; put quotes around a name with a"
            f" {_delimiter_word(layout.delimiter)} in it.",
        )
    return _entry(number, dict(zip(layout.columns, fields, strict=False)))


def _entry(number: int, said: dict[str, str]) -> Entry | BadLine:
    person, cohort, zone = (said.get(column) or None for column in COLUMNS)
    if person is None:
        return BadLine(number, "names no person. Fill in the column person.")
    if cohort is None:
        cohort = person.partition("/")[0] or None if "/" in person else None
    name = person if cohort is None or person.startswith(f"{cohort}/") else f"{cohort}/{person}"
    try:
        check_name(name, cohort)
    except ConfigError as error:
        return BadLine(number, str(error))
    wrong = _wrong_zone(zone) if zone is not None else None
    return Entry(number, name, cohort, zone) if wrong is None else BadLine(number, wrong)


def _fields(line: str, delimiter: str) -> list[str] | None:
    """Return the fields, ``None`` where quotes do not pair."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _is_not_utf8(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


@lru_cache(maxsize=1024)
def _wrong_zone(zone: str) -> str | None:
    try:
        check_zone(zone)
    except ValueError as error:
        return str(error)
    return None


def _delimiter_word(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon"}.get(delimiter, "tab")
